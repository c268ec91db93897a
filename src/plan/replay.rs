//! A share of every batch from a file beside a stream of simulations: `data.mix`.

use super::{Draft, Plan};
use crate::recipe::{DataSection, Recipe, RecipeError};

impl Recipe {
    fn check_mix(&self, mix: f64) -> Result<(), RecipeError> {
        self.ensure(mix > 0.0 && mix < 1.0, "data.mix", || {
            format!(
                "mix = {mix} lies outside (0, 1): it is the share of every batch that comes from the file; without it all do"
            )
        })?;
        let batch = self.train.batch;
        let both = (1..batch).contains(&self.replayed());
        self.ensure(both, "data.mix", || {
            let of_file = self.replayed();
            format!(
                "mix = {mix} of a batch of {batch} are {of_file} windows of the file, and a batch has some of the file and some of \
                 the solver: write another share, or a larger train.batch"
            )
        })
    }

    /// Windows of a batch that come from the file of `data.mix`.
    pub(crate) fn replayed(&self) -> usize {
        let mix = self.replay.as_ref().and_then(|data| data.mix);
        mix.map_or(0, |mix| (mix * self.train.batch as f64).round() as usize)
    }

    /// Windows of a batch that are made while the network trains.
    pub(crate) fn streamed(&self) -> usize {
        self.train.batch.saturating_sub(self.replayed())
    }
}

impl Draft {
    /// Checks that the file of `data.mix` holds windows of the problem, and that every batch has some of both kinds.
    pub(super) fn check_replay(&mut self) -> Result<(), RecipeError> {
        let Some(data) = self.replay.clone() else {
            return Ok(());
        };
        self.check_mix(data.mix.unwrap_or(0.0))?;
        let info = data.source.reader.info();
        self.check_contents(&data)?;
        self.settle_grids(info)?;
        let need = self.cut().span() + 1;
        self.ensure(info.frames >= need, "data.source", || {
            let frames = info.frames;
            format!("the file has {frames} frames per trajectory, and a window spans {need}")
        })?;
        let count = self.settle_trajectories(&data)?;
        self.replay = Some(DataSection {
            trajectories: Some(count),
            ..data
        });
        Ok(())
    }
}

impl Plan {
    /// The share of every batch that comes from a file beside the simulations, in words; none without `data.mix`.
    pub fn replay(&self) -> Option<String> {
        let data = self.recipe.replay.as_ref()?;
        let (of_file, batch) = (self.recipe.replayed(), self.recipe.train.batch);
        let path = data.source.path.display();
        Some(format!(
            "{of_file} of {batch} windows of a batch from {path}"
        ))
    }
}
