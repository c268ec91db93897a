//! Split conformal bounds of the errors of rollouts.

use serde::{Deserialize, Serialize};

/// Bounds of errors that hold for the next simulation with a probability, whatever the distribution of errors, from a part of the
/// held-out simulations; and their coverage on the others. Lists over time begin with the first prediction.
///
/// The bound at a lead time is the `⌈(n+1)(1−α)⌉`-th smallest of `n` scores: Vovk et al. (2005), Lei et al. (2018), eq. 4. Coverage is
/// expected in `[1−α, 1−α + 1/(n+1)]`, and has the standard deviation `√(α(1−α)(1/(n+2) + 1/m))` on `m` others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Conformal {
    /// Simulations whose scores gave the bounds, drawn at random from the held-out ones.
    pub calibrated_on: usize,
    /// The others.
    pub tested_on: usize,
    /// Standard deviations of the fields in the training, in the order of the fields: the units of the largest error.
    pub deviations: Vec<f64>,
    /// The bounds of every score at every level that there are enough simulations for.
    pub bounds: Vec<ConformalBound>,
}

/// Bounds of a score at a level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConformalBound {
    /// The score.
    pub score: ConformalScore,
    /// The probability `1−α` with which a bound holds.
    pub level: f64,
    /// The bound at every rollout step; not finite where rollouts diverge.
    pub bound_over_time: Vec<f64>,
    /// The share of the other simulations whose score is no larger.
    pub coverage_over_time: Vec<f64>,
    /// Its mean over the steps.
    pub coverage: f64,
}

/// A score of a forecast at a lead time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConformalScore {
    /// `‖u − u*‖₂ / ‖u*‖₂`.
    Nrmse,
    /// Largest `|u − u*|` over all points and fields, in standard deviations of the fields: half the width of a band around the
    /// forecast that holds the whole truth.
    LargestError,
}

impl ConformalScore {
    /// All scores.
    pub const ALL: [Self; 2] = [Self::Nrmse, Self::LargestError];

    /// Its name in tables and figures.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nrmse => "nRMSE",
            Self::LargestError => "largest error",
        }
    }
}

impl Conformal {
    /// The bounds of a score, by rising level.
    pub fn of(&self, score: ConformalScore) -> impl Iterator<Item = &ConformalBound> {
        self.bounds.iter().filter(move |bound| bound.score == score)
    }
}
