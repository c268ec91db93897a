//! Cost of `deterministic = true`: steps per second of `ondine train` with windows in the order of their simulations,
//! and with windows as they come.
//!
//! ```sh
//! cargo build --release && cargo run --release -p ondine-benches --bin deterministic -- \
//!     target/release/ondine recipes/quickstart.toml 300 5 ensemble.workers=2 ensemble.simulations=39
//! ```
//!
//! The arguments are the binary, a recipe, the steps of a run, the number of rounds, and keys to set. Every round runs
//! both, one after the other, so that what else the machine does meets both alike.

use ondine_benches::{Bench, in_folder};
use std::error::Error;
use std::process::ExitCode;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [ondine, recipe, steps, rounds, sets @ ..] = &arguments[..] else {
        eprintln!("usage: deterministic ONDINE RECIPE STEPS ROUNDS [KEY=VALUE...]");
        return Ok(ExitCode::from(2));
    };
    in_folder("deterministic", |folder| {
        let bench = Bench {
            ondine,
            recipe,
            sets,
            folder,
        };
        let steps = format!("train.steps={steps}");
        let variants: [&[&str]; 2] = [
            &[&steps, "deterministic=true"],
            &[&steps, "deterministic=false"],
        ];
        bench.alternate(rounds.parse()?, ["in order", "as they come"], variants)
    })?;
    Ok(ExitCode::SUCCESS)
}
