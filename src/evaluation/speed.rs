//! Wall time of a surrogate beside that of solvers, on this machine and as it is loaded now.
//!
//! Each number is the median of 5 to 51 runs after one that does not count. A surrogate's has in it what a rollout has:
//! a step of all trajectories at once, on all cores or the device, and the transfer of states to it and back. A solver's
//! is that of one trajectory on one thread from frame to frame, resampling to the frames' grid included, its
//! preparation (plans of transforms, coefficients of the integrator) not.

use super::rollout::{BATCH, Roller, Start};
use super::solvers::{Setup, Solvers};
use super::timing::median_seconds;
use super::{HeldOut, Truth};
use ondine_models::Draws;
use ondine_solvers::SolverError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::thread;

/// What forecasts cost, in wall seconds per unit of simulated time, by the mean time step of the trajectories.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Speed {
    /// Threads of the processor, all of which a surrogate on the CPU may use.
    pub threads: usize,
    /// Trajectories that the surrogate was given at once.
    pub batch: usize,
    /// The surrogate, all these trajectories together.
    pub surrogate_batch: f64,
    /// The same for one of them: divided by their number.
    pub surrogate: f64,
    /// The surrogate with a single trajectory at a time.
    pub surrogate_alone: f64,
    /// The solver of the recipe, one trajectory on one thread; absent where it can't go on from frames.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solver: Option<TimedSolver>,
    /// The cheapest solver that is at least as good as the surrogate; absent where none of those tried is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_error: Option<MatchedSolver>,
    /// Setups tried for it: grids halved up to twice, with the recipe's number of steps and every power of two below it.
    pub tried: usize,
}

/// A solver with its cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TimedSolver {
    /// How it solves.
    pub setup: Setup,
    /// Wall seconds of one thread per unit of simulated time.
    pub seconds: f64,
    /// Its seconds over those of the surrogate, a trajectory each: above 1 the surrogate is faster.
    pub ratio: f64,
}

/// A solver that is at least as good as the surrogate, begun with the same frames.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MatchedSolver {
    /// Its setup and cost.
    #[serde(flatten)]
    pub solver: TimedSolver,
    /// nRMSE after the first frame, no larger than the surrogate's.
    pub nrmse: f64,
    /// Time until the mean correlation falls below a threshold, by the threshold; no shorter than the surrogate's.
    pub correlation_time: BTreeMap<String, f64>,
}

/// Seconds of a forecast frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct FrameTimes {
    batch: usize,
    together: f64,
    alone: f64,
    /// Time between frames, averaged over the trajectories.
    dt: f64,
}

impl FrameTimes {
    /// Times the surrogate on the first trajectories.
    pub(super) fn measure(roller: Roller<'_>, held_out: &HeldOut, draws: &mut Draws) -> Self {
        let truths: Vec<&Truth> = held_out.trajectories.iter().take(BATCH).collect();
        let mut seconds = |truths: &[&Truth]| {
            let (known, frames) = (held_out.known, roller.layout.bundle);
            let start = Start { truths, known };
            let step = || {
                roller.roll_out(start, frames, draws, &|_| ControlFlow::Continue(()));
            };
            median_seconds(step) / frames as f64
        };
        Self {
            batch: truths.len(),
            together: seconds(&truths),
            alone: seconds(&truths[..1]),
            dt: held_out.mean_times()[0],
        }
    }

    /// Seconds of one trajectory among all.
    pub(super) fn each(&self) -> f64 {
        self.together / self.batch as f64
    }

    /// As they are told, without solvers.
    pub(super) fn speed(&self) -> Speed {
        Speed {
            threads: thread::available_parallelism().map_or(1, usize::from),
            batch: self.batch,
            surrogate_batch: self.together / self.dt,
            surrogate: self.each() / self.dt,
            surrogate_alone: self.alone / self.dt,
            solver: None,
            same_error: None,
            tried: 0,
        }
    }

    /// A solver that takes `seconds` for a frame.
    pub(super) fn beside(&self, setup: Setup, seconds: f64) -> TimedSolver {
        TimedSolver {
            setup,
            seconds: seconds / self.dt,
            ratio: seconds / self.each(),
        }
    }
}

impl Solvers<'_> {
    /// Seconds of a thread for one frame of the first simulation.
    ///
    /// # Errors
    /// When the equation refuses the grid.
    pub(super) fn seconds(&self, setup: &Setup) -> Result<f64, SolverError> {
        let mut solver = self.solver(setup, 0)?;
        let frame = || {
            std::hint::black_box(solver.next());
        };
        Ok(median_seconds(frame))
    }
}
