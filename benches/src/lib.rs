//! Common parts of the programs of this crate.

pub mod cases;
pub mod ordeal;
mod processor;

pub use processor::processor_time;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A binary with a recipe.
pub struct Bench<'a> {
    /// The program `ondine`.
    pub ondine: &'a str,
    /// A recipe.
    pub recipe: &'a str,
    /// Keys to set, `KEY=VALUE`.
    pub sets: &'a [String],
    /// Folder for runs and files.
    pub folder: PathBuf,
}

/// Speed of a training.
pub struct Speed {
    /// Steps per second of training, evaluation left out.
    pub steps_per_s: f64,
    /// Share of the time that the trainer waited for windows.
    pub trainer_wait: f64,
}

impl Bench<'_> {
    /// Trains into `output`, with more keys.
    ///
    /// # Errors
    /// The messages of the program when it fails.
    pub fn train(&self, output: &Path, more: &[&str]) -> Result<Speed, Box<dyn Error>> {
        let printed = self.run("train", output, more)?;
        let number = |key: &str| number(&printed, key).ok_or(format!("no {key} in {printed}"));
        Ok(Speed {
            steps_per_s: number("steps")? / number("training_s")?,
            trainer_wait: number("trainer_wait")?,
        })
    }

    /// The output of a command, as JSON.
    ///
    /// # Errors
    /// The messages of the program when it fails.
    pub fn run(&self, what: &str, output: &Path, more: &[&str]) -> Result<String, Box<dyn Error>> {
        let mut command = Command::new(self.ondine);
        command.args([what, self.recipe, "--json", "--output"]);
        command.arg(output);
        let sets = self.sets.iter().map(String::as_str);
        for set in sets.chain(more.iter().copied()) {
            command.args(["--set", set]);
        }
        let result = command.output()?;
        if result.status.success() {
            Ok(String::from_utf8(result.stdout)?)
        } else {
            Err(String::from_utf8_lossy(&result.stderr).into())
        }
    }

    /// Trains two variants in turn, `rounds` times, prints a table with their `names` and the ratio of the medians of
    /// their speeds, the first to the second.
    ///
    /// # Errors
    /// The messages of the program when it fails.
    pub fn alternate(
        &self,
        rounds: usize,
        names: [&str; 2],
        variants: [&[&str]; 2],
    ) -> Result<(), Box<dyn Error>> {
        let [a, b] = names;
        println!(
            "| round | {a}, steps/s | trainer waited | {b}, steps/s | trainer waited |\n|---|---|---|---|---|"
        );
        let mut speeds = [Vec::new(), Vec::new()];
        for round in 1..=rounds {
            let mut cells = String::new();
            for (i, more) in variants.iter().enumerate() {
                let output = self.folder.join(format!("{}-{round}", names[i]));
                let speed = self.train(&output, more)?;
                let (steps, wait) = (speed.steps_per_s, 100.0 * speed.trainer_wait);
                cells += &format!(" {steps:.2} | {wait:.1} % |");
                speeds[i].push(steps);
            }
            println!("| {round} |{cells}");
        }
        let [first, second] = speeds.map(median);
        let ratio = first / second;
        println!("\nmedians: {first:.2} {a}, {second:.2} {b}, ratio {ratio:.3}");
        Ok(())
    }
}

/// A folder for the time of `work`.
///
/// # Errors
/// Those of the work and of the disk.
pub fn in_folder(
    name: &str,
    work: impl FnOnce(PathBuf) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("ondine-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let result = work(folder.clone());
    std::fs::remove_dir_all(&folder)?;
    result
}

/// A number of a flat object.
fn number(json: &str, key: &str) -> Option<f64> {
    let (_, rest) = json.split_once(&format!("\"{key}\":"))?;
    rest.split([',', '}']).next()?.trim().parse().ok()
}

/// The middle one of some values, or the mean of the two in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        1 => values[middle],
        _ => 0.5 * (values[middle - 1] + values[middle]),
    }
}
