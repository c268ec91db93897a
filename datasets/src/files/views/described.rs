//! The values of a dataset with another description.

use crate::files::{DatasetError, DatasetInfo, DatasetReader};
use std::ops::Range;
use std::sync::Arc;

/// A dataset whose description alone is another one.
pub(in crate::files) struct Described {
    pub(in crate::files) reader: Arc<dyn DatasetReader>,
    pub(in crate::files) info: DatasetInfo,
}

impl DatasetReader for Described {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn inner(&self) -> Option<&dyn DatasetReader> {
        Some(&*self.reader)
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        self.reader.frames(trajectory, frames)
    }

    fn block(
        &self,
        trajectories: Range<usize>,
        frames: Range<usize>,
    ) -> Result<Vec<f64>, DatasetError> {
        self.reader.block(trajectories, frames)
    }
}
