//! The `ondine` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ondine::cli::main()
}
