//! Files that are never half written under their final name.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Whether something is at `path` that is no file, such as a folder or a device, and is never replaced.
pub fn is_no_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file())
}

/// Writes `bytes` to a new file beside `path` and renames it.
///
/// # Errors
/// When the disk refuses, or something is there that is no file; what is at `path` is then untouched.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = part_of(path)?;
    let filled = File::create(&part).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let written = filled.and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        let _ = fs::remove_file(&part); // A full disk needs the room more than a part needs to stay.
    }
    written
}

/// Makes sure that [`write_atomically`] can begin a file, before its contents are computed.
///
/// # Errors
/// When the disk refuses, or something is there that is no file.
pub fn check_writable(path: &Path) -> io::Result<()> {
    let part = part_of(path)?;
    File::create(&part)?;
    fs::remove_file(&part)
}

/// The new file beside `path`, which no folder and no device may be at.
fn part_of(path: &Path) -> io::Result<PathBuf> {
    if is_no_file(path) {
        let why = "it is a folder or a device, and not replaced by a file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    Ok(path.with_file_name(name))
}
