//! The look at a few simulations before a training, in words.

use super::CliError;
use super::bar::Bar;
use crate::recipe::{Recipe, Unresolved};
use crate::resolution::{Look, PATIENCE, Resolution};
use crate::results::SolverErrors;
use ondine_datasets::Ensemble;
use serde_json::{Value, json};

/// The observations of a recipe.
pub(super) struct Seen(Look);

impl Seen {
    /// As [`Look::of`], with a spinner unless it is to be `silent`.
    pub(super) fn new(
        recipe: &Recipe,
        ensemble: &Ensemble,
        known: &SolverErrors,
        measured: &Resolution,
        silent: bool,
    ) -> Result<Self, CliError> {
        let silent = silent || recipe.time.resolution == Unresolved::Ignore;
        let what = format!(
            "looking at the resolution of two simulations, for some {} s, and as long for a finer grid",
            PATIENCE.as_secs()
        );
        let bar = Bar::waiting(&what, silent);
        let look = Look::of(recipe, ensemble, known, measured)?;
        bar.finish();
        Ok(Self(look))
    }

    /// The errors of the solver with what was seen.
    pub(super) fn errors(&self, known: &SolverErrors) -> SolverErrors {
        self.0.errors(known)
    }

    /// Says what is wrong.
    pub(super) fn warn(&self) {
        for problem in &self.0.problems {
            eprintln!("warning: {problem}");
        }
        if let Some(remedy) = self.0.remedy() {
            eprintln!("{remedy}");
        }
    }

    /// Whether there was a look.
    pub(super) fn looked(&self) -> bool {
        self.0.resolution.is_some()
    }

    /// "2 simulations, 12 states, 0.4 s".
    pub(super) fn effort(&self) -> String {
        self.0.effort()
    }

    /// The settings that do not resolve the solutions, with what to write; none where the recipe says to ignore it.
    pub(super) fn problems(&self) -> Option<&[String]> {
        self.0.resolution.as_ref().map(|_| &self.0.problems[..])
    }

    pub(super) fn tail(&self) -> Option<f64> {
        self.0.resolution.as_ref()?.spectrum_tail
    }

    /// The numbers, with what is wrong.
    pub(super) fn json(&self) -> Value {
        let Some(resolution) = &self.0.resolution else {
            return Value::Null;
        };
        let mut object = json!(resolution);
        object["problems"] = json!(self.0.problems);
        object
    }
}
