//! Repeated application of a surrogate to the initial states of all held-out simulations at once.

use super::HeldOut;
use crate::batch::Layout;
use burn::tensor::Device;
use ondine_models::{Draws, Model, Surrogate};

/// Forecasts `[step][simulation]`, channel-major, the first step first.
pub(crate) fn rollout(
    layout: &Layout,
    held_out: &HeldOut,
    surrogate: &Model,
    device: &Device,
    draws: &mut Draws,
) -> Vec<Vec<Vec<f32>>> {
    let truths = &held_out.trajectories;
    let mut u = layout.states(truths.iter().map(|truth| &*truth.frames[0]), device);
    let parameters = layout.rows(truths.iter().map(|truth| &truth.conditions), device);
    let mut forecasts = Vec::with_capacity(held_out.steps());
    for _ in 0..held_out.steps() {
        u = surrogate.step(u, parameters.clone(), &layout.grid, draws);
        forecasts.push(layout.to_host(u.clone()));
    }
    forecasts
}
