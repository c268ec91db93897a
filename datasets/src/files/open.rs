//! Opens whatever holds a dataset: a file, a folder or a pattern of names, in any format of the list.

use super::folder::{MOST_FILES, few, in_order, paths};
use super::reading::Reading;
use super::{DatasetError, DatasetReader, FORMATS, FormatEntry};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
/// use ondine_datasets::files::{DatasetError, DatasetReader, open};
///
/// let reader = open("1D_Burgers_Sols_Nu0.01.hdf5")?;
/// println!("{} trajectories", reader.info().trajectories);
/// # Ok::<(), DatasetError>(())
/// ```
pub fn open(path: impl AsRef<Path>) -> Result<Arc<dyn DatasetReader>, DatasetError> {
    Reading::default().open(path.as_ref())
}

/// Opens files as one dataset, called `name`, their trajectories one after the other.
///
/// # Errors
/// When one of them cannot be opened or does not belong to the first: the error names it.
pub fn open_all(name: &str, files: Vec<PathBuf>) -> Result<Arc<dyn DatasetReader>, DatasetError> {
    Reading::default().open_all(name, files)
}

/// The files that a path stands for: those of a pattern in the order of their names, digits as numbers; of any other path none.
pub(super) fn matching(pattern: &Path) -> Result<Option<Vec<PathBuf>>, DatasetError> {
    let text = pattern.to_string_lossy();
    if pattern.exists() || !text.contains(['*', '?', '[']) {
        return Ok(None);
    }
    let invalid = |what: String| DatasetError::Invalid {
        path: pattern.to_path_buf(),
        what,
    };
    let found = glob::glob(&text);
    let found = found.map_err(|error| invalid(format!("it is no pattern of names: {error}")))?;
    let found: Result<Vec<PathBuf>, _> = found.take(MOST_FILES + 1).collect();
    match found {
        Ok(files) if files.is_empty() => Err(invalid("no file has such a name".to_owned())),
        Ok(mut files) => {
            few(pattern, files.len())?;
            in_order(&mut files);
            Ok(Some(files))
        }
        Err(error) => Err(DatasetError::io(error.path())(std::io::Error::from(
            error.error().kind(),
        ))),
    }
}

/// Contents of a folder, in the order of the names; empty where it is no folder.
pub(super) fn inside(folder: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    if folder.is_dir() {
        paths(folder)
    } else {
        Ok(Vec::new())
    }
}
