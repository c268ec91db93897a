//! The scores of one field, or of all fields scaled.

use super::{AtStep, Judged, QuietSimulation, Spectra};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A field, or all of them scaled, judged as whole states are.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldScores {
    /// Name of the field, or `all, scaled`: all fields together, each without the mean that the truth has at that time and
    /// over the standard deviation of the truths of all simulations and times. A field that does not vary is left out of
    /// these.
    pub field: String,
    /// The surrogate.
    pub surrogate: Judged,
    /// The forecast that nothing changes.
    pub persistence: Judged,
    /// Spectra, at the steps of those of whole states.
    pub spectra: Vec<Spectra>,
    /// The numbers of the metrics that the recipe asks for, by name.
    pub metrics: BTreeMap<String, f64>,
    /// The simulations that means of this field leave out at some step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quiet: Vec<QuietSimulation>,
    /// Whether the truth is the same at all points in all simulations at all steps, so that none is left out and all errors
    /// say nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub constant: bool,
    /// The numbers at the steps that `evaluate.at` names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub at: Vec<AtStep>,
}

/// The name of all fields together, in units of what varies of each.
pub const SCALED: &str = "all, scaled";
