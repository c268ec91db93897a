//! The score of every held-out simulation.

use super::judge::Forecast;
use super::{HeldOut, Truth};
use crate::metric::{correlation, nrmse};
use crate::plan::Plan;
use crate::results::{Horizon, SimulationScore};

/// The score of every simulation.
pub(super) fn scores(
    plan: &Plan,
    held_out: &HeldOut,
    forecast: &Forecast<'_>,
) -> Vec<SimulationScore> {
    let simulations = held_out.trajectories.iter().enumerate();
    let score = |(i, truth): (usize, &Truth)| {
        let frames = &truth.since_last(held_out.num_initial_frames)[1..];
        let error = |step: usize| {
            nrmse(
                &truth.known(forecast.frame(step, i)),
                &truth.known(&frames[step]),
            )
        };
        let steps = frames.iter().enumerate();
        let curve: Vec<f64> = steps
            .map(|(step, frame)| {
                correlation(&truth.known(forecast.frame(step, i)), &truth.known(frame))
            })
            .collect();
        let horizon = Horizon::at(&curve, truth.dt);
        SimulationScore {
            index: i as u64,
            seed: held_out.seed,
            attempt: held_out.attempt(i as u64),
            conditions: held_out.conditions(plan, truth),
            nrmse: error(0),
            correlation_time: horizon.time,
            to_the_end: horizon.to_the_end,
            final_nrmse: error(frames.len() - 1),
        }
    };
    simulations.map(score).collect()
}
