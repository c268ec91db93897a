//! What a surrogate is: a map from the state now to the state one frame later.

use burn::tensor::Tensor;

/// The fields a network is built for; a grid is given only when it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSpec {
    /// Number of channels of the state.
    pub channels: usize,
    /// Number of parameters (time step, grid spacing, equation parameters).
    pub parameters: usize,
    /// Number of space dimensions, 1 to 3.
    pub dims: usize,
}

/// Advances states by one frame.
///
/// States are `[batch, point, channel]`; `grid` holds the number of points an axis, the last axis varying fastest, and
/// its product is the number of points. Parameters are `[batch, parameter]` in physical units.
pub trait Surrogate {
    /// The states one frame later.
    ///
    /// # Shapes   u: `[batch, point, channel]`, parameters: `[batch, parameter]` → `[batch, point, channel]`
    fn step(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3>;

    /// How wrong each prediction of `next` is: by default the mean squared error.
    ///
    /// # Shapes   predicted, next: `[batch, point, channel]` → `[batch]`
    fn errors(&self, predicted: Tensor<3>, next: Tensor<3>) -> Tensor<1> {
        mean_square(predicted - next)
    }

    /// What training minimises for every pair (`u`, `next`): by default the error of the step.
    ///
    /// # Shapes   u, next: `[batch, point, channel]`, parameters: `[batch, parameter]` → `[batch]`
    fn losses(
        &self,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
    ) -> Tensor<1> {
        self.errors(self.step(u, parameters, grid), next)
    }

    /// The mean of [`Self::losses`], `[1]`.
    fn loss(
        &self,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
    ) -> Tensor<1> {
        self.losses(u, next, parameters, grid).mean()
    }
}

/// The mean square of every state.
///
/// # Shapes   `[batch, point, channel]` → `[batch]`
pub(crate) fn mean_square(states: Tensor<3>) -> Tensor<1> {
    let squares: Tensor<2> = states.square().flatten(1, 2);
    squares.mean_dim(1).squeeze_dim(1)
}
