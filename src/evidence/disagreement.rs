//! Changes between the frames of a file beside those of the solver of a recipe, from the same states.

use super::takes::settled_plan;
use crate::recipe::{DataFile, Recipe};
use crate::results::Evaluation;
use ondine_datasets::files::Reading;
use ondine_datasets::offline;
use ondine_report::diagnosis::Disagreement;
use ondine_solvers::{SimulationSpec, SolverError};
use std::ops::ControlFlow;
use std::path::Path;

/// Trajectories that are looked at, spread over the file, ...
const TRAJECTORIES: usize = 3;
/// ... and frames of each.
const FRAMES: usize = 4;

/// The disagreement of a file and the solver, where a surrogate was trained on one and is judged by the other; none where the
/// solver can't go on from the file: it does not know a force, or has another grid.
#[must_use]
pub fn disagreement(recipe: &Recipe, evaluation: &Evaluation) -> Option<Disagreement> {
    measured(recipe, &file(recipe, evaluation)?)
}

/// The file on one side, where the solver is on the other.
fn file(recipe: &Recipe, evaluation: &Evaluation) -> Option<DataFile> {
    match (&recipe.data, &evaluation.file) {
        // With `data.held_out` both sides are of the file.
        (Some(data), None) if data.held_out.is_none() => Some(data.source.clone()),
        (None, Some(judged)) => DataFile::open(Path::new(&judged.path), &Reading::default()).ok(),
        _ => None,
    }
}

fn measured(recipe: &Recipe, file: &DataFile) -> Option<Disagreement> {
    let plan = settled_plan(recipe)?;
    let (ensemble, info) = (&plan.solver.as_ref()?.training, file.reader.info());
    let known = !ensemble.draws() && ensemble.solver_points == info.points();
    let steps = info
        .shortest()
        .checked_sub(1)
        .filter(|steps| *steps > 0 && known)?;
    let names = plan.problem.condition_names();
    let (mut dd, mut ds, mut ss, mut first) = (0.0, 0.0, 0.0, None);
    let mut energies = [0.0; 2];
    let apart = info.trajectories.div_ceil(TRAJECTORIES).max(1);
    let same_grid = |index: &usize| info.grid_of(*index) == 0;
    for trajectory in (0..info.trajectories).step_by(apart).filter(same_grid) {
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
    let name = file.path.file_name().unwrap_or(file.path.as_os_str());
    let distance = ((dd - 2.0 * ds + ss).max(0.0) / ss).sqrt();
    distance.is_finite().then_some(Disagreement {
        file: name.to_string_lossy().into_owned(),
        factor: ds / ss,
        distance,
        kept: energies[0] / energies[1],
        rest: (1.0 - ds * ds / (dd * ss).max(f64::MIN_POSITIVE))
            .max(0.0)
            .sqrt(),
        dt: first?,
    })
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
    use ondine_datasets::Source;
    use ondine_datasets::files::{
        Axis, AxisKind, DatasetInfo, Dtype, Field, FieldKind, Provenance, Time, Trajectory,
        Varying, WellWriter,
    };
    use std::path::PathBuf;

    const RECIPE: &str = "[equation]\nkind = \"kuramoto_sivashinsky\"\nviscosity = 1.0\n\
        [grid]\npoints = [64]\nlength = 32.0\n[time]\ndt = 0.2\nframes = 9\nwarmup = 100\nsubsteps = 8\n\
        [ensemble]\nsimulations = 3\n[model]\nkind = \"fno\"\nmodes = 20\n[train]\nsteps = 2000\nbatch = 4\n";

    fn recipe(overrides: &[&str]) -> Recipe {
        let overrides: Vec<String> = overrides.iter().map(|&set| set.to_owned()).collect();
        Recipe::parse("file.toml", RECIPE, &overrides).unwrap_or_else(|error| panic!("{error}"))
    }

    /// A file of three trajectories of the recipe's solver at viscosity 1 with frames 0.2 apart, whose times say `scale` times as
    /// much and whose values have noise of a size; without a word of where they come from.
    fn written(name: &str, scale: f64, noise: f64) -> PathBuf {
        let path = format!("ondine-evidence-{name}-{}.h5", std::process::id());
        let path = std::env::temp_dir().join(path);
        let plan = recipe(&[]).check().expect("the recipe is valid");
        let info = DatasetInfo {
            name: "foreign".to_owned(),
            trajectories: 3,
            frames: 9,
            axes: vec![Axis {
                points: 64,
                length: Varying::Same(32.0),
                kind: AxisKind::PERIODIC,
            }],
            fields: vec![Field {
                name: "u".to_owned(),
                kind: FieldKind::Scalar,
            }],
            time: Time::Uniform(Varying::Same(0.2 * scale)),
            parameters: vec![("viscosity".to_owned(), Varying::Same(1.0))],
            provenance: Provenance::default(),
            ..DatasetInfo::default()
        };
        let mut file = WellWriter::create(&path, &info, Dtype::F32).expect("a folder to write in");
        let mut rng = ondine_solvers::Rng::stream(1, ondine_solvers::Stream::Noise, 0);
        for index in 0..3 {
            let mut frames = Vec::new();
            let ensemble = &plan.solver.as_ref().expect("an equation").training;
            let run = ensemble.run(index as u64, &mut |u| {
                frames.extend(u.iter().map(|u| u + noise * rng.normal()));
                ControlFlow::Continue(())
            });
            run.expect("it is solved");
            let trajectory = Trajectory { index, frames };
            file.append(&trajectory).expect("there is room");
        }
        file.finish().expect("there is room");
        path
    }

    /// The disagreement for a surrogate trained on such a file, with the evaluation as it is or as of another file.
    fn found(name: &str, scale: f64, noise: f64, of: Option<&str>) -> Option<Disagreement> {
        let path = written(name, scale, noise);
        let source = format!("data={{source={:?}}}", path.display().to_string());
        let recipe = recipe(&[&source, "time.warmup=0", "time.dt={uniform=[0.1,0.8]}"]);
        let mut evaluation = crate::results::doubles::evaluation();
        evaluation.file = of.map(|path| crate::results::SourceFile {
            path: path.to_owned(),
            warnings: Vec::new(),
        });
        let found = disagreement(&recipe, &evaluation);
        std::fs::remove_file(path).expect("it was written");
        found
    }

    #[test]
    fn times_that_are_wrong_are_a_factor() {
        let right = found("right", 1.0, 0.0, None).expect("it can be measured");
        assert!(right.distance < 0.1, "{right:?}");
        let wrong = found("wrong", 0.5, 0.0, None).expect("it can be measured");
        assert!((wrong.factor - 2.0).abs() < 0.2, "{wrong:?}");
        assert!(
            (wrong.dt - 0.1).abs() < 1e-9 && wrong.file.ends_with(".h5"),
            "{wrong:?}"
        );
    }

    #[test]
    fn noise_is_no_factor_and_judging_by_a_file_is_no_case() {
        let noisy = found("noise", 1.0, 0.1, None).expect("it can be measured");
        assert!(noisy.distance > 0.1 && noisy.rest > 0.1, "{noisy:?}");
        assert_eq!(found("judged", 1.0, 0.1, Some("other.h5")), None);
    }
}
