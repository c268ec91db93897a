//! Everything of a buffer that another process needs to go on.

use crate::sampler::breed::Generation;
use crate::{Failure, Share, Window};

/// Simulations with which production continues after a restart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cursor {
    /// Simulations to run again, with the number of their windows that are in already.
    pub restart: Vec<(u64, usize)>,
    /// First simulation that has not been started.
    pub next: u64,
}

/// The contents of a buffer, to be restored in another process.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Windows, each with whether it has been read.
    pub contents: Vec<(Window, bool)>,
    /// Windows that have arrived.
    pub arrived: u64,
    /// Windows handed out.
    pub handed_out: u64,
    /// Different windows handed out.
    pub read: u64,
    /// Batches drawn.
    pub batches: u64,
    /// Simulations that have ended.
    pub simulations: u64,
    /// Simulations with which production continues.
    pub cursor: Cursor,
    /// Attempts at simulations that failed and were made again.
    pub failures: Vec<Failure>,
    /// Generations of an adaptive sampler.
    pub generations: Vec<Generation>,
    /// Simulations that are run for the buffer.
    pub share: Share,
}

impl Snapshot {
    /// The empty buffer of a share of the simulations.
    pub fn of_share(share: Share) -> Self {
        let cursor = Cursor {
            next: share.first_from(0),
            ..Cursor::default()
        };
        Self {
            share,
            cursor,
            ..Self::default()
        }
    }
}
