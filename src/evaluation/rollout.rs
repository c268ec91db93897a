//! Repeated application of a surrogate to the initial states of all held-out simulations at once.

use super::HeldOut;
use crate::batch::Layout;
use burn::tensor::Device;
use ondine_models::{Draws, Model, Surrogate};

/// Forecasts `[step][simulation]`, channel-major, the first step first.
pub(super) fn rollout(
    layout: &Layout,
    held_out: &HeldOut,
    surrogate: &Model,
    device: &Device,
    draws: &mut Draws,
) -> Vec<Vec<Vec<f32>>> {
    let truths = &held_out.trajectories;
    let mut u = layout.states(truths.iter().map(|truth| &*truth.frames[0]), device);
    let begin = |step: usize| {
        truths
            .iter()
            .map(move |truth| (&truth.conditions, step * layout.stride))
    };
    let mut forecasts = Vec::with_capacity(held_out.steps());
    for step in 0..held_out.steps() {
        let parameters = layout.rows(begin(step), device);
        u = surrogate.step(u, parameters, &layout.grid, draws);
        forecasts.push(layout.to_host(u.clone()));
    }
    forecasts
}
