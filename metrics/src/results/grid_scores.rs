//! The scores of held-out trajectories on one of several grids.

use super::{Judged, QuietSimulation};
use serde::{Deserialize, Serialize};

/// Held-out trajectories on one grid, judged by themselves.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GridScores {
    /// Grid points per axis.
    pub points: Vec<usize>,
    /// Number of trajectories.
    pub trajectories: usize,
    /// Time of every rollout step, averaged over the trajectories.
    pub times: Vec<f64>,
    /// The surrogate.
    pub surrogate: Judged,
    /// The forecast that nothing changes.
    pub persistence: Judged,
    /// The trajectories that means leave out at some step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quiet: Vec<QuietSimulation>,
}

impl GridScores {
    /// The grid in words: `64` or `64 × 32`.
    #[must_use]
    pub fn name(&self) -> String {
        let points = self.points.iter().map(ToString::to_string);
        points.collect::<Vec<_>>().join(" × ")
    }
}
