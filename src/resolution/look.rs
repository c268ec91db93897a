//! The look at a few simulations before a training, as a recipe wants it: whether grid and time steps are fine enough.

use super::{PATIENCE, Resolution, look};
use crate::recipe::{Recipe, RecipeError, Unresolved};
use crate::results::SolverErrors;
use ondine_datasets::{DataError, Ensemble};

/// Result of a look.
pub struct Look {
    /// The numbers; none where the recipe says to ignore them.
    pub resolution: Option<Resolution>,
    /// The settings that do not resolve the solutions, with what to write.
    pub problems: Vec<String>,
}

/// Why there is no look.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LookError {
    /// The recipe refuses simulations that are not resolved.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// A simulation can't begin.
    #[error(transparent)]
    Data(#[from] DataError),
}

impl Look {
    /// Looks for some seconds. Where the recipe says so, a problem is an error. The error in time is `known` where the
    /// number of steps was found automatically; errors that were `measured` on whole trajectories count too.
    ///
    /// # Errors
    /// When a simulation can't begin, or the recipe refuses what was found.
    pub fn of(
        recipe: &Recipe,
        ensemble: &Ensemble,
        known: &SolverErrors,
        measured: &Resolution,
    ) -> Result<Self, LookError> {
        if recipe.time.resolution == Unresolved::Ignore {
            return Ok(Self {
                resolution: None,
                problems: Vec::new(),
            });
        }
        let found = look(ensemble, recipe.ensemble.simulations, PATIENCE, measured)?;
        let problems = found.problems(recipe, ensemble, known.temporal.is_some());
        if recipe.time.resolution == Unresolved::Refuse && !problems.is_empty() {
            let coarse = found.is_coarse();
            let place = if coarse { "grid.points" } else { "time.dt" };
            let message = format!("{} (time.resolution = \"refuse\")", problems.join(" "));
            return Err(recipe.source.error_at(place, message).into());
        }
        Ok(Self {
            resolution: Some(found),
            problems,
        })
    }

    /// The errors of the solver with what was seen.
    pub fn errors(&self, known: &SolverErrors) -> SolverErrors {
        match &self.resolution {
            Some(seen) => seen.added_to(known),
            None => SolverErrors {
                note: "Not looked at: time.resolution = \"ignore\".".to_owned(),
                ..known.clone()
            },
        }
    }

    /// The effort in words: "2 simulations, 12 states, 0.4 s".
    pub fn effort(&self) -> String {
        let Some(resolution) = &self.resolution else {
            return "not looked at: time.resolution = \"ignore\"".to_owned();
        };
        let (simulations, states) = (resolution.simulations, resolution.states);
        let plural = if simulations == 1 { "" } else { "s" };
        let seconds = resolution.seconds;
        format!("seen on {simulations} simulation{plural}, {states} states, in {seconds:.1} s")
    }

    /// The keys that say how problems are treated, in words; none where there is no problem.
    pub fn remedy(&self) -> Option<String> {
        (!self.problems.is_empty()).then(|| {
            format!(
                "time.resolution = \"refuse\" makes an error of this, \"ignore\" says nothing; {}",
                self.effort()
            )
        })
    }
}
