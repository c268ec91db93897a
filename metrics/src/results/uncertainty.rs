//! Several rollouts from every state: their spread beside their error.

use super::{Horizon, Judged};
use serde::{Deserialize, Serialize};

/// Several rollouts of every held-out simulation, judged together. Lists over time begin with the first prediction.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Uncertainty {
    /// Rollouts of every simulation.
    pub samples: usize,
    /// The mean over the samples as a forecast.
    pub mean: Judged,
    /// Standard deviation of the samples relative to the truth, `√⟨s²⟩ / √⟨u*²⟩` a simulation, then the mean; to be
    /// compared with `mean.nrmse_over_time`.
    pub spread_over_time: Vec<f64>,
    /// `√((M + 1)/M) √⟨s²⟩ / √⟨(x̄ − u*)²⟩` over all simulations whose samples are finite together: 1 where the spread says how wrong the mean is,
    /// less where the samples are too sure (Fortin et al. 2014).
    pub spread_skill_over_time: Vec<f64>,
    /// Fair continuous ranked probability score relative to the truth, `CRPS / √⟨u*²⟩` a simulation, then the mean.
    pub crps_over_time: Vec<f64>,
    /// Mean Pearson correlation of all pairs of samples.
    pub cross_correlation_over_time: Vec<f64>,
    /// Mean Pearson correlation of the samples one by one with the truth.
    pub sample_correlation_over_time: Vec<f64>,
    /// Shares of points where the truth lies within central intervals of the samples, one for each level.
    pub coverage: Vec<Coverage>,
    /// The horizon of every simulation, from the samples alone and against the truth.
    pub horizons: Vec<TestedHorizon>,
    /// Agreement of the two horizons, over the simulations whose horizons both lie within the rollout.
    pub horizon_agreement: Option<Agreement>,
    /// Amplitudes of the spread over wavenumbers, at the steps of the other spectra.
    pub spectra: Vec<SpreadSpectrum>,
}

/// The share of all points where the truth lies within the central interval of the samples.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Coverage {
    /// The level of the interval, which is the share expected of calibrated samples.
    pub level: f64,
    /// The share found, at every rollout step.
    pub share_over_time: Vec<f64>,
}

/// The time at which samples part, and that at which they leave the truth.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TestedHorizon {
    /// From the samples alone: until their mean correlation in pairs falls below 0.8.
    pub predicted: Horizon,
    /// Until the mean correlation of the samples with the truth does.
    pub actual: Horizon,
}

/// Agreement of predicted horizons with the actual ones.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Agreement {
    /// Number of simulations that count.
    pub count: usize,
    /// Coefficient of determination of the best line through them, the squared correlation.
    pub r_squared: f64,
    /// Mean of predicted over mean of actual: more than 1 where samples agree on what is wrong.
    pub ratio: f64,
}

/// Root mean square amplitudes over simulations and channels, as in [`Spectra`](super::Spectra).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SpreadSpectrum {
    /// Rollout step, 1 is the first prediction.
    pub rollout_step: usize,
    /// Of the deviation of a sample from the mean, `M − 1` in its square's denominator.
    pub spread: Vec<f64>,
    /// Of the error of the mean.
    pub mean_error: Vec<f64>,
}
