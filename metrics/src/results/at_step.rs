//! The numbers of an evaluation at one rollout step.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The worth of forecasts after a number of steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AtStep {
    /// Rollout step, 1 is the first prediction.
    pub rollout_step: usize,
    /// Its mean time.
    pub time: f64,
    /// `nrmse`, `correlation` and the numbers of the metrics that measure states, by name; those of persistence begin with
    /// `persistence_`.
    pub numbers: BTreeMap<String, f64>,
}
