//! Which trajectories a surrogate is judged on: simulations, a part of a file, or none.

use super::{Draft, Given, HELD_OUT, HeldOutFile, HeldOutFrom};
use crate::recipe::{HeldOutTrajectories, Recipe, RecipeError};
use ondine_datasets::files::{self, DatasetInfo};
use std::collections::BTreeSet;
use std::path::Path;

/// Name of the split that is trained on.
const TRAIN: &str = "train";

impl Recipe {
    /// The numbers of the trajectories of the file to train on, and of those that are held out.
    pub(super) fn split(&self) -> Result<[Vec<usize>; 2], RecipeError> {
        let good = self.good();
        let held_out = self.file().filter(|data| data.judged.is_none());
        let Some(held_out) = held_out.and_then(|data| data.held_out.as_ref()) else {
            return Ok([good, Vec::new()]);
        };
        if let HeldOutTrajectories::Numbers([first, end]) = held_out {
            let there = self
                .file()
                .map_or(0, |data| data.source.reader.info().trajectories);
            self.ensure(*end <= there as u64, "data.held_out", || {
                format!("held_out names the trajectories {first} to {end} of {there}: write an end of at most {there}")
            })?;
        }
        let [trained, judged] = match held_out {
            HeldOutTrajectories::Split(name) => self.split_by_name(name, &good)?,
            other => self.split_on_grids(other, &good),
        };
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

    /// Trajectories of the split `train` of the file, or of all others where it has none, and those of the split `name`.
    fn split_by_name(&self, name: &str, good: &[usize]) -> Result<[Vec<usize>; 2], RecipeError> {
        let info = self.file().map(|data| data.source.reader.info());
        let splits = info.map_or(&[][..], |info| &info.splits[..]);
        let of = |name: &str, index: usize| {
            let mut own = splits.iter().filter(|(other, _)| other == name);
            own.any(|(_, range)| range.contains(&index))
        };
        let is_named = |name: &str| splits.iter().any(|(other, _)| other == name);
        self.ensure(is_named(name), "data.held_out", || {
            let names: BTreeSet<&str> = splits.iter().map(|(name, _)| &name[..]).collect();
            let names: Vec<&str> = names.into_iter().collect();
            let there = if names.is_empty() {
                "no split".to_owned()
            } else {
                names.join(", ")
            };
            format!(
                "held_out = {{ split = \"{name}\" }}: the dataset names {there}; write one of its splits, a number, a share, \
                 trajectories or files"
            )
        })?;
        let by_train = name != TRAIN && is_named(TRAIN);
        let trained = |index: &&usize| {
            if by_train {
                of(TRAIN, **index)
            } else {
                !of(name, **index)
            }
        };
        let held_out = good.iter().filter(|index| of(name, **index));
        Ok([
            good.iter().filter(trained).copied().collect(),
            held_out.copied().collect(),
        ])
    }

    /// Splits trajectories of the file, those of every grid by themselves, so that the end of each is held out.
    fn split_on_grids(&self, held_out: &HeldOutTrajectories, good: &[usize]) -> [Vec<usize>; 2] {
        let info = self.file().map(|data| data.source.reader.info());
        let Some(info) = info.filter(|info| !info.grids.is_empty()) else {
            return held_out.split(good);
        };
        let mut both = [Vec::new(), Vec::new()];
        for grid in 0..info.grids.len() {
            let own = good
                .iter()
                .copied()
                .filter(|&index| info.grid_of(index) == grid);
            let split = held_out.split(&own.collect::<Vec<_>>());
            both.iter_mut()
                .zip(split)
                .for_each(|(all, own)| all.extend(own));
        }
        both.iter_mut().for_each(|all| all.sort_unstable());
        both
    }

    /// Checks that files to be judged on have grids that are trained on.
    pub(super) fn check_judged_grids(
        &self,
        info: &DatasetInfo,
        path: &Path,
    ) -> Result<(), RecipeError> {
        let unknown = info.all_points().into_iter();
        let mut unknown = unknown.filter(|points| self.grids().all(|known| known != points));
        match unknown.next() {
            None => Ok(()),
            Some(found) => {
                let known: Vec<String> = self.grids().map(|points| format!("{points:?}")).collect();
                let (path, known) = (path.display(), known.join(" or "));
                self.error(
                    "data.held_out",
                    format!("{path}: its grid has {found:?} points, not {known} as the files that are trained on: judge on it with `ondine evaluate --data`"),
                )
            }
        }
    }

    /// The numbers of the trajectories of `[data]` that are not left out.
    pub(super) fn good(&self) -> Vec<usize> {
        let Some(data) = self.file() else {
            return Vec::new();
        };
        let skipped = data.skipped().unwrap_or_default(); // an error was told of before
        let all = 0..data.source.reader.info().trajectories;
        all.filter(|index| !skipped.contains(index)).collect()
    }

    /// Checks that the files of `data.held_out` hold states, conditions and times as the file that is trained on does.
    pub(super) fn check_judged(&self) -> Result<(), RecipeError> {
        let both = self
            .file()
            .and_then(|data| Some((&data.source, data.judged.as_ref()?)));
        let Some((trained, judged)) = both else {
            return Ok(());
        };
        let (info, path) = (judged.reader.info(), judged.path.display());
        if let Some(what) = files::differs(trained.reader.info(), info) {
            let first = trained.path.display();
            let what = format!("{path}: {what}, as {first} has, which is trained on");
            return self.error("data.held_out", what);
        }
        self.check_times(info, "data.held_out")?;
        let names = self.problem().condition_names();
        let has = |name: &&String| info.parameters.iter().any(|(other, _)| other == *name);
        if let Some(name) = names.iter().find(|name| !has(name)) {
            let what =
                format!("{path} has no parameter `{name}`, which the file of data.source has");
            return self.error("data.held_out", what);
        }
        self.check_spacings(info, &path.to_string())
    }

    /// Origin of the trajectories to judge on; `training` is false where the training is over.
    pub(super) fn held_out_from(
        &self,
        given: Option<&Given>,
        training: bool,
    ) -> Result<HeldOutFrom, RecipeError> {
        let judged = self.evaluate.trajectories;
        if let Some(data) = self.file().filter(|data| data.held_out.is_some()) {
            let (file, trajectories) = match &data.judged {
                Some(file) => (file, (0..file.reader.info().trajectories).collect()),
                None => {
                    let [_, held_out] = self.split()?;
                    (&data.source, held_out)
                }
            };
            let reader = file.reader.clone();
            let mut on_grids = self.judged_on_grids(reader.info(), &trajectories, judged);
            return Ok(HeldOutFrom::File(HeldOutFile {
                reader,
                others: on_grids.split_off(1),
                trajectories: on_grids.concat(),
            }));
        }
        if let Some(given) = given {
            let held_out = given.held_out.as_ref();
            return Ok(held_out.map_or(HeldOutFrom::None, |_| HeldOutFrom::Simulated));
        }
        if self.equation().is_some() {
            return Ok(HeldOutFrom::Simulated);
        }
        let coupled = self.trajectories.coupled().is_some();
        let elsewhere = coupled || self.is_of_library();
        match (elsewhere, training) {
            (true, false) => self.kept(judged),
            (true, true) if coupled => Ok(HeldOutFrom::Simulated),
            _ => Ok(HeldOutFrom::None),
        }
    }

    /// The first `judged` held-out trajectories that a training through the library has left beside its recipe.
    fn kept(&self, judged: usize) -> Result<HeldOutFrom, RecipeError> {
        let path = self.source.folder().join(HELD_OUT);
        if !path.is_file() {
            return Ok(HeldOutFrom::None);
        }
        let reader = files::open(&path);
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
            others: Vec::new(),
        }))
    }

    /// The first `most` of the held-out trajectories of a file on every grid, that of the recipe first.
    fn judged_on_grids(
        &self,
        info: &DatasetInfo,
        judged: &[usize],
        most: usize,
    ) -> Vec<Vec<usize>> {
        let mut on_grids = self.on_grids(info, judged);
        on_grids
            .iter_mut()
            .for_each(|numbers| numbers.truncate(most));
        on_grids
    }
}

impl Draft {
    /// Checks that held-out trajectories have frames enough for rollouts, which are as long as the shortest of them unless typed.
    pub(super) fn judge_on(
        &mut self,
        judged: &[usize],
        info: &DatasetInfo,
    ) -> Result<(), RecipeError> {
        let on_grids = self.judged_on_grids(info, judged, self.evaluate.trajectories);
        let frames = on_grids
            .iter()
            .flatten()
            .map(|&index| info.frames_of(index));
        let Some(there) = frames.min() else {
            return Ok(());
        };
        let count = on_grids[0].len();
        self.ensure(count > 0, "data.held_out", || {
            format!(
                "no trajectory is held out on the grid {:?}, which curves and spectra are of: hold some of it out, or write \
                 another grid of the files as grid.points",
                self.grid.points
            )
        })?;
        if there < self.time.frames {
            self.evaluate.frames.get_or_insert(there);
        }
        let frames = self.evaluation_frames();
        self.ensure(frames <= there, "evaluate.frames", || {
            format!(
                "frames = {frames}, and the trajectories that data.held_out judges on have {there}"
            )
        })?;
        self.evaluate.trajectories = count;
        Ok(())
    }
}
