//! Errors of a refiner's first step after every call of its network.

use super::rollout::BATCH;
use super::{HeldOut, Known, Truth};
use crate::batch::Layout;
use crate::metric::{Amplitudes, Scale, rms};
use crate::results::Refinement;
use burn::tensor::Device;
use ondine_models::refiner::PdeRefiner;
use ondine_models::{Model, Scaling, SurrogateRng};
use ondine_solvers::SolverError;

/// The errors of one step from the beginning of every held-out simulation, after each of its calls; none for a surrogate
/// that is no refiner.
///
/// # Errors
/// When there is no spectrum for the grid.
pub(super) fn refinements(
    layout: &Layout,
    held_out: &HeldOut,
    surrogate: &Model,
    device: &Device,
    draws: &mut SurrogateRng,
) -> Result<Vec<Refinement>, SolverError> {
    let Some(refiner) = surrogate.method::<PdeRefiner>() else {
        return Ok(Vec::new());
    };
    let noises = refiner.noise_deviations();
    let mut amplitudes = Amplitudes::new(&layout.grid, &layout.axes, held_out.lengths())?;
    let mut sums = vec![(0.0, amplitudes.zeros()); noises.len()];
    let known = |truth: &Truth| truth.known.as_ref().map_or(layout.num_points(), Known::len);
    let values: usize = held_out.trajectories.iter().map(known).sum::<usize>() * layout.channels;
    for truths in held_out.trajectories.chunks(BATCH) {
        let starts = truths
            .iter()
            .map(|truth| truth.start(held_out.num_initial_frames));
        let told = truths.iter().map(|truth| (&truth.conditions, 0));
        let parameters = layout.rows(told, device);
        let u = layout.states(starts, device);
        let estimates = refiner.refinements(surrogate, u, parameters, &layout.grid, draws);
        for (estimate, (squares, of_modes)) in estimates.into_iter().zip(&mut sums) {
            for (u, truth) in layout.unbundled(estimate)[0].iter().zip(truths) {
                let length = &truth.conditions.length;
                let truth = &truth.since_last(held_out.num_initial_frames)[1];
                let pairs = u.iter().zip(&**truth);
                let error: Vec<f64> = pairs.map(|(u, t)| f64::from(*u) - f64::from(*t)).collect();
                *squares += error.iter().map(|x| x * x).sum::<f64>();
                amplitudes.add(&error, length, of_modes);
            }
        }
    }
    let (mode, count) = (
        white(layout, &surrogate.scaling),
        held_out.trajectories.len(),
    );
    let calls = noises.into_iter().zip(sums).enumerate();
    let one = |(call, (noise, (squares, of_modes)))| Refinement {
        calls: call + 1,
        noise,
        noise_amplitude: Some(noise * mode),
        mse: Scale::Absolute.bound(squares / values as f64),
        error: rms(of_modes, count * layout.channels),
    };
    Ok(calls.map(one).collect())
}

/// Amplitude `√⟨|û_k|²⟩ = s/√N` of white noise with the deviation `s` of the increments over one frame, over channels.
fn white(layout: &Layout, scaling: &Scaling) -> f64 {
    let of_frame = &scaling.increment[..layout.channels];
    let squares = of_frame.iter().map(|s| f64::from(*s).powi(2));
    (squares.sum::<f64>() / (layout.channels * layout.num_points()) as f64).sqrt()
}
