//! A surrogate that predicts the scaled change of the state:
//! `u(t + dt) = u(t) + c · network((u − mean)/deviation, parameters)`.
//!
//! Of a state of `K` frames each of the next `K` is predicted from the last one, `u(t + i dt) = u(t) + cᵢ dᵢ` with `cᵢ` the
//! size of the change over `i` frames: temporal bundling, Brandstetter, Worrall & Welling (2022), §3.2, where `cᵢ = i dt`.
//!
//! The change over a frame is often much smaller than the state. Dividing it by its own size `c` gives the network a
//! target of order one (Lippe et al. 2023, §4.1: the difference weight of the Kuramoto-Sivashinsky equation).

use crate::network::Network;
use crate::surrogate::{held_mean, last_known};
use crate::{Draws, Scaling, Surrogate};
use burn::module::Module;
use burn::tensor::Tensor;

/// A network with the scales that connect it to physical units.
#[derive(Module, Debug)]
pub struct Residual {
    /// The network, in scaled units.
    pub network: Network,
    /// The scales, fixed before training starts.
    #[module(skip)]
    pub scaling: Scaling,
    /// Whether the mean of every channel over the grid is held, because the equation holds it.
    #[module(skip)]
    pub conserve_mean: bool,
    /// Frames of a state.
    #[module(skip)]
    pub(crate) bundle: usize,
}

impl Residual {
    /// Connects `network` to physical units through `scaling`.
    pub fn new(network: Network, scaling: Scaling) -> Self {
        Self {
            network,
            scaling,
            conserve_mean: false,
            bundle: 1,
        }
    }

    /// The same surrogate for states of `frames` frames.
    #[must_use]
    pub fn bundling(mut self, frames: usize) -> Self {
        self.bundle = frames;
        self
    }

    /// The same surrogate, holding the mean of every channel or not.
    ///
    /// A network's answer has a small mean of its own. Nothing in the training data shows what to do with a state whose
    /// mean has drifted, so long rollouts of a conserving equation leave the data there first.
    #[must_use]
    pub fn conserving_mean(mut self, conserve: bool) -> Self {
        self.conserve_mean = conserve;
        self
    }

    /// The increment over one frame in units of `scaling.increment`.
    ///
    /// # Shapes   u: `[batch, point, channel]`, parameters: `[batch, parameter]` → `[batch, point, channel]`
    fn increment(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
        let u = self.scaling.normalize_state(u);
        let parameters = self.scaling.normalize_parameters(parameters);
        held_mean(
            self.network.forward(u, parameters, grid),
            self.conserve_mean,
        )
    }
}

impl Surrogate for Residual {
    fn step(
        &self,
        u: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        _draws: &mut Draws,
    ) -> Tensor<3> {
        let scale = self.scaling.increments(&u.device());
        last_known(u.clone(), self.bundle) + self.increment(u, parameters, grid) * scale
    }

    /// In units of the size of a step, so that every channel counts alike.
    fn errors(&self, predicted: Tensor<3>, next: Tensor<3>) -> Tensor<3> {
        let scale = self.scaling.increments(&predicted.device());
        (predicted - next) / scale
    }

    /// Errors of the scaled increment, so that every channel counts alike.
    fn residuals(
        &self,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        _draws: &mut Draws,
    ) -> Tensor<3> {
        let target =
            (next - last_known(u.clone(), self.bundle)) / self.scaling.increments(&u.device());
        self.increment(u, parameters, grid) - target
    }
}
