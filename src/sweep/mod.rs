//! Sweeps: a training for each combination of values of a recipe, in a grid or drawn at random, side by side in one directory.
//!
//! ```no_run
//! use ondine::sweep::{Options, Search, Sweep};
//! use std::path::Path;
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let sets = ["model.modes=[8, 16]", "train.optimizer.learning_rate=[1e-3, 3e-3]"].map(str::to_owned);
//!     let sweep = Sweep::new(Path::new("recipes/quickstart.toml"), &sets, Search::Grid)?;
//!     sweep.check(&mut |_| {})?;
//!     let mut begun = sweep.begin(Path::new("sweeps/quickstart"))?;
//!     for index in 0..begun.len() {
//!         begun.train(index, &Options::default(), None)?;
//!     }
//!     begun.write_report()?;
//!     println!("{:?}", begun.rows()[0]);
//!     Ok(())
//! }
//! ```

mod begun;
mod error;
mod search;
mod values;

pub use crate::files::{Combination, Row, Standing, SweepFile};
pub use begun::{Begun, Options};
pub use error::SweepError;
pub use search::Search;

use crate::metric::Ranking;
use crate::plan::Plan;
use crate::recipe::{Recipe, RecipeError};
use crate::teacher::Teachers;
use crate::warm::Warm;
use ondine_datasets::read_text;
use std::path::Path;

/// A sweep that is described, and of which nothing is on disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    file: SweepFile,
}

impl Sweep {
    /// The sweep of a recipe. Of `sets`, overrides as `key=value`, those vary whose value is a list, each item a value to try; in a
    /// random search those too whose value is a distribution, as `{ log_uniform = [1e-4, 1e-2] }`. All others are set in every
    /// combination. A list or a distribution that is a value itself stands in a list.
    ///
    /// # Errors
    /// When the recipe can't be read, nothing varies, or there are not as many combinations.
    pub fn new(recipe: &Path, sets: &[String], search: Search) -> Result<Self, SweepError> {
        let text = read_text(recipe, "a recipe");
        let text = text.map_err(|why| SweepError::Unreadable {
            path: recipe.display().to_string(),
            why: why.to_string(),
        })?;
        let recipe = std::path::absolute(recipe).unwrap_or_else(|_| recipe.to_owned());
        let typed = values::typed(sets, search)?;
        let combinations = search::combinations(&typed.varied, search)?;
        let mut file = SweepFile {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            recipe,
            text,
            fixed: typed.fixed,
            keys: typed.varied.into_iter().map(|varied| varied.key).collect(),
            metric: String::new(),
            combinations,
            failures: [].into(),
        };
        file.metric = metric(&parsed(&file, 0)?)?;
        Ok(Self { file })
    }

    /// The combinations, in the order of their trainings.
    #[must_use]
    pub fn combinations(&self) -> &[Combination] {
        &self.file.combinations
    }

    /// Keys whose values differ.
    #[must_use]
    pub fn keys(&self) -> &[String] {
        &self.file.keys
    }

    /// Checks the recipe of every combination; `checking` is told the number of each before.
    ///
    /// # Errors
    /// The first combination that can't be trained.
    pub fn check(&self, checking: &mut dyn FnMut(usize)) -> Result<(), SweepError> {
        for index in 0..self.file.combinations.len() {
            checking(index);
            let checked = parsed(&self.file, index)?.check();
            let found = checked.and_then(|plan| origins(&plan));
            found.map_err(|error| refused(&self.file, index, error))?;
        }
        Ok(())
    }
}

/// Checks the trained surrogates that a plan takes from.
fn origins(plan: &Plan) -> Result<(), RecipeError> {
    Warm::of(plan)?;
    Teachers::of(plan)?;
    Ok(())
}

/// The recipe of a combination.
fn parsed(file: &SweepFile, index: usize) -> Result<Recipe, SweepError> {
    let path = file.recipe.display().to_string();
    let recipe = Recipe::parse(&path, &file.text, &overrides(file, index));
    recipe.map_err(|error| refused(file, index, error))
}

/// The overrides of a combination.
fn overrides(file: &SweepFile, index: usize) -> Vec<String> {
    let pairs = file.keys.iter().zip(&file.combinations[index].values);
    let own = pairs.map(|(key, value)| format!("{key}={value}"));
    file.fixed.iter().cloned().chain(own).collect()
}

fn refused(file: &SweepFile, index: usize, source: RecipeError) -> SweepError {
    SweepError::Recipe {
        combination: file.combinations[index].describe(&file.keys),
        source: Box::new(source),
    }
}

/// The metric by which combinations are ranked: that of the best surrogate, or the first one that ranks.
fn metric(recipe: &Recipe) -> Result<String, SweepError> {
    let best = recipe.train.best.iter();
    let mut metrics = best.chain(&recipe.evaluate.metrics);
    let found = metrics.find(|metric| Ranking::of(metric).is_some());
    found.cloned().ok_or_else(|| SweepError::NoRanking {
        metrics: recipe.evaluate.metrics.clone(),
    })
}
