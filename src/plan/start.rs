//! Checks of `[train.start]` that need no run.

use crate::recipe::{Recipe, RecipeError};

impl Recipe {
    /// Checks the factors of trained and random weights.
    pub(super) fn check_start(&self) -> Result<(), RecipeError> {
        let Some(start) = &self.train.start else {
            return Ok(());
        };
        let (shrink, perturb) = (start.shrink, start.perturb);
        for (key, factor) in [("shrink", shrink), ("perturb", perturb)] {
            let path = format!("train.start.{key}");
            self.ensure((0.0..=1.0).contains(&factor), &path, || {
                format!("{key} = {factor} lies outside [0, 1]")
            })?;
        }
        self.ensure(shrink + perturb > 0.0, "train.start.shrink", || {
            "shrink and perturb are both 0, which leaves no weights: write shrink = 1 for the trained ones, or leave \
             [train.start] out for random ones"
                .to_owned()
        })
    }
}
