//! Logarithms equally likely between two ends: a quantity over decades.

use super::DistributionEntry;

pub(super) const ENTRY: DistributionEntry = DistributionEntry {
    kind: "log_uniform",
    summary: "its logarithm equally likely between two ends above 0, for a quantity over decades",
    example: "{ log_uniform = [1e-4, 1e-1] }",
};

pub(super) fn quantile([low, high]: [f64; 2], unit: f64) -> f64 {
    match unit {
        0.0 => low,
        1.0 => high,
        _ => (low * (unit * (high / low).ln()).exp()).clamp(low, high),
    }
}

pub(super) fn share_below([low, high]: [f64; 2], value: f64) -> f64 {
    let value = value.clamp(low, high);
    ((value / low).ln() / (high / low).ln()).clamp(0.0, 1.0)
}

/// Why these can't be the ends.
pub(super) fn refusal([low, high]: [f64; 2]) -> Option<String> {
    let possible = low > 0.0 && high.is_finite() && low <= high;
    (!possible).then(|| {
        format!(
            "log_uniform = [{low}, {high}] needs two finite ends greater than 0, the lower one first"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_decade_has_the_same_share() {
        let ends = [1e-4, 1e-1];
        for (unit, value) in [
            (1.0 / 3.0, 1e-3),
            (0.5, 10_f64.powf(-2.5)),
            (2.0 / 3.0, 1e-2),
        ] {
            assert!((quantile(ends, unit) / value - 1.0).abs() < 1e-12, "{unit}");
            assert!((share_below(ends, value) - unit).abs() < 1e-12, "{value}");
        }
    }
}
