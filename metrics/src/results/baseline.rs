//! Forecasters beside a surrogate: setups of solvers, and how good they are.

use super::Judged;
use serde::{Deserialize, Serialize};

/// Setup of a solver that makes forecasts: the equation and the integrator are those of the recipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Setup {
    /// Grid points per axis.
    pub points: Vec<usize>,
    /// Steps of the integrator from one forecast frame to the next; the recipe's are `substeps` for each of the `stride`
    /// frames.
    pub steps: usize,
}

/// A baseline, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum BaselineKind {
    /// The solver of the recipe on half the points per axis: states lose the modes that this grid does not hold.
    HalfResolution,
    /// The solver of the recipe with as many steps as cost about what the surrogate does, those of the recipe at most.
    EqualCost,
    /// Every Fourier mode of a frame times a matrix over the fields, by least squares over training simulations.
    Linear,
    /// The successors of the state of training simulations that is nearest.
    Analog,
    /// The trained surrogate that a distilled one learned from.
    Teacher,
}

impl BaselineKind {
    /// Its name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::HalfResolution => "half resolution",
            Self::EqualCost => "equal cost",
            Self::Linear => "linear",
            Self::Analog => "analog",
            Self::Teacher => "teacher",
        }
    }

    /// Whether it solves the equation; all others know training simulations, or what a surrogate learned from some.
    #[must_use]
    pub fn is_solver(self) -> bool {
        match self {
            Self::HalfResolution | Self::EqualCost => true,
            Self::Linear | Self::Analog | Self::Teacher => false,
        }
    }
}

/// A forecaster that begins with the same frames as the surrogate, judged in the same way. Where it diverges, its forecasts
/// count as any that are not finite.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Baseline {
    /// Its name.
    pub kind: BaselineKind,
    /// Setup of the solver; absent where there is no such solver, and of those that are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup: Option<Setup>,
    /// Errors and correlations of its forecasts; absent where it could not be run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged: Option<Judged>,
    /// Wall time of one thread over that of the surrogate, a trajectory each; absent where it was not measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// A remark in words: why it was not run, the meaning of its cost, the simulations that it was fitted to, or its origin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Baseline {
    /// A baseline that was not run, and why.
    #[must_use]
    pub fn skipped(kind: BaselineKind, why: String) -> Self {
        Self {
            kind,
            setup: None,
            judged: None,
            cost: None,
            note: Some(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_on_disk_and_in_tables_stay() {
        let all = [
            (BaselineKind::HalfResolution, "half_resolution", true),
            (BaselineKind::EqualCost, "equal_cost", true),
            (BaselineKind::Linear, "linear", false),
            (BaselineKind::Analog, "analog", false),
            (BaselineKind::Teacher, "teacher", false),
        ];
        for (kind, name, solves) in all {
            let json = serde_json::to_string(&kind).expect("a name");
            assert_eq!(json, format!("\"{name}\""));
            assert_eq!(kind.name(), name.replace('_', " "));
            assert_eq!(kind.is_solver(), solves, "{name}");
        }
    }
}
