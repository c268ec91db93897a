//! Objectives: what is minimised over a window. One file and one entry of [`OBJECTIVES`] each.

mod one_step;

use crate::batch::Batch;
use burn::tensor::Tensor;
use ondine_models::Residual;
use ondine_solvers::Rng;
use serde::{Deserialize, Serialize};

/// `[objective]` beside its kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ObjectiveSection {
    /// Frames a surrogate step.
    pub stride: usize,
    /// Standard deviation of noise on the states that predictions start from, in units of the state's; 0 is none.
    pub noise: f64,
}

impl Default for ObjectiveSection {
    fn default() -> Self {
        Self {
            stride: 1,
            noise: 0.0,
        }
    }
}

/// A number to minimise.
pub trait Objective: Send + Sync {
    /// Frames of a window, a surrogate step apart.
    fn frames(&self) -> usize;

    /// The loss of every window of a batch, `[batch]`; what it draws comes from `rng`.
    fn losses(&self, surrogate: &Residual, batch: &Batch, rng: &mut Rng) -> Tensor<1>;

    /// The mean of [`Self::losses`], `[1]`.
    fn loss(&self, surrogate: &Residual, batch: &Batch, rng: &mut Rng) -> Tensor<1> {
        self.losses(surrogate, batch, rng).mean()
    }
}

/// What the list of objectives knows of one.
pub struct ObjectiveEntry {
    /// Name in a recipe.
    pub kind: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// The objective with its options.
    pub build: fn(&ObjectiveSection) -> Box<dyn Objective>,
}

/// Every objective.
pub const OBJECTIVES: &[&ObjectiveEntry] = &[&one_step::ENTRY];
