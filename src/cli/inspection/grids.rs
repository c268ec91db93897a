//! The grids of a dataset of several, as rows of text.

use super::{frames, range, resolution, row, trajectories};
use crate::inspect::GridLine;
use crate::size::bytes;

/// A row per grid: its points, trajectories and sizes.
pub(super) fn rows(grids: &[GridLine]) -> Vec<Option<Vec<String>>> {
    grids.iter().map(|grid| row("grid", line(grid))).collect()
}

/// The resolution of the fields, a row per grid.
pub(super) fn resolutions(grids: &[GridLine], mask: Option<&str>) -> Vec<Option<Vec<String>>> {
    let line = |grid: &GridLine| {
        let resolution = resolution(&grid.resolution, mask);
        format!("{} points: {resolution}", points(grid))
    };
    let rows = grids.iter().map(|grid| row("resolution", line(grid)));
    rows.collect()
}

/// Bytes of so many MiB.
pub(super) fn frame_bytes(mib: f64) -> String {
    bytes((mib * f64::from(1 << 20)).round() as u128)
}

fn points(grid: &GridLine) -> String {
    let points = grid.points.iter().map(usize::to_string);
    points.collect::<Vec<_>>().join(" × ")
}

fn line(grid: &GridLine) -> String {
    let spacing = grid.spacing.iter().map(range);
    format!(
        "{} points: {} of {}, spacing {}, a frame of {} in 32-bit; first in {}",
        points(grid),
        trajectories(grid.trajectories),
        frames(grid.shortest, grid.frames),
        spacing.collect::<Vec<_>>().join(" and "),
        frame_bytes(grid.frame_mib),
        grid.file.display()
    )
}
