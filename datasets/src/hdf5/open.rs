//! Opens whatever holds a dataset: a file, a folder or a pattern of names, in any format of the list.

use super::folder::{dataset_name, paths};
use super::{DatasetError, DatasetReader, FORMATS, FormatEntry, Joined, WellReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files that are looked at in a folder of none of the formats, to find one that is.
const LOOKED_AT: usize = 100;

/// The format of a file or a folder; none where no format of the list knows it.
pub fn recognise(path: &Path) -> Option<&'static FormatEntry> {
    FORMATS
        .iter()
        .copied()
        .find(|entry| (entry.recognises)(path))
}

/// Opens a dataset in the first format of [`FORMATS`] that recognises it: a file, a folder of a format, a folder of files
/// of one format, or a pattern such as `runs/*.h5`.
///
/// # Errors
/// What was looked for where no layout recognises it; what it lacks or contradicts where one does; which file differs where
/// several do not belong together.
///
/// ```no_run
/// use ondine_datasets::hdf5::{DatasetError, DatasetReader, open};
///
/// let reader = open("1D_Burgers_Sols_Nu0.01.hdf5")?;
/// println!("{} trajectories", reader.info().trajectories);
/// # Ok::<(), DatasetError>(())
/// ```
pub fn open(path: impl AsRef<Path>) -> Result<Arc<dyn DatasetReader>, DatasetError> {
    let path = path.as_ref();
    if let Some(entry) = recognise(path) {
        return (entry.open)(path).map(Arc::from);
    }
    if !path.exists() && is_pattern(path) {
        return open_all(&dataset_name(path), matching(path)?);
    }
    match files(path)? {
        files if files.is_empty() => Err(unrecognised(path)),
        files => open_all(&dataset_name(path), files),
    }
}

/// Opens files as one dataset, called `name`, their trajectories one after the other.
///
/// # Errors
/// When one of them cannot be opened or does not belong to the first: the error names it.
pub fn open_all(
    name: &str,
    mut files: Vec<PathBuf>,
) -> Result<Arc<dyn DatasetReader>, DatasetError> {
    match files.len() {
        1 => open(files.swap_remove(0)),
        _ => Ok(Arc::new(Joined::open(name, files, |path| open(path))?)),
    }
}

fn is_pattern(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '['])
}

/// The files of a pattern, in the order of their names.
fn matching(pattern: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    let invalid = |what: String| DatasetError::Invalid {
        path: pattern.to_path_buf(),
        what,
    };
    let found = glob::glob(&pattern.to_string_lossy());
    let found = found.map_err(|error| invalid(format!("it is no pattern of names: {error}")))?;
    let found: Result<Vec<PathBuf>, _> = found.collect();
    match found {
        Ok(files) if files.is_empty() => Err(invalid("no file has such a name".to_owned())),
        Ok(files) => Ok(files),
        Err(error) => Err(DatasetError::io(error.path())(std::io::Error::from(
            error.error().kind(),
        ))),
    }
}

/// The files of a folder that are of the format of the first one known; nothing where none is, or it is no folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = paths(folder)?;
    files.retain(|path| path.is_file());
    let known = files
        .iter()
        .take(LOOKED_AT)
        .find_map(|path| recognise(path));
    files.retain(|path| known.is_some_and(|entry| (entry.recognises)(path)));
    Ok(files)
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
        None => DatasetError::Invalid {
            path: path.to_path_buf(),
            what: "it changes while it is read".to_owned(),
        },
    }
}
