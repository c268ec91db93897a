//! Simulations without training: many at once, into a dataset.

mod describe;
mod last_frames;

pub use last_frames::LastFrames;

use crate::plan::SimulationPlan;
use ondine_datasets::hdf5::{DatasetError, Dtype, Trajectory, WellWriter};
use ondine_datasets::{DataError, Ensemble};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

/// Why no dataset was written.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// A file can't be read or written.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// A simulation failed.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The initial states do not fit the recipe.
    #[error("{path}: {what}")]
    Initial {
        /// The file of initial states.
        path: String,
        /// What does not fit, with numbers.
        what: String,
    },
    /// The points of the equation lie otherwise than files can say.
    #[error("`{0}` can't be written: its points lie as no boundary of the file format has them")]
    Points(&'static str),
    /// The simulations were told to stop.
    #[error("interrupted; no file was written")]
    Interrupted,
}

/// Runs the simulations of a plan on all cores and writes them to `path`; tells `progress` how many are done.
///
/// However many there are, no more trajectories are in memory than there are cores, and two. Where there are fewer
/// simulations than cores, each shares its grid out to the cores that are left.
///
/// # Errors
/// When a simulation fails, the disk refuses or `stop` is set; then there is no file at `path`.
pub fn simulate(
    plan: &SimulationPlan,
    path: &Path,
    dtype: Dtype,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(u64),
) -> Result<(), SimulateError> {
    let mut writer = WellWriter::create(path, &describe::info(plan)?, dtype)?;
    match fill(plan, &mut writer, stop, progress) {
        Ok(()) => Ok(writer.finish()?),
        Err(error) => {
            // What is left of the file has no use; the error matters more than a file that can't be removed.
            let _ = writer.discard();
            Err(error)
        }
    }
}

fn fill(
    plan: &SimulationPlan,
    writer: &mut WellWriter,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(u64),
) -> Result<(), SimulateError> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let simulations = plan.recipe.ensemble.simulations;
    let workers = usize::try_from(simulations).map_or(cores, |count| count.min(cores));
    let ensemble = Ensemble {
        threads: cores / workers,
        ..plan.ensemble.clone()
    };
    let next = AtomicU64::new(0);
    let (sender, receiver) = sync_channel(1); // a slow disk makes the solvers wait
    thread::scope(|scope| {
        for _ in 0..workers {
            let (sender, next, ensemble) = (sender.clone(), &next, &ensemble);
            scope.spawn(move || work(plan, ensemble, next, stop, &sender));
        }
        drop(sender);
        // The receiver lives in this closure: an early return drops it, and the workers stop at their next send.
        for (done, trajectory) in (1..).zip(receiver) {
            let trajectory = trajectory?;
            if stop.load(Ordering::Relaxed) {
                return Err(SimulateError::Interrupted); // the trajectory may have been cut short
            }
            writer.append(&trajectory)?;
            progress(done);
        }
        match stop.load(Ordering::Relaxed) {
            true => Err(SimulateError::Interrupted), // no worker had begun
            false => Ok(()),
        }
    })
}

/// Runs simulations until none is left, somebody says stop or nobody listens.
fn work(
    plan: &SimulationPlan,
    ensemble: &Ensemble,
    next: &AtomicU64,
    stop: &AtomicBool,
    sender: &SyncSender<Result<Trajectory, DataError>>,
) {
    while !stop.load(Ordering::Relaxed) {
        let index = next.fetch_add(1, Ordering::Relaxed);
        if index >= plan.recipe.ensemble.simulations {
            return;
        }
        if sender
            .send(trajectory(plan, ensemble, index, stop))
            .is_err()
        {
            return;
        }
    }
}

fn trajectory(
    plan: &SimulationPlan,
    ensemble: &Ensemble,
    index: u64,
    stop: &AtomicBool,
) -> Result<Trajectory, DataError> {
    let mut frames: Vec<f64> = Vec::new();
    let mut keep = |frame: &[f64]| {
        if frames.is_empty() {
            frames.reserve_exact(plan.ensemble.frames * frame.len());
        }
        frames.extend_from_slice(frame);
        match stop.load(Ordering::Relaxed) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    };
    let initial = plan.initial.as_ref().map(|states| states.state(index));
    let failed = |source| DataError::Simulation { index, source };
    let initial = initial.transpose().map_err(failed)?;
    ensemble.run_from(index, initial.as_deref(), &mut keep)?;
    Ok(Trajectory {
        index: index as usize,
        frames,
    })
}
