//! Pushforward: the error of one step from a state that the surrogate itself predicted, `n − 1` steps before.
//!
//! The steps before the last carry no gradient, so the surrogate learns to undo errors of its own kind, not to make none,
//! at the memory of a single step: Brandstetter, Worrall & Welling (2022), Message Passing Neural PDE Solvers, §3.1. The members of
//! an ensemble have a rollout each, and the states at the end are scored.

use super::{Objective, ObjectiveConfig, ObjectiveEntry, ObjectiveSection, noise, steps};
use crate::batch::Batch;
use burn::tensor::Tensor;
use ondine_models::{Norm, Surrogate, SurrogateRng};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The entry of the list of objectives.
pub(super) const ENTRY: ObjectiveEntry = ObjectiveEntry {
    kind: "pushforward",
    summary: "mean squared error of the last of `steps` predicted steps, with a gradient through that one alone",
    keys: &[steps::STEPS],
    by_surrogate: true,
    decode: |options| Ok(Arc::new(PushforwardConfig::deserialize(options)?)),
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PushforwardConfig {
    /// Steps that are predicted one from the other.
    steps: Option<usize>,
}

impl ObjectiveConfig for PushforwardConfig {
    fn check(&self) -> Result<(), (&'static str, String)> {
        steps::check(self.steps)
    }

    fn num_steps(&self) -> usize {
        self.steps.unwrap_or(steps::DEFAULT)
    }

    fn build(&self, section: &ObjectiveSection) -> Box<dyn Objective> {
        Box::new(Pushforward {
            steps: self.num_steps(),
            noise: section.noise,
            norm: section.error_norm(),
        })
    }

    fn options(&self) -> toml::Table {
        steps::options(self)
    }
}

pub(super) struct Pushforward {
    pub(super) steps: usize,
    /// Standard deviation of the noise, in units of the state's.
    pub(super) noise: f64,
    pub(super) norm: Norm,
}

impl Objective for Pushforward {
    fn frames(&self) -> usize {
        1 + self.steps
    }

    fn losses(
        &self,
        surrogate: &dyn Surrogate,
        batch: &Batch,
        draws: &mut SurrogateRng,
    ) -> Tensor<1> {
        let u = noise::start(surrogate, batch, self.noise, draws);
        let (mut u, parameters) = steps::of_members(surrogate, u, batch.parameters.clone());
        for _ in 1..self.steps {
            u = surrogate
                .step(u, parameters.clone(), &batch.grid, draws)
                .detach();
        }
        let (end, grid) = (batch.frames[self.steps].clone(), &batch.grid);
        if surrogate.members() == 1 {
            return surrogate.losses(u, end, parameters, grid, self.norm, draws);
        }
        let predicted = surrogate.step(u, parameters, grid, draws);
        surrogate.prediction_losses(predicted, end, grid, self.norm)
    }
}
