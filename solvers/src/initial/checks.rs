//! Checks of options while they are read, so that errors point at the value.

use serde::Deserialize;
use serde::de::{Deserializer, Error};

/// A finite number above zero.
pub(super) fn positive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let value = f64::deserialize(deserializer)?;
    if value.is_finite() && value > 0.0 {
        return Ok(value);
    }
    let message = format!("{value} is out of range: write a finite number greater than 0");
    Err(D::Error::custom(message))
}

/// A finite number.
pub(super) fn finite<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let value = f64::deserialize(deserializer)?;
    if value.is_finite() {
        return Ok(value);
    }
    Err(D::Error::custom(format!("{value}: write a finite number")))
}

/// A whole number of 1 to 64: what a sum of waves in three dimensions can afford.
pub(super) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let value = usize::deserialize(deserializer)?;
    if (1..=64).contains(&value) {
        return Ok(value);
    }
    let message = format!("{value} is out of range: write a whole number in [1, 64]");
    Err(D::Error::custom(message))
}
