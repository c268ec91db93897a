//! Keeps two processes from writing one file, by a lock that ends with the process.

use super::DatasetError;
use std::fs::{File, TryLockError};
use std::path::Path;

/// Claims a file, and creates it if it is not there. Where locks bar the owner too (Windows) or do not exist (some
/// network disks), nothing is claimed.
pub(super) fn exclusive(path: &Path) -> Result<File, DatasetError> {
    let options = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path);
    let file = options.map_err(DatasetError::io(path))?;
    let taken = cfg!(unix) && matches!(file.try_lock(), Err(TryLockError::WouldBlock));
    let path = path.to_path_buf();
    if taken {
        Err(DatasetError::InUse { path })
    } else {
        Ok(file)
    }
}

/// Lets readers in, which the HDF5 library locks out otherwise, but no other writer.
pub(super) fn share(file: &File) {
    if cfg!(unix) {
        file.lock_shared().ok(); // without locks there is nothing to share
    }
}
