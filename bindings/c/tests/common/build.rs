//! Libraries of this build, files of the crate, and the compilers of other languages.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A library of this build.
pub(crate) fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("this program");
    test.parent().expect("a folder").join(name)
}

/// A file of the crate that is tested.
pub(crate) fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Runs a command that has to succeed.
pub(crate) fn succeed(command: &mut Command) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{out}\n{err}");
    output
}
