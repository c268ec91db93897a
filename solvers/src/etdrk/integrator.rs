//! The choice of a time integrator by name.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A time integrator; the number is its order of convergence. Linear equations are integrated
/// exactly by all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Integrator {
    /// First order, one evaluation of `𝒩` per step.
    Etdrk1,
    /// Second order, two evaluations.
    Etdrk2,
    /// Third order, three evaluations.
    Etdrk3,
    /// Fourth order, four evaluations: the least work for a given accuracy as a rule.
    Etdrk4,
}

impl Integrator {
    /// Every integrator, from the lowest order to the highest.
    pub const ALL: [Self; 4] = [Self::Etdrk1, Self::Etdrk2, Self::Etdrk3, Self::Etdrk4];

    /// Order `p`: the error over a fixed time falls as `dtᵖ`.
    #[must_use]
    pub fn order(self) -> u32 {
        match self {
            Self::Etdrk1 => 1,
            Self::Etdrk2 => 2,
            Self::Etdrk3 => 3,
            Self::Etdrk4 => 4,
        }
    }
}

impl fmt::Display for Integrator {
    /// The name in a recipe.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "etdrk{}", self.order())
    }
}
