//! The errors of the solver that made the truth, as runs and evaluations keep them.

use serde::{Deserialize, Deserializer, Serialize};

/// Errors of the solver that a single frame adds: relative L² errors over all channels, the largest of a few
/// simulations.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SolverErrors {
    /// Error of the time steps; none where it was not measured.
    pub temporal: Option<f64>,
    /// Error of the grid; none where it was not measured.
    pub spatial: Option<f64>,
    /// Points along each axis with which the solver resolves the solutions, where its grid does not; a lower bound where it
    /// was not tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Vec<usize>>,
    /// Why an error is missing, or what it does not cover, in sentences.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl SolverErrors {
    /// Errors of a run that kept the error in time alone.
    #[must_use]
    pub fn in_time(temporal: Option<f64>) -> Self {
        Self {
            temporal,
            ..Self::default()
        }
    }

    /// The larger of the two, where one was measured.
    #[must_use]
    pub fn largest(&self) -> Option<f64> {
        [self.temporal, self.spatial]
            .into_iter()
            .flatten()
            .reduce(f64::max)
    }
}

/// Reads the errors of a run; older versions kept the one in time alone, as a number.
///
/// # Errors
/// When it is neither the errors nor a number.
pub fn read_solver_errors<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<SolverErrors, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Kept {
        Both(SolverErrors),
        InTime(Option<f64>),
    }
    Ok(match Kept::deserialize(deserializer)? {
        Kept::Both(errors) => errors,
        Kept::InTime(error) => SolverErrors::in_time(error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_older_runs_are_those_in_time() {
        #[derive(Deserialize)]
        struct Summary {
            #[serde(
                default,
                alias = "reference_error",
                deserialize_with = "read_solver_errors"
            )]
            solver_errors: SolverErrors,
        }
        let read = |json: &str| {
            serde_json::from_str::<Summary>(json)
                .expect("valid")
                .solver_errors
        };
        let old = read("{\"reference_error\": 1e-7}");
        assert_eq!(old, SolverErrors::in_time(Some(1e-7)));
        assert_eq!(read("{\"reference_error\": null}"), SolverErrors::default());
        assert_eq!(read("{}"), SolverErrors::default());
        let both = SolverErrors {
            spatial: Some(0.2),
            ..old
        };
        let json = serde_json::json!({ "solver_errors": both });
        assert_eq!(read(&json.to_string()), both);
        assert_eq!(both.largest(), Some(0.2));
    }
}
