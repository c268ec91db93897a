//! Metrics: how a rollout is judged. One file and one entry of [`METRICS`] each.
//!
//! A metric measures states beside the truth, which gives curves over the steps of a rollout, or it reads numbers from
//! what an evaluation found. Either way it has named numbers for `metrics.jsonl`. Only the metrics that a recipe asks for
//! are measured. The functions behind them are public and take states of 32 or 64 bits, channel-major
//! `[channel, point]`; they compute in 64 bits.

mod correlation;
mod correlation_time;
mod max_error;
mod measure;
mod modes;
mod mse;
mod nrmse;
mod rmse;
mod spectrum;

pub use correlation::correlation;
pub use correlation_time::{THRESHOLDS, time_above};
pub use max_error::max_error;
pub use measure::{Fields, Meaning, Measure, Pair, Scale};
pub use modes::{Modes, Wave};
pub use mse::mse;
pub use nrmse::{WORST, nrmse};
pub use rmse::rmse;
pub use spectrum::{Amplitudes, rms};

use crate::evaluation::Evaluation;
use ondine_solvers::SolverError;

/// What the list of metrics knows of one.
pub struct MetricEntry {
    /// Name in a recipe.
    pub kind: &'static str,
    /// The formula; `u` is the forecast, `u*` the truth.
    pub formula: &'static str,
    /// One sentence: what it is, and the names of its numbers where there are several.
    pub summary: &'static str,
    /// How it judges.
    pub judge: Judge,
}

/// How a metric judges.
pub enum Judge {
    /// By a measure of one state, made for the fields of a rollout. `metrics.jsonl` gets the means over the simulations
    /// after one step; `evaluation.json` has the curves.
    States(fn(&Fields<'_>) -> Result<Measure, SolverError>),
    /// By numbers read from an evaluation.
    Rollout {
        /// Metrics whose curves are read, beside what every evaluation has.
        curves: &'static [&'static str],
        /// The numbers, by name.
        read: fn(&Evaluation) -> Vec<(String, f64)>,
    },
}

/// Every metric.
pub const METRICS: &[&MetricEntry] = &[
    &nrmse::ENTRY,
    &correlation_time::ENTRY,
    &spectrum::ENTRY,
    &mse::ENTRY,
    &rmse::ENTRY,
    &max_error::ENTRY,
    &correlation::ENTRY,
];

/// What a recipe without `evaluate.metrics` asks for.
pub const DEFAULT: [&str; 3] = ["nrmse", "correlation_time", "spectrum"];

impl MetricEntry {
    /// The numbers for `metrics.jsonl`, by name. Those of the forecast that nothing changes begin with `persistence_`.
    pub fn numbers(&self, evaluation: &Evaluation) -> Vec<(String, f64)> {
        match self.judge {
            Judge::States(_) => {
                let of = |prefix: &str, judged: &crate::evaluation::Judged| {
                    let curves = judged
                        .curves
                        .iter()
                        .filter(|curve| curve.metric == self.kind);
                    let first = curves.filter_map(|curve| {
                        Some((format!("{prefix}{}", curve.name), *curve.mean.first()?))
                    });
                    first.collect::<Vec<_>>()
                };
                let mut numbers = of("", &evaluation.surrogate);
                numbers.extend(of("persistence_", &evaluation.persistence));
                numbers
            }
            Judge::Rollout { read, .. } => read(evaluation),
        }
    }
}

/// The metrics whose curves are needed for `wanted`, in the order of the list.
pub fn measured<'a>(wanted: &'a [String]) -> impl Iterator<Item = &'static MetricEntry> + 'a {
    let asks = |entry: &MetricEntry, kind: &str| match entry.judge {
        Judge::States(_) => entry.kind == kind,
        Judge::Rollout { curves, .. } => curves.contains(&kind),
    };
    let is_wanted = |entry: &MetricEntry| wanted.iter().any(|kind| *kind == entry.kind);
    METRICS.iter().copied().filter(move |entry| {
        matches!(entry.judge, Judge::States(_))
            && METRICS
                .iter()
                .any(|other| is_wanted(other) && asks(other, entry.kind))
    })
}
