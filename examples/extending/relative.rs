//! Relative: the error of one step over the norm of the true next state.
//!
//! `L = mean ‖f(u) − u*‖₂ / ‖u*‖₂`: Li et al. (2021), Fourier Neural Operator for Parametric Partial Differential Equations.

use super::{Objective, ObjectiveEntry, noise};
use crate::batch::Batch;
use burn::tensor::Tensor;
use ondine_models::{Draws, Norm, Surrogate};

/// The entry of the list of objectives.
pub(super) const ENTRY: ObjectiveEntry = ObjectiveEntry {
    kind: "relative",
    summary: "error of one predicted step over the size of the state, the mean over states",
    keys: &[],
    by_surrogate: false,
    build: |options| {
        Box::new(Relative {
            noise: options.noise,
            norm: options.error_norm(),
        })
    },
};

struct Relative {
    /// Standard deviation of the noise, in units of the state's.
    noise: f64,
    norm: Norm,
}

impl Objective for Relative {
    fn frames(&self) -> usize {
        2
    }

    fn losses(&self, surrogate: &dyn Surrogate, batch: &Batch, draws: &mut Draws) -> Tensor<1> {
        let u = noise::start(surrogate, batch, self.noise, draws);
        let next = batch.frames[1].clone();
        let predicted = surrogate.step(u, batch.parameters.clone(), &batch.grid, draws);
        let square = |u: Tensor<3>| self.norm.square(u, &batch.grid); // [batch]
        (square(predicted - next.clone()) / square(next)).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objective::ObjectiveSection;

    #[test]
    fn it_reads_two_states_of_a_window() {
        assert_eq!((ENTRY.build)(&ObjectiveSection::default()).frames(), 2);
    }
}
