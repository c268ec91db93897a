//! States of a solver on other points.

use burn::tensor::Tensor;

use crate::fourier::Fourier;

/// The trigonometric interpolant of periodic states on other points: along an axis where their number is another one, the
/// waves of less than half as many periods as either, and nothing else.
///
/// [`TensorStepper::resample`](crate::TensorStepper::resample) makes one.
#[derive(Debug, Clone)]
pub struct TensorResample {
    pub(crate) from: Fourier,
    pub(crate) onto: Fourier,
}

impl TensorResample {
    /// The states on the other points.
    ///
    /// # Shapes   `[batch, point, channel]` → `[batch, other point, channel]`
    #[must_use]
    pub fn apply(&self, u: Tensor<3>) -> Tensor<3> {
        let u_hat = self.from.forward(u.swap_dims(1, 2));
        self.onto.inverse(u_hat).swap_dims(1, 2)
    }
}
