//! Folders that hold one file per frame, or one folder per trajectory.

use super::DatasetError;
use std::path::{Path, PathBuf};

/// Most files of a dataset, each of which is opened once before anything is read.
pub(super) const MOST_FILES: usize = 100_000;

/// Paths in a folder, in the order of their names.
///
/// # Errors
/// When it can't be read, or has more of them than [`MOST_FILES`].
pub(super) fn paths(folder: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    let entries = std::fs::read_dir(folder).map_err(DatasetError::io(folder))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<PathBuf> = paths
        .take(MOST_FILES + 1)
        .collect::<Result<_, _>>()
        .map_err(DatasetError::io(folder))?;
    few(folder, paths.len())?;
    paths.sort();
    Ok(paths)
}

/// Refuses more files than are opened.
pub(super) fn few(place: &Path, files: usize) -> Result<(), DatasetError> {
    if files <= MOST_FILES {
        return Ok(());
    }
    Err(DatasetError::Invalid {
        path: place.to_path_buf(),
        what: format!(
            "it has more than {MOST_FILES} files: put many trajectories into one file, or name fewer by a pattern such as \
             `runs/a*.h5`"
        ),
    })
}

/// The name of a file or a folder; empty where it is no text.
pub(super) fn name(path: &Path) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}

/// The name of a dataset: that of its folder or file, without the ending; of a pattern without letters that of its folder.
pub(super) fn dataset_name(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let letters = stem.trim_matches(|letter: char| !letter.is_alphanumeric());
    match path.parent() {
        // Of a pattern such as `runs/*.h5`, or `runs/**/*.h5`, the folder has the name.
        Some(folder) if letters.is_empty() && stem.contains('*') => dataset_name(folder),
        _ => stem.into_owned(),
    }
}

/// The number between a beginning and an end of a name, as 12 in `fort.q0012`.
pub(super) fn number(name: &str, begins: &str, ends: &str) -> Option<usize> {
    let digits = name.strip_prefix(begins)?.strip_suffix(ends)?;
    let only = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    digits.parse().ok().filter(|_| only)
}

/// The text of a file.
pub(super) fn text(path: &Path) -> Result<String, DatasetError> {
    std::fs::read_to_string(path).map_err(DatasetError::io(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_files_are_refused_with_what_to_do() {
        let error = few(Path::new("runs"), 1_000_000).unwrap_err().to_string();
        assert!(
            error.starts_with("runs: it has more than 100000 files: put many"),
            "{error}"
        );
        assert!(few(Path::new("runs"), MOST_FILES).is_ok());
    }
}
