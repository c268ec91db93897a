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
    let known = truths.iter().map(|truth| -> Vec<&[f32]> {
        let known = &truth.frames[..held_out.known];
        known.iter().map(|frame| &**frame).collect()
    });
    let mut u = layout.states(known, device);
    let mut forecasts = Vec::with_capacity(held_out.steps() + layout.bundle);
    while forecasts.len() < held_out.steps() {
        let place = forecasts.len() * layout.stride;
        let parameters = layout.rows(
            truths.iter().map(|truth| (&truth.conditions, place)),
            device,
        );
        u = surrogate.step(u, parameters, &layout.grid, draws);
        forecasts.extend(layout.unbundled(u.clone()));
    }
    forecasts.truncate(held_out.steps()); // of the last bundle a part may lie beyond the truth
    forecasts
}
