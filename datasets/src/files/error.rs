//! Errors of files of trajectories.

use crate::FileKind;
use crate::system_error;
use hdf5_reader::error::Error;
use rust_hdf5::Hdf5Error;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Errors of reading and writing files of trajectories.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatasetError {
    /// The operating system refused.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The file is of another kind.
    #[error(
        "{path} is {kind}, not an HDF5 file{}",
        kind.to_hdf5().map(|hint| format!(": {hint}")).unwrap_or_default(),
        path = path.display()
    )]
    NotHdf5 {
        /// The file.
        path: PathBuf,
        /// Its kind.
        kind: FileKind,
    },
    /// The file is in none of the layouts that are read.
    #[error("{reason}; layouts that are recognised: {}", known.join(", "))]
    Unrecognised {
        /// The kind of the file, as an error.
        reason: Box<Self>,
        /// Names of the layouts.
        known: Vec<&'static str>,
    },
    /// The file ends early.
    #[error("{path}: truncated: {found} of {expected} bytes", path = path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Bytes it should have.
        expected: u64,
        /// Bytes it has.
        found: u64,
    },
    /// A group, a dataset or an attribute that the layout requires is not there.
    #[error("{path}: {what} is missing", path = path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// The missing part, with its place.
        what: String,
    },
    /// Something in the file contradicts the layout.
    #[error("{path}: {what}", path = path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The fault, with numbers.
        what: String,
    },
    /// A key of `[data]` asks for something else than the file has.
    #[error("{path}: {what}", path = path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// The key within `[data]`, as in `layout.axes`.
        key: String,
        /// The fault, with numbers.
        what: String,
    },
    /// The description of a dataset to write contradicts itself or the layout.
    #[error("dataset `{name}`: {what}")]
    Description {
        /// Name of the dataset.
        name: String,
        /// The fault, with numbers.
        what: String,
    },
    /// A trajectory does not fit the dataset.
    #[error("trajectory {index}: {what}")]
    Trajectory {
        /// Which trajectory, counted from 0.
        index: usize,
        /// The fault, with numbers.
        what: String,
    },
    /// Frames that the file does not hold.
    #[error(
        "{path}: no frames {start}..{end} of trajectory {trajectory}: the file holds {trajectories} trajectories of \
         {frames} frames",
        path = path.display()
    )]
    OutOfRange {
        /// The file.
        path: PathBuf,
        /// The trajectory asked for.
        trajectory: usize,
        /// First frame asked for.
        start: usize,
        /// One past the last frame asked for.
        end: usize,
        /// Trajectories of the file.
        trajectories: usize,
        /// Frames of each.
        frames: usize,
    },
    /// Another process writes the same file.
    #[error("{path}: another process is writing this file", path = path.display())]
    InUse {
        /// The file under its temporary name.
        path: PathBuf,
    },
    /// The file was to be finished before every trajectory was written.
    #[error(
        "{path}: {missing} of {trajectories} trajectories were not written, the first is number {first}",
        path = path.display()
    )]
    Unfinished {
        /// The file under its temporary name.
        path: PathBuf,
        /// Number of trajectories that are missing.
        missing: usize,
        /// Number of trajectories that were announced.
        trajectories: usize,
        /// The first one missing, counted from 0.
        first: usize,
    },
    /// The file can't be read or written as HDF5.
    #[error("{path}: {message}", path = path.display())]
    Hdf5 {
        /// The file.
        path: PathBuf,
        /// The failure and its cause.
        message: String,
    },
}

impl DatasetError {
    /// The key within `[data]` of a recipe that is at fault, as in `layout.axes`; none where the file is.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Key { key, .. } => Some(key),
            _ => None,
        }
    }

    /// The error of a key within `[data]`.
    pub(super) fn key_at(path: &Path, key: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Key {
            path: path.to_path_buf(),
            key: key.into(),
            what: what.into(),
        }
    }

    /// The fault, without the name of the file.
    pub(super) fn inner(&self) -> String {
        match self {
            Self::Invalid { what, .. } | Self::Key { what, .. } => what.clone(),
            Self::Hdf5 { message, .. } => message.clone(),
            other => other.to_string(),
        }
    }

    /// The error of a system call on `path`, to map over.
    pub(super) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| {
            match source.kind() {
            ErrorKind::UnexpectedEof => Self::Invalid {
                path: path.to_path_buf(),
                what: "it ends within its values: it is cut, or something has written to it since it was opened; copy it again"
                    .to_owned(),
            },
            _ => Self::Io {
                path: path.to_path_buf(),
                source,
            },
        }
        }
    }

    /// The error of a file that is another one than was opened.
    pub(super) fn changed(path: &Path) -> Self {
        Self::Invalid {
            path: path.to_path_buf(),
            what: "it has changed since it was opened: stop the program that writes to it, or read a copy".to_owned(),
        }
    }

    /// The error of reading `place` in a file, to map over.
    pub(super) fn unreadable(path: &Path, place: &str) -> impl FnOnce(Error) -> Self {
        move |error| match root(error) {
            // An end of the file within a value is no error of the system.
            Error::Io(source) if source.raw_os_error().is_some() => Self::io(path)(source),
            error => Self::Hdf5 {
                path: path.to_path_buf(),
                message: format!("{place} can't be read: {}", reason(&error)),
            },
        }
    }

    /// The error of writing a file, to map over.
    pub(super) fn unwritable(path: &Path) -> impl FnOnce(Hdf5Error) -> Self {
        move |error| {
            let source = match error {
                Hdf5Error::Io(source) => Some(source),
                // The library keeps the error of the system within one of its own.
                other => system_error(&other.to_string()),
            };
            match source {
                Some(source) => Self::io(path)(source),
                None => Self::Hdf5 {
                    path: path.to_path_buf(),
                    message: "it can't be written: something else has changed it, or what it describes is too large"
                        .to_owned(),
                },
            }
        }
    }
}

/// The error within those that only say where it happened.
fn root(error: Error) -> Error {
    match error {
        Error::Context { source, .. } => root(*source),
        error => error,
    }
}

/// Why a file can't be read.
fn reason(error: &Error) -> String {
    match error {
        Error::UnsupportedFilter(filter) => format!(
            "its values are compressed by `{filter}`, which can't be undone here: write it anew with `h5repack -f NONE`"
        ),
        Error::ResourceLimit(_) => {
            "it says that it holds more than its bytes can: the file is damaged, or most of it was never written".to_owned()
        }
        Error::UnsupportedDatatypeClass(11) => {
            "it holds complex numbers of HDF5 2.0, which are not read: store real and imaginary parts as two datasets"
                .to_owned()
        }
        other if other.to_string().starts_with("unsupported") => {
            "it uses a part of HDF5 that is not known here: write it anew with `h5repack`"
                .to_owned()
        }
        _ => "the file is damaged".to_owned(),
    }
}
