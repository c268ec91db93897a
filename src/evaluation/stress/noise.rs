//! Noise on the states that rollouts begin with.

use crate::evaluation::{HeldOut, Truth};
use ondine_solvers::{Rng, Stream};
use std::sync::Arc;

/// The same simulations, forecast from states with white noise of `level` standard deviations of the fields.
pub(super) fn noisy(held_out: &HeldOut, level: f64, deviations: &[f64], seed: u64) -> HeldOut {
    let mut noisy = held_out.clone();
    noisy.others.clear();
    for (index, truth) in noisy.trajectories.iter_mut().enumerate() {
        let mut rng = Rng::stream(seed, Stream::Noise, index as u64);
        let known = held_out.num_initial_frames;
        add(truth, known, deviations, &mut || level * rng.normal());
    }
    noisy
}

/// Adds draws, in deviations, to the first frames of a simulation.
fn add(truth: &mut Truth, frames: usize, deviations: &[f64], draw: &mut dyn FnMut() -> f64) {
    for frame in &mut truth.frames[..frames] {
        let points = (frame.len() / deviations.len()).max(1);
        let fields = frame.chunks(points).zip(deviations);
        let noisy = fields.flat_map(|(field, deviation)| {
            let noisy = field
                .iter()
                .map(|&value| (f64::from(value) + deviation * draw()) as f32);
            noisy.collect::<Vec<_>>()
        });
        *frame = noisy.collect::<Arc<[f32]>>();
    }
}
