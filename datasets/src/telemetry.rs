//! Counters of the buffer.

use crate::FailureCounts;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A reading of the buffer's counters.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Telemetry {
    /// Windows held.
    pub held: usize,
    /// Windows held that were never read.
    pub unread: usize,
    /// Windows that fit.
    pub capacity: usize,
    /// Windows that have arrived since the start of the run.
    pub arrived: u64,
    /// Windows handed out since the start of the run.
    pub handed_out: u64,
    /// Different windows handed out since the start of the run; what is not among them and not held was dropped unread.
    pub read: u64,
    /// Simulations under way.
    pub running: u64,
    /// Workers that may take simulations.
    pub active: usize,
    /// Simulations that have ended since the start of the run.
    pub simulations: u64,
    /// Generations that an adaptive sampler has made since the start of the run.
    pub generations: u32,
    /// Attempts at simulations that failed since the start of the run.
    pub failures: FailureCounts,
    /// Time the trainer waited for windows, in this process.
    pub trainer_wait: Duration,
    /// Time all workers together waited for room, in this process.
    pub solver_wait: Duration,
    /// Time of all active workers together, in this process.
    pub worker_time: Duration,
}

impl Telemetry {
    /// The counters of this buffer and of another process's together; the trainer's waiting stays that of this one.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        Self {
            held: self.held + other.held,
            unread: self.unread + other.unread,
            capacity: self.capacity + other.capacity,
            arrived: self.arrived + other.arrived,
            handed_out: self.handed_out + other.handed_out,
            read: self.read + other.read,
            running: self.running + other.running,
            active: self.active + other.active,
            simulations: self.simulations + other.simulations,
            generations: self.generations,
            failures: self.failures.with(&other.failures),
            trainer_wait: self.trainer_wait,
            solver_wait: self.solver_wait + other.solver_wait,
            worker_time: self.worker_time + other.worker_time,
        }
    }

    /// Share of the capacity in use, 0 to 1.
    pub fn fill(&self) -> f64 {
        self.held as f64 / self.capacity.max(1) as f64
    }

    /// Windows that were dropped before anybody read them.
    pub fn dropped(&self) -> u64 {
        self.arrived.saturating_sub(self.read + self.unread as u64)
    }
}
