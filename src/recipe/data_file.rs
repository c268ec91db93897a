//! An open file of `[data]`, or several as one.

use super::described;
use super::source::Source;
use ondine_datasets::files::{DatasetError, DatasetReader, Reading, Scope, Screening, screen};
use serde::Serialize;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// An open file of trajectories, or several as one.
#[derive(Clone)]
pub struct DataFile {
    /// Its whole path; of several, that of the first with the number of the others.
    pub path: PathBuf,
    /// Whole paths of all.
    pub paths: Vec<PathBuf>,
    /// The file.
    pub reader: Arc<dyn DatasetReader>,
    screening: Arc<OnceLock<Result<Screening, String>>>,
}

impl DataFile {
    /// Opens a file, read in this way.
    ///
    /// # Errors
    /// When it can't be read as a dataset.
    pub fn open(path: &Path, reading: &Reading) -> Result<Self, DatasetError> {
        Self::open_all(&[path.to_path_buf()], reading)
    }

    /// Opens several files, folders or patterns as one, read in this way.
    ///
    /// # Errors
    /// When one can't be read as a dataset, or they do not belong together.
    pub fn open_all(paths: &[PathBuf], reading: &Reading) -> Result<Self, DatasetError> {
        Self::open_without(paths, &[], reading)
    }

    /// As [`Self::open_all`], without the files of the paths `held_out`.
    pub(super) fn open_without(
        paths: &[PathBuf],
        held_out: &[PathBuf],
        reading: &Reading,
    ) -> Result<Self, DatasetError> {
        let (paths, held_out) = (whole(paths)?, whole(held_out)?);
        let reader = reading.open_without(&paths, &held_out)?;
        Ok(Self {
            path: shown(&paths),
            paths,
            reader,
            screening: Arc::default(),
        })
    }

    /// Places where the file has values that are no data; it is read once, as a whole.
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

/// Whole paths, from the working directory.
fn whole(paths: &[PathBuf]) -> Result<Vec<PathBuf>, DatasetError> {
    let whole = |path: &PathBuf| {
        std::path::absolute(path).map_err(|source| DatasetError::Io {
            path: path.clone(),
            source,
        })
    };
    paths.iter().map(whole).collect()
}

/// One path, or the first with the number of the others.
fn shown(paths: &[PathBuf]) -> PathBuf {
    match paths {
        [first, others @ ..] if !others.is_empty() => {
            PathBuf::from(format!("{} and {} more", first.display(), others.len()))
        }
        [one, ..] => one.clone(),
        [] => PathBuf::new(),
    }
}

pub(super) fn path<S: serde::Serializer>(
    file: &DataFile,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match &file.paths[..] {
        [one] => one.serialize(serializer),
        several => several.serialize(serializer),
    }
}
