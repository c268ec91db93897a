//! The normal distribution, cut off four standard deviations from its mean: networks are scaled by a range, and what
//! lies beyond has a share of 6e-5.

use super::DistributionEntry;
use std::f64::consts::TAU;

pub(super) const ENTRY: DistributionEntry = DistributionEntry {
    kind: "normal",
    summary: "a normal distribution of this mean and standard deviation, cut off four deviations from the mean",
    example: "{ normal = [1.0, 0.1] }",
};

/// Standard deviations from the mean to the ends.
const CUT: f64 = 4.0;

pub(super) fn quantile([mean, deviation]: [f64; 2], unit: f64) -> f64 {
    mean + deviation * standard_quantile(unit)
}

pub(super) fn share_below([mean, deviation]: [f64; 2], value: f64) -> f64 {
    standard_share((value - mean) / deviation)
}

pub(super) fn range([mean, deviation]: [f64; 2]) -> [f64; 2] {
    [mean - CUT * deviation, mean + CUT * deviation]
}

/// Why there is no such distribution.
pub(super) fn refusal([mean, deviation]: [f64; 2]) -> Option<String> {
    let possible = mean.is_finite() && deviation.is_finite() && deviation >= 0.0;
    (!possible).then(|| {
        format!(
            "normal = [{mean}, {deviation}] needs a finite mean, then a standard deviation of 0 or more"
        )
    })
}

/// The share of the cut-off standard normal distribution below `x`.
fn standard_share(x: f64) -> f64 {
    0.5 + 0.5 * from_mean(x.clamp(-CUT, CUT)) / from_mean(CUT)
}

/// The share of the standard normal distribution between 0 and `x`, negative below 0, for `|x| ≤ 4`: the series of
/// G. Marsaglia, Evaluating the Normal Distribution (2004).
fn from_mean(x: f64) -> f64 {
    let (mut term, mut sum, mut odd) = (x, x, 1.0);
    while term.abs() > 1e-17 * sum.abs() {
        odd += 2.0;
        term *= x * x / odd;
        sum += term;
    }
    sum * (-0.5 * x * x).exp() / TAU.sqrt()
}

/// The value below which a share `unit` of the cut-off standard normal distribution lies, by halving the interval.
fn standard_quantile(unit: f64) -> f64 {
    let [mut low, mut high] = [-CUT, CUT];
    match unit {
        0.0 => return low,
        1.0 => return high,
        _ => {}
    }
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        if standard_share(middle) < unit {
            low = middle;
        } else {
            high = middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_those_of_the_tables() {
        // M. Abramowitz & I. A. Stegun, Handbook of Mathematical Functions (1964), table 26.1, less 0.5.
        for (x, share) in [
            (0.5, 0.191_462_461_274_013),
            (1.0, 0.341_344_746_068_543),
            (2.0, 0.477_249_868_051_821),
            (3.0, 0.498_650_101_968_370),
            (4.0, 0.499_968_328_758_167),
        ] {
            assert!(
                (from_mean(x) - share).abs() < 1e-15,
                "{x}: {}",
                from_mean(x)
            );
            assert!((from_mean(-x) + share).abs() < 1e-15, "{x}");
        }
    }

    #[test]
    fn draws_have_the_mean_and_the_deviation() {
        let count = 20_000;
        let units = (0..count).map(|i| (f64::from(i) + 0.5) / f64::from(count));
        let draws: Vec<f64> = units.map(|unit| quantile([3.0, 0.5], unit)).collect();
        let mean = draws.iter().sum::<f64>() / f64::from(count);
        let squares = draws.iter().map(|draw| (draw - mean).powi(2)).sum::<f64>();
        assert!((mean - 3.0).abs() < 1e-9, "{mean}");
        // The tails that are cut off hold 0.06 % of the deviation.
        let deviation = (squares / f64::from(count)).sqrt();
        assert!((deviation / 0.5 - 1.0).abs() < 1e-3, "{deviation}");
    }
}
