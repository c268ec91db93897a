//! Steps per second of `ondine train` with its solvers beside it, and of the same recipe from a file in memory.
//!
//! ```sh
//! cargo build --release && cargo run --release -p ondine-benches --bin offline -- \
//!     target/release/ondine recipes/quickstart.toml 400 5 ensemble.simulations=52
//! ```
//!
//! The arguments are the binary, a recipe, the steps of a run, the number of rounds, and keys to set. `ondine simulate`
//! writes the file first. Every round then runs both, one after the other, so that what else the machine does meets both
//! alike. Fewer steps need fewer simulations, or solvers have more to do a step than in the whole recipe.

use ondine_benches::{Bench, in_folder};
use std::error::Error;
use std::process::ExitCode;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [ondine, recipe, steps, rounds, sets @ ..] = &arguments[..] else {
        eprintln!("usage: offline ONDINE RECIPE STEPS ROUNDS [KEY=VALUE...]");
        return Ok(ExitCode::from(2));
    };
    in_folder("offline", |folder| {
        let file = folder.join("data.h5");
        let bench = Bench {
            ondine,
            recipe,
            sets,
            folder,
        };
        bench.run("simulate", &file, &[])?;
        let steps = format!("train.steps={steps}");
        let source = format!("data.source={}", file.display());
        let variants: [&[&str]; 2] = [&[&steps], &[&steps, &source]];
        bench.alternate(rounds.parse()?, ["online", "offline"], variants)
    })?;
    Ok(ExitCode::SUCCESS)
}
