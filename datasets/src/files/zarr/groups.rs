//! Groups of a Zarr store: the folders whose arrays are read.

use super::metadata::Metadata;
use crate::files::DatasetError;
use crate::files::folder::paths;
use std::path::{Path, PathBuf};

/// Groups within groups that are looked into.
const DEPTH: usize = 8;

/// The store; where none of its arrays has two axes, the one group that has such arrays, before the groups around it, whose
/// lists of points hold for it.
///
/// # Errors
/// When several groups have such arrays.
pub(super) fn chosen(store: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    let mut found = Vec::new();
    if !has_fields(store)? {
        look(store, DEPTH, &mut found)?;
    }
    match &found[..] {
        [] => Ok(vec![store.to_path_buf()]),
        [one] => {
            let around = one
                .ancestors()
                .take_while(|folder| folder.starts_with(store));
            Ok(around.map(Path::to_path_buf).collect())
        }
        [first, second, ..] => {
            let place = |folder: &Path| {
                folder
                    .strip_prefix(store)
                    .unwrap_or(folder)
                    .display()
                    .to_string()
            };
            Err(DatasetError::Invalid {
                path: store.to_path_buf(),
                what: format!(
                    "{} of its groups have fields, `{}` and `{}` among them: name one, as {}",
                    found.len(),
                    place(first),
                    place(second),
                    first.display()
                ),
            })
        }
    }
}

fn has_fields(folder: &Path) -> Result<bool, DatasetError> {
    for inner in paths(folder)? {
        let array = if inner.is_dir() {
            Metadata::read(&inner)?
        } else {
            None
        };
        if array.is_some_and(|array| array.shape.len() > 1) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The groups within a folder that have fields.
fn look(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), DatasetError> {
    if depth == 0 {
        return Ok(());
    }
    for inner in paths(folder)? {
        let group = inner.join(".zgroup").exists() || inner.join("zarr.json").exists();
        if !group || Metadata::read(&inner)?.is_some() {
            continue;
        }
        if has_fields(&inner)? {
            found.push(inner.clone());
        }
        look(&inner, depth - 1, found)?;
    }
    Ok(())
}
