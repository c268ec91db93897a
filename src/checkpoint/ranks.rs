//! The parts of a checkpoint that belong to one of several processes.

use super::{BUFFER, State, buffer_file};
use crate::run::{Run, RunError};
use ondine_datasets::{Failure, Share, Snapshot};
use serde::{Deserialize, Serialize};

/// Counters of the buffer of one of several processes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RankState {
    /// Windows that have arrived.
    pub arrived: u64,
    /// Windows handed out.
    pub handed_out: u64,
    /// Simulations that have ended.
    pub simulations: u64,
    /// Simulations to run again, with the number of their windows that are in.
    pub restart: Vec<(u64, usize)>,
    /// First simulation of its own that has not been started.
    pub next: u64,
    /// Different windows handed out.
    pub read: u64,
    /// Attempts at simulations that failed.
    pub failures: Vec<Failure>,
    /// Number of them that was reported to observers.
    pub reported: usize,
}

impl RankState {
    /// The counters of a buffer, of whose failures so many were reported.
    pub(crate) fn of(snapshot: &Snapshot, reported: usize) -> Self {
        Self {
            arrived: snapshot.arrived,
            handed_out: snapshot.handed_out,
            simulations: snapshot.simulations,
            restart: snapshot.cursor.restart.clone(),
            next: snapshot.cursor.next,
            read: snapshot.read,
            failures: snapshot.failures.clone(),
            reported,
        }
    }
}

impl State {
    /// The counters of one of the processes that wrote the checkpoint.
    pub(super) fn rank(&self, rank: usize) -> RankState {
        let first = || RankState {
            arrived: self.arrived,
            handed_out: self.handed_out,
            simulations: self.simulations,
            restart: self.restart.clone(),
            next: self.next,
            read: self.read,
            failures: self.failures.clone(),
            reported: self.reported,
        };
        let other = rank.checked_sub(1).and_then(|other| self.ranks.get(other));
        other.cloned().unwrap_or_else(first)
    }

    /// Number of the failures of a share that were reported; none where another number of processes wrote the checkpoint.
    pub(crate) fn reported_by(&self, share: Share) -> Option<usize> {
        let same = share.size() == 1 + self.ranks.len();
        same.then(|| self.rank(share.rank()).reported)
    }
}

/// The part of a process as bytes for the one that writes: the length of its counters, these as JSON, its buffer.
pub(crate) fn packed(run: &Run, state: &RankState, buffer: &Snapshot) -> Result<Vec<u8>, RunError> {
    let json = serde_json::to_vec(state).map_err(|error| run.damaged(BUFFER, &error))?;
    let buffer = buffer_file::to_bytes(buffer).map_err(|error| run.damaged(BUFFER, &error))?;
    let length = (json.len() as u64).to_le_bytes();
    Ok([&length[..], &json, &buffer].concat())
}

/// The counters of [`packed`] bytes, and the file of the buffer.
pub(crate) fn unpacked(run: &Run, bytes: &[u8]) -> Result<(RankState, Vec<u8>), RunError> {
    let cut = || run.damaged(BUFFER, &"another process sent too little of it");
    let (length, rest) = bytes.split_first_chunk().ok_or_else(cut)?;
    let length = u64::from_le_bytes(*length) as usize;
    let (json, buffer) = rest.split_at_checked(length).ok_or_else(cut)?;
    let state = serde_json::from_slice(json).map_err(|error| run.damaged(BUFFER, &error))?;
    Ok((state, buffer.to_vec()))
}
