//! Distributions of one number, as a recipe writes them: `1.0` or `{ uniform = [0.5, 1.5] }`. One file and one entry of
//! [`DISTRIBUTIONS`] each.

mod choice;
mod log_uniform;
mod normal;
mod read;
mod uniform;

use serde::Serialize;

/// The prior of one parameter.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Distribution {
    /// Always the same.
    Constant(f64),
    /// Equally likely between two ends.
    Uniform {
        /// Lower and upper end.
        uniform: [f64; 2],
    },
    /// Its logarithm equally likely between two ends: every factor as likely as any other.
    LogUniform {
        /// Lower and upper end, greater than 0.
        log_uniform: [f64; 2],
    },
    /// The normal distribution, cut off four standard deviations from its mean.
    Normal {
        /// Mean and standard deviation.
        normal: [f64; 2],
    },
    /// One of several values, all equally likely; one that stands there twice is twice as likely.
    Choice {
        /// The values, in rising order.
        choice: Vec<f64>,
    },
}

/// An entry of the list of distributions.
pub struct DistributionEntry {
    /// Name in a recipe.
    pub kind: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// An example, as in a recipe.
    pub example: &'static str,
}

/// Every distribution beside a plain number.
pub const DISTRIBUTIONS: &[&DistributionEntry] = &[
    &uniform::ENTRY,
    &log_uniform::ENTRY,
    &normal::ENTRY,
    &choice::ENTRY,
];

impl Distribution {
    /// The value below which a share `unit` of the draws lies.
    pub fn quantile(&self, unit: f64) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Uniform { uniform } => uniform::quantile(*uniform, unit),
            Self::LogUniform { log_uniform } => log_uniform::quantile(*log_uniform, unit),
            Self::Normal { normal } => normal::quantile(*normal, unit),
            Self::Choice { choice } => choice::quantile(choice, unit),
        }
    }

    /// The share of draws that lie below `value`: what [`Self::quantile`] undoes. Of a value that a choice draws it is the
    /// middle of the shares that give it, see [`Self::shares`].
    pub fn share_below(&self, value: f64) -> f64 {
        let [below, up_to] = self.shares(value);
        0.5 * (below + up_to)
    }

    /// The shares of draws that lie below `value` and up to it, which differ where the value itself has a share.
    pub fn shares(&self, value: f64) -> [f64; 2] {
        let share = match self {
            Self::Constant(constant) => f64::from(u8::from(value > *constant)),
            Self::Uniform { uniform } => uniform::share_below(*uniform, value),
            Self::LogUniform { log_uniform } => log_uniform::share_below(*log_uniform, value),
            Self::Normal { normal } => normal::share_below(*normal, value),
            Self::Choice { choice } => return choice::shares(choice, value),
        };
        [share, share]
    }

    /// Whether draws differ.
    pub fn varies(&self) -> bool {
        let [low, high] = self.range();
        low < high
    }

    /// Smallest and largest value.
    pub fn range(&self) -> [f64; 2] {
        match self {
            Self::Constant(value) => [*value, *value],
            Self::Uniform { uniform } => *uniform,
            Self::LogUniform { log_uniform } => *log_uniform,
            Self::Normal { normal } => normal::range(*normal),
            Self::Choice { choice } => choice::range(choice),
        }
    }

    /// Values that tell whether all can be used: the ends of a range, or every one of a choice.
    pub fn extremes(&self) -> Vec<f64> {
        match self {
            Self::Choice { choice } => choice.clone(),
            _ => self.range().to_vec(),
        }
    }

    /// The value in the middle of the draws.
    pub fn center(&self) -> f64 {
        self.quantile(0.5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_run_from_one_end_to_the_other() {
        let uniform = Distribution::Uniform {
            uniform: [2.0, 6.0],
        };
        let quantiles = [0.0, 0.25, 1.0].map(|unit| uniform.quantile(unit).to_bits());
        assert_eq!(quantiles, [2.0, 3.0, 6.0].map(f64::to_bits));
        let shares = [1.0, 3.0, 9.0].map(|value| uniform.share_below(value).to_bits());
        assert_eq!(shares, [0.0, 0.25, 1.0].map(f64::to_bits));
        let constant = Distribution::Constant(7.0).quantile(0.9);
        assert_eq!(constant.to_bits(), 7.0_f64.to_bits());
    }

    #[test]
    fn shares_undo_quantiles_and_stay_in_the_range() {
        for prior in [
            Distribution::LogUniform {
                log_uniform: [1e-4, 1e-1],
            },
            Distribution::Normal {
                normal: [0.1, 0.02],
            },
            Distribution::Uniform {
                uniform: [-1.0, 3.0],
            },
        ] {
            let [low, high] = prior.range();
            let ends = [0.0, 1.0].map(|unit| prior.quantile(unit).to_bits());
            assert_eq!(ends, [low, high].map(f64::to_bits));
            let mut before = f64::NEG_INFINITY;
            for i in 0..=1000 {
                let unit = f64::from(i) / 1000.0;
                let value = prior.quantile(unit);
                assert!(
                    (low..=high).contains(&value) && value > before,
                    "{prior:?} at {unit}"
                );
                assert!(
                    (prior.share_below(value) - unit).abs() < 1e-12,
                    "{prior:?} at {unit}"
                );
                before = value;
            }
            assert_eq!(
                [low - 1.0, high + 1.0].map(|x| prior.share_below(x).to_bits()),
                [0.0, 1.0].map(f64::to_bits)
            );
        }
    }
}
