//! pdearena (Gupta & Brandstetter 2022; the reference of PDE-Refiner): correlation time as a number of steps.
//!
//! It counts every step whose mean correlation lies above the threshold, also those after the first fall, and gives steps,
//! not time.

use crate::results::Judged;
use crate::{Definition, MetricEntry};

/// Thresholds that are counted.
const THRESHOLDS: [f64; 3] = [0.8, 0.9, 0.95];

/// The number of steps above a threshold.
pub(crate) const CORRELATION_COUNT: MetricEntry = MetricEntry {
    kind: "correlation_count_pdearena",
    formula: "number of steps with a mean correlation > 0.8, > 0.9, > 0.95",
    summary: "correlation time of pdearena, in steps, those after the first fall too",
    definition: Definition::Rollout {
        curves: &[], // every evaluation has it
        read: |evaluation| {
            let of = |prefix: &'static str, judged: &'static str, curve: &Judged| {
                THRESHOLDS.map(|threshold| {
                    let count = correlation_count(threshold, &curve.correlation_over_time);
                    (format!("{prefix}{judged}_{threshold}"), count as f64)
                })
            };
            let kind = "correlation_count_pdearena";
            [
                of("", kind, &evaluation.surrogate),
                of("persistence_", kind, &evaluation.persistence),
            ]
            .concat()
        },
    },
};

/// The number of values above `threshold`.
pub fn correlation_count(threshold: f64, curve: &[f64]) -> usize {
    curve.iter().filter(|value| **value > threshold).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_after_the_first_fall_are_counted_too() {
        let curve = [0.95, 0.9, 0.7, 0.99, 0.8];
        assert_eq!(correlation_count(0.8, &curve), 3);
        assert_eq!(correlation_count(0.9, &curve), 2);
    }
}
