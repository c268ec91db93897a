//! Shards of a training beside the first one of a process: each has simulations, a buffer and draws of its own, as another
//! process would, so that batches do not depend on the number of processes.

use super::feed::Feed;
use super::{Place, TrainError};
use crate::checkpoint::{self, Checkpoint, RankState};
use crate::plan::Plan;
use crate::run::{Run, RunError};
use crate::teacher;
use burn::tensor::Device;
use ondine_datasets::{Failure, Snapshot, Window};

/// A shard that runs.
pub(super) struct Shard {
    pub(super) plan: Plan,
    pub(super) feed: Feed,
    /// Number of its failures that were reported to observers.
    reported: usize,
}

impl Shard {
    /// The shards of a process beside the first one, from a checkpoint on.
    pub(super) fn beside(
        plan: &Plan,
        checkpoint: Option<&Checkpoint>,
        place: Place<'_>,
    ) -> Result<Vec<Self>, TrainError> {
        let start = |plan: Plan| {
            let (feed, reported) = started(&plan, checkpoint, place)?;
            Ok(Self {
                plan,
                feed,
                reported,
            })
        };
        plan.beside().into_iter().map(start).collect()
    }

    /// The windows of its batch `step`, which are ready.
    pub(super) fn take(&mut self, step: usize) -> Vec<Window> {
        self.feed.take(self.plan.batch(step))
    }

    /// Attempts at its simulations that failed since the last call.
    pub(super) fn unreported(&mut self) -> Vec<Failure> {
        let new = self.feed.failures(self.reported);
        self.reported += new.len();
        new
    }

    /// Its part of a checkpoint in bytes.
    pub(super) fn packed(&self, run: &Run) -> Result<Vec<u8>, RunError> {
        self.feed.rest();
        packed(run, &self.feed.snapshot(), self.reported)
    }
}

/// The part of a checkpoint that belongs to a shard.
pub(super) fn packed(run: &Run, snapshot: &Snapshot, reported: usize) -> Result<Vec<u8>, RunError> {
    checkpoint::packed(run, &RankState::of(snapshot, reported), snapshot)
}

/// Gives the objectives of all shards of a process the teachers that the run keeps.
pub(super) fn call_teachers(
    (plan, beside): (&Plan, &[Shard]),
    run: &Run,
    device: &Device,
) -> Result<(), RunError> {
    let mut others = beside.iter();
    teacher::call(plan, run, device)?;
    others.try_for_each(|shard| teacher::call(&shard.plan, run, device))
}

/// The windows of a shard, on their way, and the number of its failures that were reported already.
pub(super) fn started(
    plan: &Plan,
    checkpoint: Option<&Checkpoint>,
    place: Place<'_>,
) -> Result<(Feed, usize), TrainError> {
    let (snapshot, reported) = match checkpoint {
        Some(checkpoint) => (
            checkpoint.buffer(plan)?,
            checkpoint.state.reported_by(plan.share),
        ),
        None => (Snapshot::of_share(plan.share), Some(0)),
    };
    let reported = reported.unwrap_or(snapshot.failures.len());
    let feed = Feed::start(plan, snapshot, Some(place.device.0), place.stop)?;
    Ok((feed, reported))
}
