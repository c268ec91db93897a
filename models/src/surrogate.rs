//! What a surrogate is: a map from the state now to the state one frame later.

use crate::{Draws, Norm};
use burn::tensor::{Device, Tensor};
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

/// The unit a network counts distances in, and so the meaning of another grid to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// By points: neighbours of a point lie nearer on a finer grid, where the network is another operator. The distance of
    /// two points is a condition that it has to know.
    #[default]
    Points,
    /// By the length of the box: waves over it, the same ones on any number of points. Such a network is the same operator
    /// on every grid as long as all that it is told is the same.
    Domain,
}

/// The fields a network is built for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSpec {
    /// Channels that the network sees: those of the state, and what a surrogate shows it beside; 0 where it sees
    /// parameters alone.
    pub inputs: usize,
    /// Channels that the network answers with.
    pub outputs: usize,
    /// Frames of a state. Of more than one, the channels are those of one frame after the other, and a step advances by as
    /// many.
    pub bundle: usize,
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
            bundle: 1,
            parameters,
            grid: grid.to_vec(),
        }
    }

    /// The same for states of `frames` frames, the channels of each as many as now.
    #[must_use]
    pub fn bundled(mut self, frames: usize) -> Self {
        self.inputs *= frames;
        self.outputs *= frames;
        self.bundle = frames;
        self
    }

    /// Number of space dimensions.
    pub fn dims(&self) -> usize {
        self.grid.len()
    }
}

/// Advances states by one frame, or by as many as a state has.
///
/// States are `[batch, point, channel]`; `grid` holds the number of points an axis, the last axis varying fastest, and
/// its product is the number of points. Parameters are `[batch, parameter]` in physical units.
///
/// Objectives and rollouts take any surrogate, one of a program that uses this library too.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use ondine_models::{Draws, Surrogate};
///
/// /// Every state times a factor.
/// struct Decay(f64);
///
/// impl Surrogate for Decay {
///     fn step(&self, u: Tensor<3>, _: Tensor<2>, _: &[usize], _: &mut Draws) -> Tensor<3> {
///         u * self.0
///     }
/// }
///
/// let device = Device::flex();
/// let u = Tensor::<3>::ones([2, 8, 1], &device); // [batch, point, channel]
/// let parameters = Tensor::<2>::zeros([2, 1], &device); // [batch, parameter]
/// let loss = Decay(0.5).loss(u.clone(), u, parameters, &[8], &mut Draws::new(0));
/// assert_eq!(loss.into_scalar::<f32>(), 0.25);
/// ```
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

    /// Standard deviations of the channels of a state, the unit of noise on states: by default 1.
    ///
    /// # Shapes   → `[1, 1, channel]`, or `[1, 1, 1]` where all channels have the same
    fn deviations(&self, device: &Device) -> Tensor<3> {
        Tensor::ones([1, 1, 1], &device.clone().without_autodiff())
    }

    /// How wrong predictions of `next` are at every point, in the units of training: by default those of the state.
    ///
    /// # Shapes   predicted, next: `[batch, point, channel]` → `[batch, point, channel]`
    fn errors(&self, predicted: Tensor<3>, next: Tensor<3>) -> Tensor<3> {
        predicted - next
    }

    /// What training makes small for every pair (`u`, `next`), in a [`Norm`](crate::Norm): by default the errors of the
    /// step.
    ///
    /// # Shapes   u, next: `[batch, point, channel]`, parameters: `[batch, parameter]` → `[batch, point, channel]`
    fn residuals(
        &self,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut Draws,
    ) -> Tensor<3> {
        self.errors(self.step(u, parameters, grid, draws), next)
    }

    /// The loss of every pair, `[batch]`: by default the squared norm of its [residuals](Self::residuals).
    fn losses(
        &self,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        norm: Norm,
        draws: &mut Draws,
    ) -> Tensor<1> {
        norm.square(self.residuals(u, next, parameters, grid, draws), grid)
    }

    /// The mean of [`Self::losses`] in mean squares, `[1]`.
    fn loss(
        &self,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut Draws,
    ) -> Tensor<1> {
        self.losses(u, next, parameters, grid, Norm::L2, draws)
            .mean()
    }
}

/// What frames of a bundle are predicted from: the last frame of the state, once for each of them.
///
/// # Shapes   u: `[batch, point, frame · channel]` → the same
pub(crate) fn last_known(u: Tensor<3>, bundle: usize) -> Tensor<3> {
    if bundle == 1 {
        return u;
    }
    let channels = u.dims()[2] / bundle;
    let last = u.narrow(2, (bundle - 1) * channels, channels);
    last.repeat_dim(2, bundle)
}

/// Increments without their mean over the grid where a surrogate holds that of every channel; else as they are.
///
/// # Shapes   `[batch, point, channel]` → the same
pub(crate) fn held_mean(increment: Tensor<3>, conserve: bool) -> Tensor<3> {
    match conserve {
        true => increment.clone() - increment.mean_dim(1), // [batch, 1, channel] taken off every point
        false => increment,
    }
}

/// The mean square of every state.
///
/// # Shapes   `[batch, point, channel]` → `[batch]`
pub(crate) fn mean_square(states: Tensor<3>) -> Tensor<1> {
    let squares: Tensor<2> = states.square().flatten(1, 2);
    squares.mean_dim(1).squeeze_dim(1)
}
