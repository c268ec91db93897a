//! Distributions of one number, as a recipe writes them: `1.0` or `{ uniform = [0.5, 1.5] }`.

use serde::de::{Deserializer, Error, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Serialize};

/// The prior of one parameter.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Distribution {
    /// Always the same.
    Constant(f64),
    /// Equally likely between two ends.
    Uniform {
        /// Lower and upper end.
        uniform: [f64; 2],
    },
}

impl Distribution {
    /// The value below which a share `unit` of the draws lies.
    pub fn quantile(&self, unit: f64) -> f64 {
        match *self {
            Self::Constant(value) => value,
            Self::Uniform {
                uniform: [low, high],
            } => low + unit * (high - low),
        }
    }

    /// The share of draws that lie below `value`: what [`Self::quantile`] undoes.
    pub fn share_below(&self, value: f64) -> f64 {
        match *self {
            Self::Constant(constant) => f64::from(u8::from(value > constant)),
            Self::Uniform {
                uniform: [low, high],
            } => ((value - low) / (high - low)).clamp(0.0, 1.0),
        }
    }

    /// Whether draws differ.
    pub fn varies(&self) -> bool {
        let [low, high] = self.range();
        low < high
    }

    /// Smallest and largest value.
    pub fn range(&self) -> [f64; 2] {
        match *self {
            Self::Constant(value) => [value, value],
            Self::Uniform { uniform } => uniform,
        }
    }

    /// Middle of the range.
    pub fn center(&self) -> f64 {
        self.quantile(0.5)
    }
}

/// The table form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    uniform: [f64; 2],
}

struct DistributionVisitor;

impl<'de> Visitor<'de> for DistributionVisitor {
    type Value = Distribution;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a number or a distribution such as { uniform = [0.5, 1.5] }")
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Distribution, E> {
        match value.is_finite() {
            true => Ok(Distribution::Constant(value)),
            false => Err(E::custom(format!("{value} is not a finite number"))),
        }
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Distribution, E> {
        self.visit_f64(value as f64)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Distribution, A::Error> {
        let Table {
            uniform: [low, high],
        } = Table::deserialize(MapAccessDeserializer::new(map))?;
        if low.is_finite() && high.is_finite() && low <= high {
            return Ok(Distribution::Uniform {
                uniform: [low, high],
            });
        }
        let message =
            format!("uniform = [{low}, {high}] needs two finite ends, the lower one first");
        Err(A::Error::custom(message))
    }
}

impl<'de> Deserialize<'de> for Distribution {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DistributionVisitor)
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
}
