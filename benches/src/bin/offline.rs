//! Steps a second of `ondine train` with its solvers beside it, and of the same recipe from a file in memory.
//!
//! ```sh
//! cargo build --release && cargo run --release -p ondine-benches --bin offline -- \
//!     target/release/ondine recipes/quickstart.toml 400 5 ensemble.simulations=52
//! ```
//!
//! The arguments are the binary, a recipe, the steps of a run, the number of rounds, and keys to set. `ondine simulate`
//! writes the file first. Every round then runs both, one after the other, so that what else the machine does meets both
//! alike. Fewer steps need fewer simulations, or solvers have more to do a step than in the whole recipe.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [ondine, recipe, steps, rounds, sets @ ..] = &arguments[..] else {
        eprintln!("usage: offline ONDINE RECIPE STEPS ROUNDS [KEY=VALUE...]");
        return Ok(ExitCode::from(2));
    };
    let folder = std::env::temp_dir().join(format!("ondine-offline-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let bench = Bench {
        ondine,
        recipe,
        sets,
        folder: folder.clone(),
    };
    let result = bench.measure(steps, rounds.parse()?);
    std::fs::remove_dir_all(&folder)?;
    result?;
    Ok(ExitCode::SUCCESS)
}

/// What is run.
struct Bench<'a> {
    ondine: &'a str,
    recipe: &'a str,
    sets: &'a [String],
    folder: PathBuf,
}

/// What a run did.
struct Speed {
    steps_per_s: f64,
    trainer_wait: f64,
}

impl Bench<'_> {
    fn measure(&self, steps: &str, rounds: usize) -> Result<(), Box<dyn Error>> {
        let file = self.folder.join("data.h5");
        self.run("simulate", &file, &[])?;
        let steps = format!("train.steps={steps}");
        let source = format!("data.source={}", file.display());
        let mut speeds = [Vec::new(), Vec::new()];
        println!(
            "| round | online, steps/s | trainer waited | offline, steps/s | trainer waited |"
        );
        println!("|---|---|---|---|---|");
        for round in 1..=rounds {
            let output = |kind: &str| self.folder.join(format!("{kind}-{round}"));
            let online = self.train(&output("online"), &[&steps])?;
            let offline = self.train(&output("offline"), &[&steps, &source])?;
            println!(
                "| {round} | {:.2} | {:.1} % | {:.2} | {:.1} % |",
                online.steps_per_s,
                100.0 * online.trainer_wait,
                offline.steps_per_s,
                100.0 * offline.trainer_wait
            );
            speeds[0].push(online.steps_per_s);
            speeds[1].push(offline.steps_per_s);
        }
        let [online, offline] = speeds.map(median);
        let ratio = online / offline;
        println!("\nmedians: {online:.2} online, {offline:.2} offline, ratio {ratio:.3}");
        Ok(())
    }

    fn train(&self, output: &Path, more: &[&String]) -> Result<Speed, Box<dyn Error>> {
        let printed = self.run("train", output, more)?;
        let number = |key: &str| number(&printed, key).ok_or(format!("no {key} in {printed}"));
        Ok(Speed {
            steps_per_s: number("steps")? / number("training_s")?,
            trainer_wait: number("trainer_wait")?,
        })
    }

    /// What a command printed as JSON.
    fn run(&self, what: &str, output: &Path, more: &[&String]) -> Result<String, Box<dyn Error>> {
        let mut command = Command::new(self.ondine);
        command.args([what, self.recipe, "--json", "--output"]);
        command.arg(output);
        for set in self.sets.iter().chain(more.iter().copied()) {
            command.args(["--set", set]);
        }
        let result = command.output()?;
        match result.status.success() {
            true => Ok(String::from_utf8(result.stdout)?),
            false => Err(String::from_utf8_lossy(&result.stderr).into()),
        }
    }
}

/// A number of a flat object.
fn number(json: &str, key: &str) -> Option<f64> {
    let (_, rest) = json.split_once(&format!("\"{key}\":"))?;
    rest.split([',', '}']).next()?.trim().parse().ok()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        1 => values[middle],
        _ => 0.5 * (values[middle - 1] + values[middle]),
    }
}
