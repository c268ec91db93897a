//! `[data]`: a file of trajectories to train on, in the place of solvers.

use super::{HeldOutTrajectories, Recipe, Source, described};
use ondine_datasets::hdf5::{self, DatasetError, DatasetReader, Scope, Screening, by_name, screen};
use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// `[data]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSection {
    /// The file, from the working directory. It is opened while it is read, so that errors point at its name.
    #[serde(deserialize_with = "open", serialize_with = "path")]
    pub source: DataFile,
    /// Trajectories to train on, from the first one; all if absent.
    pub trajectories: Option<u64>,
    /// Trajectories of the file that are not trained on, and judged on in the place of simulations; where absent, simulations
    /// are run, and of a problem without a solver nothing is judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_out: Option<HeldOutTrajectories>,
    /// The treatment of trajectories with values that are no data.
    #[serde(default, skip_serializing_if = "Skip::is_none")]
    pub skip: Skip,
    /// MiB of memory for frames; what does not fit is read from the disk whenever it is needed.
    #[serde(default = "default_memory")]
    pub memory: u64,
}

/// Which trajectories of a file are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// None: a file with values that are no data is refused.
    #[default]
    None,
    /// Those with values that are no data (not finite, fill values, outliers), with frames that were never written, and without
    /// variation where others vary.
    Bad,
}

impl Skip {
    fn is_none(&self) -> bool {
        *self == Self::None
    }
}

impl DataSection {
    /// With the fields of the file in the order of those called `names`, where it has the same.
    pub(super) fn of_fields(mut self, names: &[&str]) -> Self {
        self.source.reader = by_name(self.source.reader, names);
        self
    }

    /// The numbers of the trajectories that are left out, in order.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn skipped(&self) -> Result<Vec<usize>, String> {
        match self.skip {
            Skip::None => Ok(Vec::new()),
            Skip::Bad => {
                let all = self.source.screening()?;
                Ok(all.left_out())
            }
        }
    }
}

impl Recipe {
    /// Whether the memory of `[data]` holds all frames of its file that are trained on.
    pub(crate) fn holds_file(&self) -> bool {
        self.data.as_ref().is_some_and(|data| {
            let frame = size_of::<f32>() * data.source.reader.info().frame_len();
            let frames = (self.ensemble.simulations).saturating_mul(self.time.frames as u64);
            frames.saturating_mul(frame as u64) <= data.memory << 20
        })
    }
}

/// An open file of trajectories.
#[derive(Clone)]
pub struct DataFile {
    /// Its whole path.
    pub path: PathBuf,
    /// The file.
    pub reader: Arc<dyn DatasetReader>,
    screening: Arc<OnceLock<Result<Screening, String>>>,
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
        let reader = hdf5::open(&path)?;
        Ok(Self {
            path,
            reader,
            screening: Arc::default(),
        })
    }

    /// Where the file has values that are no data; it is read once, as a whole.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn screening(&self) -> Result<&Screening, String> {
        let info = self.reader.info();
        let whole = Scope {
            trajectories: info.trajectories,
            frames: 0..info.frames,
            values: u64::MAX,
        };
        let found = self.screening.get_or_init(|| {
            let found = screen(&*self.reader, &whole);
            found.map_err(|error| error.to_string())
        });
        found.as_ref().map_err(Clone::clone)
    }

    /// The recipe that the file was written from, where it says so, or the sections that it describes.
    pub(super) fn recipe(&self) -> Source {
        let (info, path) = (self.reader.info(), self.path.display());
        match &info.provenance.recipe {
            Some(recipe) => Source::new(&format!("{path}, its recipe"), recipe, &[]),
            None => Source::new(
                &format!("{path}, its description"),
                &described::sections(info),
                &[],
            ),
        }
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
