//! The whole of an evaluation: `evaluation.json` of a run holds one [`Evaluation`].

use super::{
    AtStep, Baseline, Conformal, FieldScores, GridScores, QuietSimulation, Refinement,
    SimulationScore, SolverErrors, SourceFile, SpectralErrors, Speed, StressCase, Uncertainty,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Rollouts of held-out simulations by the surrogate, judged against the solver.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evaluation {
    /// Training step of the weights that were evaluated.
    pub step: usize,
    /// Number of held-out simulations, or of trajectories of the file.
    pub trajectories: usize,
    /// Time of every rollout step, averaged over the simulations, in the units of the problem;
    /// starts with the first prediction, and counts from the last frame that it was made from.
    pub times: Vec<f64>,
    /// The surrogate.
    pub surrogate: Judged,
    /// The forecast that nothing changes: the last known frame at all times. A surrogate that is no better has learned nothing.
    pub persistence: Judged,
    /// The surrogate's forecasts one by one, in the order of the simulations; empty in files of older versions.
    #[serde(default)]
    pub simulations: Vec<SimulationScore>,
    /// Simulations whose truth is zero or constant at some step, which means over simulations leave out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quiet: Vec<QuietSimulation>,
    /// Spectra of the first prediction, after a quarter and a half of the rollout, and at its end.
    pub spectra: Vec<Spectra>,
    /// The surrogate's error over wavenumbers and time; none in files of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spectral_errors: Option<SpectralErrors>,
    /// Names of the fields, in the order of the channels.
    pub fields: Vec<String>,
    /// Constraints that keep long rollouts stable, in words: a mean that is conserved, wavenumbers that are cut.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guards: Vec<String>,
    /// The first step after every call of the network, where it has several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refinements: Vec<Refinement>,
    /// Scores of several rollouts from every state, where they were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertainty: Option<Uncertainty>,
    /// Split conformal bounds of the errors; none of fewer than four simulations, and in files of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conformal: Option<Conformal>,
    /// Errors of the solver that made the truth, of a single frame; none where the truth is that of a file, and in files of
    /// older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solver_errors: Option<SolverErrors>,
    /// Solvers and forecasters without a network, judged as the surrogate is, where they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub baselines: Vec<Baseline>,
    /// Wall times of the surrogate and of solvers, where they were measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed: Option<Speed>,
    /// Scores under shifts of what the surrogate was trained on, where they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stress: Vec<StressCase>,
    /// The numbers of the metrics that the recipe asks for, by name, as in `metrics.jsonl`; empty in files of older versions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<String, f64>,
    /// The numbers at the rollout steps that `evaluate.at` names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub at: Vec<AtStep>,
    /// Largest Lyapunov exponent per time unit, where the recipe states it: a correlation time times it is one in Lyapunov times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lyapunov_exponent: Option<f64>,
    /// Every field by itself where there are several, and all of them scaled; empty in files of older versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_field: Vec<FieldScores>,
    /// Every grid that held-out trajectories lie on, that of the recipe first, where there are several; all else is of that
    /// one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_grid: Vec<GridScores>,
    /// The file whose trajectories stood in for held-out simulations, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<SourceFile>,
}

/// Errors and correlations of one forecaster, averaged over the held-out simulations.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Judged {
    /// nRMSE after one step: `‖u − u*‖₂ / ‖u*‖₂` per simulation, then the mean.
    pub nrmse: f64,
    /// nRMSE at every rollout step.
    pub nrmse_over_time: Vec<f64>,
    /// Mean Pearson correlation with the truth at every rollout step.
    pub correlation_over_time: Vec<f64>,
    /// 10 % and 90 % quantiles over the simulations of the correlation at every rollout step.
    pub correlation_quantiles: [Vec<f64>; 2],
    /// Time until the mean correlation first falls below a threshold, by the threshold ("0.8", "0.9").
    pub correlation_time: BTreeMap<String, f64>,
    /// The same in rollout steps; empty in files of older versions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub correlation_steps: BTreeMap<String, f64>,
    /// Share of the trajectories whose forecast stayed finite to the end.
    pub finite_share: f64,
    /// Numbers over time of the metrics that the recipe asks for.
    #[serde(default)]
    pub curves: Vec<Curve>,
}

/// A number of a metric over the steps of the rollouts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Curve {
    /// Name of the metric in a recipe.
    pub metric: String,
    /// Name of the number.
    pub name: String,
    /// Its mean over the simulations at every rollout step.
    pub mean: Vec<f64>,
    /// Its 10 % and 90 % quantiles over the simulations.
    pub quantiles: [Vec<f64>; 2],
}

impl Judged {
    /// The curve of the number `name`, where it was measured.
    #[must_use]
    pub fn curve(&self, name: &str) -> Option<&Curve> {
        self.curves.iter().find(|curve| curve.name == name)
    }
}

/// Amplitudes over wavenumbers at one rollout step: root mean square over simulations and channels of `|û_k|`,
/// `û = rfft(u)/N`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Spectra {
    /// Rollout step, 1 is the first prediction.
    pub rollout_step: usize,
    /// Its mean time.
    pub time: f64,
    /// Wavenumber `|k|` of every shell in units of `2π/L`, `L` being the longest axis of the box: in one dimension, and where
    /// all axes are equally long, the number of wavelengths over the box. A shell holds the waves within half a unit of it;
    /// every wave of the grid lies in one, and shells without waves are left out.
    pub wavenumber: Vec<f64>,
    /// That unit, in radians per unit of length of the equation; none where simulations have boxes of their own, and in
    /// files of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wavenumber_unit: Option<f64>,
    /// Largest wavenumber up to which the grid has waves in every direction; above lie its corners. None in files of older
    /// versions, which end with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_wavenumber: Option<f64>,
    /// Number of waves of every shell, `k` and `−k` being two: `Σ waves · amplitude²` is the mean square over simulations,
    /// channels and points. Empty in files of older versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waves: Vec<f64>,
    /// The truth.
    pub truth: Vec<f64>,
    /// The surrogate's forecast.
    pub prediction: Vec<f64>,
    /// Error of the surrogate's forecast.
    pub error: Vec<f64>,
    /// Error of persistence.
    pub persistence_error: Vec<f64>,
}

impl Spectra {
    /// Largest wavenumber up to which the grid has waves in every direction.
    #[must_use]
    pub fn resolved(&self) -> f64 {
        let last = self.wavenumber.last().copied();
        self.resolved_wavenumber.or(last).unwrap_or(1.0)
    }
}
