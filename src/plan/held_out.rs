//! Which trajectories a surrogate is judged on: simulations, a part of a file, or none.

use super::{Given, HELD_OUT, HeldOutFile, HeldOutFrom};
use crate::recipe::{Recipe, RecipeError, SourceSection};
use ondine_datasets::hdf5;

impl Recipe {
    /// The numbers of the trajectories of the file to train on, and of those that are held out.
    pub(super) fn split(&self) -> Result<[Vec<usize>; 2], RecipeError> {
        let good = self.good();
        let Some(held_out) = self.data.as_ref().and_then(|data| data.held_out) else {
            return Ok([good, Vec::new()]);
        };
        let [trained, judged] = held_out.split(&good);
        let both = !trained.is_empty() && !judged.is_empty();
        self.ensure(both, "data.held_out", || {
            let there = good.len();
            let otherwise = if self.equation().is_some() {
                "simulations are judged on"
            } else {
                "nothing is judged"
            };
            format!(
                "held_out = {held_out} of {there} trajectories: at least one has to be held out, and one trained on; without \
                 the key {otherwise}"
            )
        })?;
        Ok([trained, judged])
    }

    /// The numbers of the trajectories of `[data]` that are not left out.
    pub(super) fn good(&self) -> Vec<usize> {
        let Some(data) = &self.data else {
            return Vec::new();
        };
        let skipped = data.skipped().unwrap_or_default(); // an error was told of before
        let all = 0..data.source.reader.info().trajectories;
        all.filter(|index| !skipped.contains(index)).collect()
    }

    /// Origin of the trajectories to judge on; `training` is false where the training is over.
    pub(super) fn held_out_from(
        &self,
        given: Option<&Given>,
        training: bool,
    ) -> Result<HeldOutFrom, RecipeError> {
        let judged = self.evaluate.trajectories;
        if let Some(data) = self.data.as_ref().filter(|data| data.held_out.is_some()) {
            let [_, mut trajectories] = self.split()?;
            trajectories.truncate(judged);
            let reader = data.source.reader.clone();
            return Ok(HeldOutFrom::File(HeldOutFile {
                reader,
                trajectories,
            }));
        }
        if let Some(given) = given {
            let held_out = given.held_out.as_ref();
            return Ok(held_out.map_or(HeldOutFrom::None, |_| HeldOutFrom::Simulated));
        }
        if self.equation().is_some() {
            return Ok(HeldOutFrom::Simulated);
        }
        match self.trajectories {
            SourceSection::Library if !training => self.kept(judged),
            _ => Ok(HeldOutFrom::None),
        }
    }

    /// The first `judged` held-out trajectories that a training through the library has left beside its recipe.
    fn kept(&self, judged: usize) -> Result<HeldOutFrom, RecipeError> {
        let path = self.source.folder().join(HELD_OUT);
        if !path.is_file() {
            return Ok(HeldOutFrom::None);
        }
        let reader = hdf5::open(&path);
        let reader = reader.or_else(|error| self.error("source", error.to_string()))?;
        let (there, frames) = (reader.info().frames, self.evaluation_frames());
        self.ensure(frames <= there, "evaluate.frames", || {
            format!(
                "frames = {frames}, and the held-out trajectories in {} have {there}",
                path.display()
            )
        })?;
        let trajectories = (0..reader.info().trajectories.min(judged)).collect();
        Ok(HeldOutFrom::File(HeldOutFile {
            reader,
            trajectories,
        }))
    }

    /// Checks that held-out trajectories are as long as rollouts; without effect where their number `judged` is 0.
    pub(super) fn judge_on(&mut self, judged: usize) -> Result<(), RecipeError> {
        if judged == 0 {
            return Ok(());
        }
        let (frames, there) = (self.evaluate.frames.unwrap_or(0), self.time.frames);
        self.ensure(frames <= there, "evaluate.frames", || {
            format!(
                "frames = {frames}, and the trajectories that data.held_out judges on have {there}"
            )
        })?;
        self.evaluate.trajectories = self.evaluate.trajectories.min(judged);
        Ok(())
    }
}
