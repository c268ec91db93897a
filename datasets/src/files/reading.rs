//! Options for reading the files of a dataset, or a part of it.

mod how;

use super::folder::{dataset_name, few};
use super::open::matching;
use super::views::{Described, view};
use super::{
    Coarsening, DatasetError, DatasetInfo, DatasetReader, End, FORMATS, Joined, Layout, find,
};
use how::How;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Options for reading the files of a dataset, or a part of it: keys of `[data]` in a recipe.
///
/// ```no_run
/// use ondine_datasets::files::{DatasetError, Reading};
///
/// let reading = Reading { format: Some("pdebench".to_owned()), ..Reading::default() };
/// let reader = reading.open("sols.h5".as_ref())?;
/// println!("{} trajectories", reader.info().trajectories);
/// # Ok::<(), DatasetError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Name of the format, of [`FORMATS`]; found from the file if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Places and axes of the arrays, for files in no format of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// Meaning of files beside each other. Where it is absent, files that hold one frame each, are called alike but for a number
    /// and state different times, or have the `dt` of a layout, are frames; others are trajectories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<Files>,
    /// Ends of axes by name, for files that do not state them, as netCDF and Zarr: `periodic`, `wall` or `open`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ends: BTreeMap<String, End>,
    /// Names of fields, or of components of them, in the order of the channels; all fields if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<String>>,
    /// Frames from one that is read to the next; 1 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<usize>,
    /// Points of axes by name, from the first number up to the second one, which is not read. A part of a periodic axis has open
    /// ends.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub crop: BTreeMap<String, [usize; 2]>,
    /// A coarser grid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coarsen: Option<Coarsening>,
}

/// Meaning of files beside each other in a folder, a pattern or a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Files {
    /// Trajectories of their own, one or several in each file.
    Trajectories,
    /// The next frames of the same trajectories, one or several in each file: those of a folder that are called alike but for a
    /// number follow one another in the order of the numbers.
    Frames,
}

impl Reading {
    /// Opens a dataset: a file, a folder of a format or of arrays, a folder of files or of such folders, or a pattern such as
    /// `runs/*.h5`. Files with one frame each follow one another in time as [`Self::files`] says.
    ///
    /// # Errors
    /// As [`open`](super::open), and when there is no such format, or the files are not as the layout says:
    /// [`DatasetError::key`] is the key at fault.
    pub fn open(&self, path: &Path) -> Result<Arc<dyn DatasetReader>, DatasetError> {
        self.opened(path, false)
    }

    /// The same; with `mask` with a mask even where all points have data.
    fn opened(&self, path: &Path, mask: bool) -> Result<Arc<dyn DatasetReader>, DatasetError> {
        let how = self.how(path)?;
        if how.takes(path) {
            return view(how.open(path).map(Arc::from)?, self, path, mask);
        }
        self.joined(&dataset_name(path), self.parts(path)?)
    }

    /// The files or folders that are one dataset together: those of a pattern, those of a format in a folder or in the folders
    /// within, or `path` itself.
    ///
    /// # Errors
    /// The error of a file that no format recognises: the marks that were looked for.
    pub fn parts(&self, path: &Path) -> Result<Vec<PathBuf>, DatasetError> {
        let how = self.how(path)?;
        if how.takes(path) {
            return Ok(vec![path.to_path_buf()]);
        }
        let files = match matching(path)? {
            Some(found) => how.unfolded(found)?,
            None => how.files(path)?,
        };
        few(path, files.len())?;
        if files.is_empty() {
            Err(how.refusal(path))
        } else {
            Ok(files)
        }
    }

    /// Opens one file or folder as it is, no view of it.
    pub(super) fn open_file(&self, path: &Path) -> Result<Box<dyn DatasetReader>, DatasetError> {
        self.how(path)?.open(path)
    }

    /// Opens files as one dataset, called `name`, their trajectories one after the other.
    ///
    /// # Errors
    /// When one of them cannot be opened or does not belong to the first: the error names it.
    pub fn open_all(
        &self,
        name: &str,
        files: Vec<PathBuf>,
    ) -> Result<Arc<dyn DatasetReader>, DatasetError> {
        self.joined(name, files)
    }

    /// Opens paths of files, folders or patterns as one dataset, called like the first one, in their order.
    ///
    /// # Errors
    /// As [`Self::open`], and when there is no path, or a file comes twice.
    pub fn open_sources(
        &self,
        sources: &[PathBuf],
    ) -> Result<Arc<dyn DatasetReader>, DatasetError> {
        self.open_without(sources, &[])
    }

