//! Programs in C: compiled against the library of this build, and run beside a listener.

#![allow(dead_code, reason = "each test file uses a part")]

mod build;

pub(crate) use build::{here, succeed};

use build::built;
use ondine_coupling::{Event, Listener, Outcome, Values};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Whether a program can be run; a test that needs it says so and ends where it can't.
pub(crate) fn has(program: &str, argument: &str) -> bool {
    let found = Command::new(program).arg(argument).output();
    let found = found.is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("skipped: `{program}` is not installed");
    }
    found
}

/// A folder of this test, with the shared library under the names that it has where it is installed.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("ondine-c-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    for name in ["libondine.so", "libondine.so.0"] {
        std::fs::copy(built("libondine_c.so"), folder.join(name)).expect("the library");
    }
    folder
}

/// A program of this file, linked with the shared library or the static one.
pub(crate) fn compile(source: &Path, folder: &Path, shared: bool) -> PathBuf {
    compile_by("cc", source, folder, shared)
}

/// The same by another compiler, such as that of MPI.
pub(crate) fn compile_by(compiler: &str, source: &Path, folder: &Path, shared: bool) -> PathBuf {
    let program = folder.join(if shared { "shared" } else { "static" });
    let mut command = Command::new(compiler);
    command.args([
        "-std=c99",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-pedantic",
        "-O1",
        "-g",
    ]);
    command.arg("-I").arg(here("include")).arg(source);
    if shared {
        command.arg("-L").arg(folder).arg("-londine");
        command.arg(format!("-Wl,-rpath,{}", folder.display()));
    } else {
        command
            .arg(built("libondine_c.a"))
            .args(["-lpthread", "-ldl"]);
    }
    succeed(command.arg("-lm").arg("-o").arg(&program));
    program
}

/// The frames of each simulation until so many have ended well.
pub(crate) fn frames(listener: &Listener, simulations: usize) -> BTreeMap<u64, Vec<Vec<Values>>> {
    let since = Instant::now();
    let mut found: BTreeMap<u64, Vec<Vec<Values>>> = BTreeMap::new();
    let mut ended = 0;
    while ended < simulations {
        assert!(
            since.elapsed() < Duration::from_secs(120),
            "{ended} have ended"
        );
        match listener.event(Duration::from_millis(100)) {
            Some(Event::Frame {
                simulation, fields, ..
            }) => {
                found.entry(simulation).or_default().push(fields);
            }
            Some(Event::Ended { outcome, .. }) => {
                assert_eq!(outcome, Outcome::Finished);
                ended += 1;
            }
            _ => {}
        }
    }
    found
}
