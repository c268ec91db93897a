//! `[data]`: a file of trajectories to train on, in the place of solvers.

use super::Source;
use ondine_datasets::hdf5::{DatasetError, DatasetReader, WellReader};
use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// `[data]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSection {
    /// The file, from the working directory. It is opened while it is read, so that errors point at its name.
    #[serde(deserialize_with = "open", serialize_with = "path")]
    pub source: DataFile,
    /// Trajectories to train on, from the first one; all if absent.
    pub trajectories: Option<u64>,
    /// MiB of memory for frames; what does not fit is read from the disk whenever it is needed.
    #[serde(default = "default_memory")]
    pub memory: u64,
}

/// An open file of trajectories.
#[derive(Clone)]
pub struct DataFile {
    /// Its whole path.
    pub path: PathBuf,
    /// The file.
    pub reader: Arc<dyn DatasetReader>,
}

impl DataFile {
    /// Opens a file.
    ///
    /// # Errors
    /// When it can't be read as a dataset.
    pub fn open(path: &Path) -> Result<Self, DatasetError> {
        let path = std::path::absolute(path).map_err(|source| DatasetError::Io {
            path: path.to_path_buf(),
            source,
        })?;
        let reader = Arc::new(WellReader::open(&path)?);
        Ok(Self { path, reader })
    }

    /// The recipe that the file was written from, where it says so.
    pub(super) fn recipe(&self) -> Option<Source> {
        let recipe = self.reader.info().provenance.recipe.as_ref()?;
        let name = format!("{}, its recipe", self.path.display());
        Some(Source::new(&name, recipe, &[]))
    }
}

impl fmt::Debug for DataFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("DataFile").field(&self.path).finish()
    }
}

fn open<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DataFile, D::Error> {
    DataFile::open(&PathBuf::deserialize(deserializer)?).map_err(D::Error::custom)
}

fn path<S: serde::Serializer>(file: &DataFile, serializer: S) -> Result<S::Ok, S::Error> {
    file.path.serialize(serializer)
}

fn default_memory() -> u64 {
    4096
}
