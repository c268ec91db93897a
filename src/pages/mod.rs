//! Pages that are written from lists: one per equation, with a picture of a simulation, and those of the reference.
//!
//! `docs/equations` and `docs/book/reference` hold them. The example programs `equation_pages` and `reference_pages` write
//! these folders, a test compares their texts with [`files`] and [`reference_pages`].

mod film;
pub(crate) mod markdown;
mod picture;
mod reference;
mod text;

#[cfg(feature = "cli")]
pub(crate) use reference::titled;

use crate::plan::SimulationPlan;
use crate::recipe::{Recipe, RecipeError};
use ondine_datasets::DataError;
use ondine_solvers::equation::{EQUATIONS, EquationEntry};
use thiserror::Error;

/// Why there is no picture.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PictureError {
    /// The simulation failed.
    #[error(transparent)]
    Simulation(#[from] DataError),
    /// It could not be drawn.
    #[error("the picture can't be drawn: {0}")]
    Drawing(String),
}

/// The example of an equation, ready to run.
///
/// # Errors
/// When its recipe is wrong, which a test of the list rules out.
pub fn example(entry: &EquationEntry) -> Result<SimulationPlan, RecipeError> {
    let name = format!("{}.toml", entry.kind);
    Recipe::parse(&name, text::recipe(entry), &[])?.check_simulations(None, None)
}

/// The first field of simulation 0 as a PNG: over space and time in one dimension, at four times in two.
///
/// # Errors
/// When the simulation fails.
pub fn picture(plan: &SimulationPlan) -> Result<Vec<u8>, PictureError> {
    let film = film::Film::shoot(plan)?;
    let field = &plan.problem.fields[0].name;
    picture::draw(&film, field).map_err(PictureError::Drawing)
}

/// Entry of an equation in the list, for a terminal.
#[must_use]
pub fn details(entry: &EquationEntry) -> String {
    text::page(entry, None)
}

/// Every text of `docs/equations`: its name and what is in it.
///
/// # Errors
/// As [`example`].
pub fn files() -> Result<Vec<(String, String)>, RecipeError> {
    let mut files = vec![("README.md".to_owned(), text::index())];
    for entry in EQUATIONS {
        let caption = text::caption(&example(entry)?);
        let page = text::page(entry, Some(&caption));
        files.push((format!("{}.md", entry.kind), page));
        files.push((
            format!("{}.toml", entry.kind),
            text::recipe(entry).to_owned(),
        ));
    }
    Ok(files)
}

/// Every text of `docs/book/reference` but that of the commands, which [`crate::cli`] has: its name and its content.
#[must_use]
pub fn reference_pages() -> Vec<(&'static str, String)> {
    vec![
        ("recipe.md", reference::recipe()),
        ("metrics.md", reference::metrics()),
        ("diagnoses.md", reference::diagnoses()),
        ("files.md", reference::files()),
    ]
}
