//! The cheapest solver that is at least as good as a surrogate: a coarser grid and longer steps make a solver cheaper too.

use super::JudgeError;
use super::baseline::SolverComparison;
use super::judge::{Forecast, judge, mean};
use super::quiet::Quiet;
use super::solvers::{Share, Solvers};
use super::speed::FrameTimes;
use crate::control::{Advance, Stopped};
use crate::metric::{Scale, checked_nrmse};
use crate::results::{Judged, MatchedSolver, Setup};

/// Fewest points along an axis of a grid that is coarser than the recipe's.
const FEWEST_POINTS: usize = 8;

/// Result of a search.
pub(super) struct Found {
    /// The cheapest one.
    pub(super) best: Option<MatchedSolver>,
    /// Setups whose cost was measured.
    pub(super) tried: usize,
}

impl SolverComparison<'_> {
    /// Searches among grids of 1, ¾, ½, ⅜, ¼, … of the points per axis, each with the recipe's number of steps and every power
    /// of two below it. Costs are measured first; then, from the cheapest one on, errors after a frame, and over whole
    /// rollouts where that one is no larger than the surrogate's.
    pub(super) fn same_error(
        self,
        solvers: &Solvers<'_>,
        times: &FrameTimes,
        surrogate: &Judged,
    ) -> Result<Found, JudgeError> {
        let costs = self.costs(solvers)?;
        let tried = costs.len();
        let quiet = Quiet::of(self.held_out);
        for (seconds, setup) in costs {
            let what = "looking for a solver as good";
            let first = match solvers.forecasts(&setup, 1, what, self.control) {
                Ok(first) => first,
                Err(JudgeError::Stopped(stopped)) => return Err(stopped.into()),
                Err(_) => continue, // the equation refuses one of the simulations
            };
            if surrogate.nrmse < self.first_error(&quiet, &first[0]) {
                continue;
            }
            let frames = self.held_out.steps();
            let forecasts = solvers.forecasts(&setup, frames, what, self.control)?;
            let mean_times = self.held_out.mean_times();
            let judged = judge(
                self.held_out,
                &quiet,
                &Forecast::new(&forecasts),
                &mean_times,
            );
            if lasts_as_long(&judged, surrogate) {
                let best = Some(MatchedSolver {
                    solver: times.beside(solvers, setup, seconds),
                    nrmse: judged.nrmse,
                    correlation_time: judged.correlation_time,
                });
                return Ok(Found { best, tried });
            }
        }
        Ok(Found { best: None, tried })
    }

    /// Every setup that the equation can have, with its seconds a frame, the cheapest first.
    fn costs(self, solvers: &Solvers<'_>) -> Result<Vec<(f64, Setup)>, Stopped> {
        let grids = shares().enumerate().map_while(|(i, share)| {
            let setup = solvers.coarser(share);
            let small = 0 < i && setup.as_ref().is_ok_and(is_small);
            (!small).then_some(setup)
        });
        let setups: Vec<Setup> = grids.flatten().flat_map(with_fewer_steps).collect();
        let of = setups.len();
        let mut costs = Vec::new();
        for (done, setup) in setups.into_iter().enumerate() {
            let what = "timing solvers";
            self.control.tell(Advance { what, done, of })?;
            if let Ok(seconds) = solvers.seconds(&setup) {
                costs.push((seconds, setup));
            }
        }
        costs.sort_by(|a, b| a.0.total_cmp(&b.0));
        Ok(costs)
    }

    /// Mean nRMSE of forecasts of the first frame.
    fn first_error(self, quiet: &Quiet, first: &[Vec<f32>]) -> f64 {
        let truths = self.held_out.trajectories.iter();
        let truths = truths.map(|truth| &truth.since_last(self.held_out.num_initial_frames)[1]);
        let pairs = first.iter().zip(truths);
        let errors: Vec<_> = pairs.map(|(u, truth)| checked_nrmse(u, truth)).collect();
        mean(&quiet.counted(Scale::Relative, 0, &errors))
    }
}

/// Shares of the points per axis, the largest first: 1, ¾, ½, ⅜, ¼, …
fn shares() -> impl Iterator<Item = Share> {
    let halvings = (0..usize::BITS - 2).map(|times| 1_usize << times);
    halvings.flat_map(|of| [Share([1, of]), Share([3, 4 * of])])
}

/// Whether an axis has fewer points than any solver is tried on.
fn is_small(setup: &Setup) -> bool {
    setup.points.iter().any(|&points| points < FEWEST_POINTS)
}

/// The setup with its steps and every power of two below them.
fn with_fewer_steps(setup: Setup) -> impl Iterator<Item = Setup> {
    let most = setup.steps;
    let powers = std::iter::successors(Some(1_usize), |steps| steps.checked_mul(2));
    let steps = powers.take_while(move |&steps| steps < most).chain([most]);
    steps.map(move |steps| Setup {
        steps,
        ..setup.clone()
    })
}

/// Whether a forecast stays correlated at least as long as the surrogate, by every threshold.
fn lasts_as_long(judged: &Judged, surrogate: &Judged) -> bool {
    let times = judged.correlation_time.iter();
    times
        .zip(&surrogate.correlation_time)
        .all(|(a, b)| a.1 >= b.1)
}
