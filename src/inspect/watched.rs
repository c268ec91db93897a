//! A reader that says how far it is and ends on request.

use crate::control::{Advance, Control};
use ondine_datasets::files::{DatasetError, DatasetInfo, DatasetReader};
use std::io::{Error, ErrorKind};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A dataset whose frames are counted while they are read.
pub(super) struct Watched<'a> {
    reader: &'a dyn DatasetReader,
    control: &'a Control<'a>,
    planned: usize,
    read: AtomicUsize,
}

impl<'a> Watched<'a> {
    /// A reader of about `planned` frames in all.
    pub(super) fn new(
        reader: &'a dyn DatasetReader,
        control: &'a Control<'a>,
        planned: usize,
    ) -> Self {
        Self {
            reader,
            control,
            planned,
            read: AtomicUsize::new(0),
        }
    }

    /// Says that so many more frames are read; an error where the work is to end.
    fn tell(&self, frames: usize) -> Result<(), DatasetError> {
        let read = self.read.fetch_add(frames, Ordering::Relaxed);
        let advance = Advance {
            what: "reading frames",
            done: (read + frames).min(self.planned),
            of: self.planned,
        };
        let told = self.control.tell(advance);
        told.map_err(|_| DatasetError::Io {
            path: PathBuf::from(&self.info().name),
            source: Error::from(ErrorKind::Interrupted),
        })
    }
}

impl DatasetReader for Watched<'_> {
    fn info(&self) -> &DatasetInfo {
        self.reader.info()
    }

    fn inner(&self) -> Option<&dyn DatasetReader> {
        Some(self.reader)
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        self.tell(frames.len())?;
        self.reader.frames(trajectory, frames)
    }

    fn block(
        &self,
        trajectories: Range<usize>,
        frames: Range<usize>,
    ) -> Result<Vec<f64>, DatasetError> {
        self.tell(trajectories.len() * frames.len())?;
        self.reader.block(trajectories, frames)
    }
}
