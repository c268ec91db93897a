//! Origin of batches: the buffer that solvers fill, or the file of `[data]`. The trainer does not ask which.

use super::TrainError;
use crate::plan::Plan;
use burn::tensor::Device;
use ondine_datasets::files::DatasetError;
use ondine_datasets::offline::{EpochLoader, WindowFile};
use ondine_datasets::{
    Buffer, Composition, Failure, Snapshot, Source, Telemetry, Window, WorkerPool,
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
    Offline(Ahead),
}

/// Windows of a file beside those of the buffer.
pub(super) struct Replay {
    file: Ahead,
    /// Windows of a batch.
    count: usize,
}

/// Windows of a file, those of the next batch read already.
pub(super) struct Ahead {
    loader: EpochLoader,
    next: Vec<Window>,
}

impl Ahead {
    fn new(loader: EpochLoader) -> Self {
        let next = Vec::new();
        Self { loader, next }
    }

    /// Waits for the next `count` windows; false when the trainer was told to stop.
    fn ready(&mut self, count: usize) -> Result<bool, DatasetError> {
        if self.next.is_empty() {
            self.next = self.loader.draw(count)?;
        }
        Ok(!self.next.is_empty())
    }

    fn take(&mut self) -> Vec<Window> {
        std::mem::take(&mut self.next)
    }

    /// Windows that were taken since the start of the run.
    fn handed_out(&self) -> u64 {
        self.loader.handed_out() - self.next.len() as u64
    }
}

impl Feed {
    /// The feed of a plan, which goes on where a snapshot was taken. Simulations that the recipe wants on the device of the
    /// training are made on `device`, without one by the solver.
    pub(super) fn start(
        plan: &Plan,
        mut snapshot: Snapshot,
        device: Option<&Device>,
        stop: &Arc<AtomicBool>,
    ) -> Result<Self, TrainError> {
        let file = plan.window_file().transpose()?;
        match file {
            Some(file) if plan.recipe.replay.is_none() => {
                let loader = loader(plan, file, snapshot.handed_out, stop)?;
                Ok(Self::Offline(Ahead::new(loader)))
            }
            file => {
                let on_device = device.and_then(|device| plan.device_source(device));
                if let Some(device) = device.filter(|_| on_device.is_some()) {
                    let contents = snapshot.contents.iter_mut();
                    let held = contents.map(|(window, _)| window);
                    plan.stages[0].layout.upload(held, device);
                }
                let source = on_device.or_else(|| plan.source());
                let source = source.ok_or(TrainError::NoSource)?;
                let replay = file.map(|file| Replay::start(plan, file, &snapshot, stop));
                Ok(online(plan, source, snapshot, replay.transpose()?, stop))
            }
        }
    }

    /// The windows from which scales are learned: those that the buffer holds before the first batch, or as many of the
    /// first epoch; those of one grid follow each other.
    pub(super) fn first_windows(&self, plan: &Plan) -> Result<Vec<Window>, TrainError> {
        match self {
            Self::Online { buffer, .. } => {
                buffer.wait_for_watermark()?;
                let mut windows = buffer.held();
                Window::fetch(&mut windows);
                Ok(windows)
            }
            Self::Offline(file) => {
                let own = plan.share.count(plan.watermark as u64);
                let mut windows = file.loader.first(own as usize)?;
                windows.sort_by_key(|window| window.grid);
                Ok(windows)
            }
        }
    }

    /// Waits for the next batch; false when the trainer was told to stop or no window is left.
    pub(super) fn ready(&mut self, count: usize) -> Result<bool, TrainError> {
        match self {
            Self::Online {
                buffer,
                replay: Some(replay),
                ..
            } => {
                let made = buffer.ready(count - replay.count)?;
                Ok(made && replay.file.ready(replay.count)?)
            }
            Self::Online { buffer, .. } => Ok(buffer.ready(count)?),
            Self::Offline(file) => Ok(file.ready(count)?),
        }
    }

    /// The next batch, which is ready: the windows of the buffer, and then those of the file; those of one grid follow each other.
    pub(super) fn take(&mut self, count: usize) -> Vec<Window> {
        let mut windows = match self {
            Self::Online {
                buffer,
                replay: Some(replay),
                ..
            } => {
                let mut windows = buffer.take(count - replay.count);
                windows.extend(replay.file.take());
                windows
            }
            Self::Online { buffer, .. } => buffer.take(count),
            Self::Offline(file) => file.take(),
        };
        windows.sort_by_key(|window| window.grid); // stable: no change where there is one
        windows
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
                let waited = replay.as_ref().map(|replay| replay.file.loader.waited());
                Telemetry {
                    trainer_wait: of_buffer.trainer_wait + waited.unwrap_or_default(),
                    ..of_buffer
                }
            }
            Self::Offline(ahead) => {
                let (loader, file) = (&ahead.loader, ahead.loader.file());
                let read = ahead.handed_out().min(file.windows());
                Telemetry {
                    held: file.held() as usize,
                    capacity: file.windows() as usize,
                    arrived: file.windows(),
                    handed_out: ahead.handed_out(),
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
            Self::Offline(file) => Snapshot {
                arrived: file.loader.file().windows(),
                handed_out: file.handed_out(),
                simulations: file.loader.file().trajectories(),
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
        let [count, streamed] = plan.mixed();
        let batches = snapshot.handed_out / streamed.max(1) as u64;
        let loader = loader(plan, file, batches * count as u64, stop)?;
        let file = Ahead::new(loader);
        Ok(Self { file, count })
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
    let mut config = plan.buffer();
    // Windows that were dealt out among other numbers of ranks may be a few more.
    config.capacity = config.capacity.max(snapshot.contents.len());
    let cursor = snapshot.cursor.clone();
    let lineage = plan.lineage(snapshot.generations.clone());
    let policy = plan.policy(config.capacity);
    let buffer = Buffer::restored(policy, config, snapshot).stopped_by(stop.clone());
    let buffer = buffer.tolerating(plan.max_failures_here());
    let buffer = Arc::new(match lineage {
        Some(lineage) => buffer.breeding(lineage),
        None => buffer,
    });
    let simulations = plan.recipe.ensemble.simulations;
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
        BATCHES_AHEAD * plan.largest_batch(),
        stop.clone(),
    ))
}

#[cfg(test)]
mod tests;
