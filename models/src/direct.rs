//! A surrogate that predicts the state of a time from parameters alone:
//! `u(t) = mean + deviation · network((p − center)/spread)`, `t` the last of `p`.
//!
//! The fully connected surrogate of Meyer et al. (2023), which learns the solution `f(θ, t)` of the heat equation from its
//! temperatures and the time. Every time takes one call, so errors do not add up over a rollout; in return what it is told
//! has to determine the solution, the initial state included, and it says nothing of times that it was not trained on.

use crate::network::Network;
use crate::{Draws, FieldSpec, Scaling, Surrogate};
use burn::module::Module;
use burn::tensor::Tensor;

/// A network from parameters to states, with the scales that connect it to physical units.
#[derive(Module, Debug)]
pub struct Direct {
    /// The network, in scaled units.
    pub network: Network,
    /// The scales, fixed before training starts.
    #[module(skip)]
    pub scaling: Scaling,
}

impl Direct {
    /// Connects `network`, built for [`Self::inner`], to physical units through `scaling`.
    pub fn new(network: Network, scaling: Scaling) -> Self {
        Self { network, scaling }
    }

    /// What its network is built for: no channels to see.
    pub fn inner(spec: &FieldSpec) -> FieldSpec {
        FieldSpec {
            inputs: 0,
            ..spec.clone()
        }
    }

    /// The scaled state at the time in the parameters; of `u` the shape alone matters.
    ///
    /// # Shapes   u: `[batch, point, channel]`, parameters: `[batch, parameter]` → `[batch, point, channel]`
    fn scaled(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
        let parameters = self.scaling.normalize_parameters(parameters);
        self.network.forward(u, parameters, grid)
    }
}

impl Surrogate for Direct {
    fn step(
        &self,
        u: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        _draws: &mut Draws,
    ) -> Tensor<3> {
        self.scaling.restore_state(self.scaled(u, parameters, grid))
    }

    /// In units of the state's standard deviation, so that every channel counts alike.
    fn errors(&self, predicted: Tensor<3>, next: Tensor<3>) -> Tensor<3> {
        let deviation = self.scaling.deviations(&predicted.device());
        (predicted - next) / deviation
    }

    /// Of the scaled state, so that every channel counts alike.
    fn residuals(
        &self,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        _draws: &mut Draws,
    ) -> Tensor<3> {
        let target = self.scaling.normalize_state(next);
        self.scaled(u, parameters, grid) - target
    }
}
