//! A surrogate that predicts the scaled change of the state:
//! `u(t + dt) = u(t) + c · network((u − mean)/deviation, parameters)`.
//!
//! Of a state of `K` frames each of the next `K` is predicted from the last one, `u(t + i dt) = u(t) + cᵢ dᵢ` with `cᵢ` the
//! size of the change over `i` frames: temporal bundling, Brandstetter, Worrall & Welling (2022), §3.2, where `cᵢ = i dt`.
//!
//! A state of more frames than the answer shows the network those before the last one too.
//!
//! The change over a frame is often much smaller than the state. Dividing it by its own size `c` gives the network a
//! target of order one (Lippe et al. 2023, §4.1: the difference weight of the Kuramoto-Sivashinsky equation).

use super::Method;
use crate::{Model, SurrogateRng};
use burn::tensor::Tensor;

/// Prediction of the change of the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Residual;

/// The increment over one frame in units of `scaling.increment`.
///
/// # Shapes   u: `[batch, point, channel]` of a state, parameters: `[batch, parameter]` → `[batch, point, channel]` of an
/// answer
fn increment(
    model: &Model,
    u: Tensor<3>,
    parameters: Tensor<2>,
    grid: &[usize],
    draws: &mut SurrogateRng,
) -> Tensor<3> {
    let u = model.scaling.normalize_state(u);
    let parameters = model.scaling.normalize_parameters(parameters);
    model.conserved(model.network.forward_with(u, parameters, grid, draws))
}

impl Method for Residual {
    fn record_name(&self) -> &'static str {
        "Residual"
    }

    fn step(
        &self,
        model: &Model,
        u: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
    ) -> Tensor<3> {
        let scale = model.scaling.increments(&u.device());
        model.last_frames(u.clone()) + increment(model, u, parameters, grid, draws) * scale
    }

    /// Errors of the scaled increment, so that every channel counts alike.
    fn residuals(
        &self,
        model: &Model,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
    ) -> Tensor<3> {
        let target = (next - model.last_frames(u.clone())) / model.scaling.increments(&u.device());
        let increment = increment(model, u.clone(), parameters, grid, draws);
        model.positive_increment(&u, increment) - target
    }
}
