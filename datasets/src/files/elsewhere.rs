//! Values that the first library does not read: 16-bit floats, the filters of h5py, and those that lie in other files, as
//! virtual datasets, external links and external raw data. A file that is not there is refused: libraries of HDF5 give the
//! fill value in its place.

use super::complete::complete;
use super::{DatasetError, Dtype, words};
use crate::system_error;
use rust_hdf5::{
    DatasetAccess, DatatypeMessage, H5Dataset, H5File, H5FileOptions, Hdf5Error, LinkClass,
};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

/// Handles of a file.
const HANDLES: usize = 4;

/// The handle of this thread, of each file.
fn handle() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static HANDLE: usize = THREADS.fetch_add(1, Ordering::Relaxed) % HANDLES;
    }
    HANDLE.with(|handle| *handle)
}

/// A file, opened when it is first needed.
#[derive(Default)]
struct Handle {
    file: OnceLock<Result<H5File, String>>,
    /// Datasets whose values are all there, by name.
    datasets: Mutex<HashMap<String, Arc<H5Dataset>>>,
}

/// A file of the second library.
pub(super) struct Elsewhere {
    path: PathBuf,
    /// Bytes of the file, and when it was changed, as it was opened.
    opened: Option<Stamp>,
    /// The library reads by one thread at a time; threads that have a handle of their own do not wait for each other.
    handles: [Handle; HANDLES],
}

