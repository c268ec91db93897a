//! Workers that run the simulations of a file, each block after block until none is left.

use super::continued::Continued;
use crate::control::Control;
use crate::plan::SimulationPlan;
use ondine_datasets::files::Trajectory;
use ondine_datasets::{
    Conditions, DataError, Ensemble, Failure, FailureLog, Source, TimeLimit, attempts, block_of,
    first_attempts,
};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// A simulation that has ended.
pub(super) struct Simulated {
    /// Its frames.
    pub(super) trajectory: Trajectory,
    /// Its fields that do not change in time.
    pub(super) still: Vec<f64>,
}

/// Messages of a worker.
pub(super) enum News {
    /// A simulation has ended, or may not be attempted any more.
    Ended(Result<Simulated, DataError>),
    /// An attempt failed; there will be another one.
    Failed(Failure),
}

/// State that the workers share.
pub(super) struct Workers<'a> {
    source: Arc<dyn Source>,
    indices: Vec<u64>,
    frames: usize,
    /// Number of workers.
    count: usize,
    next: AtomicUsize,
    failures: Mutex<FailureLog>,
    control: Control<'a>,
}

impl<'a> Workers<'a> {
    /// So many workers for the simulations of these numbers, of which so many may fail, and which share their grids out to
    /// so many threads each.
    pub(super) fn new(
        plan: &SimulationPlan,
        indices: Vec<u64>,
        (max_failures, count, threads): (u64, usize, usize),
        control: Control<'a>,
    ) -> Self {
        Self {
            source: source(plan, threads),
            indices,
            frames: plan.ensemble.frames,
            count,
            next: AtomicUsize::new(0),
            failures: Mutex::new(FailureLog::new(Vec::new(), max_failures)),
            control,
        }
    }

    /// Runs simulations until none is left, `control` ends them or the listener is gone.
    pub(super) fn work(&self, listener: &SyncSender<News>) {
        while self.control.check().is_ok() {
            let block = self.next_block();
            if block.is_empty() {
                return;
            }
            let begin = |_| Ok(Vec::new());
            let made = first_attempts(&*self.source, block, begin, |frames, frame| {
                self.keep(frames, frame)
            });
            for (&index, made) in block.iter().zip(made) {
                let ended = self.attempts(index, made, listener);
                if listener.send(News::Ended(ended)).is_err() {
                    return;
                }
            }
        }
    }

    /// Simulations that nobody has taken; the last ones are shared out to all workers.
    fn next_block(&self) -> &[u64] {
        let (most, all) = (self.source.block(), self.indices.len());
        let end = |next: usize| (next + block_of(most, all - next.min(all), self.count)).min(all);
        let order = Ordering::Relaxed;
        let taken = self.next.fetch_update(order, order, |next| Some(end(next)));
        let start = taken.unwrap_or(all).min(all);
        &self.indices[start..end(start)]
    }

    /// The attempts that failed.
    pub(super) fn failed(&self) -> Vec<Failure> {
        self.log().all().to_vec()
    }

    /// Attempts one simulation until it succeeds; the frames of the first attempt may be `made`.
    fn attempts(
        &self,
        index: u64,
        mut made: Option<Result<Vec<f64>, DataError>>,
        listener: &SyncSender<News>,
    ) -> Result<Simulated, DataError> {
        let simulate = |source: &dyn Source| self.simulated(source, index, made.take());
        let note = |conditions, error: DataError| {
            let (next, failure) = self.note(index, conditions, error.clone())?;
            let told = listener.send(News::Failed(failure));
            told.map(|()| next).map_err(|_| error) // nobody listens
        };
        attempts(&*self.source, index, 0, simulate, note)
    }

    /// Notes that an attempt failed; returns the next one.
    fn note(
        &self,
        index: u64,
        conditions: Option<Conditions>,
        error: DataError,
    ) -> Result<(u32, Failure), DataError> {
        let mut log = self.log();
        let next = log.note(index, conditions, error, false)?;
        let noted = log.all().last().expect("noted above");
        Ok((next, noted.clone()))
    }

    fn simulated(
        &self,
        source: &dyn Source,
        index: u64,
        made: Option<Result<Vec<f64>, DataError>>,
    ) -> Result<Simulated, DataError> {
        let run = || {
            let mut frames = Vec::new();
            source.run(index, &mut |frame| self.keep(&mut frames, frame))?;
            Ok(frames)
        };
        let trajectory = Trajectory {
            index: index as usize,
            frames: made.unwrap_or_else(run)?,
        };
        Ok(Simulated {
            trajectory,
            still: source.static_fields(index),
        })
    }

    /// Adds a frame to those of a simulation.
    fn keep(&self, frames: &mut Vec<f64>, frame: &[f64]) -> ControlFlow<()> {
        if frames.is_empty() {
            frames.reserve_exact(self.frames * frame.len());
        }
        frames.extend_from_slice(frame);
        if self.control.check().is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }

    fn log(&self) -> MutexGuard<'_, FailureLog> {
        let log = self.failures.lock();
        log.expect("no thread panics while it notes a failure")
    }
}

/// The source of the simulations: from drawn states or those of a file, within the time that each may take.
fn source(plan: &SimulationPlan, threads: usize) -> Arc<dyn Source> {
    let ensemble = Ensemble {
        threads,
        ..plan.ensemble.clone()
    };
    let source: Arc<dyn Source> = match plan.initial.clone() {
        Some(states) => Arc::new(Continued { ensemble, states }),
        None => Arc::new(ensemble),
    };
    match plan.recipe.ensemble.time_limit {
        Some(limit) => Arc::new(TimeLimit {
            source,
            limit: Duration::from_secs_f64(limit),
        }),
        None => source,
    }
}
