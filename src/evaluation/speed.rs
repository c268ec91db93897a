//! Wall time of a surrogate beside that of solvers, on this machine and as it is loaded now.
//!
//! Each number is the median of 5 to 51 runs after one that does not count. A surrogate's has in it what a rollout has:
//! a step of all trajectories at once, on all cores or the device, and the transfer of states to it and back. A solver's
//! is that of one trajectory on one thread from frame to frame, resampling to the frames' grid included, its
//! preparation (plans of transforms, coefficients of the integrator) not. On the device of the surrogate it is a share of a frame of as
//! many trajectories at once as the surrogate was given, with the transfer of states to the device and back.

use super::rollout::{BATCH, Start};
use super::solvers::Solvers;
use super::timing::{least_seconds, median_seconds};
use super::{HeldOut, Truth};
use crate::forecast::RolledOut;
use crate::parallel::{self, Busy};
use crate::results::{Setup, Speed, TimedSolver};
use burn::tensor::Device;
use ondine_models::SurrogateRng;
use ondine_solvers::SolverError;

/// Seconds of a forecast frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct FrameTimes {
    batch: usize,
    together: f64,
    alone: f64,
    /// Share of the measured time in which this process had a processor, where that is known and the surrogate needs one.
    processor_share: Option<f64>,
    /// Time between frames, averaged over the trajectories.
    dt: f64,
}

impl FrameTimes {
    /// Times the surrogate on the first trajectories.
    pub(super) fn measure(
        rolled_out: RolledOut<'_>,
        held_out: &HeldOut,
        draws: &mut SurrogateRng,
    ) -> Self {
        let truths: Vec<&Truth> = held_out.trajectories.iter().take(BATCH).collect();
        let mut seconds = |truths: &[&Truth]| {
            let (num_initial_frames, frames) =
                (held_out.num_initial_frames, rolled_out.layout.bundle);
            let start = Start {
                truths,
                num_initial_frames,
            };
            let step = || {
                let forecasts = rolled_out.roll_out(start, frames, draws, &|_| Ok(()));
                std::hint::black_box(forecasts.is_ok());
            };
            median_seconds(step) / frames as f64
        };
        let busy = Busy::now();
        let [together, alone] = [&truths[..], &truths[..1]].map(&mut seconds);
        let needs_processor = *rolled_out.device == Device::flex();
        Self {
            batch: truths.len(),
            together,
            alone,
            processor_share: busy.share().filter(|_| needs_processor),
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
            threads: parallel::cores(),
            batch: self.batch,
            surrogate_batch: self.together / self.dt,
            surrogate: self.each() / self.dt,
            surrogate_alone: self.alone / self.dt,
            processor_share: self.processor_share,
            solver: None,
            same_error: None,
            tried: 0,
            breakeven: None,
        }
    }

    /// A solver that takes `seconds` for a frame.
    pub(super) fn beside(&self, solvers: &Solvers<'_>, setup: Setup, seconds: f64) -> TimedSolver {
        TimedSolver {
            setup,
            seconds: seconds / self.dt,
            batch: solvers.batch(),
            ratio: seconds / self.each(),
        }
    }
}

impl Solvers<'_> {
    /// Seconds of a thread for one frame of the first simulation; on a device a share of those of a batch.
    ///
    /// # Errors
    /// When the equation refuses the grid.
    pub(super) fn seconds(&self, setup: &Setup) -> Result<f64, SolverError> {
        match self.batch() {
            Some(batch) => Ok(median_seconds(self.frame_there(setup, batch)?) / batch as f64),
            None => Ok(median_seconds(self.frame(setup)?)),
        }
    }

    /// The least of these seconds.
    ///
    /// # Errors
    /// When the equation refuses the grid.
    pub(super) fn least_seconds(&self, setup: &Setup) -> Result<f64, SolverError> {
        Ok(least_seconds(self.frame(setup)?))
    }

    /// The work of one frame.
    fn frame(&self, setup: &Setup) -> Result<impl FnMut(), SolverError> {
        let mut solver = self.solver(setup, 0)?;
        Ok(move || {
            std::hint::black_box(solver.next());
        })
    }
}
