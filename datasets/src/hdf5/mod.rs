//! Datasets in HDF5 files. All reading and writing of HDF5 happens here; one folder and one entry of [`FORMATS`] per
//! layout, which [`open`] finds from the file.
//!
//! A dataset is a list of simulated trajectories on one grid. Ondine writes The Well's layout ([`WellWriter`]), which
//! h5py and the package `the_well` open as it is.

mod apebench;
mod arranged;
mod array;
mod by_name;
mod bytes;
mod claim;
mod elsewhere;
mod error;
mod field;
mod fluidsim;
mod folder;
mod foreign;
mod info;
mod numbers;
mod numpy;
mod pdearena;
mod pdebench;
mod phiflow;
mod points;
mod pyclaw;
mod pypde;
mod screen;
mod source;
mod spacing;
mod time;
mod trajectory;
pub mod well;
mod words;

pub use by_name::{by_name, channel_names, renamed};
pub use error::DatasetError;
pub use field::{Dtype, Field, FieldKind};
pub use info::{Axis, DatasetInfo, Provenance};
pub use ondine_solvers::AxisKind;
pub use screen::{Bad, Break, Broken, SCREENED, Scope, Screening, Why, screen};
pub use time::{Time, Varying};
pub use trajectory::Trajectory;
pub use well::{WellReader, WellWriter};

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// An open file of trajectories, whatever its layout.
pub trait DatasetReader: Send + Sync {
    /// What the file holds.
    fn info(&self) -> &DatasetInfo;

    /// The frames `frames` of trajectory `trajectory`, one after the other, each channel-major in the order of
    /// [`DatasetInfo::fields`].
    ///
    /// # Errors
    /// When the file has no such frames or cannot be read.
    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError>;

    /// The values that stand for points without data in a channel, as the file declares them.
    fn fill_values(&self, channel: usize) -> Vec<f64> {
        let _ = channel;
        Vec::new()
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
        self.frame(trajectory, self.info().frames.saturating_sub(1))
    }

    /// A whole trajectory.
    ///
    /// # Errors
    /// When the file has no such trajectory or cannot be read.
    fn trajectory(&self, index: usize) -> Result<Trajectory, DatasetError> {
        let frames = self.frames(index, 0..self.info().frames)?;
        Ok(Trajectory { index, frames })
    }
}

/// What the list of formats knows of one.
pub struct FormatEntry {
    /// Name on the command line and in a recipe.
    pub kind: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Whether a file or folder has the marks of this layout: names of groups, attributes or files. None of its arrays is
    /// read.
    pub recognises: fn(&Path) -> bool,
    /// Opens a file of this layout.
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
];

/// Opens a file of trajectories in the first layout of [`FORMATS`] that recognises it.
///
/// # Errors
/// What was looked for where no layout recognises the file; what it lacks or contradicts where one does.
pub fn open(path: impl AsRef<Path>) -> Result<Arc<dyn DatasetReader>, DatasetError> {
    let path = path.as_ref();
    match FORMATS.iter().find(|entry| (entry.recognises)(path)) {
        Some(entry) => (entry.open)(path).map(Arc::from),
        None => match WellReader::open(path) {
            Ok(reader) => Ok(Arc::new(reader)),
            Err(reason) => Err(unrecognised(reason)),
        },
    }
}

/// The error of a file that no layout recognises: what it is instead, as `reason` says, and what was looked for.
fn unrecognised(reason: DatasetError) -> DatasetError {
    let foreign = matches!(
        reason,
        DatasetError::Invalid { .. } | DatasetError::NotHdf5 { .. }
    );
    if foreign {
        DatasetError::Unrecognised {
            reason: Box::new(reason),
            known: FORMATS.iter().map(|entry| entry.kind).collect(),
        }
    } else {
        reason
    }
}

/// The format called `kind`.
pub fn find(kind: &str) -> Option<&'static FormatEntry> {
    FORMATS.iter().copied().find(|entry| entry.kind == kind)
}
