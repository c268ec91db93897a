//! Metrics: how a rollout is judged. One file and one entry of [`METRICS`] each.
//!
//! An evaluation holds curves over time and wavenumber; a metric reads named numbers from it, the ones that
//! `metrics.jsonl` carries.

mod correlation_time;
mod nrmse;
mod spectrum;

pub use correlation_time::{THRESHOLDS, correlation, time_above};
pub use nrmse::{WORST, nrmse};
pub use spectrum::{Amplitudes, rms};

use crate::evaluation::Evaluation;

/// What the list of metrics knows of one.
pub struct MetricEntry {
    /// Name in a recipe.
    pub kind: &'static str,
    /// One sentence with the formula.
    pub summary: &'static str,
    /// The numbers, by name.
    pub read: fn(&Evaluation) -> Vec<(String, f64)>,
}

/// Every metric.
pub const METRICS: &[&MetricEntry] = &[&nrmse::ENTRY, &correlation_time::ENTRY, &spectrum::ENTRY];
