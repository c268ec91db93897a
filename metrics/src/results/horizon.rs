//! The time for which forecasts can be trusted.

use serde::{Deserialize, Serialize};

/// The correlation below which forecasts are not trusted.
pub const THRESHOLD: f64 = 0.8;

/// Time for which the rollouts from one state agree with each other, or with the truth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Horizon {
    /// The time at which the mean correlation first falls below [`THRESHOLD`], or the end of the rollouts.
    pub time: f64,
    /// Whether it did not until the end, so that the horizon lies beyond.
    pub to_the_end: bool,
}
