//! Folders that hold one file per frame, or one folder per trajectory.

use super::DatasetError;
use std::path::{Path, PathBuf};

/// Paths in a folder, in the order of their names.
pub(super) fn paths(folder: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    let entries = std::fs::read_dir(folder).map_err(DatasetError::io(folder))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<PathBuf> = paths
        .collect::<Result<_, _>>()
        .map_err(DatasetError::io(folder))?;
    paths.sort();
    Ok(paths)
}

/// The name of a file or a folder; empty where it is no text.
pub(super) fn name(path: &Path) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}

/// The name of a dataset: that of its folder or file, without the ending.
pub(super) fn dataset_name(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
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
