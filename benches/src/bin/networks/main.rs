//! Time and memory of a training step of every network of the list, part by part.
//!
//! ```sh
//! cargo run --release -p ondine-benches --bin networks -- [NAME-DIMS…] [--steps N] [--json] [--device flex|cuda]
//!     [--dtype f32|bf16]
//! ```
//!
//! with names such as `fno-1d`; without any, all that are not variants of others. Each is measured in a process of its
//! own: medians over the steps in milliseconds, processor time of a step over all threads, memory before and at most.
//! `--device cuda` needs `--features cuda` and takes sizes for a GPU.

mod arguments;
mod case;
mod measurement;
mod memory;
mod table;

use arguments::Arguments;
use case::Case;
use std::process::{Command, ExitCode};

/// Set for the processes that measure: the settings of glibc's allocator that `ondine` makes for itself.
const ALLOCATOR: (&str, &str) = (
    "GLIBC_TUNABLES",
    "glibc.malloc.mmap_threshold=1073741824:glibc.malloc.trim_threshold=1073741824:glibc.malloc.top_pad=67108864:glibc.malloc.arena_max=1",
);

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), String> {
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    let cases = case::chosen(&arguments)?;
    if arguments.here {
        let measured = measurement::measure(&cases[0], &arguments)?;
        println!("{measured}");
        return Ok(());
    }
    for (i, case) in cases.iter().enumerate() {
        let line = in_another_process(case, &arguments)?;
        if arguments.json {
            println!("{line}");
            continue;
        }
        if i == 0 {
            print!("{}", table::head(&arguments));
        }
        println!("{}", table::row(&line)?);
    }
    Ok(())
}

/// The line that this program prints when it measures `case` alone.
fn in_another_process(case: &Case, arguments: &Arguments) -> Result<String, String> {
    let program = std::env::current_exe().map_err(|error| format!("this program: {error}"))?;
    let output = Command::new(program)
        .arg(case.name())
        .args(arguments.of_child())
        .env(ALLOCATOR.0, ALLOCATOR.1)
        .output()
        .map_err(|error| format!("cannot start a process for `{}`: {error}", case.name()))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        let message = message.trim().trim_start_matches("error: ");
        return Err(format!("{}: {message}", case.name()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
