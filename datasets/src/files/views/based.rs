//! Another one of several grids as the first.

use crate::files::{DatasetError, DatasetInfo, DatasetReader};
use std::ops::Range;
use std::sync::Arc;

/// A dataset of several grids with that of `points` as the first, whose axes describe it; as it is where it has none of so many
/// points, or has it first already.
pub fn on_grid(reader: Arc<dyn DatasetReader>, points: &[usize]) -> Arc<dyn DatasetReader> {
    let grids = &reader.info().grids;
    match grids.iter().position(|grid| grid.points == points) {
        Some(place) if place > 0 => Arc::new(Based::new(reader, place)),
        _ => reader,
    }
}

struct Based {
    reader: Arc<dyn DatasetReader>,
    info: DatasetInfo,
}

impl Based {
    fn new(reader: Arc<dyn DatasetReader>, place: usize) -> Self {
        let mut info = reader.info().clone();
        // The grids before it keep their order behind it.
        info.grids[..=place].rotate_right(1);
        for grid in &mut info.grid_each {
            *grid = match *grid {
                own if own == place => 0,
                before if before < place => before + 1,
                behind => behind,
            };
        }
        let points = info.grids[0].points.clone();
        let axes = info.axes.iter_mut().zip(points);
        axes.for_each(|(axis, points)| axis.points = points);
        Self { reader, info }
    }
}

impl DatasetReader for Based {
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
