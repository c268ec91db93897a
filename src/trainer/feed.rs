//! Origin of batches: the buffer that solvers fill, or the file of `[data]`. The trainer does not ask which.

use super::TrainError;
use crate::plan::Plan;
use ondine_datasets::files::DatasetError;
use ondine_datasets::offline::{EpochLoader, WindowFile};
use ondine_datasets::{
    Buffer, BufferConfig, Composition, Failure, Snapshot, Source, Telemetry, Window, WorkerPool,
};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Windows that are read ahead of the trainer, in batches.
const BATCHES_AHEAD: usize = 2;

/// A MiB in bytes.
const MIB: u64 = 1 << 20;

/// Hands out windows.
pub(super) enum Feed {
    /// Solvers run while the network trains.
    Online {
        /// The buffer between solvers and trainer.
        buffer: Arc<Buffer>,
        /// Their threads, until the training ends.
        pool: Option<WorkerPool>,
        /// A file that a part of every batch comes from.
        replay: Option<Replay>,
    },
    /// Windows come from a file, in epochs.
    Offline(EpochLoader),
}

/// Windows of a file beside those of the buffer.
pub(super) struct Replay {
    loader: EpochLoader,
    /// Windows of a batch.
    count: usize,
}

impl Feed {
    /// The feed of a plan, which goes on where a snapshot was taken.
    pub(super) fn start(
        plan: &Plan,
        snapshot: Snapshot,
        stop: &Arc<AtomicBool>,
    ) -> Result<Self, TrainError> {
        let file = plan.window_file().transpose()?;
        match file {
            Some(file) if plan.recipe.replay.is_none() => {
                let loader = loader(plan, file, snapshot.handed_out, stop)?;
                Ok(Self::Offline(loader))
            }
            file => {
                let source = plan.source().ok_or(TrainError::NoSource)?;
                let replay = file.map(|file| Replay::start(plan, file, &snapshot, stop));
                Ok(online(plan, source, snapshot, replay.transpose()?, stop))
            }
        }
    }

    /// The windows from which scales are learned: those that the buffer holds before the first batch, or as many of the
    /// first epoch.
    pub(super) fn first_windows(&self, plan: &Plan) -> Result<Vec<Window>, TrainError> {
        match self {
            Self::Online { buffer, .. } => {
                buffer.wait_for_watermark()?;
                Ok(buffer.held())
            }
            Self::Offline(loader) => Ok(loader.first(plan.watermark)?),
        }
    }

    /// The next batch; none when the trainer was told to stop or no window is left.
    pub(super) fn draw(&mut self, count: usize) -> Result<Vec<Window>, TrainError> {
        match self {
            Self::Online {
                buffer,
                replay: Some(replay),
                ..
            } => replay.beside(buffer, count),
            Self::Online { buffer, .. } => Ok(buffer.draw(count)?),
            Self::Offline(loader) => Ok(loader.draw(count)?),
        }
    }

    /// Notes that the trainer does something else until it draws its next batch.
    pub(super) fn rest(&self) {
        if let Self::Online { buffer, .. } = self {
            buffer.rest();
        }
    }

    /// Whether codes wait for the trainer: for room, or for its end where no simulation is left to run.
    pub(super) fn is_awaited(&self) -> bool {
        match self {
            Self::Online { buffer, .. } => buffer.is_awaited() || buffer.telemetry().running == 0,
            Self::Offline(_) => false,
        }
    }

    /// A reading of the counters. A file is a buffer into which everything has arrived.
    pub(super) fn telemetry(&self) -> Telemetry {
        match self {
            Self::Online { buffer, replay, .. } => {
                let of_buffer = buffer.telemetry();
                let waited = replay.as_ref().map(|replay| replay.loader.waited());
                Telemetry {
                    trainer_wait: of_buffer.trainer_wait + waited.unwrap_or_default(),
                    ..of_buffer
                }
            }
            Self::Offline(loader) => {
                let file = loader.file();
                let read = loader.handed_out().min(file.windows());
                Telemetry {
                    held: file.held() as usize,
                    capacity: file.windows() as usize,
                    arrived: file.windows(),
                    handed_out: loader.handed_out(),
                    read,
                    unread: (file.windows() - read) as usize,
                    simulations: file.trajectories(),
                    trainer_wait: loader.waited(),
                    ..Telemetry::default()
                }
            }
        }
    }

