//! The way to a reader: the format of a file is found or named, or a layout describes it.

use super::super::open::{inside, recognise};
use super::super::{DatasetError, DatasetReader, FORMATS, FormatEntry, Layout, WellReader};
use crate::FileKind;
use std::path::{Path, PathBuf};

/// Files, and folders within a folder, that are looked at to find one of some format.
const LOOKED_AT: usize = 100;

/// The way to a reader of one file.
pub(super) enum How<'a> {
    /// The format is found from the file.
    Found,
    Format(&'static FormatEntry),
    Layout(&'a Layout),
}

impl How<'_> {
    /// True of a path to one dataset, not to a folder or a pattern of several.
    pub(super) fn takes(&self, path: &Path) -> bool {
        match self {
            Self::Found => recognise(path).is_some(),
            Self::Format(entry) => path.is_file() || (entry.recognises)(path),
            Self::Layout(layout) => {
                path.is_file() || is_store(path) || layout.is_folder_of_arrays(path)
            }
        }
    }

    pub(super) fn open(&self, path: &Path) -> Result<Box<dyn DatasetReader>, DatasetError> {
        match self {
            Self::Found => match recognise(path) {
                Some(entry) => (entry.open)(path),
                None => Err(unrecognised(path)),
            },
            Self::Format(entry) => (entry.open)(path),
            Self::Layout(layout) => layout.open(path),
        }
    }

    /// The files in a folder that are one dataset together, or those in the folders within where it has none itself and they are of
    /// one format; nothing where it is no folder.
    pub(super) fn files(&self, folder: &Path) -> Result<Vec<PathBuf>, DatasetError> {
        let all = inside(folder)?;
        let own = self.chosen(all.clone());
        if !own.is_empty() {
            return Ok(own);
        }
        let mut files: Vec<PathBuf> = Vec::new();
        for (place, inner) in all.iter().filter(|path| path.is_dir()).enumerate() {
            if files.is_empty() && place == LOOKED_AT {
                break;
            }
            let within = self.within(inner)?;
            if let ([first, ..], [other, ..]) = (&files[..], &within[..])
                && self.kind(first) != self.kind(other)
            {
                return Ok(Vec::new());
            }
            files.extend(within);
        }
        Ok(files)
    }

    /// Name of the format of a file, where it is found.
    fn kind(&self, path: &Path) -> Option<&'static str> {
        let found = matches!(self, Self::Found).then(|| recognise(path))?;
        found.map(|entry| entry.kind)
    }

    /// These paths, with what lies in a folder in its place where the folder is no dataset itself.
    pub(super) fn unfolded(&self, paths: Vec<PathBuf>) -> Result<Vec<PathBuf>, DatasetError> {
        let mut files = Vec::new();
        for path in paths {
            let within = if path.is_dir() {
                self.within(&path)?
            } else {
                Vec::new()
            };
            if within.is_empty() {
                files.push(path); // opening it says what is wrong
            } else {
                files.extend(within);
            }
        }
        Ok(files)
    }

    /// A folder that is a dataset, or the files in it that are some.
    fn within(&self, folder: &Path) -> Result<Vec<PathBuf>, DatasetError> {
        if self.takes(folder) {
            Ok(vec![folder.to_path_buf()])
        } else {
            Ok(self.chosen(inside(folder)?))
        }
    }

    /// Those of the paths that are files of one format, or may be in the layout.
    fn chosen(&self, mut all: Vec<PathBuf>) -> Vec<PathBuf> {
        match self {
            Self::Found => {
                all.retain(|path| path.is_file() || is_store(path));
                let known = all.iter().take(LOOKED_AT).find_map(|path| recognise(path));
                all.retain(|path| known.is_some_and(|entry| (entry.recognises)(path)));
            }
            Self::Format(entry) => all.retain(|path| (entry.recognises)(path)),
            Self::Layout(_) => all.retain(|path| holds_arrays(path)),
        }
        all
    }

    /// The error of a path that nothing is read from.
    pub(super) fn refusal(&self, path: &Path) -> DatasetError {
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