    /// As [`Self::open_sources`], without the files of the paths `held_out`.
    ///
    /// # Errors
    /// As [`Self::open_sources`], and when no file is left.
    pub fn open_without(
        &self,
        sources: &[PathBuf],
        held_out: &[PathBuf],
    ) -> Result<Arc<dyn DatasetReader>, DatasetError> {
        let [first, others @ ..] = sources else {
            let what = "data.source names no file: write its path";
            return Err(DatasetError::key_at(Path::new("[]"), "source", what));
        };
        if others.is_empty() && held_out.is_empty() {
            return self.open(first);
        }
        let mut files = self.parts_once(sources)?;
        let all = files.len();
        for path in held_out {
            let held_out = self.parts(path).unwrap_or_default(); // one that can't be read is refused by its own key
            let held_out: HashSet<PathBuf> = held_out.into_iter().collect();
            files.retain(|file| !held_out.contains(file));
        }
        if files.is_empty() {
            let what =
                "data.held_out names all files of data.source: keep some of them to train on";
            return Err(DatasetError::key_at(first, "held_out", what));
        }
        match files.len() {
            left if left == all && others.is_empty() => self.open(first),
            _ => self.open_all(&dataset_name(first), files),
        }
    }

    /// The parts of all sources, none of which comes twice.
    fn parts_once(&self, sources: &[PathBuf]) -> Result<Vec<PathBuf>, DatasetError> {
        let (mut files, mut known) = (Vec::new(), HashSet::new());
        for source in sources {
            for file in self.parts(source)? {
                if !known.insert(file.clone()) {
                    let what = "data.source names it twice: write every file once";
                    return Err(DatasetError::key_at(&file, "source", what));
                }
                files.push(file);
            }
        }
        Ok(files)
    }

    /// True where a part of the dataset or a coarser form of it is read.
    pub fn is_view(&self) -> bool {
        self.fields.is_some()
            || self.every.is_some()
            || !self.crop.is_empty()
            || self.coarsen.is_some()
    }

    /// The same for files of a format that is found.
    #[must_use]
    pub fn of_known_format(&self) -> Self {
        Self {
            format: None,
            layout: None,
            ..self.clone()
        }
    }

    /// The views of files as one: grids that differ are cut and coarsened each by itself. Of all together every n-th frame is
    /// read, since a file may have fewer. Files that follow one another in time are one file here.
    fn joined(
        &self,
        name: &str,
        mut files: Vec<PathBuf>,
    ) -> Result<Arc<dyn DatasetReader>, DatasetError> {
        if files.len() == 1 {
            return self.open(&files.swap_remove(0));
        }
        let sequences = self.sequences(&files)?.unwrap_or_default();
        if !sequences.first.is_empty() {
            files.clone_from(&sequences.first);
        }
        let first = files.first().cloned().unwrap_or_default();
        if let ([_], Some(reader)) = (&files[..], sequences.reader(&first)) {
            return view(named(name, reader), self, &first, false);
        }
        let own = Self {
            every: None,
            ..self.clone()
        };
        let every = Self {
            every: self.every,
            ..Self::default()
        };
        let open = |mask| {
            let (own, sequences) = (own.clone(), sequences.clone());
            move |path: &Path| match sequences.reader(path) {
                Some(reader) => view(reader, &own, path, mask),
                None => own.opened(path, mask),
            }
        };
        // Where some files alone have points without data, all are given a mask; another difference stays one.
        let joined = Joined::open(name, files.clone(), open(false)).or_else(|error| {
            let masked = Joined::open(name, files, open(true));
            masked.map_err(|_| error)
        })?;
        view(Arc::new(joined), &every, &first, false)
    }

    fn how(&self, path: &Path) -> Result<How<'_>, DatasetError> {
        match (&self.layout, &self.format) {
            (Some(_), Some(_)) => Err(DatasetError::key_at(
                path,
                "format",
                "data.format stands beside data.layout, which describes files of no format of the list: remove one of them",
            )),
            (Some(layout), None) => Ok(How::Layout(layout)),
            (None, Some(kind)) => find(kind).map(How::Format).ok_or_else(|| {
                let known: Vec<&str> = FORMATS.iter().map(|entry| entry.kind).collect();
                let known = known.join(", ");
                let what = format!("data.format = \"{kind}\" is no format: write one of {known}");
                DatasetError::key_at(path, "format", what)
            }),
            (None, None) => Ok(How::Found),
        }
    }
}

/// A dataset with this name.
fn named(name: &str, reader: Arc<dyn DatasetReader>) -> Arc<dyn DatasetReader> {
    let info = DatasetInfo {
        name: name.to_owned(),
        ..reader.info().clone()
    };
    Arc::new(Described { reader, info })
}