    /// The simulations that are held, for their distance from the prior; empty for a file.
    pub(super) fn composition(&self) -> Composition {
        match self {
            Self::Online { buffer, .. } => buffer.composition(),
            Self::Offline(_) => Composition::default(),
        }
    }

    /// Attempts at simulations that failed, from the `first` one on.
    pub(super) fn failures(&self, first: usize) -> Vec<Failure> {
        match self {
            Self::Online { buffer, .. } => buffer.failures(first),
            Self::Offline(_) => Vec::new(),
        }
    }

    /// State of a checkpoint: the contents of the buffer, or the place in the order of the epochs.
    pub(super) fn snapshot(&self) -> Snapshot {
        match self {
            Self::Online { buffer, .. } => buffer.snapshot(),
            Self::Offline(loader) => Snapshot {
                arrived: loader.file().windows(),
                handed_out: loader.handed_out(),
                simulations: loader.file().trajectories(),
                ..Snapshot::default()
            },
        }
    }

    /// Stops the solvers; counters can still be read.
    pub(super) fn close(&mut self) {
        if let Self::Online { pool, .. } = self {
            *pool = None;
        }
    }
}

impl Replay {
    /// The windows that follow those of an earlier process: of every batch a fixed number.
    fn start(
        plan: &Plan,
        file: WindowFile,
        snapshot: &Snapshot,
        stop: &Arc<AtomicBool>,
    ) -> Result<Self, DatasetError> {
        let (count, streamed) = (plan.recipe.replayed(), plan.recipe.streamed());
        let batches = snapshot.handed_out / streamed.max(1) as u64;
        let loader = loader(plan, file, batches * count as u64, stop)?;
        Ok(Self { loader, count })
    }

    /// A batch of `batch` windows: those of the buffer, and then those of the file. None where one of them has none left.
    fn beside(&mut self, buffer: &Buffer, batch: usize) -> Result<Vec<Window>, TrainError> {
        let mut windows = buffer.draw(batch - self.count)?;
        if windows.is_empty() {
            return Ok(windows);
        }
        let of_file = self.loader.draw(self.count)?;
        if of_file.is_empty() {
            return Ok(of_file);
        }
        windows.extend(of_file);
        Ok(windows)
    }
}

/// The buffer and the threads that fill it.
fn online(
    plan: &Plan,
    source: Arc<dyn Source>,
    snapshot: Snapshot,
    replay: Option<Replay>,
    stop: &Arc<AtomicBool>,
) -> Feed {
    let recipe = &plan.recipe;
    let capacity = recipe.buffer.capacity;
    let config = BufferConfig {
        capacity,
        watermark: plan.watermark,
        order: plan.order,
        pace: plan.pace,
        seed: recipe.seed,
    };
    let cursor = snapshot.cursor.clone();
    let lineage = plan.lineage(snapshot.generations.clone());
    let policy = plan.policy(capacity);
    let buffer = Buffer::restored(policy, config, snapshot).stopped_by(stop.clone());
    let buffer = buffer.tolerating(plan.max_failures);
    let buffer = Arc::new(match lineage {
        Some(lineage) => buffer.breeding(lineage),
        None => buffer,
    });
    let simulations = recipe.ensemble.simulations;
    let pool = WorkerPool::start(
        plan.workers(),
        source,
        buffer.clone(),
        plan.cut,
        &cursor,
        simulations,
    );
    Feed::Online {
        buffer,
        pool: Some(pool),
        replay,
    }
}

/// The windows of the file behind the first `handed_out`, in memory as far as the recipe allows.
fn loader(
    plan: &Plan,
    file: WindowFile,
    handed_out: u64,
    stop: &Arc<AtomicBool>,
) -> Result<EpochLoader, DatasetError> {
    let recipe = &plan.recipe;
    let memory = recipe.file().map_or(0, |data| data.memory);
    let file = Arc::new(file.hold(memory.saturating_mul(MIB), stop)?);
    Ok(EpochLoader::start(
        file,
        recipe.seed,
        handed_out,
        BATCHES_AHEAD * recipe.train.batch,
        stop.clone(),
    ))
}
