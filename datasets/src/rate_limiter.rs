//! The rate limiter between production and training: reads per sample held from both sides.

/// When windows are due, spread evenly over the training.
///
/// It is the `SampleToInsertRatio` of Reverb (Cassirer et al. 2021, Reverb: a framework for experience replay) for a training
/// of known length, in windows instead of reads: with `r` reads a sample, what Reverb calls the error, `r · arrived − read`,
/// is `r` times the distance of `arrived` from [`Self::due`], its `min_size_to_sample` is the watermark, and its bounds are
/// `ahead` and `behind`. Production waits where it is further ahead, the trainer where it is further behind. Without the
/// first, fast solvers would run through all simulations, and the rest of the training would see the last of them only;
/// without the second, a training with slow solvers would end before all simulations have been made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimiter {
    /// Windows of all simulations together.
    pub total: u64,
    /// Windows that arrive before the first step.
    pub watermark: u64,
    /// Training steps.
    pub steps: u64,
    /// Steps at the end before which all windows have arrived.
    pub drain: u64,
    /// Windows by which production may run ahead.
    pub ahead: u64,
    /// Windows by which it may be behind while the training goes on.
    pub behind: u64,
}

impl RateLimiter {
    /// The number of steps of `batch` windows that read each of `windows` windows `reads` times on average, rounded down.
    pub fn steps_for(reads: f64, windows: u64, batch: usize) -> u64 {
        // A product that misses a whole number by rounding alone is that number.
        (reads * windows as f64 / batch as f64 * (1.0 + f64::EPSILON)) as u64
    }

    /// The same pace with a production that ends early enough for a reservoir of `capacity` windows to be drained by
    /// batches, each window read once more, if that takes no more than a quarter of the training.
    #[must_use]
    pub fn draining(self, capacity: usize, batch: usize) -> Self {
        let held = self.total.min(capacity as u64);
        let drain = held.div_ceil(batch.max(1) as u64).min(self.steps / 4);
        Self { drain, ..self }
    }

    /// Windows that should have arrived when batch `step` (from 0) is drawn.
    pub fn due(&self, step: u64) -> u64 {
        let first = self.watermark.min(self.total);
        let rest = u128::from(self.total - first);
        let steps = self.steps.saturating_sub(self.drain).max(1);
        let step = u128::from(step.saturating_add(1).min(steps));
        let spread = (rest * step).div_ceil(u128::from(steps));
        first + spread as u64
    }

    /// Windows that may have arrived when batch `step` is drawn.
    pub fn allowed(&self, step: u64) -> u64 {
        self.due(step).saturating_add(self.ahead)
    }

    /// Windows without which batch `step` is not drawn; in the end all of them.
    pub fn needed(&self, step: u64) -> u64 {
        match self.due(step) {
            due if due < self.total => due.saturating_sub(self.behind),
            all => all,
        }
    }

    /// Windows that arrive while a batch is read, rounded up: the error buffer of one batch.
    pub fn per_step(&self) -> u64 {
        self.total.div_ceil(self.steps.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: RateLimiter = RateLimiter {
        total: 1000,
        watermark: 100,
        steps: 90,
        drain: 0,
        ahead: 5,
        behind: 12,
    };

    #[test]
    fn windows_are_spread_evenly_and_all_arrive() {
        assert_eq!(
            [0, 1, 44, 89, 200].map(|step| PACE.due(step)),
            [110, 120, 550, 1000, 1000]
        );
        assert_eq!(PACE.allowed(0), 115);
        assert_eq!([0, 88, 89].map(|step| PACE.needed(step)), [98, 978, 1000]);
    }

    #[test]
    fn a_watermark_above_the_total_asks_for_the_total() {
        let pace = RateLimiter {
            total: 10,
            steps: 5,
            ..PACE
        };
        assert_eq!(pace.due(0), 10);
    }

    #[test]
    fn production_ends_in_time_for_the_drain() {
        // 300 windows are held and read in 15 batches of 20, so 900 windows are spread over 75 steps.
        let pace = PACE.draining(300, 20);
        assert_eq!(pace.drain, 15);
        assert_eq!([0, 74, 89].map(|step| pace.due(step)), [112, 1000, 1000]);
        assert!(pace.due(73) < 1000);
        // All 1000 are held, but 50 steps of 20 are more than a quarter of the training.
        assert_eq!(PACE.draining(5000, 20).drain, 22);
        assert_eq!(PACE.draining(5000, 0).drain, 22);
    }

    #[test]
    fn steps_follow_from_reads_and_reads_from_steps() {
        for (reads, windows, batch, steps) in [
            (4.0, 3800, 16, 950),
            (1.0, 3800, 16, 237),
            (0.3, 1000, 10, 30), // 29.999999999999996 by rounding
            (0.001, 1000, 10, 0),
        ] {
            assert_eq!(
                RateLimiter::steps_for(reads, windows, batch),
                steps,
                "{reads}"
            );
        }
        assert_eq!(PACE.per_step(), 12);
    }
}
