//! In which norm an error counts.

use super::ObjectiveSection;
use ondine_models::Norm;
use serde::{Deserialize, Serialize};

/// The norms by their names in a recipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NormKind {
    /// The mean square.
    #[default]
    L2,
    /// The root of the mean square over that of the true state.
    Relative,
    /// And the mean square of the first derivatives.
    H1,
    /// And that of the second derivatives.
    H2,
}

impl NormKind {
    /// Whether derivatives count beside the values at points.
    pub fn has_derivatives(self) -> bool {
        match self {
            Self::L2 | Self::Relative => false,
            Self::H1 | Self::H2 => true,
        }
    }

    /// Its name in a recipe.
    pub fn name(self) -> &'static str {
        match self {
            Self::L2 => "l2",
            Self::Relative => "relative",
            Self::H1 => "h1",
            Self::H2 => "h2",
        }
    }
}

impl ObjectiveSection {
    /// The norm of errors.
    pub fn error_norm(&self) -> Norm {
        let sobolev = |order| Norm::Sobolev {
            order,
            weight: self.norm_weight.unwrap_or(1.0),
        };
        match self.norm {
            NormKind::L2 => Norm::L2,
            NormKind::Relative => Norm::Relative,
            NormKind::H1 => sobolev(1),
            NormKind::H2 => sobolev(2),
        }
    }
}
