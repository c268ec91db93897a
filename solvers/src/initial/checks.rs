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

/// A number from 0 to 1.
pub(super) fn probability<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let value = f64::deserialize(deserializer)?;
    if (0.0..=1.0).contains(&value) {
        return Ok(value);
    }
    let message = format!("{value} is no probability: write a number in [0, 1]");
    Err(D::Error::custom(message))
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

/// A range `[low, high]` of finite numbers above zero.
pub(super) fn range<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[f64; 2], D::Error> {
    let [low, high] = <[f64; 2]>::deserialize(deserializer)?;
    if low > 0.0 && low <= high && high.is_finite() {
        return Ok([low, high]);
    }
    Err(D::Error::custom(format!(
        "[{low}, {high}] is no range: write two finite numbers greater than 0, the smaller one first"
    )))
}

/// A range `[low, high]` of whole numbers of 1 to 64.
pub(super) fn counts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[usize; 2], D::Error> {
    let [low, high] = <[usize; 2]>::deserialize(deserializer)?;
    if (1..=high).contains(&low) && high <= 64 {
        return Ok([low, high]);
    }
    Err(D::Error::custom(format!(
        "[{low}, {high}] is no range: write two whole numbers in [1, 64], the smaller one first"
    )))
}
