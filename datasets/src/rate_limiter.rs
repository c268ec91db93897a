//! The rate limiter between production and training: reads per sample held from both sides.

use crate::Batches;

/// When windows are due, spread evenly over the training.
///
/// It is the `SampleToInsertRatio` of Reverb (Cassirer et al. 2021, Reverb: a framework for experience replay) for a training
/// of known length, in windows instead of reads: with `r` reads a sample, what Reverb calls the error, `r · arrived − read`,
/// is `r` times the distance of `arrived` from [`Self::due`], its `min_size_to_sample` is the watermark, and its bounds are
/// `ahead` and `behind`. Production waits where it is further ahead, the trainer where it is further behind. Without the
/// first, fast solvers would run through all simulations, and the rest of the training would see the last of them only;
/// without the second, a training with slow solvers would end before all simulations have been made.
///
/// The replay ratio, the reads between two windows that arrive, is constant by default. With a `growth` it rises in a straight line
/// over the reads of the training, to `growth` times that of the first step: early on, while few simulations have been seen, most
/// reads are of new windows, and later ones are of the same windows again.
#[derive(Debug, Clone, Copy, PartialEq)]
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
    /// Windows that are read per step.
    pub batches: Batches,
    /// Replay ratio at the end in units of that at the start, 1 or more.
    pub growth: f64,
}

impl RateLimiter {
    /// The number of steps of `batch` windows on average that read each of `windows` windows `reads` times, rounded down.
    pub fn steps_for(reads: f64, windows: u64, batch: f64) -> u64 {
        // A product that misses a whole number by rounding alone is that number.
        (reads * windows as f64 / batch * (1.0 + f64::EPSILON)) as u64
    }

    /// The same pace with a production that ends early enough for a reservoir of `capacity` windows to be drained by
    /// batches, each window read once more, if that takes no more than a quarter of the training.
    #[must_use]
    pub fn draining(self, capacity: usize) -> Self {
        let held = self.total.min(capacity as u64);
        let drain = self.batches.last(self.steps, held).min(self.steps / 4);
        Self { drain, ..self }
    }

    /// Windows that should have arrived when batch `step` (from 0) is drawn.
    pub fn due(&self, step: u64) -> u64 {
        let first = self.watermark.min(self.total);
        let steps = self.steps.saturating_sub(self.drain).max(1);
        let step = step.saturating_add(1).min(steps);
        let [read, all] = [step, steps].map(|steps| self.batches.before(steps));
        first + self.spread(self.total - first, [read, all.max(1)])
    }

    /// The part of `rest` windows that is due when `read` of `all` windows have been read. At the share `x` of the reads the replay
    /// ratio is `r(x) = r₀ (1 + (g − 1) x)`; the part is `∫₀ˣ dx′/r(x′)` over its value at 1, `ln(1 + (g − 1) x) / ln g`.
    fn spread(&self, rest: u64, [read, all]: [u64; 2]) -> u64 {
        let growth = self.growth;
        if growth > 1.0 && read < all {
            let share = ((growth - 1.0) * read as f64 / all as f64).ln_1p() / growth.ln();
            return ((rest as f64 * share).ceil() as u64).min(rest);
        }
        (u128::from(rest) * u128::from(read)).div_ceil(u128::from(all)) as u64
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

    /// Windows that arrive while a batch is read, rounded up: the error buffer of one batch, the one with most of them.
    pub fn per_step(&self) -> u64 {
        let evenly = self.total.div_ceil(self.steps.max(1));
        let starts = self.batches.pieces().map(|(start, _)| start);
        // Between two changes the first batch has most, for the replay ratio does not fall.
        let most = starts
            .filter(|&step| step < self.steps)
            .map(|step| match step.checked_sub(1) {
                Some(before) => self.due(step) - self.due(before),
                None => self.due(step) - self.watermark.min(self.total),
            });
        most.fold(evenly, u64::max)
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
        batches: Batches::of(20),
        growth: 1.0,
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
        let pace = PACE.draining(300);
        assert_eq!(pace.drain, 15);
        assert_eq!([0, 74, 89].map(|step| pace.due(step)), [112, 1000, 1000]);
        assert!(pace.due(73) < 1000);
        // All 1000 are held, but 50 steps of 20 are more than a quarter of the training.
        assert_eq!(PACE.draining(5000).drain, 22);
        let none = RateLimiter {
            batches: Batches::of(0),
            ..PACE
        };
        assert_eq!(none.draining(5000).drain, 22);
    }

    #[test]
    fn the_replay_ratio_rises_in_a_straight_line() {
        let rising = RateLimiter {
            total: 1_000_000,
            watermark: 0,
            steps: 1000,
            growth: 4.0,
            ..PACE
        };
        // ln(1 + 3/2) / ln 4 of all by the middle, where evenly it were a half.
        let middle = (1e6 * 2.5_f64.ln() / 4.0_f64.ln()).ceil() as u64;
        assert_eq!(
            [499, 999, 2000].map(|step| rising.due(step)),
            [middle, 1_000_000, 1_000_000]
        );
        let ratio = |step: u64| 400.0 / (rising.due(step + 10) - rising.due(step - 10)) as f64;
        for (step, x) in [(99_u64, 0.1), (499, 0.5), (899, 0.9)] {
            let expected = 0.02 * 4.0_f64.ln() / 3.0 * (1.0 + 3.0 * x);
            let error = ratio(step) / expected - 1.0;
            assert!(error.abs() < 5e-4, "{step}: {error}");
        }
        assert_eq!(rising.per_step(), rising.due(0));
        assert!(
            rising.due(0) > 2000 && PACE.per_step() == 12,
            "{}",
            rising.due(0)
        );
    }

    #[test]
    fn windows_arrive_in_proportion_to_reads_where_batches_change() {
        let pace = RateLimiter {
            batches: Batches::of(10).then(45, 30),
            ..PACE
        };
        // 450 reads of 1800 by the first half.
        assert_eq!([44, 67, 89].map(|step| pace.due(step)), [325, 670, 1000]);
        assert_eq!(pace.per_step(), 15);
        assert_eq!(pace.draining(300).drain, 10);
    }

    #[test]
    fn steps_follow_from_reads_and_reads_from_steps() {
        for (reads, windows, batch, steps) in [
            (4.0, 3800, 16.0, 950),
            (1.0, 3800, 16.0, 237),
            (0.3, 1000, 10.0, 30), // 29.999999999999996 by rounding
            (0.001, 1000, 10.0, 0),
            (4.0, 3800, 30.5, 498),
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
