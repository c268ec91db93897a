//! One step: the error of a single prediction from a true state.

use super::{Objective, ObjectiveEntry};
use crate::batch::Batch;
use burn::tensor::Tensor;
use ondine_models::{Residual, Surrogate};

/// The entry of the list of objectives.
pub(super) const ENTRY: ObjectiveEntry = ObjectiveEntry {
    kind: "one_step",
    summary: "mean squared error of one predicted step, in units of the size of a step",
    build: || Box::new(OneStep),
};

struct OneStep;

impl Objective for OneStep {
    fn frames(&self) -> usize {
        2
    }

    fn loss(&self, surrogate: &Residual, batch: &Batch) -> Tensor<1> {
        let [now, next] = [0, 1].map(|frame| batch.frames[frame].clone());
        surrogate.loss(now, next, batch.parameters.clone(), &batch.grid)
    }
}
