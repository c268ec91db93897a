//! Repeated application of a surrogate to the initial states of several simulations at once.

use super::{HeldOut, Truth};
use crate::batch::Layout;
use burn::tensor::Device;
use ondine_models::{Draws, Model, Surrogate};

/// Forecasts of all held-out simulations, `[step][simulation]`, channel-major, the first step first.
pub(crate) fn rollout(
    layout: &Layout,
    held_out: &HeldOut,
    surrogate: &Model,
    device: &Device,
    draws: &mut Draws,
) -> Vec<Vec<Vec<f32>>> {
    let truths: Vec<&Truth> = held_out.trajectories.iter().collect();
    let start = Start {
        truths: &truths,
        known: held_out.known,
    };
    roll_out(layout, start, held_out.steps(), surrogate, device, draws)
}

/// Where rollouts begin.
#[derive(Clone, Copy)]
pub(super) struct Start<'a> {
    /// The simulations; one that stands here twice is rolled out twice.
    pub(super) truths: &'a [&'a Truth],
    /// Frames of each that a forecast begins with.
    pub(super) known: usize,
}

/// Forecasts of `steps` frames, `[step][simulation]`, channel-major.
pub(super) fn roll_out(
    layout: &Layout,
    Start { truths, known }: Start<'_>,
    steps: usize,
    surrogate: &Model,
    device: &Device,
    draws: &mut Draws,
) -> Vec<Vec<Vec<f32>>> {
    let starts = truths.iter().map(|truth| -> Vec<&[f32]> {
        let known = &truth.frames[..known];
        known.iter().map(|frame| &**frame).collect()
    });
    let mut u = layout.states(starts, device);
    let mut forecasts = Vec::with_capacity(steps + layout.bundle);
    while forecasts.len() < steps {
        let place = forecasts.len() * layout.stride;
        let told = truths.iter().map(|truth| (&truth.conditions, place));
        let parameters = layout.rows(told, device);
        u = surrogate.step(u, parameters, &layout.grid, draws);
        forecasts.extend(layout.unbundled(u.clone()));
    }
    forecasts.truncate(steps); // of the last bundle a part may lie beyond the truth
    forecasts
}
