//! The look at a few simulations before a training: is the recipe's grid fine enough?

use super::CliError;
use super::bar::Bar;
use crate::recipe::{Recipe, Unresolved};
use crate::resolution::{PATIENCE, Resolution, look};
use crate::results::SolverErrors;
use ondine_datasets::Ensemble;
use serde_json::{Value, json};

/// The observations of a recipe.
pub(super) struct Seen {
    /// None where the recipe says to ignore it.
    resolution: Option<Resolution>,
    problems: Vec<String>,
}

impl Seen {
    /// Looks, with a spinner unless it is to be `silent`. Where the recipe says so, a problem is an error. The error in time
    /// is `known` where the number of steps was found automatically; errors that were `measured` on whole trajectories count too.
    pub(super) fn new(
        recipe: &Recipe,
        ensemble: &Ensemble,
        known: &SolverErrors,
        measured: &Resolution,
        silent: bool,
    ) -> Result<Self, CliError> {
        if recipe.time.resolution == Unresolved::Ignore {
            return Ok(Self {
                resolution: None,
                problems: Vec::new(),
            });
        }
        let what = format!(
            "looking at the resolution of two simulations, for some {} s, and as long for a finer grid",
            PATIENCE.as_secs()
        );
        let bar = Bar::waiting(&what, silent);
        let found = look(ensemble, recipe.ensemble.simulations, PATIENCE, measured)?;
        bar.finish();
        let problems = found.problems(recipe, ensemble, known.temporal.is_some());
        if recipe.time.resolution == Unresolved::Refuse && !problems.is_empty() {
            let place = if found.is_coarse() {
                "grid.points"
            } else {
                "time.dt"
            };
            let message = format!("{} (time.resolution = \"refuse\")", problems.join(" "));
            return Err(recipe.source.error_at(place, message).into());
        }
        Ok(Self {
            resolution: Some(found),
            problems,
        })
    }

    /// The errors of the solver with what was seen.
    pub(super) fn errors(&self, known: &SolverErrors) -> SolverErrors {
        match &self.resolution {
            Some(seen) => seen.added_to(known),
            None => SolverErrors {
                note: "Not looked at: time.resolution = \"ignore\".".to_owned(),
                ..known.clone()
            },
        }
    }

    /// Says what is wrong.
    pub(super) fn warn(&self) {
        for problem in &self.problems {
            eprintln!("warning: {problem}");
        }
        if !self.problems.is_empty() {
            eprintln!(
                "time.resolution = \"refuse\" makes an error of this, \"ignore\" says nothing; {}",
                self.effort()
            );
        }
    }

    /// "2 simulations, 12 states, 0.4 s".
    pub(super) fn effort(&self) -> String {
        match &self.resolution {
            Some(Resolution {
                simulations,
                states,
                seconds,
                ..
            }) => {
                let plural = if *simulations == 1 { "" } else { "s" };
                format!(
                    "seen on {simulations} simulation{plural}, {states} states, in {seconds:.1} s"
                )
            }
            None => "not looked at: time.resolution = \"ignore\"".to_owned(),
        }
    }

    /// The settings that do not resolve the solutions, with what to write; none where the recipe says to ignore it.
    pub(super) fn problems(&self) -> Option<&[String]> {
        self.resolution.as_ref().map(|_| &self.problems[..])
    }

    pub(super) fn tail(&self) -> Option<f64> {
        self.resolution.as_ref()?.spectrum_tail
    }

    /// The numbers, with what is wrong.
    pub(super) fn json(&self) -> Value {
        match &self.resolution {
            Some(resolution) => {
                let mut object = json!(resolution);
                object["problems"] = json!(self.problems);
                object
            }
            None => Value::Null,
        }
    }
}
