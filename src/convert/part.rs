//! A part of a dataset: some trajectories, every n-th frame.

use ondine_datasets::files::{
    DatasetError, DatasetInfo, DatasetReader, Time, Varying, strided, strided_chunk,
};
use std::ops::Range;
use std::sync::Arc;

/// Some trajectories of a dataset, with every n-th frame.
pub struct Part {
    reader: Arc<dyn DatasetReader>,
    first: usize,
    every: usize,
    info: DatasetInfo,
}

/// A part that a dataset does not have.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// Trajectories that are not there.
    #[error("trajectories {start}..{end}: the dataset has {trajectories}, counted from 0")]
    Trajectories {
        /// The first one.
        start: usize,
        /// The one behind the last.
        end: usize,
        /// Trajectories of the dataset.
        trajectories: usize,
    },
}

impl Part {
    /// The trajectories `trajectories`, all if none are named, and of each the frames 0, `every`, 2 `every` and so on; an
    /// `every` of 0 is taken for 1.
    ///
    /// # Errors
    /// When there are no such trajectories.
    pub fn of(
        reader: Arc<dyn DatasetReader>,
        trajectories: Option<Range<usize>>,
        every: usize,
    ) -> Result<Self, PartError> {
        let all = reader.info().trajectories;
        let chosen = trajectories.unwrap_or(0..all);
        if chosen.is_empty() || chosen.end > all {
            return Err(PartError::Trajectories {
                start: chosen.start,
                end: chosen.end,
                trajectories: all,
            });
        }
        let every = every.max(1);
        Ok(Self {
            info: described(reader.info(), &chosen, every),
            first: chosen.start,
            every,
            reader,
        })
    }

    /// The same with the name of the files of another program that the part is taken from, where no file says it already.
    #[must_use]
    pub fn named(mut self, files: String) -> Self {
        let provenance = &mut self.info.provenance;
        if provenance.ondine_version.is_none() {
            provenance.converted_from = Some(files);
        }
        self
    }
}

/// The description of a part.
fn described(info: &DatasetInfo, chosen: &Range<usize>, every: usize) -> DatasetInfo {
    let mut part = info.clone();
    part.trajectories = chosen.len();
    part.frames_each = frames_each(info, chosen, every);
    let longest = part.frames_each.iter().copied().max();
    part.frames = longest.unwrap_or(info.frames.div_ceil(every));
    if part.frames_each.iter().all(|&frames| frames == part.frames) {
        part.frames_each = Vec::new();
    }
    for axis in &mut part.axes {
        axis.length = some(&axis.length, chosen);
    }
    for (_, values) in &mut part.parameters {
        *values = some(values, chosen);
    }
    part.time = match &info.time {
        Time::Uniform(dt) => Time::Uniform(some(dt, chosen).map(|dt| dt * every as f64)),
        Time::Listed(times) => {
            let kept = |times: &Vec<f64>| times.iter().copied().step_by(every).collect();
            Time::Listed(some(times, chosen).map(kept))
        }
    };
    let attempts = part.provenance.attempts.get(chosen.clone());
    part.provenance.attempts = attempts.map(<[u32]>::to_vec).unwrap_or_default();
    let within = |(name, range): &(String, Range<usize>)| {
        let [first, end] = [range.start, range.end].map(|at| at.clamp(chosen.start, chosen.end));
        (first < end).then(|| (name.clone(), first - chosen.start..end - chosen.start))
    };
    part.splits = info.splits.iter().filter_map(within).collect();
    if chosen.len() < info.trajectories || every > 1 {
        part.provenance.recipe = None; // it describes the whole
    }
    part
}

/// Frames of every trajectory of a part, where their numbers differ in the whole.
fn frames_each(info: &DatasetInfo, chosen: &Range<usize>, every: usize) -> Vec<usize> {
    let each = info.frames_each.get(chosen.clone()).unwrap_or_default();
    each.iter().map(|frames| frames.div_ceil(every)).collect()
}

fn some<T: Clone>(values: &Varying<T>, chosen: &Range<usize>) -> Varying<T> {
    match values {
        Varying::Same(value) => Varying::Same(value.clone()),
        Varying::Each(values) => Varying::Each(values[chosen.clone()].to_vec()),
    }
}

impl DatasetReader for Part {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        self.block(trajectory..trajectory.saturating_add(1), frames)
    }

    fn stored_together(&self) -> [usize; 2] {
        let [together, frames] = strided_chunk(&*self.reader, self.every);
        let aligned = self.first.is_multiple_of(together);
        [if aligned { together } else { 1 }, frames]
    }

    fn block(
        &self,
        trajectories: Range<usize>,
        frames: Range<usize>,
    ) -> Result<Vec<f64>, DatasetError> {
        let there = self.first + trajectories.start..self.first + trajectories.end;
        if self.every == 1 {
            self.reader.block(there, frames)
        } else {
            strided(&*self.reader, there, frames, self.every)
        }
    }

    fn constants(&self, trajectory: usize) -> Result<Vec<f64>, DatasetError> {
        self.reader.constants(self.first + trajectory)
    }

    fn series(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        if self.every == 1 {
            return self.reader.series(self.first + trajectory, frames);
        }
        let mut values = Vec::new();
        for frame in frames {
            let at = frame * self.every;
            values.extend(self.reader.series(self.first + trajectory, at..at + 1)?);
        }
        Ok(values)
    }

    fn fill_values(&self, channel: usize) -> Vec<f64> {
        self.reader.fill_values(channel)
    }
}
