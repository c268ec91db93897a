//! Solver steps of shifted simulations: as many as keep the error in time below the tolerance of the recipe.

use super::super::{HeldOut, JudgeError};
use crate::control::{Control, Stopped};
use crate::plan::substeps::needed_substeps;
use crate::plan::{PROBES, Plan};
use ondine_datasets::Ensemble;
use ondine_solvers::SimulationSpec;
use std::ops::ControlFlow;

/// The accuracy in time of shifted simulations.
pub(super) struct Steps {
    /// Error per frame that the steps of the recipe keep. None where they are coarser, as those that were typed may be, and where
    /// the solver chooses its steps by itself.
    tolerance: Option<f64>,
    /// Simulations that steps are measured on.
    probes: u64,
}

impl Steps {
    /// The accuracy of the steps of a plan, measured on its first simulations where shifts of them are simulated.
    pub(super) fn of(
        plan: &Plan,
        held_out: &HeldOut,
        control: Control<'_>,
    ) -> Result<Self, JudgeError> {
        let solver = plan.solver.as_ref().filter(|_| held_out.file.is_none());
        let training = solver.map(|solver| &solver.training);
        let Some(training) = training.filter(|ensemble| !ensemble.chooses_steps()) else {
            return Ok(Self {
                tolerance: None,
                probes: 0,
            });
        };
        let tolerance = plan.recipe.time.tolerance;
        let probes = PROBES.min(plan.recipe.ensemble.simulations);
        let kept = match needed(training, probes, tolerance, control) {
            Ok(substeps) => substeps <= training.substeps,
            Err(JudgeError::Solver(_)) => false, // No number of steps reaches it.
            Err(error) => return Err(error),
        };
        Ok(Self {
            tolerance: kept.then_some(tolerance),
            probes: PROBES.min(plan.recipe.evaluate.trajectories as u64),
        })
    }

    /// The simulations with as many steps as the tolerance needs, the recipe's at least, and words for more than those.
    pub(super) fn kept(
        &self,
        shifted: &Ensemble,
        control: Control<'_>,
    ) -> Result<(Ensemble, String), JudgeError> {
        let mut ensemble = shifted.clone();
        let Some(tolerance) = self.tolerance else {
            return Ok((ensemble, String::new()));
        };
        let needed = needed(shifted, self.probes, tolerance, control)?;
        if needed <= shifted.substeps {
            return Ok((ensemble, String::new()));
        }
        ensemble.substeps = needed;
        let words = format!(
            ", in {needed} solver steps per frame instead of {}",
            shifted.substeps
        );
        Ok((ensemble, words))
    }
}

/// Solver steps per frame that the first simulations need.
fn needed(
    ensemble: &Ensemble,
    probes: u64,
    tolerance: f64,
    control: Control<'_>,
) -> Result<usize, JudgeError> {
    let start = |spec: &SimulationSpec, index| ensemble.initial_state(spec, index);
    let mut watch = |_: usize| match control.check() {
        Ok(()) => ControlFlow::Continue(()),
        Err(Stopped) => ControlFlow::Break(()),
    };
    (0..probes).try_fold(1, |most: usize, index| {
        let found = needed_substeps(ensemble, index, &start, tolerance, &mut watch)?;
        Ok(most.max(found.ok_or(Stopped)?.substeps))
    })
}

#[cfg(test)]
mod tests {
    use super::super::initial::Multiplied;
    use super::*;
    use crate::recipe::Recipe;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    const RECIPE: &str = r#"
        [equation]
        kind = "burgers"
        viscosity = 0.05
        [grid]
        points = [32]
        length = 1.0
        [time]
        dt = 0.05
        frames = 8
        [ensemble]
        simulations = 1
        workers = 1
        [model]
        kind = "fno"
        width = 4
        modes = 3
        layers = 1
        [train]
        steps = 10
        batch = 2
        [evaluate]
        trajectories = 1
    "#;

    fn plan(sets: &[String]) -> Plan {
        let checked = Recipe::parse("small.toml", RECIPE, sets).and_then(Recipe::check);
        checked.unwrap_or_else(|error| panic!("{error}"))
    }

    fn training(plan: &Plan) -> &Ensemble {
        &plan.solver.as_ref().expect("an equation").training
    }

    /// Steps of the held-out simulations whose initial states are multiplied.
    fn steps(plan: &Plan, factor: f64) -> (usize, String) {
        let held_out = HeldOut::simulate(plan, 0, Control::none()).expect("it simulates");
        let kept = Steps::of(plan, &held_out, Control::none()).expect("it measures");
        let mut ensemble = training(plan).clone();
        let inner = ensemble.initial.clone();
        ensemble.initial = Arc::new(Multiplied { inner, factor });
        let (shifted, words) = kept.kept(&ensemble, Control::none()).expect("it measures");
        (shifted.substeps, words)
    }

    #[test]
    fn shifted_simulations_have_the_steps_that_their_tolerance_needs() {
        let first = plan(&["time.tolerance=1e-8".to_owned()]);
        let own = training(&first).substeps;
        let error = first.solver_errors.temporal.expect("it was measured");
        assert!(own > 1, "one step is enough for any tolerance");
        // A tolerance that the steps just keep: larger waves need more of them, and smaller ones have no fewer.
        let just = format!("time.tolerance={:e}", 1.01 * error);
        let found = plan(&[just]);
        assert_eq!(training(&found).substeps, own);
        let (larger, words) = steps(&found, 1.5);
        assert!(larger > own, "{larger} steps instead of {own}");
        assert!(words.ends_with(&format!("{larger} solver steps per frame instead of {own}")));
        assert_eq!(steps(&found, 0.5), (own, String::new()));
    }

    #[test]
    fn a_search_for_steps_ends_with_the_frame_at_which_it_is_told_to() {
        let plan = plan(&[]);
        let held_out = HeldOut::simulate(&plan, 0, Control::none()).expect("it simulates");
        let kept = Steps::of(&plan, &held_out, Control::none()).expect("it measures");
        let stop = AtomicBool::new(true);
        let stopped = Control::none().stopped_by(&stop);
        let found = Steps::of(&plan, &held_out, stopped);
        assert!(matches!(found, Err(JudgeError::Stopped(_))));
        let found = kept.kept(training(&plan), stopped);
        assert!(matches!(found, Err(JudgeError::Stopped(_))));
    }

    #[test]
    fn steps_that_were_typed_coarser_than_the_tolerance_stay() {
        let sets = ["time.tolerance=1e-8", "time.substeps=1"].map(str::to_owned);
        assert_eq!(steps(&plan(&sets), 1.5), (1, String::new()));
    }
}
