//! Seconds of the steps of a process: computing, waiting, summing.

use serde::{Deserialize, Serialize};
use std::time::Instant;

/// Times of the steps since the last line of metrics.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Balance {
    /// Seconds that the process waited for the others.
    pub ranks_s: f64,
    /// Seconds of sums of gradients.
    pub reduce_s: f64,
    /// Seconds that it waited for windows.
    pub windows_s: f64,
    /// Number of the steps.
    pub steps: u32,
}

impl Balance {
    /// The result of some work, whose seconds are added to `seconds`.
    pub fn timed<T>(seconds: &mut f64, work: impl FnOnce() -> T) -> T {
        let since = Instant::now();
        let result = work();
        *seconds += since.elapsed().as_secs_f64();
        result
    }

    /// The means over processes that made as many steps.
    #[must_use]
    pub fn mean(all: &[Self]) -> Self {
        let count = all.len().max(1) as f64;
        let mean = |of: fn(&Self) -> f64| all.iter().map(of).sum::<f64>() / count;
        Self {
            ranks_s: mean(|one| one.ranks_s),
            reduce_s: mean(|one| one.reduce_s),
            windows_s: mean(|one| one.windows_s),
            steps: all.first().map_or(0, |first| first.steps),
        }
    }

    /// Seconds per step in which the process computed, waited for windows and for others, and summed gradients, where all
    /// steps took `training_s`.
    #[must_use]
    pub fn per_step(&self, training_s: f64) -> [f64; 4] {
        let steps = f64::from(self.steps.max(1));
        let others = [self.windows_s, self.ranks_s, self.reduce_s];
        let rest = (training_s - others.iter().sum::<f64>()).max(0.0);
        let [windows, ranks, reduce] = others;
        [rest, windows, ranks, reduce].map(|seconds| seconds / steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_waiting_and_no_sum_is_computing() {
        let of = |ranks_s: f64| Balance {
            ranks_s,
            reduce_s: 1.0,
            windows_s: 2.0,
            steps: 10,
        };
        let mean = Balance::mean(&[of(0.0), of(2.0)]);
        assert_eq!(mean, of(1.0));
        let pairs = mean.per_step(10.0).into_iter().zip([0.6, 0.2, 0.1, 0.1]);
        pairs.for_each(|(found, expected)| assert!((found - expected).abs() < 1e-12));
        let none = Balance::default().per_step(0.0);
        assert!(none.iter().all(|seconds| seconds.abs() < 1e-12));
    }
}
