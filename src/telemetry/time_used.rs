//! Times that a run has used up.

use serde::{Deserialize, Serialize};

/// Times that earlier processes of the run used up.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct TimeUsed {
    /// Seconds altogether.
    pub wall_s: f64,
    /// Seconds of training, evaluation left out.
    pub training_s: f64,
    /// Seconds that the trainer waited for windows.
    pub trainer_wait_s: f64,
    /// Seconds that all workers together waited for room.
    pub solver_wait_s: f64,
    /// Seconds that all workers together were at work, or waited for room; those that were not needed don't count.
    pub solver_s: f64,
}

impl TimeUsed {
    /// The times used after `before`.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        Self {
            wall_s: self.wall_s - before.wall_s,
            training_s: self.training_s - before.training_s,
            trainer_wait_s: self.trainer_wait_s - before.trainer_wait_s,
            solver_wait_s: self.solver_wait_s - before.solver_wait_s,
            solver_s: self.solver_s - before.solver_s,
        }
    }

    /// Share of the training time that the trainer waited for windows.
    pub fn trainer_share(&self) -> f64 {
        (self.trainer_wait_s / self.training_s.max(1e-9)).min(1.0)
    }

    /// Share of their time that workers waited for room.
    pub fn solver_share(&self) -> f64 {
        (self.solver_wait_s / self.solver_s.max(1e-9)).min(1.0)
    }
}
