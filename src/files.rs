//! Files that are never half written under their final name.

use serde_json::error::Category;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Whether something is at `path` that is no file, such as a folder or a device, and is never replaced.
pub(crate) fn is_no_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file())
}

/// Writes `bytes` to a new file beside `path` and renames it.
///
/// # Errors
/// When the disk refuses, or something is there that is no file; what is at `path` is then untouched.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if is_no_file(path) {
        let why = "it is a folder or a device, and not replaced by a file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
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

/// Why a text is not the JSON that it should be, with the place.
pub(crate) fn json_fault(error: &serde_json::Error) -> String {
    let place = format!("line {}, column {}", error.line(), error.column());
    match error.classify() {
        Category::Eof => format!("it ends early, at {place}"),
        Category::Syntax => format!("it is no JSON from {place} on"),
        // Numbers that were decoded from JSON already have no place.
        Category::Data | Category::Io if error.line() == 0 => {
            "a value is missing, or of another kind".to_owned()
        }
        Category::Data | Category::Io => format!("the value at {place} is of another kind"),
    }
}

/// The line of a text at which a TOML file stops to make sense, counted from 1.
pub(crate) fn line_of(text: &str, error: &toml::de::Error) -> usize {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.bytes().take(start);
    before.filter(|byte| *byte == b'\n').count() + 1
}
