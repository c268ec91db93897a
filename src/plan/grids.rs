//! Grids of the files of `[data]`, where they differ: all are trained on, and one is the grid of the recipe, on which rollouts
//! have curves and spectra.

use super::{Draft, Plan};
use crate::recipe::{Recipe, RecipeError};
use ondine_datasets::files::DatasetInfo;

impl Draft {
    /// The grids of a file beside that of the recipe; refuses others that were typed.
    pub(super) fn settle_grids(&mut self, info: &DatasetInfo) -> Result<(), RecipeError> {
        let there = info.all_points().split_off(1);
        let typed = &self.grid.others;
        self.ensure(typed.is_empty() || *typed == there, "grid.others", || {
            let first = info.points();
            let found = match &there[..] {
                [] => format!("the grid {first:?} alone"),
                others => format!("the grids {first:?} and {}", listed(others)),
            };
            format!("others = {typed:?}, and the files of [data] have {found}: leave the key out")
        })?;
        self.grid.others = there;
        Ok(())
    }
}

impl Recipe {
    /// Checks that other grids than that of the recipe are those of files.
    pub(super) fn check_others(&self) -> Result<(), RecipeError> {
        let known = self.grid.others.is_empty() || self.file().is_some();
        self.ensure(known, "grid.others", || {
            "others are grids of the files of [data], and the recipe has no such section: leave the key out"
                .into()
        })
    }

    /// Checks that the network runs on every grid of the files.
    pub(super) fn check_other_grids(&self) -> Result<(), RecipeError> {
        let (trained, kind) = (&self.grid.points, self.model.kind());
        for points in &self.grid.others {
            if let Err(fault) = self.model.check_grid(trained, points) {
                let file = self.file_of(points);
                return self.error(
                    "data.source",
                    format!(
                        "{file} has a grid of {points:?} points, and `{kind}` {fault}; or name files of the grid {trained:?} alone"
                    ),
                );
            }
        }
        Ok(())
    }

    /// The first file that has a grid, in words.
    fn file_of(&self, points: &[usize]) -> String {
        let info = self.file().map(|data| data.source.reader.info());
        let grids = info.map_or(&[][..], |info| &info.grids);
        let found = grids.iter().find(|grid| grid.points == points);
        found.map_or_else(
            || "a file of [data]".to_owned(),
            |grid| grid.file.display().to_string(),
        )
    }

    /// Points per axis of every grid that is trained on, that of the recipe first.
    pub(super) fn grids(&self) -> impl Iterator<Item = &[usize]> {
        let all = [&self.grid.points].into_iter().chain(&self.grid.others);
        all.map(|points| &points[..])
    }

    /// The trajectories among `numbers` of a file on every grid that is trained on, in the order of [`Self::grids`].
    pub(super) fn on_grids(&self, info: &DatasetInfo, numbers: &[usize]) -> Vec<Vec<usize>> {
        let on = |points: &[usize]| {
            let there = |number: &&usize| info.points_of(**number) == points;
            numbers.iter().filter(there).copied().collect()
        };
        self.grids().map(on).collect()
    }
}

impl Plan {
    /// The grids of the files of `[data]` in words, where there are several.
    pub(super) fn several_grids(&self) -> Option<String> {
        let recipe = &self.recipe;
        let info = recipe.file()?.source.reader.info();
        if recipe.grid.others.is_empty() {
            return None;
        }
        let [trained, judged] = recipe.split().unwrap_or_default(); // an error was told of before
        let grids = recipe.grids().zip(recipe.on_grids(info, &trained));
        let grids: Vec<String> = grids
            .map(|(points, numbers)| format!("{points:?} ({} trajectories)", numbers.len()))
            .collect();
        let judged = !judged.is_empty() || recipe.file().is_some_and(|data| data.judged.is_some());
        let scored = judged.then(|| {
            format!(
                "; curves, spectra and metrics are those of held-out trajectories on {:?}, and the others have scores by grid",
                recipe.grid.points
            )
        });
        Some(format!(
            "the files of [data] have several grids, and a batch has windows of all: {}{}",
            grids.join(", "),
            scored.unwrap_or_default()
        ))
    }
}

/// Grids in words.
fn listed(grids: &[Vec<usize>]) -> String {
    let grids = grids.iter().map(|points| format!("{points:?}"));
    grids.collect::<Vec<_>>().join(", ")
}
