//! Datasets in files: HDF5, netCDF, Zarr, arrays of `NumPy`, text. All reading and writing of HDF5 happens here; one folder
//! and one entry of [`FORMATS`] per layout, which [`open`] finds from the file. Nothing behind a reader knows its layout.
//!
//! A dataset is a list of simulated trajectories, which have one grid in a file. Ondine writes The Well's layout ([`WellWriter`]), which
//! h5py and the package `the_well` open as it is.

mod apebench;
mod arranged;
mod array;
mod block;
mod by_name;
mod bytes;
mod claim;
mod complete;
mod contents;
mod decoded;
mod dedalus;
#[cfg(test)]
pub(crate) mod doubles;
mod element;
mod elsewhere;
mod error;
mod field;
mod filters;
mod flipped;
mod fluidsim;
mod folder;
mod foreign;
mod grids;
mod info;
mod joined;
mod known;
mod labelled;
mod layout;
mod netcdf;
mod numbers;
mod numpy;
mod open;
mod pdearena;
mod pdebench;
mod phiflow;
mod points;
mod provenance;
mod pyclaw;
mod pypde;
mod reading;
mod recent;
mod room;
mod screen;
mod sequence;
mod shuffle;
mod source;
mod spacing;
mod statistics;
mod storage;
mod time;
mod trajectory;
mod unpacked;
mod views;
pub mod well;
mod words;
mod zarr;

pub use by_name::{by_name, channel_names, channel_units, constant_names, renamed};
pub use contents::{StoredArray, contents};
pub use error::DatasetError;
pub use field::{Dtype, Field, FieldKind};
pub use grids::FileGrid;
pub use info::{Axis, DatasetInfo};
pub use joined::{Joined, differs};
pub use known::known_points;
pub use layout::{End, Layout, PointsAt};
pub use ondine_solvers::AxisKind;
pub use open::{open, open_all, recognise};
pub use provenance::Provenance;
pub use reading::{Files, Reading};
pub use screen::{Bad, Break, Broken, SCREENED, Scope, Screening, Why, screen};
pub use sequence::are_numbered;
pub use statistics::Statistics;
pub use storage::{Chunks, Storage};
pub use time::{Time, Varying};
pub use trajectory::Trajectory;
pub use unpacked::Unpacked;
pub use views::{By, Coarsening, Factors, on_grid, strided, strided_chunk};
pub use well::{WellReader, WellWriter};

use std::ops::Range;
use std::path::Path;

/// An open file of trajectories, whatever its layout.
pub trait DatasetReader: Send + Sync {
    /// Contents of the file beside its frames.
    fn info(&self) -> &DatasetInfo;

    /// The reader whose dataset this one changes; none of a reader of files. Its answers hold where this one gives none of its
    /// own, to everything but [`frames`](Self::frames) and [`block`](Self::block).
    fn inner(&self) -> Option<&dyn DatasetReader> {
        None
    }

    /// The frames `frames` of trajectory `trajectory`, one after the other, each channel-major in the order of
    /// [`DatasetInfo::fields`].
    ///
    /// # Errors
    /// When the file has no such frames or cannot be read.
    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError>;

    /// Trajectories and frames that lie in one chunk of the file: reading fewer of them takes as long. They begin at
    /// multiples of these numbers.
    fn stored_together(&self) -> [usize; 2] {
        match self.inner() {
            Some(inner) => inner.stored_together(),
            None => [1, 1],
        }
    }

    /// The frames `frames` of several trajectories of one grid, one trajectory after the other.
    ///
    /// # Errors
    /// When the file has no such frames or cannot be read.
    fn block(
        &self,
        trajectories: Range<usize>,
        frames: Range<usize>,
    ) -> Result<Vec<f64>, DatasetError> {
        let mut all = Vec::new();
        for trajectory in trajectories {
            all.append(&mut self.frames(trajectory, frames.clone())?);
        }
        Ok(all)
    }

    /// The fields that do not change in time in a trajectory, channel-major in the order of [`DatasetInfo::constants`].
    ///
    /// # Errors
    /// When the file has no such trajectory or cannot be read.
    fn constants(&self, trajectory: usize) -> Result<Vec<f64>, DatasetError> {
        match self.inner() {
            Some(inner) => inner.constants(trajectory),
            None => Ok(Vec::new()),
        }
    }

    /// Numbers that change in time and are the same at all points: of every frame, those of [`DatasetInfo::series`].
    ///
    /// # Errors
    /// When the file has no such frames or cannot be read.
    fn series(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        match self.inner() {
            Some(inner) => inner.series(trajectory, frames),
            None => Ok(Vec::new()),
        }
    }

    /// The values that stand for points without data in a channel, as the file declares them.
    fn fill_values(&self, channel: usize) -> Vec<f64> {
        match self.inner() {
            Some(inner) => inner.fill_values(channel),
            None => Vec::new(),
        }
    }

    /// Bytes of unpacked chunks that the reader keeps until it is dropped.
    fn cached_bytes(&self) -> usize {
        self.inner().map_or(0, |inner| inner.cached_bytes())
    }

    /// One frame, channel-major.
    ///
    /// # Errors
    /// When the file has no such frame or cannot be read.
    fn frame(&self, trajectory: usize, frame: usize) -> Result<Vec<f64>, DatasetError> {
        self.frames(trajectory, frame..frame.saturating_add(1))
    }

    /// The last frame of a trajectory, where another simulation may start.
    ///
    /// # Errors
    /// When the file has no such trajectory or cannot be read.
    fn last_frame(&self, trajectory: usize) -> Result<Vec<f64>, DatasetError> {
        self.frame(
            trajectory,
            self.info().frames_of(trajectory).saturating_sub(1),
        )
    }

    /// A whole trajectory.
    ///
    /// # Errors
    /// When the file has no such trajectory or cannot be read.
    fn trajectory(&self, index: usize) -> Result<Trajectory, DatasetError> {
        let frames = self.frames(index, 0..self.info().frames_of(index))?;
        Ok(Trajectory { index, frames })
    }
}

/// A layout of files: its row of the list.
pub struct FormatEntry {
    /// Name on the command line and in a recipe.
    pub kind: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// A test whether a file or folder has the marks of this layout: names of groups, attributes or files. None of its
    /// arrays is read.
    pub recognises: fn(&Path) -> bool,
    /// Opens a file or a folder of this layout.
    pub open: fn(&Path) -> Result<Box<dyn DatasetReader>, DatasetError>,
}

/// Every layout that can be read.
pub const FORMATS: &[&FormatEntry] = &[
    &well::ENTRY,
    &pdebench::ENTRY,
    &pdearena::ENTRY,
    &apebench::ENTRY,
    &pypde::ENTRY,
    &fluidsim::ENTRY,
    &phiflow::ENTRY,
    &pyclaw::ENTRY,
    &dedalus::ENTRY,
    &netcdf::ENTRY,
    &zarr::ENTRY,
];

/// The format called `kind`.
pub fn find(kind: &str) -> Option<&'static FormatEntry> {
    FORMATS.iter().copied().find(|entry| entry.kind == kind)
}
