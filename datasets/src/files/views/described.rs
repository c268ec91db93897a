//! The values of a dataset with another description.

use crate::files::{DatasetError, DatasetInfo, DatasetReader};
use std::ops::Range;
use std::sync::Arc;

/// A dataset whose description alone is another one.
pub(super) struct Described {
    pub(super) reader: Arc<dyn DatasetReader>,
    pub(super) info: DatasetInfo,
}

impl DatasetReader for Described {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        self.reader.frames(trajectory, frames)
    }

    fn stored_together(&self) -> [usize; 2] {
        self.reader.stored_together()
    }

    fn block(
        &self,
        trajectories: Range<usize>,
        frames: Range<usize>,
    ) -> Result<Vec<f64>, DatasetError> {
        self.reader.block(trajectories, frames)
    }

    fn constants(&self, trajectory: usize) -> Result<Vec<f64>, DatasetError> {
        self.reader.constants(trajectory)
    }

    fn series(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        self.reader.series(trajectory, frames)
    }

    fn fill_values(&self, channel: usize) -> Vec<f64> {
        self.reader.fill_values(channel)
    }

    fn cached_bytes(&self) -> usize {
        self.reader.cached_bytes()
    }
}
