//! Options for reading the files of a dataset, or a part of it.

use super::folder::dataset_name;
use super::open::{inside, matching, recognise};
use super::views::view;
use super::{
    Coarsening, DatasetError, DatasetReader, End, FORMATS, FormatEntry, Joined, Layout, WellReader,
    find,
};
use crate::FileKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files that are looked at in a folder of none of the formats, to find one that is.
const LOOKED_AT: usize = 100;

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

impl Reading {
    /// Opens a dataset: a file, a folder of a format or of arrays, a folder of files, or a pattern such as `runs/*.h5`.
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

    /// The files or folders that are one dataset together: those of a pattern, those of a format in a folder, or `path`
    /// itself.
    ///
    /// # Errors
    /// The error of a file that no format recognises: the marks that were looked for.
    pub fn parts(&self, path: &Path) -> Result<Vec<PathBuf>, DatasetError> {
        let how = self.how(path)?;
        if how.takes(path) {
            return Ok(vec![path.to_path_buf()]);
        }
        if let Some(files) = matching(path)? {
            return Ok(files);
        }
        match how.files(path)? {
            files if files.is_empty() => Err(how.refusal(path)),
            files => Ok(files),
        }
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
        let mut files: Vec<PathBuf> = Vec::new();
        for source in sources {
            for file in self.parts(source)? {
                if files.contains(&file) {
                    let what = "data.source names it twice: write every file once";
                    return Err(DatasetError::key_at(&file, "source", what));
                }
                files.push(file);
            }
        }
        let all = files.len();
        for path in held_out {
            let held_out = self.parts(path).unwrap_or_default(); // one that can't be read is refused by its own key
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
    /// read, since a file may have fewer.
    fn joined(
        &self,
        name: &str,
        mut files: Vec<PathBuf>,
    ) -> Result<Arc<dyn DatasetReader>, DatasetError> {
        if files.len() == 1 {
            return self.open(&files.swap_remove(0));
        }
        let first = files.first().cloned().unwrap_or_default();
        let own = Self {
            every: None,
            ..self.clone()
        };
        let every = Self {
            every: self.every,
            ..Self::default()
        };
        let open = |mask| {
            let own = own.clone();
            move |path: &Path| own.opened(path, mask)
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

/// The way to a reader of one file.
enum How<'a> {
    /// The format is found from the file.
    Found,
    Format(&'static FormatEntry),
    Layout(&'a Layout),
}

impl How<'_> {
    /// True of a path to one dataset, not to a folder or a pattern of several.
    fn takes(&self, path: &Path) -> bool {
        match self {
            Self::Found => recognise(path).is_some(),
            Self::Format(entry) => path.is_file() || (entry.recognises)(path),
            Self::Layout(layout) => {
                path.is_file() || is_store(path) || layout.is_folder_of_arrays(path)
            }
        }
    }

    fn open(&self, path: &Path) -> Result<Box<dyn DatasetReader>, DatasetError> {
        match self {
            Self::Found => match recognise(path) {
                Some(entry) => (entry.open)(path),
                None => Err(unrecognised(path)),
            },
            Self::Format(entry) => (entry.open)(path),
            Self::Layout(layout) => layout.open(path),
        }
    }

    /// The files in a folder that are one dataset together; nothing where it is no folder.
    fn files(&self, folder: &Path) -> Result<Vec<PathBuf>, DatasetError> {
        let mut all = inside(folder)?;
        match self {
            Self::Found => {
                all.retain(|path| path.is_file());
                let known = all.iter().take(LOOKED_AT).find_map(|path| recognise(path));
                all.retain(|path| known.is_some_and(|entry| (entry.recognises)(path)));
            }
            Self::Format(entry) => all.retain(|path| (entry.recognises)(path)),
            Self::Layout(_) => all.retain(|path| holds_arrays(path)),
        }
        Ok(all)
    }

    /// The error of a path that nothing is read from.
    fn refusal(&self, path: &Path) -> DatasetError {
        let refused = match self {
            Self::Found => return unrecognised(path),
            Self::Format(entry) => (entry.open)(path).err(),
            Self::Layout(layout) => layout.open(path).err(),
        };
        refused.unwrap_or_else(|| changed(path))
    }
}

fn is_store(path: &Path) -> bool {
    FileKind::of(path).is_ok_and(|kind| kind == FileKind::Zarr)
}

/// True of a file in a folder that may be a dataset of its own: a layout describes it, and it is no single array.
fn holds_arrays(path: &Path) -> bool {
    let kinds = [
        FileKind::Hdf5,
        FileKind::NetCdf3,
        FileKind::Zarr,
        FileKind::Npz,
    ];
    FileKind::of(path).is_ok_and(|kind| kinds.contains(&kind))
}

/// The error of a file that no layout recognises: what it is instead, and what was looked for.
fn unrecognised(path: &Path) -> DatasetError {
    match WellReader::open(path).err() {
        Some(reason @ (DatasetError::Invalid { .. } | DatasetError::NotHdf5 { .. })) => {
            DatasetError::Unrecognised {
                reason: Box::new(reason),
                known: FORMATS.iter().map(|entry| entry.kind).collect(),
            }
        }
        Some(reason) => reason,
        None => changed(path),
    }
}

fn changed(path: &Path) -> DatasetError {
    DatasetError::Invalid {
        path: path.to_path_buf(),
        what: "it changes while it is read".to_owned(),
    }
}
