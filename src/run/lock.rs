//! The lock of a run directory: one process writes into a run at a time.
//!
//! The system drops the lock when the process ends, however it ends; the empty file stays.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Name of the file in a run.
pub(super) const NAME: &str = "lock";

/// The longest that a look at the lock lasts, and how many of them are waited for: a look is over in microseconds.
const LOOK: Duration = Duration::from_millis(1);
const LOOKS: usize = 500;

/// The result of an attempt to take the lock of a directory.
pub(super) enum Attempt {
    /// The lock, held until the last clone goes; none on a file system that knows no locks.
    Held(Option<Arc<Lock>>),
    /// Another process has it, or this one already.
    Busy,
}

/// A lock that is held.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Drop for Lock {
    /// Gives it back. Closing the file is not enough: a process that is being started has it open as well, until its program begins.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// Takes the lock of a directory. Another writer is not waited for; one who only looks is.
pub(super) fn take(directory: &Path) -> io::Result<Attempt> {
    let path = directory.join(NAME);
    let file = File::options().append(true).create(true).open(path)?;
    for _ in 0..LOOKS {
        match file.try_lock() {
            Ok(()) => return Ok(Attempt::Held(Some(Arc::new(Lock(file))))),
            Err(TryLockError::WouldBlock) if has_writer(&file) => return Ok(Attempt::Busy),
            Err(TryLockError::WouldBlock) => thread::sleep(LOOK),
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {
                return Ok(Attempt::Held(None));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(Attempt::Busy)
}

/// Whether a process writes into this directory now; a directory without a lock file has none.
pub(super) fn is_taken(directory: &Path) -> bool {
    let file = File::open(directory.join(NAME));
    file.is_ok_and(|file| has_writer(&file))
}

/// Whether somebody else holds the lock alone. To find out it is shared for a moment.
fn has_writer(file: &File) -> bool {
    match file.try_lock_shared() {
        Ok(()) => {
            let _ = file.unlock(); // Else the lock would end with the file.
            false
        }
        Err(error) => matches!(error, TryLockError::WouldBlock),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_clone_of_a_lock_gives_it_back() {
        let name = format!("ondine-lock-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory).expect("a folder");
        assert!(!is_taken(&directory), "nobody has taken it yet");
        let Attempt::Held(Some(first)) = take(&directory).expect("a file") else {
            panic!("the lock is free");
        };
        let second = first.clone();
        drop(first);
        assert!(matches!(take(&directory), Ok(Attempt::Busy)));
        assert!(is_taken(&directory));
        drop(second);
        assert!(!is_taken(&directory));
        assert!(matches!(take(&directory), Ok(Attempt::Held(Some(_)))));
        std::fs::remove_dir_all(directory).expect("it is ours");
    }

    #[test]
    fn a_lock_is_given_back_while_a_program_that_starts_still_has_its_file() {
        let name = format!("ondine-lock-started-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory).expect("a folder");
        let Attempt::Held(Some(lock)) = take(&directory).expect("a file") else {
            panic!("the lock is free");
        };
        let inherited = lock.0.try_clone().expect("a second descriptor");
        drop(lock);
        assert!(matches!(take(&directory), Ok(Attempt::Held(Some(_)))));
        drop(inherited);
        std::fs::remove_dir_all(directory).expect("it is ours");
    }
}
