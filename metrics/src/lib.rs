//! Metrics of forecasts of partial differential equations: errors, correlations, spectra, conserved quantities and scores
//! of ensembles, of states in 1 to 3 dimensions. No tensor library is linked.
//!
//! ```
//! use ondine_metrics::{Modes, correlation, energy_spectrum, nrmse, time_above};
//! use std::f64::consts::TAU;
//!
//! // A wave of period 1 on 32 points, and a forecast of it that lags by 0.05 times the step.
//! let wave = |shift: f64| -> Vec<f64> {
//!     (0..32).map(|i| (TAU * (f64::from(i) / 32.0 - shift)).sin()).collect()
//! };
//! let truth = wave(0.0);
//! let forecasts: Vec<Vec<f64>> = (1..=8).map(|step| wave(0.05 * f64::from(step))).collect();
//!
//! let error = nrmse(&forecasts[0], &truth); // ‖u − u*‖ / ‖u*‖
//! assert!((error - 2.0 * (TAU * 0.025).sin()).abs() < 1e-12);
//!
//! let correlations: Vec<f64> = forecasts.iter().map(|u| correlation(u, &truth)).collect();
//! let times: Vec<f64> = (1..=8).map(f64::from).collect();
//! let correlation_time = time_above(0.8, &times, &correlations);
//! assert!((2.0..2.1).contains(&correlation_time)); // cos(2π · 0.05 t) = 0.8 at t = 2.05
//!
//! let spectrum = energy_spectrum(&mut Modes::new(&[32])?, &truth, &[1.0]);
//! assert!((spectrum[1] - 0.25).abs() < 1e-12); // ½ ⟨sin²⟩, all of it in one period over the box
//! # Ok::<(), ondine_solvers::SolverError>(())
//! ```
//!
//! A metric is one file and one entry of [`METRICS`].
//!
//! It measures states beside the truth, which gives curves over the steps of a rollout, or it reads numbers from
//! what an evaluation found. Either way it has named numbers for `metrics.jsonl`. Only the metrics that a recipe asks for
//! are measured. The functions behind them are public and take states of 32 or 64 bits, channel-major
//! `[channel, point]`; they compute in 64 bits.
//!
//! Definitions of other programs differ from each other, and some are wrong. Those in [`compat`] are theirs as they are,
//! under names that end in the program's, for comparisons with what they publish.
//!
//! [`results`] has the types of an evaluation, which [`Definition::Rollout`] reads.

mod amplitude_phase;
mod band;
mod binned_spectral;
pub mod compat;
#[cfg(test)]
mod contract;
mod correlation;
mod correlation_time;
mod drift;
pub mod ensemble;
mod fourier_nrmse;
mod frmse;
mod geometric_mean;
mod h1;
mod horizon;
mod log_spectral_distance;
mod max_error;
mod measure;
mod modes;
mod mse;
mod nrmse;
mod ranking;
mod ratio;
mod relative_l2;
pub mod results;
mod rmse;
mod shells;
mod spectrum;
mod vrmse;

pub use amplitude_phase::{AmplitudePhase, amplitude_phase};
pub use band::{BANDS, Band};
pub use binned_spectral::{BINS, Bins, binned_spectral};
pub use correlation::{checked_correlation, correlation};
pub use correlation_time::{THRESHOLDS, time_above};
pub use drift::{Drift, Quantities, quantities};
pub use fourier_nrmse::fourier_nrmse;
pub use frmse::frmse;
pub use geometric_mean::geometric_mean;
pub use h1::h1;
pub use horizon::cross_correlation;
pub use log_spectral_distance::{energy_spectrum, log_spectral_distance};
pub use max_error::max_error;
pub use measure::{Fields, Meaning, Measure, Pair, Scale};
pub use modes::{Modes, Wave};
pub use mse::mse;
pub use nrmse::{WORST, checked_nrmse, nrmse};
pub use ranking::{Better, RANKINGS, Ranking};
pub use relative_l2::relative_l2;
pub use rmse::rmse;
pub use shells::{Shells, resolved};
pub use spectrum::{Amplitudes, rms};
pub use vrmse::{variance, vrmse};

