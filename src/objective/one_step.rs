//! One step: the error of a single prediction from a true state, or from one with a little noise on it.
//!
//! Noise teaches a surrogate to damp what should not be there. Without it nothing in the data says how to treat the
//! small errors of earlier predictions, and rollouts of dissipative equations blow up in modes that the solver keeps at
//! rest: Sanchez-Gonzalez et al. (2020), Learning to simulate complex physics with graph networks, §3.2.

use super::{Objective, ObjectiveConfig, ObjectiveEntry, ObjectiveSection, noise};
use crate::batch::Batch;
use burn::tensor::Tensor;
use ondine_models::{Norm, Surrogate, SurrogateRng};
use serde::Deserialize;
use std::sync::Arc;

/// The entry of the list of objectives.
pub(super) const ENTRY: ObjectiveEntry = ObjectiveEntry {
    kind: "one_step",
    summary: "mean squared error of one predicted step, in units of the size of a step",
    keys: &[],
    by_surrogate: true,
    decode: |options| Ok(Arc::new(OneStepConfig::deserialize(options)?)),
};

/// No options of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneStepConfig {}

impl ObjectiveConfig for OneStepConfig {
    fn build(&self, section: &ObjectiveSection) -> Box<dyn Objective> {
        Box::new(OneStep {
            noise: section.noise,
            norm: section.error_norm(),
        })
    }
}

struct OneStep {
    /// Standard deviation of the noise, in units of the state's.
    noise: f64,
    norm: Norm,
}

impl Objective for OneStep {
    fn frames(&self) -> usize {
        2
    }

    fn losses(
        &self,
        surrogate: &dyn Surrogate,
        batch: &Batch,
        draws: &mut SurrogateRng,
    ) -> Tensor<1> {
        let now = noise::start(surrogate, batch, self.noise, draws);
        let next = batch.frames[1].clone();
        let parameters = batch.parameters.clone();
        surrogate.losses(now, next, parameters, &batch.grid, self.norm, draws)
    }
}
