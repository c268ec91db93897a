//! The surrogate of a run, for commands that use it.

use super::CliError;
use crate::checkpoint::Checkpoint;
use crate::plan::Plan;
use crate::run::Run;
use crate::trainer::weight_seed;
use burn::module::Module;
use burn::tensor::Device;
use ondine_models::{Init, Model};
use std::path::Path;

/// A run with its newest surrogate.
pub(super) struct Trained {
    pub(super) run: Run,
    pub(super) plan: Plan,
    /// Outside of automatic differentiation.
    pub(super) surrogate: Model,
    /// Steps it was trained for.
    pub(super) step: usize,
}

impl Trained {
    /// Opens the run of a directory; only keys of `[evaluate]` may be overridden.
    pub(super) fn open(
        directory: &Path,
        overrides: &[String],
        device: &Device,
    ) -> Result<Self, CliError> {
        let run = Run::open(directory)?;
        let wrong = overrides
            .iter()
            .find(|typed| !typed.starts_with("evaluate."));
        if let Some(typed) = wrong {
            let message = format!("--set {typed}: a trained run takes keys of [evaluate] only");
            return Err(CliError::Usage(message));
        }
        let mut plan = run.recipe(overrides)?.check_trained()?;
        plan.worker_program = super::worker::program();
        let checkpoint = Checkpoint::of(&run)?;
        plan.solver_errors = checkpoint.state.solver_errors.clone();
        let mut init = Init::new(weight_seed(&plan), device);
        Ok(Self {
            surrogate: checkpoint.best(&plan, &mut init)?.valid(),
            step: checkpoint.state.step,
            plan,
            run,
        })
    }

    /// Whether so many rollouts from one state differ.
    pub(super) fn check_samples(&self, samples: usize) -> Result<(), CliError> {
        if samples <= 1 || self.surrogate.is_stochastic() {
            return Ok(());
        }
        let kind = self.plan.recipe.model_kind;
        Err(CliError::Usage(format!(
            "--samples {samples}: `{kind}` gives the same rollout every time; pde_refiner and crps_ensemble sample their answers"
        )))
    }
}
