//! High-correlation time: how long the mean Pearson correlation of forecast and truth stays above a threshold.
//!
//! Lippe et al. (2023), §4.1: the correlation is averaged over the simulations first, then the time is read off.

use super::{Definition, MetricEntry};
use crate::results::{Evaluation, Judged};

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "correlation_time",
    formula: "t where the mean correlation first falls below 0.8 and 0.9",
    summary: "how long forecasts hold, in the units of the problem, interpolated between steps",
    definition: Definition::Rollout { curves: &[], read },
};

/// Thresholds that are read off.
pub const THRESHOLDS: [f64; 2] = [0.8, 0.9];

fn read(evaluation: &Evaluation) -> Vec<(String, f64)> {
    let named = |prefix: &str, judged: &Judged| {
        let name = |(threshold, &time): (&String, &f64)| {
            (format!("{prefix}correlation_time_{threshold}"), time)
        };
        judged.correlation_time.iter().map(name).collect::<Vec<_>>()
    };
    let mut all = named("", &evaluation.surrogate);
    all.extend(named("persistence_", &evaluation.persistence));
    all
}

/// Time at which a curve that starts with 1 at time 0 first falls below `threshold`, interpolated between steps; the
/// last time when it never does.
pub fn time_above(threshold: f64, times: &[f64], curve: &[f64]) -> f64 {
    let (mut time, mut value) = (0.0, 1.0);
    for (&next_time, &next) in times.iter().zip(curve) {
        if next < threshold {
            return time + (next_time - time) * (value - threshold) / (value - next);
        }
        (time, value) = (next_time, next);
    }
    time
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_that_of_the_first_fall() {
        let times = [1.0, 2.0, 3.0, 4.0];
        let first = time_above(0.8, &times, &[0.95, 0.9, 0.7, 0.99]);
        assert!((first - 2.5).abs() < 1e-12, "{first}");
        let at_once = time_above(0.8, &times, &[0.6, 0.9, 0.9, 0.9]);
        assert!((at_once - 0.5).abs() < 1e-12, "{at_once}");
        let never = time_above(0.8, &times, &[0.9; 4]);
        assert!((never - 4.0).abs() < 1e-12, "{never}");
    }
}
