//! The grids of a dataset whose files are resolved differently.

use super::description::Range;
use super::tail::{self, Resolved};
use super::{Sample, mib};
use ondine_datasets::files::{DatasetError, DatasetInfo, DatasetReader};
use serde::Serialize;
use std::path::PathBuf;

/// A grid that some trajectories have.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GridLine {
    /// Points per axis.
    pub points: Vec<usize>,
    /// The first file that has it.
    pub file: PathBuf,
    /// Number of its trajectories.
    pub trajectories: usize,
    /// Frames of the longest of them.
    pub frames: usize,
    /// Frames of the shortest of them.
    pub shortest: usize,
    /// Distance of neighbouring points along every axis.
    pub spacing: Vec<Range>,
    /// MiB of one frame in 32-bit.
    pub frame_mib: f64,
    /// Resolution of the fields by this grid.
    pub resolution: Resolved,
}

/// Every grid, in the order of the dataset; nothing where there is one.
pub(super) fn of(
    reader: &dyn DatasetReader,
    sample: &Sample,
) -> Result<Vec<GridLine>, DatasetError> {
    let grids = 0..reader.info().grids.len();
    grids.map(|grid| line(reader, sample, grid)).collect()
}

fn line(
    reader: &dyn DatasetReader,
    sample: &Sample,
    grid: usize,
) -> Result<GridLine, DatasetError> {
    let info = reader.info();
    let all = trajectories(info, grid);
    let frames = || all.iter().map(|index| info.frames_of(*index));
    let sampled = sample.trajectories.iter().copied();
    let sampled: Vec<usize> = sampled
        .filter(|index| info.grid_of(*index) == grid)
        .collect();
    let looked = if sampled.is_empty() { &all } else { &sampled };
    let spacing = |axis: usize| Range::of(all.iter().map(|index| info.spacing(*index)[axis]));
    Ok(GridLine {
        points: info.grids[grid].points.clone(),
        file: info.grids[grid].file.clone(),
        trajectories: all.len(),
        frames: frames().max().unwrap_or(0),
        shortest: frames().min().unwrap_or(0),
        spacing: (0..info.axes.len()).map(spacing).collect(),
        frame_mib: mib(info.frame_len_of(all[0])),
        resolution: tail::of(reader, &tail::few(looked))?,
    })
}

/// The trajectories on a grid, at least one.
fn trajectories(info: &DatasetInfo, grid: usize) -> Vec<usize> {
    let all = 0..info.trajectories;
    all.filter(|index| info.grid_of(*index) == grid).collect()
}
