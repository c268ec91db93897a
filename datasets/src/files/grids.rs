//! Grids of the trajectories of a dataset: files of one problem may be resolved differently.

use super::DatasetInfo;
use std::path::{Path, PathBuf};

/// A grid that some trajectories of a dataset have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileGrid {
    /// Points per axis.
    pub points: Vec<usize>,
    /// The first file that has it.
    pub file: PathBuf,
}

impl DatasetInfo {
    /// Number of the grid of trajectory `index`, its place in [`Self::grids`]; 0 where all have the same.
    pub fn grid_of(&self, index: usize) -> usize {
        self.grid_each.get(index).copied().unwrap_or(0)
    }

    /// Points per axis of every grid, that of [`Self::axes`] first.
    pub fn all_points(&self) -> Vec<Vec<usize>> {
        if self.grids.is_empty() {
            return vec![self.points()];
        }
        self.grids.iter().map(|grid| grid.points.clone()).collect()
    }

    /// Points per axis of trajectory `index`.
    pub fn points_of(&self, index: usize) -> Vec<usize> {
        let own = self.grids.get(self.grid_of(index));
        own.map_or_else(|| self.points(), |grid| grid.points.clone())
    }

    /// Grid points of trajectory `index` in all.
    pub fn num_points_of(&self, index: usize) -> usize {
        let own = self.grids.get(self.grid_of(index));
        own.map_or_else(|| self.num_points(), |grid| grid.points.iter().product())
    }

    /// Values of a frame of trajectory `index`.
    pub fn frame_len_of(&self, index: usize) -> usize {
        self.channels() * self.num_points_of(index)
    }

    /// Points of the largest grid.
    pub fn most_points(&self) -> usize {
        let grids = self.grids.iter();
        let most = grids.map(|grid| grid.points.iter().product()).max();
        most.unwrap_or_else(|| self.num_points())
    }

    /// Values of a frame on the largest grid.
    pub fn largest_frame_len(&self) -> usize {
        self.channels() * self.most_points()
    }

    /// Checks that all trajectories have the same grid.
    ///
    /// # Errors
    /// The grids in words, each with a file that has it.
    pub fn check_one_grid(&self) -> Result<(), String> {
        if self.grids.len() < 2 {
            return Ok(());
        }
        let grids = self.grids.iter();
        let grids = grids.map(|grid| format!("{:?} in {}", grid.points, grid.file.display()));
        let grids: Vec<String> = grids.collect();
        Err(format!(
            "its trajectories have grids of different points: {}",
            grids.join(", ")
        ))
    }

    /// The grids of the file at `path`, which has this description.
    fn grids_in(&self, path: &Path) -> Vec<FileGrid> {
        if !self.grids.is_empty() {
            return self.grids.clone();
        }
        vec![FileGrid {
            points: self.points(),
            file: path.to_path_buf(),
        }]
    }
}

/// The grids of several files, and that of every trajectory by its place among them; both empty where there is one.
pub(super) fn joined_grids(
    files: &[PathBuf],
    infos: &[DatasetInfo],
) -> (Vec<FileGrid>, Vec<usize>) {
    let (mut grids, mut each) = (Vec::new(), Vec::new());
    for (file, info) in files.iter().zip(infos) {
        let own = info.grids_in(file).into_iter();
        let places: Vec<usize> = own.map(|grid| place(&mut grids, grid)).collect();
        each.extend((0..info.trajectories).map(|index| places[info.grid_of(index)]));
    }
    if grids.len() < 2 {
        return (Vec::new(), Vec::new());
    }
    (grids, each)
}

/// The place of a grid in a list, which it is added to where it is not there.
fn place(grids: &mut Vec<FileGrid>, grid: FileGrid) -> usize {
    let found = grids.iter().position(|other| other.points == grid.points);
    found.unwrap_or_else(|| {
        grids.push(grid);
        grids.len() - 1
    })
}
