//! Simulations without training: many at once, into a dataset.

mod continued;
mod describe;
mod parts;
mod record;
mod together;
mod workers;

use crate::control::{Advance, Control, Stopped};
use crate::group::Elsewhere;
use crate::parallel;
use crate::plan::SimulationPlan;
pub(crate) use describe::fields;
use ondine_datasets::files::{DatasetError, Dtype, WellWriter};
use ondine_datasets::{DataError, Failure, FailureLog};
use std::io;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread;
pub use together::simulate_together;
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
    /// Those of several processes were; what is done is kept.
    #[error(
        "interrupted; the simulations that were done are kept in {0}, and the same command goes on behind them"
    )]
    Kept(String),
    /// A file of simulations that are done can't be read or written.
    #[error(transparent)]
    Parts(Named),
    /// The simulations that are done are others.
    #[error(
        "{0} has simulations of another recipe: remove that folder, or choose another --output"
    )]
    OtherParts(String),
    /// A file of simulations that are done was changed.
    #[error("{0} is damaged: remove it, and its simulations are made again")]
    DamagedPart(String),
    /// A simulation is not there, because somebody has removed it.
    #[error("simulation {index} was done and is gone: start the command again")]
    MissingPart {
        /// Its number.
        index: u64,
    },
    /// Another process of the group failed.
    #[error(transparent)]
    Elsewhere(#[from] Elsewhere),
}

/// A file that the system refuses.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}")]
pub struct Named {
    /// The file.
    pub path: String,
    /// The refusal.
    pub source: io::Error,
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
/// However many there are, no more trajectories are in memory than there are cores, and two; on small grids, whose
/// simulations are made in blocks (`Source::block`), as many blocks. Where there are fewer simulations than cores, each
/// shares its grid out to the cores that are left.
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
    let all = (0..simulations).collect();
    run(plan, all, plan.max_failures, control, &mut |news, _| {
        match news {
            News::Failed(failure) => failed(&failure),
            News::Ended(simulated) => {
                let simulated = simulated?;
                control.check()?; // the trajectory may have been cut short
                writer.append(&simulated.trajectory)?;
                writer.put_constants(simulated.trajectory.index, &simulated.still)?;
            }
        }
        Ok(true)
    })
}

/// Runs the simulations of these numbers on all cores, of which so many may fail; `hear` gets what happens, and says whether to go
/// on. Returns the attempts that failed.
fn run(
    plan: &SimulationPlan,
    indices: Vec<u64>,
    max_failures: u64,
    control: Control<'_>,
    hear: &mut dyn FnMut(News, &Workers<'_>) -> Result<bool, SimulateError>,
) -> Result<Vec<Failure>, SimulateError> {
    let (mut done, of, cores) = (0, indices.len(), parallel::cores());
    let threads = of.clamp(1, cores);
    let workers = &Workers::new(
        plan,
        indices,
        (max_failures, threads, cores / threads),
        control,
    );
    let (sender, receiver) = sync_channel(1); // a slow disk makes the solvers wait
    thread::scope(|scope| {
        for _ in 0..threads {
            let sender = sender.clone();
            scope.spawn(move || workers.work(&sender));
        }
        drop(sender);
        // The receiver lives in this closure: an early return drops it, and the workers stop at their next send.
        for news in receiver {
            let ended = matches!(news, News::Ended(_));
            if !hear(news, workers)? {
                return Ok(workers.failed());
            }
            done += usize::from(ended);
            control.tell(Advance {
                what: "simulating",
                done,
                of,
            })?;
        }
        control.check()?;
        Ok(workers.failed())
    })
}

/// Progress of joining parts.
fn joining(done: u64, of: u64) -> Advance {
    let count = |number| usize::try_from(number).unwrap_or(usize::MAX);
    Advance {
        what: "joining",
        done: count(done),
        of: count(of),
    }
}
