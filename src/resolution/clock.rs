//! The time that a look may take.

use std::time::{Duration, Instant};

/// Runs from when it is made.
pub(super) struct Clock {
    begun: Instant,
    patience: Duration,
}

impl Clock {
    pub(super) fn new(patience: Duration) -> Self {
        Self {
            begun: Instant::now(),
            patience,
        }
    }

    /// Whether something that takes `needed` would end too late.
    pub(super) fn is_short_of(&self, needed: Duration) -> bool {
        self.begun.elapsed() + needed > self.patience
    }

    /// Whether something that takes `needed` takes longer than so many times all of the time.
    pub(super) fn is_shorter_than(&self, needed: Duration, times: u32) -> bool {
        needed > self.patience * times
    }

    /// Whether half of the time is gone.
    pub(super) fn is_half_gone(&self) -> bool {
        self.is_short_of(self.patience / 2)
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_short_of(Duration::ZERO)
    }

    /// "4 s".
    pub(super) fn words(&self) -> String {
        format!("{} s", self.patience.as_secs_f64())
    }
}
