//! A surrogate that predicts the state of a time from parameters alone:
//! `u(t) = mean + deviation · network((p − center)/spread)`, `t` the last of `p`.
//!
//! The fully connected surrogate of Meyer et al. (2023), which learns the solution `f(θ, t)` of the heat equation from its
//! temperatures and the time. Every time takes one call, so errors do not add up over a rollout; in return what it is told
//! has to determine the solution, the initial state included, and it says nothing of times that it was not trained on.

use super::Method;
use crate::weights::ChannelNames;
use crate::{FieldSpec, Inputs, Model, SurrogateRng};
use burn::tensor::Tensor;

/// Prediction of the state from parameters and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FromParameters;

/// The scaled state at the time in the parameters; of `u` the shape alone matters.
///
/// # Shapes   u: `[batch, point, channel]`, parameters: `[batch, parameter]` → `[batch, point, channel]`
fn scaled(model: &Model, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
    let parameters = model.scaling.normalize_parameters(parameters);
    model.network.forward(u, parameters, grid)
}

impl Method for FromParameters {
    fn record_name(&self) -> &'static str {
        "Direct"
    }

    /// No channels to see.
    fn inner(&self, spec: &FieldSpec) -> FieldSpec {
        FieldSpec {
            inputs: 0,
            ..spec.clone()
        }
    }

    fn inner_names(&self, names: ChannelNames) -> ChannelNames {
        ChannelNames {
            inputs: Vec::new(),
            ..names
        }
    }

    fn inputs(&self) -> Inputs {
        Inputs::Parameters
    }

    fn step(
        &self,
        model: &Model,
        u: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        _draws: &mut SurrogateRng,
    ) -> Tensor<3> {
        model
            .scaling
            .restore_state(scaled(model, u, parameters, grid))
    }

    /// In units of the state's standard deviation, so that every channel counts alike.
    fn errors(&self, model: &Model, predicted: Tensor<3>, next: Tensor<3>) -> Tensor<3> {
        let deviation = model.scaling.deviations(&predicted.device());
        (predicted - next) / deviation
    }

    /// Of the scaled state, so that every channel counts alike.
    fn residuals(
        &self,
        model: &Model,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
    ) -> Tensor<3> {
        if model.keeps_positive() {
            let answer = model.positive(self.step(model, u, parameters, grid, draws));
            return self.errors(model, answer, next);
        }
        let target = model.scaling.normalize_state(next);
        scaled(model, u, parameters, grid) - target
    }
}
