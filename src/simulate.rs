//! Simulations without training: many at once, into a dataset.

mod continued;
mod crew;
mod describe;

use crate::parallel;
use crate::plan::SimulationPlan;
use crew::{Crew, News};
pub(crate) use describe::fields;
use ondine_datasets::hdf5::{DatasetError, Dtype, WellWriter};
use ondine_datasets::{DataError, Failure, FailureLog};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
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
    /// The simulations were told to stop.
    #[error("interrupted; no file was written")]
    Interrupted,
}

/// What happens while simulations run.
pub enum Event<'a> {
    /// So many have ended.
    Done(u64),
    /// An attempt failed, and is made again with other parameters.
    Failed(&'a Failure),
}

/// Runs the simulations of a plan on all cores and writes them to `path`; tells `observer` what happens. A simulation
/// that fails is drawn again, as in training, and the file says so. Returns the attempts that failed.
///
/// However many there are, no more trajectories are in memory than there are cores, and two. Where there are fewer
/// simulations than cores, each shares its grid out to the cores that are left.
///
/// # Errors
/// When more simulations fail than may (see [`FailureLog::note`]), the disk refuses or `stop` is set; then there is no
/// file at `path`.
pub fn simulate(
    plan: &SimulationPlan,
    path: &Path,
    dtype: Dtype,
    stop: &AtomicBool,
    observer: &mut dyn FnMut(Event<'_>),
) -> Result<Vec<Failure>, SimulateError> {
    let limit = plan.recipe.ensemble.max_failures.unwrap_or(0);
    let mut failures = FailureLog::new(Vec::new(), limit);
    let mut writer = WellWriter::create(path, &describe::info(plan, &failures), dtype)?;
    match fill(plan, &mut writer, stop, observer) {
        Ok(failed) => {
            failures = FailureLog::new(failed, limit);
            if failures.all().is_empty() {
                writer.finish()?;
            } else {
                writer.finish_as(&describe::info(plan, &failures))?;
            }
            Ok(failures.all().to_vec())
        }
        Err(error) => {
            // What is left of the file has no use; the error matters more than a file that can't be removed.
            let _ = writer.discard();
            Err(error)
        }
    }
}

/// Writes every trajectory; returns the attempts that failed.
fn fill(
    plan: &SimulationPlan,
    writer: &mut WellWriter,
    stop: &AtomicBool,
    observer: &mut dyn FnMut(Event<'_>),
) -> Result<Vec<Failure>, SimulateError> {
    let simulations = plan.recipe.ensemble.simulations;
    let cores = parallel::cores();
    let workers = usize::try_from(simulations).map_or(cores, |count| count.min(cores));
    let crew = Crew::new(plan, cores / workers, stop);
    let (sender, receiver) = sync_channel(1); // a slow disk makes the solvers wait
    thread::scope(|scope| {
        for _ in 0..workers {
            let (sender, crew) = (sender.clone(), &crew);
            scope.spawn(move || crew.work(&sender));
        }
        drop(sender);
        // The receiver lives in this closure: an early return drops it, and the workers stop at their next send.
        let mut done = 0;
        for news in receiver {
            let trajectory = match news {
                News::Ended(trajectory) => trajectory?,
                News::Failed(failure) => {
                    observer(Event::Failed(&failure));
                    continue;
                }
            };
            if stop.load(Ordering::Relaxed) {
                return Err(SimulateError::Interrupted); // the trajectory may have been cut short
            }
            writer.append(&trajectory)?;
            done += 1;
            observer(Event::Done(done));
        }
        if stop.load(Ordering::Relaxed) {
            Err(SimulateError::Interrupted)
        } else {
            Ok(())
        }
    })?;
    Ok(crew.failed())
}
