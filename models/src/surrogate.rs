//! What a surrogate is: a map from the state now to the state one frame later.

use crate::Draws;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

/// What a surrogate answers from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inputs {
    /// The state now, and parameters.
    #[default]
    State,
    /// Parameters alone, the last of which is the time of the state that is asked for.
    Parameters,
}

/// The fields a network is built for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSpec {
    /// Channels that the network sees: those of the state, and what a surrogate shows it beside; 0 where it sees
    /// parameters alone.
    pub inputs: usize,
    /// Channels that the network answers with.
    pub outputs: usize,
    /// Number of parameters (time step, grid spacing, equation parameters).
    pub parameters: usize,
    /// Points an axis of the grid it is trained on, 1 to 3 axes. Most networks run on other grids too; what binds one to
    /// this says [`NetworkConfig::check_grid`](crate::network::NetworkConfig::check_grid).
    pub grid: Vec<usize>,
}

impl FieldSpec {
    /// A network from `channels` fields to as many, on `grid`.
    pub fn new(channels: usize, parameters: usize, grid: &[usize]) -> Self {
        Self {
            inputs: channels,
            outputs: channels,
            parameters,
            grid: grid.to_vec(),
        }
    }

    /// Number of space dimensions.
    pub fn dims(&self) -> usize {
        self.grid.len()
    }
}

/// Advances states by one frame.
///
/// States are `[batch, point, channel]`; `grid` holds the number of points an axis, the last axis varying fastest, and
/// its product is the number of points. Parameters are `[batch, parameter]` in physical units.
pub trait Surrogate {
    /// The states one frame later. What a surrogate that samples its answers needs of chance comes from `draws`.
    ///
    /// # Shapes   u: `[batch, point, channel]`, parameters: `[batch, parameter]` → `[batch, point, channel]`
    fn step(
        &self,
        u: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut Draws,
    ) -> Tensor<3>;

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
        draws: &mut Draws,
    ) -> Tensor<1> {
        self.errors(self.step(u, parameters, grid, draws), next)
    }

    /// The mean of [`Self::losses`], `[1]`.
    fn loss(
        &self,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut Draws,
    ) -> Tensor<1> {
        self.losses(u, next, parameters, grid, draws).mean()
    }
}

/// The mean square of every state.
///
/// # Shapes   `[batch, point, channel]` → `[batch]`
pub(crate) fn mean_square(states: Tensor<3>) -> Tensor<1> {
    let squares: Tensor<2> = states.square().flatten(1, 2);
    squares.mean_dim(1).squeeze_dim(1)
}
