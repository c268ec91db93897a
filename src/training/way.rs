//! Differences between the programs that train, and the work that the first of several processes does for all.

use super::{Start, TrainingError};
use crate::group::{Elsewhere, Group, agreed};
use crate::plan::Plan;
use crate::recipe::{Extensions, Recipe};
use ondine_datasets::Share;
use std::fmt::Display;
use std::path::PathBuf;

/// Differences between the programs that train.
pub(crate) struct Way<'a, E> {
    /// Checks a recipe.
    pub(crate) check: &'a dyn Fn(Recipe) -> Result<Plan, E>,
    /// The program of worker processes.
    pub(crate) worker_program: Option<PathBuf>,
    /// Members that recipes of resumed runs may name beside those of the lists.
    pub(crate) extensions: Extensions,
    /// The processes that train together.
    pub(crate) group: &'a dyn Group,
}

/// An error that can be told to other processes and heard of from them.
pub(crate) trait SharedError: Display + From<TrainingError> + From<Elsewhere> {}

impl<E: Display + From<TrainingError> + From<Elsewhere>> SharedError for E {}

impl<E: SharedError> Way<'_, E> {
    /// The plan of a recipe, as this process carries it out.
    pub(super) fn plan(&self, recipe: Recipe) -> Result<Plan, E> {
        self.shared((self.check)(recipe)?)
    }

    /// A plan, as this process carries it out.
    pub(super) fn shared(&self, plan: Plan) -> Result<Plan, E> {
        let share = Share::new(self.group.rank(), self.group.size());
        let shared = plan.shared(share);
        shared.map_err(|error| TrainingError::from(error).into())
    }

    /// The start that the first process makes of `from`, and after it each of the others.
    pub(super) fn together<T>(
        &self,
        from: T,
        first: impl FnOnce(T) -> Result<Start, E>,
        other: impl FnOnce(T) -> Result<Start, E>,
    ) -> Result<Start, E> {
        if self.group.leads() {
            let start = agreed(self.group, first(from))?;
            agreed(self.group, Ok(start))
        } else {
            agreed(self.group, Ok::<_, E>(()))?;
            agreed(self.group, other(from))
        }
    }
}