impl Elsewhere {
    /// The file at `path`, which is not opened yet.
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_path_buf(),
            opened: stamp(path),
            handles: Default::default(),
        }
    }

    /// The name it is opened by.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file is another one than was opened, or was written to.
    pub(super) fn has_changed(&self) -> bool {
        stamp(&self.path) != self.opened
    }

    /// Where an external link leads to; none if the dataset is no such link.
    pub(super) fn link(&self, group: &str, name: &str) -> Option<(String, String)> {
        let group = self
            .file()
            .ok()?
            .root_group()
            .group(group.trim_matches('/'))
            .ok()?;
        match group.link_class(name).ok()? {
            LinkClass::External { file, path } => Some((file, path)),
            _ => None,
        }
    }

    /// Its extent along every axis.
    pub(super) fn shape(&self, name: &str) -> Result<Vec<usize>, DatasetError> {
        Ok(self.dataset(name)?.shape())
    }

    /// The values of a block, `count` from `start` on along every axis.
    pub(super) fn read(
        &self,
        name: &str,
        start: &[usize],
        count: &[usize],
    ) -> Result<Vec<f64>, DatasetError> {
        let dataset = self.dataset(name)?;
        let values = if start.is_empty() {
            dataset.read_numeric_as::<f64>()
        } else {
            dataset.read_numeric_slice_as::<f64>(start, count)
        };
        values.map_err(|error| self.refusal(name, &dataset, &error))
    }

    /// The extents of its chunks; none where it has none.
    pub(super) fn chunk(&self, name: &str) -> Option<Vec<usize>> {
        self.dataset(name).ok()?.chunk_dims()
    }

    /// Whether the values of a dataset lie in files of their own.
    pub(super) fn is_apart(&self, name: &str) -> bool {
        let segments = self.dataset(name).and_then(|dataset| {
            let segments = dataset.external_files();
            segments.map_err(|error| self.unreadable(name, &error))
        });
        segments.is_ok_and(|segments| !segments.is_empty())
    }

    /// The bytes of all values, as they are stored.
    pub(super) fn bytes(&self, name: &str) -> Result<Vec<u8>, DatasetError> {
        let dataset = self.dataset(name)?;
        let bytes = dataset.read_raw_bytes();
        bytes.map_err(|error| self.refusal(name, &dataset, &error))
    }

    /// Precision that holds its values.
    pub(super) fn dtype(&self, name: &str) -> Result<Dtype, DatasetError> {
        let dataset = self.dataset(name)?;
        match dataset
            .datatype()
            .map_err(|error| self.unreadable(name, &error))?
        {
            DatatypeMessage::FloatingPoint { size: 2 | 4, .. }
            | DatatypeMessage::FixedPoint { size: 1 | 2, .. } => Ok(Dtype::F32),
            DatatypeMessage::FloatingPoint { size: 8, .. } | DatatypeMessage::FixedPoint { .. } => {
                Ok(Dtype::F64)
            }
            other => Err(self.invalid(format!(
                "`{name}` holds {other}, which is not read: store it as 32-bit or 64-bit floats"
            ))),
        }
    }

    /// A list of truth values of an attribute; none when there is no such attribute.
    pub(super) fn flags(&self, name: &str, attribute: &str) -> Option<Vec<bool>> {
        let attribute = self.dataset(name).ok()?.attr(attribute).ok()?;
        let size = match attribute.datatype().ok()? {
            DatatypeMessage::FixedPoint { size, .. } => size,
            DatatypeMessage::Enum { base, .. } => match *base {
                DatatypeMessage::FixedPoint { size, .. } => size,
                _ => return None,
            },
            _ => return None,
        };
        let raw = attribute.read_raw().ok()?;
        let values = raw.chunks((size as usize).max(1));
        Some(values.map(|value| value.iter().any(|&b| b != 0)).collect())
    }

    /// Whether a dataset has an attribute of this name.
    pub(super) fn has(&self, name: &str, attribute: &str) -> bool {
        let names = self
            .dataset(name)
            .ok()
            .and_then(|dataset| dataset.attr_names().ok());
        names.is_some_and(|names| names.iter().any(|name| name == attribute))
    }

    /// One number of an attribute; none when there is no such attribute.
    pub(super) fn number(&self, name: &str, attribute: &str) -> Option<f64> {
        let attribute = self.dataset(name).ok()?.attr(attribute).ok()?;
        attribute.read_numeric_as::<f64>().ok()?.first().copied()
    }

    /// A dataset whose values are all there.
    fn dataset(&self, name: &str) -> Result<Arc<H5Dataset>, DatasetError> {
        let handle = &self.handles[handle()];
        let known = handle.datasets.lock();
        let mut known = known.unwrap_or_else(PoisonError::into_inner);
        if let Some(dataset) = known.get(name) {
            return Ok(dataset.clone());
        }
        let file = self.file()?;
        // Other files lie beside this one, as far as their names say nothing else.
        let beside = DatasetAccess::new().efile_prefix("${ORIGIN}");
        let dataset = file.dataset_with(name.trim_start_matches('/'), beside);
        let dataset = dataset.map_err(|error| self.unreadable(name, &error))?;
        complete(&self.path, file, &dataset)
            .map_err(|what| self.invalid(format!("`{name}` {what}")))?;
        let dataset = Arc::new(dataset);
        known.insert(name.to_owned(), dataset.clone());
        Ok(dataset)
    }

    fn file(&self) -> Result<&H5File, DatasetError> {
        let handle = &self.handles[handle()];
        let opened = handle.file.get_or_init(|| open(&self.path));
        opened.as_ref().map_err(|message| DatasetError::Hdf5 {
            path: self.path.clone(),
            message: message.clone(),
        })
    }

    /// Why a dataset can't be read, and what to do.
    fn refusal(&self, name: &str, dataset: &H5Dataset, error: &Hdf5Error) -> DatasetError {
        let filters = dataset.filters().unwrap_or_default();
        // Up to 6 are those of the library itself, 32000 is LZF: both are read.
        match filters
            .iter()
            .find(|filter| filter.id > 6 && filter.id != 32000)
        {
            Some(filter) => self.invalid(format!(
                "`{name}` is compressed with {}, which is not read: {}",
                words::filter(filter.id),
                words::REPACK
            )),
            None => self.unreadable(name, error),
        }
    }

    fn unreadable(&self, name: &str, error: &Hdf5Error) -> DatasetError {
        DatasetError::Hdf5 {
            path: self.path.clone(),
            message: format!("`{name}` {}", said(error)),
        }
    }

    fn invalid(&self, what: String) -> DatasetError {
        DatasetError::Invalid {
            path: self.path.clone(),
            what,
        }
    }
}

/// Bytes of a file, and when it was changed.
type Stamp = (u64, SystemTime);

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}

pub(super) fn open(path: &Path) -> Result<H5File, String> {
    let opened = H5FileOptions::new().no_locking().open(path);
    opened.map_err(|error| said(&error))
}

/// Why something can't be read.
pub(super) fn said(error: &Hdf5Error) -> String {
    let system = match error {
        Hdf5Error::Io(source) => Some(source.to_string()),
        // The library keeps the error of the system within one of its own.
        other => system_error(&other.to_string()).map(|source| source.to_string()),
    };
    let why = system.unwrap_or_else(|| {
        "it is damaged, or uses a part of HDF5 that is not known here: write it anew with `h5repack`"
            .to_owned()
    });
    format!("can't be read: {why}")
}
