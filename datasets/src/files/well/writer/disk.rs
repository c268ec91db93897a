//! Names of a file while it grows and afterwards.

use crate::files::well::skeleton;
use crate::files::{DatasetError, DatasetInfo, Dtype};
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Gives a closed file its last description and its name.
pub(super) fn named(
    part: &Path,
    path: &Path,
    info: Option<(&DatasetInfo, Dtype)>,
) -> Result<(), DatasetError> {
    if let Some((info, dtype)) = info {
        skeleton::rewrite(part, info, dtype).map_err(DatasetError::unwritable(part))?;
    }
    let file = File::open(part).map_err(DatasetError::io(part))?;
    file.sync_all().map_err(DatasetError::io(part))?;
    std::fs::rename(part, path).map_err(DatasetError::io(path))
}

/// Removes what a full disk would have to keep, and hands the error on.
pub(super) fn removed(part: &Path, error: DatasetError) -> DatasetError {
    remove(part);
    error
}

pub(super) fn remove(part: &Path) {
    let _ = std::fs::remove_file(part); // the error before matters more
}

/// The name a file has while it grows.
pub(super) fn temporary(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".part");
    name.into()
}

/// Waits until the disk knows the new name.
pub(super) fn sync_folder(path: &Path) -> Result<(), DatasetError> {
    if cfg!(not(unix)) {
        return Ok(()); // folders cannot be opened there
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let open = File::open(folder).map_err(DatasetError::io(folder))?;
    open.sync_all().map_err(DatasetError::io(folder))
}
