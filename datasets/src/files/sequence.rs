//! Files that follow one another in time, as one: a file per frame, as many codes write, or several frames in each.
//!
//! ```text
//! runs/a/out_0000.h5, out_0001.h5, ...   frames of one trajectory, in the order of the numbers
//! runs/b/out_0000.h5, ...                another trajectory
//! ```
//!
//! A file of several trajectories has the next frames of each.

mod found;
mod numbered;
mod together;

pub use numbered::are_numbered;
pub(super) use numbered::gap;

use super::recent::Recent;
use super::{DatasetError, DatasetInfo, DatasetReader};
use crate::parallel::map;
use numbered::Numbered;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use together::Together;

/// Opens a file.
type Open = dyn Fn(&Path) -> Result<Box<dyn DatasetReader>, DatasetError> + Send + Sync;

/// Files that are looked into by all cores before they are compared: few descriptions in memory.
const LOOKED_INTO: usize = 256;

/// Files of a sequence that stay open: few, since many sequences are open at a time.
const OPEN_FILES: usize = 4;

/// The files of a sequence, and their contents together.
pub(super) struct Parts {
    files: Vec<PathBuf>,
    /// The first frame of every file, and the number of all.
    first: Vec<usize>,
    info: DatasetInfo,
    open: Box<Open>,
}

impl Parts {
    /// Looks into files that follow one another, `dt` apart where they hold one frame each and state no times.
    ///
    /// # Errors
    /// When one can't be opened or has another grid or other fields than the first, when their times do not rise or are not
    /// known, or one is missing: the error names the file.
    fn open(
        numbered: Numbered,
        dt: Option<f64>,
        open: impl Fn(&Path) -> Result<Box<dyn DatasetReader>, DatasetError> + Send + Sync + 'static,
    ) -> Result<Self, DatasetError> {
        let mut together = Together::default();
        for files in numbered.files.chunks(LOOKED_INTO) {
            let never = AtomicBool::new(false);
            let infos = map(files, &never, |file| Ok(open(file)?.info().clone()))?;
            for (file, info) in files.iter().zip(&infos) {
                together.add(file, info)?;
            }
        }
        let parts = Self {
            info: together.described(&numbered, dt)?,
            first: together.first_frames(),
            files: numbered.files,
            open: Box::new(open),
        };
        parts.check_constants()?;
        Ok(parts)
    }

    /// Refuses fields that are said not to change in time, and differ in the first, the middle and the last file.
    fn check_constants(&self) -> Result<(), DatasetError> {
        if self.info.constants.is_empty() {
            return Ok(());
        }
        let of = |file: usize| -> Result<Vec<u64>, DatasetError> {
            let reader = (self.open)(&self.files[file])?;
            let mut bits = Vec::new(); // NaN is NaN
            for trajectory in 0..self.info.trajectories {
                bits.extend(
                    reader
                        .constants(trajectory)?
                        .iter()
                        .map(|value| value.to_bits()),
                );
            }
            Ok(bits)
        };
        let (first, last) = (of(0)?, self.files.len() - 1);
        for file in [last / 2, last] {
            if of(file)? != first {
                let names = self.info.constants.iter().map(|field| &field.name[..]);
                let what = format!(
                    "its fields without time ({}) differ from those of {}: where one changes in time, it is a field, which \
                     [data.layout] says",
                    names.collect::<Vec<_>>().join(", "),
                    self.files[0].display()
                );
                return Err(invalid(&self.files[file], what));
            }
        }
        Ok(())
    }
}

/// Files that follow one another in time, read as one.
pub(super) struct Sequence {
    parts: Arc<Parts>,
    recent: Recent<Arc<dyn DatasetReader>>,
}

impl Sequence {
    /// The files as one dataset.
    fn new(parts: Arc<Parts>) -> Self {
        Self {
            parts,
            recent: Recent::growing(OPEN_FILES, |reader| reader.cached_bytes()),
        }
    }

    fn file(&self, file: usize) -> Result<Arc<dyn DatasetReader>, DatasetError> {
        let open = || (self.parts.open)(&self.parts.files[file]).map(Arc::from);
        self.recent.get(file, open)
    }

    /// Values of these frames, one file after the other: `read` is given each file with the frames that it has of them, as the
    /// file counts its own.
    fn joined(
        &self,
        trajectory: usize,
        frames: &Range<usize>,
        read: impl Fn(&dyn DatasetReader, Range<usize>) -> Result<Vec<f64>, DatasetError>,
    ) -> Result<Vec<f64>, DatasetError> {
        let Parts {
            files, first, info, ..
        } = &*self.parts;
        info.check_range(&files[0], trajectory, frames)?;
        let begin = first.partition_point(|first| *first <= frames.start) - 1;
        let mut all = Vec::new();
        for file in (begin..files.len()).take_while(|&file| first[file] < frames.end) {
            let own = frames.start.max(first[file])..frames.end.min(first[file + 1]);
            let reader = self.file(file)?;
            let (found, expected) = (reader.info().frames, first[file + 1] - first[file]);
            if found != expected || reader.info().points() != info.points() {
                return Err(DatasetError::changed(&files[file]));
            }
            let own = own.start - first[file]..own.end - first[file];
            all.append(&mut read(&*reader, own)?);
        }
        Ok(all)
    }
}

impl DatasetReader for Sequence {
    fn info(&self) -> &DatasetInfo {
        &self.parts.info
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        self.joined(trajectory, &frames, |reader, own| {
            reader.frames(trajectory, own)
        })
    }

    fn stored_together(&self) -> [usize; 2] {
        self.file(0)
            .map_or([1, 1], |reader| reader.stored_together())
    }

    fn constants(&self, trajectory: usize) -> Result<Vec<f64>, DatasetError> {
        self.file(0)?.constants(trajectory)
    }

    fn series(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        self.joined(trajectory, &frames, |reader, own| {
            reader.series(trajectory, own)
        })
    }

    fn fill_values(&self, channel: usize) -> Vec<f64> {
        self.file(0)
            .map_or_else(|_| Vec::new(), |reader| reader.fill_values(channel))
    }

    fn cached_bytes(&self) -> usize {
        self.recent.weight()
    }
}

fn invalid(path: &Path, what: String) -> DatasetError {
    DatasetError::Invalid {
        path: path.to_path_buf(),
        what,
    }
}