use ondine_solvers::SolverError;
use results::Evaluation;

/// A metric: its row of the list.
pub struct MetricEntry {
    /// Name in a recipe.
    pub kind: &'static str,
    /// The formula; `u` is the forecast, `u*` the truth.
    pub formula: &'static str,
    /// One sentence: what it is, and the names of its numbers where there are several.
    pub summary: &'static str,
    /// The way in which it judges.
    pub definition: Definition,
}

/// The way in which a metric judges.
pub enum Definition {
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
    &vrmse::ENTRY,
    &max_error::ENTRY,
    &relative_l2::ENTRY,
    &h1::ENTRY,
    &correlation::ENTRY,
    &frmse::ENTRY,
    &fourier_nrmse::ENTRY,
    &binned_spectral::ENTRY,
    &log_spectral_distance::ENTRY,
    &amplitude_phase::ENTRY,
    &drift::ENTRY,
    &geometric_mean::ENTRY,
    &compat::exponax::NRMSE,
    &compat::exponax::FOURIER_NRMSE,
    &compat::exponax::H1,
    &compat::exponax::CORRELATION,
    &compat::exponax::GEOMETRIC_MEAN,
    &compat::neuraloperator::RELATIVE_L2,
    &compat::neuraloperator::H1,
    &compat::pdearena::CORRELATION_COUNT,
    &compat::pdebench::FRMSE,
    &compat::the_well::NRMSE,
    &compat::the_well::VRMSE,
    &compat::the_well::CORRELATION,
    &compat::the_well::BINNED_SPECTRAL,
];

/// Metrics of a recipe without `evaluate.metrics`.
pub const DEFAULT: [&str; 3] = ["nrmse", "correlation_time", "spectrum"];

impl MetricEntry {
    /// Whether it may be measured over some of the points of a grid, as where others have no data.
    pub fn is_pointwise(&self) -> bool {
        POINTWISE.contains(&self.kind)
    }

    /// The numbers for `metrics.jsonl`, by name. Those of the forecast that nothing changes begin with `persistence_`.
    pub fn numbers(&self, evaluation: &Evaluation) -> Vec<(String, f64)> {
        match self.definition {
            Definition::States(_) => {
                let of = |prefix: &str, judged: &results::Judged| {
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
            Definition::Rollout { read, .. } => read(evaluation),
        }
    }
}

/// Metrics of states that are means, sums or maxima over points, whatever lies beside them: they may be measured over some
/// of the points.
const POINTWISE: [&str; 13] = [
    "correlation",
    "max_error",
    "mse",
    "nrmse",
    "relative_l2",
    "rmse",
    "vrmse",
    "nrmse_exponax",
    "correlation_exponax",
    "relative_l2_neuraloperator",
    "nrmse_the_well",
    "vrmse_the_well",
    "correlation_the_well",
];

/// The metrics whose curves are needed for `wanted`, in the order of the list.
pub fn measured<'a>(wanted: &'a [String]) -> impl Iterator<Item = &'static MetricEntry> + 'a {
    let asks = |entry: &MetricEntry, kind: &str| match entry.definition {
        Definition::States(_) => entry.kind == kind,
        Definition::Rollout { curves, .. } => curves.contains(&kind),
    };
    let is_wanted = |entry: &MetricEntry| wanted.iter().any(|kind| *kind == entry.kind);
    METRICS.iter().copied().filter(move |entry| {
        matches!(entry.definition, Definition::States(_))
            && METRICS
                .iter()
                .any(|other| is_wanted(other) && asks(other, entry.kind))
    })
}

/// Worked example of `docs/book/extending.md`, compiled for its own test alone.
#[cfg(test)]
#[path = "../../examples/extending/mean_absolute_error.rs"]
pub mod mean_absolute_error;
