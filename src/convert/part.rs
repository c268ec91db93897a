//! A part of a dataset: some trajectories, every n-th frame.

use super::chosen::{described, names};
use ondine_datasets::files::{DatasetError, DatasetInfo, DatasetReader, strided, strided_chunk};
use std::ops::Range;
use std::sync::Arc;

/// Some trajectories of a dataset, with every n-th frame.
pub struct Part {
    reader: Arc<dyn DatasetReader>,
    /// Their numbers in the dataset, rising.
    chosen: Vec<usize>,
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
        Ok(Self::choosing(reader, chosen.collect(), every.max(1)))
    }

    fn choosing(reader: Arc<dyn DatasetReader>, chosen: Vec<usize>, every: usize) -> Self {
        Self {
            info: described(reader.info(), &chosen, every),
            chosen,
            every,
            reader,
        }
    }

    /// Parts of one grid and one number of frames each, as a file has them, in the order of their first trajectories; every one
    /// with its name, as `64x64` or `64x64-20frames`, which is empty where there is one part.
    #[must_use]
    pub fn of_one_shape(&self) -> Vec<(String, Self)> {
        let mut shapes: Vec<((usize, usize), Vec<usize>)> = Vec::new();
        for (place, &index) in self.chosen.iter().enumerate() {
            let shape = (self.info.grid_of(place), self.info.frames_of(place));
            match shapes.iter_mut().find(|(other, _)| *other == shape) {
                Some((_, numbers)) => numbers.push(index),
                None => shapes.push((shape, vec![index])),
            }
        }
        let parts = shapes.into_iter().map(|(_, numbers)| {
            let mut part = Self::choosing(self.reader.clone(), numbers, self.every);
            let provenance = &mut part.info.provenance;
            provenance
                .converted_from
                .clone_from(&self.info.provenance.converted_from);
            part
        });
        let parts: Vec<Self> = parts.collect();
        let names = names(&parts.iter().map(|part| &part.info).collect::<Vec<_>>());
        names.into_iter().zip(parts).collect()
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

impl Part {
    /// The numbers of trajectories in the dataset.
    fn numbers(&self, trajectories: Range<usize>) -> Result<&[usize], DatasetError> {
        let found = self.chosen.get(trajectories.clone());
        found.ok_or_else(|| DatasetError::Description {
            name: self.info.name.clone(),
            what: format!(
                "a part of {} trajectories has no {trajectories:?}",
                self.chosen.len()
            ),
        })
    }

    fn number(&self, trajectory: usize) -> Result<usize, DatasetError> {
        let numbers = self.numbers(trajectory..trajectory.saturating_add(1))?;
        Ok(numbers[0])
    }
}

impl DatasetReader for Part {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn inner(&self) -> Option<&dyn DatasetReader> {
        Some(&*self.reader)
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        self.block(trajectory..trajectory.saturating_add(1), frames)
    }

    fn stored_together(&self) -> [usize; 2] {
        let [together, frames] = strided_chunk(&*self.reader, self.every);
        let first = self.chosen[0];
        let neighbours = self.chosen.iter().zip(first..).all(|(a, b)| *a == b);
        let aligned = neighbours && first.is_multiple_of(together);
        [if aligned { together } else { 1 }, frames]
    }

    fn block(
        &self,
        trajectories: Range<usize>,
        frames: Range<usize>,
    ) -> Result<Vec<f64>, DatasetError> {
        let mut all = Vec::new();
        for run in self.numbers(trajectories)?.chunk_by(|a, b| a + 1 == *b) {
            let there = run[0]..run[0] + run.len();
            let mut values = if self.every == 1 {
                self.reader.block(there, frames.clone())?
            } else {
                strided(&*self.reader, there, frames.clone(), self.every)?
            };
            if all.is_empty() {
                all = values;
            } else {
                all.append(&mut values);
            }
        }
        Ok(all)
    }

    fn constants(&self, trajectory: usize) -> Result<Vec<f64>, DatasetError> {
        self.reader.constants(self.number(trajectory)?)
    }

    fn series(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        if self.every == 1 {
            return self.reader.series(self.number(trajectory)?, frames);
        }
        let mut values = Vec::new();
        for frame in frames {
            let at = frame * self.every;
            values.extend(self.reader.series(self.number(trajectory)?, at..at + 1)?);
        }
        Ok(values)
    }
}
