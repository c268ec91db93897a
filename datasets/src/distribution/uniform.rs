//! Equally likely between two ends.

use super::DistributionEntry;

pub(super) const ENTRY: DistributionEntry = DistributionEntry {
    kind: "uniform",
    summary: "equally likely between two ends",
    example: "{ uniform = [0.5, 1.5] }",
};

pub(super) fn quantile([low, high]: [f64; 2], unit: f64) -> f64 {
    low + unit * (high - low)
}

pub(super) fn share_below([low, high]: [f64; 2], value: f64) -> f64 {
    ((value - low) / (high - low)).clamp(0.0, 1.0)
}

/// Why these can't be the ends.
pub(super) fn refusal([low, high]: [f64; 2]) -> Option<String> {
    let possible = low.is_finite() && high.is_finite() && low <= high;
    (!possible)
        .then(|| format!("uniform = [{low}, {high}] needs two finite ends, the lower one first"))
}
