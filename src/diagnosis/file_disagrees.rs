//! Trained on a file that says something else than the equation that the surrogate is judged by, or the other way round.
//!
//! A step of the recipe's solver from a frame of the file, with what the file says of the simulation, is held against the
//! frame that follows. A wrong time between frames makes every change so many times as large.

use super::way::settled_plan;
use super::words::percent;
use super::{Case, Finding, Remedy, Rule, Way};
use crate::numbers::text::number;
use crate::recipe::DataFile;
use ondine_datasets::offline;
use ondine_solvers::{SimulationSpec, SolverError};
use std::ops::ControlFlow;
use std::path::Path;

/// Trajectories that are looked at, spread over the file, ...
const TRAJECTORIES: usize = 3;
/// ... and frames of each.
const FRAMES: usize = 4;
/// Distance of both changes over that of the solver. Solvers of one equation agree much better over a frame.
const DISAGREE: f64 = 0.1;
/// How far from 1 the factor between both is told.
const OTHER: f64 = 0.1;

pub(super) const RULE: Rule = Rule {
    name: "file_disagrees",
    summary: "trained on a file and judged by the solver, or the other way round, and frames of the file change by 10 % \
              otherwise than the solver says",
    covers: &[
        "overfitting",
        "worse_than_persistence",
        "fine_scales",
        "energy_gained",
        "energy_lost",
        "short_rollouts",
        "parameter_dependence",
        "loss_still_falls",
        "phase_or_amplitude",
    ],
    judge,
};

fn judge(case: &Case<'_>) -> Option<Finding> {
    let file = file(case)?;
    let found = Disagreement::of(case, &file).filter(|found| found.distance >= DISAGREE)?;
    let other = (found.factor - 1.0).abs() >= OTHER;
    let name = file.path.file_name().unwrap_or(file.path.as_os_str());
    let seen = format!(
        "Frames of {} are not what the equation makes of those before: from one to the next they change {} times as much, \
         {} of the change has another shape, and {} of the energy remains.",
        name.display(),
        number(found.factor),
        percent(found.rest),
        percent(found.kept)
    );
    let dt = match other {
        true => format!(
            "see whether its frames are {} apart, as that suggests, not {}",
            number(found.factor * found.dt),
            number(found.dt)
        ),
        false => "see whether its values hold noise, or its solver damps".to_owned(),
    };
    let ways = [
        dt,
        "whether its parameters and lengths are those of the recipe's equation".to_owned(),
        "judge the surrogate on trajectories of the same origin (`evaluate --data`)".to_owned(),
    ];
    Some(RULE.found(case, seen, Remedy::ways(ways.map(Way::words))))
}

/// The file on one side, where the solver is on the other.
fn file(case: &Case<'_>) -> Option<DataFile> {
    match (&case.recipe.data, &case.evaluation.file) {
        // With `data.held_out` both sides are of the file.
        (Some(data), None) if data.held_out.is_none() => Some(data.source.clone()),
        (None, Some(judged)) => DataFile::open(Path::new(&judged.path)).ok(),
        _ => None,
    }
}

/// Changes of a file against those of the solver, from the same states.
struct Disagreement {
    /// `⟨d, s⟩ / ⟨s, s⟩` of the file's changes `d` and the solver's `s`.
    factor: f64,
    /// `‖d − s‖ / ‖s‖`.
    distance: f64,
    /// Share of the file's changes that no factor explains.
    rest: f64,
    /// Energy of the file's frames over that of the solver's.
    kept: f64,
    /// Time between frames, as the first trajectory says.
    dt: f64,
}

impl Disagreement {
    /// None where the solver can't go on from the file: it does not know a force, or has another grid.
    fn of(case: &Case<'_>, file: &DataFile) -> Option<Self> {
        let plan = settled_plan(case.recipe)?;
        let (ensemble, info) = (&plan.ensemble, file.reader.info());
        let known = !ensemble.draws() && ensemble.solver_points == info.points();
        let steps = info
            .frames
            .checked_sub(1)
            .filter(|steps| *steps > 0 && known)?;
        let names = plan.problem.condition_names();
        let (mut dd, mut ds, mut ss, mut first) = (0.0, 0.0, 0.0, None);
        let mut energies = [0.0; 2];
        let apart = info.trajectories.div_ceil(TRAJECTORIES).max(1);
        for trajectory in (0..info.trajectories).step_by(apart) {
            let conditions = offline::conditions(file.reader.as_ref(), trajectory, &names).ok()?;
            first.get_or_insert(conditions.dt);
            let spec = ensemble
                .spec_of(&conditions, &info.points(), Vec::new())
                .ok()?;
            for frame in (0..steps).step_by(steps.div_ceil(FRAMES)) {
                let before = file.reader.frame(trajectory, frame).ok()?;
                let after = file.reader.frame(trajectory, frame + 1).ok()?;
                let solved = solved(&spec, &before).ok()?;
                for ((u, v), w) in before.iter().zip(&after).zip(&solved) {
                    let (d, s) = (v - u, w - u);
                    (dd, ds, ss) = (dd + d * d, ds + d * s, ss + s * s);
                    energies = [energies[0] + v * v, energies[1] + w * w];
                }
            }
        }
        let distance = ((dd - 2.0 * ds + ss).max(0.0) / ss).sqrt();
        distance.is_finite().then_some(Self {
            factor: ds / ss,
            distance,
            kept: energies[0] / energies[1],
            rest: (1.0 - ds * ds / (dd * ss).max(f64::MIN_POSITIVE))
                .max(0.0)
                .sqrt(),
            dt: first?,
        })
    }
}

/// The state a frame later.
fn solved(spec: &SimulationSpec, state: &[f64]) -> Result<Vec<f64>, SolverError> {
    let mut last = Vec::new();
    spec.run(state, 0, 2, &mut |_, u| {
        last = u.to_vec();
        ControlFlow::Continue(())
    })?;
    Ok(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::{self, Double};
    use std::path::PathBuf;

    /// A case that was trained on a file of the solver's frames, whose times say that they are `scale` times as far apart.
    fn trained(name: &str, scale: f64, noise: f64) -> (Double, PathBuf) {
        let path = doubles::file(name, scale, noise);
        let source = format!("data={{source={:?}}}", path.display().to_string());
        let sets = [
            &source[..],
            "time.frames=9",
            "ensemble.simulations=3",
            "train.batch=4",
            "objective.stride=1",
            "equation.viscosity=1.0",
            "time.dt={uniform=[0.1,0.8]}",
            "time.substeps=8",
        ];
        (Double::with(&sets), path)
    }

    fn removed(path: PathBuf) {
        std::fs::remove_file(path).expect("it was written");
    }

    #[test]
    fn times_that_are_wrong_are_told_with_the_right_ones() {
        let (double, path) = trained("right", 1.0, 0.0);
        double.assert_silent(&RULE);
        removed(path);
        let (double, path) = trained("wrong", 0.5, 0.0);
        double.assert_said(
            &RULE,
            &["times as much", "apart, as that suggests, not 0.1"],
        );
        removed(path);
    }

    #[test]
    fn what_no_factor_explains_is_told_and_judging_by_the_same_file_is_no_case() {
        let (mut double, path) = trained("noise", 1.0, 0.1);
        double.assert_said(&RULE, &["of the change has another shape", "hold noise"]);
        double.evaluation.file = Some(crate::results::SourceFile {
            path: "other.h5".to_owned(),
            warnings: Vec::new(),
        });
        double.assert_silent(&RULE);
        removed(path);
    }
}
