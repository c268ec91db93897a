//! Another one of several grids as the first.

use super::described::Described;
use crate::files::{DatasetInfo, DatasetReader};
use std::sync::Arc;

/// A dataset of several grids with that of `points` as the first, whose axes describe it; as it is where it has none of so many
/// points, or has it first already.
pub fn on_grid(reader: Arc<dyn DatasetReader>, points: &[usize]) -> Arc<dyn DatasetReader> {
    let grids = &reader.info().grids;
    match grids.iter().position(|grid| grid.points == points) {
        Some(place) if place > 0 => {
            let info = with_first(reader.info().clone(), place);
            Arc::new(Described { reader, info })
        }
        _ => reader,
    }
}

/// The grid at `place` as the first of a description.
fn with_first(mut info: DatasetInfo, place: usize) -> DatasetInfo {
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
    info
}
