//! Workers beside threads: simulated frames per second of a training whose solvers are what takes time, with 1, 2 and 4 workers
//! that come over the network beside one thread, and with as many threads more.
//!
//! ```sh
//! cargo build --release && cargo run --release -p ondine-benches --bin workers -- target/release/ondine 3
//! ```
//!
//! The arguments are the binary and the number of rounds. Every round runs both, one after the other, so that what else the machine
//! does meets both alike; medians are printed. Workers are processes of this machine, started by `launchers/local.sh`, and their
//! frames go through a Unix socket.

use ondine_benches::{Bench, in_folder, median};
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

/// Simulations whose windows are read once each, by a network that takes a small part of the time.
const RECIPE: &str = r#"
seed = 5
[equation]
kind = "kuramoto_sivashinsky"
viscosity = { uniform = [0.9, 1.1] }
[grid]
points = [128]
length = 44.0
[time]
dt = 0.5
frames = 101
substeps = 1000
[ensemble]
simulations = 96
workers = 1
[buffer]
kind = "fifo"
capacity = 2000
watermark = 64
[model]
kind = "fno"
width = 4
modes = 4
layers = 1
[train]
steps = 150
batch = 64
[evaluate]
every = 1000000
trajectories = 1
"#;

const SIMULATIONS: f64 = 96.0;
const FRAMES: f64 = 101.0;
const STEPS: f64 = 150.0;

const COUNTS: [usize; 3] = [1, 2, 4];

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [ondine, rounds] = &arguments[..] else {
        eprintln!("usage: workers ONDINE ROUNDS");
        return Ok(ExitCode::from(2));
    };
    let rounds: usize = rounds.parse()?;
    in_folder("workers", |folder| {
        let recipe = folder.join("recipe.toml");
        std::fs::write(&recipe, RECIPE)?;
        let bench = Bench {
            ondine,
            recipe: &recipe.display().to_string(),
            sets: &[],
            folder,
        };
        println!("workers  frames/s, threads  frames/s, workers  ratio");
        COUNTS
            .iter()
            .try_for_each(|&count| compare(&bench, count, rounds))
    })?;
    Ok(ExitCode::SUCCESS)
}

fn compare(bench: &Bench<'_>, count: usize, rounds: usize) -> Result<(), Box<dyn Error>> {
    let threads = format!("ensemble.workers={}", count + 1);
    let launcher = Path::new(env!("CARGO_MANIFEST_DIR")).join("../launchers/local.sh");
    let endpoint = bench.folder.join("endpoint");
    let workers = format!(
        "ensemble.launcher={{endpoint=\"ipc://{}\",workers={count},command=[{:?}]}}",
        endpoint.display(),
        launcher.display().to_string()
    );
    let (mut by_threads, mut by_workers) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        by_threads.push(rate(bench, &threads)?);
        by_workers.push(rate(bench, &workers)?);
    }
    let [by_threads, by_workers] = [by_threads, by_workers].map(median);
    let ratio = by_workers / by_threads;
    println!("{count:7}  {by_threads:17.0}  {by_workers:17.0}  {ratio:5.2}");
    Ok(())
}

/// Frames per second of a training.
fn rate(bench: &Bench<'_>, set: &str) -> Result<f64, Box<dyn Error>> {
    let output = bench.folder.join("run");
    let speed = bench.train(&output, &[set])?;
    std::fs::remove_dir_all(output)?;
    Ok(speed.steps_per_s * SIMULATIONS * FRAMES / STEPS)
}
