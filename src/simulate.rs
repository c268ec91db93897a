//! Simulations without training: many at once, into a dataset.

mod continued;
mod describe;
mod workers;

use crate::control::{Advance, Control, Stopped};
use crate::parallel;
use crate::plan::SimulationPlan;
pub(crate) use describe::fields;
use ondine_datasets::files::{DatasetError, Dtype, WellWriter};
use ondine_datasets::{DataError, Failure, FailureLog};
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread;
use workers::{News, Workers};

/// Why no dataset was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
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

impl From<Stopped> for SimulateError {
    fn from(_: Stopped) -> Self {
        Self::Interrupted
    }
}

/// Runs the simulations of a plan on all cores and writes them to `path`; tells `control` how many are done. A
/// simulation that fails is drawn again, as in training: `failed` is told of it at once, and the file says so. Returns the
/// attempts that failed.
///
/// However many there are, no more trajectories are in memory than there are cores, and two. Where there are fewer
/// simulations than cores, each shares its grid out to the cores that are left.
///
/// # Errors
/// When more simulations fail than may (see [`FailureLog::note`]), the disk refuses or `control` ends it; then there is no
/// file at `path`.
pub fn simulate(
    plan: &SimulationPlan,
    path: &Path,
    dtype: Dtype,
    control: Control<'_>,
    failed: &mut dyn FnMut(&Failure),
) -> Result<Vec<Failure>, SimulateError> {
    let limit = plan.max_failures;
    let mut failures = FailureLog::new(Vec::new(), limit);
    let mut writer = WellWriter::create(path, &describe::info(plan, &failures), dtype)?;
    match fill(plan, &mut writer, control, failed) {
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
    control: Control<'_>,
    failed: &mut dyn FnMut(&Failure),
) -> Result<Vec<Failure>, SimulateError> {
    let simulations = plan.recipe.ensemble.simulations;
    let cores = parallel::cores();
    let threads = usize::try_from(simulations).map_or(cores, |count| count.min(cores));
    let workers = Workers::new(plan, cores / threads, control);
    let (sender, receiver) = sync_channel(1); // a slow disk makes the solvers wait
    thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, workers) = (sender.clone(), &workers);
            scope.spawn(move || workers.work(&sender));
        }
        drop(sender);
        // The receiver lives in this closure: an early return drops it, and the workers stop at their next send.
        let (mut done, of) = (0, usize::try_from(simulations).unwrap_or(usize::MAX));
        for news in receiver {
            let simulated = match news {
                News::Ended(simulated) => simulated?,
                News::Failed(failure) => {
                    failed(&failure);
                    continue;
                }
            };
            control.check()?; // the trajectory may have been cut short
            writer.append(&simulated.trajectory)?;
            writer.put_constants(simulated.trajectory.index, &simulated.still)?;
            done += 1;
            control.tell(Advance {
                what: "simulating",
                done,
                of,
            })?;
        }
        Ok::<(), SimulateError>(control.check()?)
    })?;
    Ok(workers.failed())
}
