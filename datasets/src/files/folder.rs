//! Folders that hold one file per frame, or one folder per trajectory.

use super::DatasetError;
use std::cmp::Ordering;
use std::path::{Path, PathBuf};

/// Most files of a dataset, each of which is opened once before anything is read.
pub(super) const MOST_FILES: usize = 100_000;

/// Paths in a folder, in the order of their names, by [`natural`].
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
    in_order(&mut paths);
    Ok(paths)
}

/// Sorts paths by their names, [`natural`].
pub(super) fn in_order(paths: &mut [PathBuf]) {
    paths.sort_by(|a, b| natural(&a.to_string_lossy(), &b.to_string_lossy()));
}

/// The order of two names in which digits count as numbers: `run_9` before `run_10`.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    while !left.is_empty() && !right.is_empty() {
        let ((x, after_x), (y, after_y)) = (piece(left), piece(right));
        let order = by_piece(x, y);
        if order.is_ne() {
            return order;
        }
        (left, right) = (after_x, after_y);
    }
    left.len().cmp(&right.len()).then_with(|| a.cmp(b))
}

/// The digits that a text begins with, or the letters, and the rest.
fn piece(text: &str) -> (&str, &str) {
    let digit = |c: char| c.is_ascii_digit();
    let counts = text.starts_with(digit);
    let end = text.find(|c: char| digit(c) != counts);
    text.split_at(end.unwrap_or(text.len()))
}

fn by_piece(x: &str, y: &str) -> Ordering {
    let digits = |piece: &str| piece.starts_with(|c: char| c.is_ascii_digit());
    if !digits(x) || !digits(y) {
        return x.cmp(y);
    }
    let [x, y] = [x, y].map(|digits| digits.trim_start_matches('0'));
    x.len().cmp(&y.len()).then_with(|| x.cmp(y))
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
    fn digits_in_names_count_as_numbers() {
        let sorted = [
            "a",
            "a01",
            "a1",
            "a2_9",
            "a2_10",
            "a10",
            "a184467440737095516150",
            "a.h5",
            "b",
        ];
        let mut names = sorted.to_vec();
        names.reverse();
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, sorted);
    }

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
