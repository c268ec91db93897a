//! Keeps two processes from writing one file, by a lock that ends with the process.

use super::DatasetError;
use std::fs::{File, TryLockError};
use std::path::Path;

/// A file that is claimed.
pub(super) struct Claim(File);

impl Drop for Claim {
    /// Gives it back. Closing the file is not enough: a process that is being started has it open as well, until its program begins.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// Claims a file, and creates it if it is not there. Where locks bar the owner too (Windows) or do not exist (some
/// network disks), nothing is claimed.
pub(super) fn exclusive(path: &Path) -> Result<Claim, DatasetError> {
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
        Ok(Claim(file))
    }
}

/// Lets readers in, which the HDF5 library locks out otherwise, but no other writer.
pub(super) fn share(claim: &Claim) {
    if cfg!(unix) {
        claim.0.lock_shared().ok(); // without locks there is nothing to share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_given_back_while_a_program_that_starts_still_has_its_file() {
        let name = format!("ondine-claim-started-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let claim = exclusive(&path).expect("nobody has claimed it");
        assert_eq!(exclusive(&path).is_err(), cfg!(unix));
        let inherited = claim.0.try_clone().expect("a second descriptor");
        drop(claim);
        drop(exclusive(&path).expect("it was given back"));
        drop(inherited);
        std::fs::remove_file(path).expect("it is ours");
    }
}
