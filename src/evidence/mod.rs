//! Evidence of a diagnosis: what a recipe says of a training, for the rules of `ondine-report`, which know no recipe.
//!
//! [`subject()`] is kept in a run as `subject.json`, [`takes()`] says which changes a recipe takes, and [`disagreement()`] is
//! that of a file and the solver. Where the recipe of a run can't be loaded any more, the file alone counts.

mod disagreement;
mod subject;
mod takes;

pub use disagreement::disagreement;
pub use subject::subject;
pub use takes::takes;

use crate::recipe::Recipe;
use crate::results::Evaluation;
use crate::run::{Run, RunError};
use ondine_report::diagnosis::Finding;
use ondine_report::files::{Beside, ReadError, RunFiles};
use std::path::Path;

/// Facts of a training that was judged, from its recipe.
#[must_use]
pub fn of(recipe: &Recipe, evaluation: Option<&Evaluation>) -> Beside {
    Beside {
        subject: Some(subject(recipe)),
        disagreement: evaluation.and_then(|evaluation| disagreement(recipe, evaluation)),
        takes: Some(Box::new(takes(recipe))),
    }
}

/// The files of a run with the facts of its recipe, and the evaluation in `judged`, the same directory or another.
///
/// # Errors
/// When it is no run.
pub fn files(directory: &Path, judged: &Path) -> Result<RunFiles, ReadError> {
    let files = RunFiles::read(directory, judged)?;
    Ok(with_recipe(directory, files))
}

/// The files of a run with what its recipe says, where it can be loaded.
fn with_recipe(directory: &Path, files: RunFiles) -> RunFiles {
    let recipe = Run::open(directory).and_then(|run| run.recipe(&[]));
    let Ok(recipe) = recipe else {
        return files; // it keeps the facts itself
    };
    let beside = of(&recipe, files.evaluation.as_ref());
    files.with(beside)
}

/// Findings of the rules in an evaluation of a run, the most important cause first.
///
/// # Errors
/// When the run can't be read.
pub fn diagnosis(run: &Run, evaluation: &Evaluation) -> Result<Vec<Finding>, RunError> {
    let directory = run.directory();
    let files = RunFiles::read(directory, directory);
    let mut files = files.map_err(|error| run.damaged("recipe.toml", &error))?;
    files.evaluation = Some(evaluation.clone());
    Ok(with_recipe(directory, files).diagnosis())
}
