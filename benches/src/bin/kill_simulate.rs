//! Kills `ondine simulate` with SIGKILL at random moments: under the final name there is then no file, or a whole one.
//!
//! ```sh
//! cargo build --release && cargo run --release -p ondine-benches --bin kill_simulate -- target/release/ondine
//! ```
//!
//! First two simulations run to their end, and the shorter time is taken. Then ten are killed at moments drawn uniformly
//! from 0 to 1.1 times that; a last argument seeds the draws. The program ends with 1 when a file under its name is not
//! readable to the last value.

use ondine_datasets::files::{DatasetReader, WellReader};
use ondine_solvers::{Rng, Stream};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

const KILLS: u64 = 10;

/// The last moment of a kill, in times of a whole simulation: a few come when the file has its name.
const LATEST: f64 = 1.1;

/// Some tens of megabytes in a second or two.
const RECIPE: &str = r#"
[equation]
kind = "burgers"
viscosity = { uniform = [0.05, 0.1] }

[grid]
points = [64, 64]
length = 6.283185307179586

[time]
dt = 0.05
frames = 40
substeps = 2

[ensemble]
simulations = 100
"#;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let Some(ondine) = arguments.next() else {
        eprintln!("usage: kill_simulate ONDINE [SEED]");
        return Ok(ExitCode::from(2));
    };
    let seed = arguments.next().map_or(Ok(0), |seed| seed.parse())?;
    let folder = std::env::temp_dir().join(format!("ondine-kills-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let result = kills(Path::new(&ondine), &folder, seed);
    std::fs::remove_dir_all(&folder)?;
    let broken = result?;
    println!("{broken} of {KILLS} kills left a broken file");
    Ok(ExitCode::from(u8::from(broken > 0)))
}

/// Kills one simulation after the other and returns how many left a broken file.
fn kills(ondine: &Path, folder: &Path, seed: u64) -> Result<u64, Box<dyn Error>> {
    let (recipe, output) = (folder.join("flow.toml"), folder.join("flow.h5"));
    std::fs::write(&recipe, RECIPE)?;
    let first = whole(ondine, &recipe, &output)?;
    let whole = whole(ondine, &recipe, &output)?.min(first);

    let mut rng = Rng::stream(seed, Stream::Sampler, 0);
    let mut broken = 0;
    for kill in 1..=KILLS {
        remove(&output)?;
        let wait = Duration::from_secs_f64(rng.uniform(0.0, LATEST) * whole.as_secs_f64());
        let mut child = start(ondine, &recipe, &output)?;
        std::thread::sleep(wait);
        let ended = child.try_wait()?.is_some();
        child.kill()?; // SIGKILL; nothing where it has ended
        child.wait()?;
        let when = if ended {
            "had ended after"
        } else {
            "killed after"
        };
        let found = state(&output).unwrap_or_else(|error| {
            broken += 1;
            format!("BROKEN: {error}")
        });
        println!("kill {kill:2}: {when} {wait:.2?}: {found}");
    }
    Ok(broken)
}

/// The time of a simulation that is not killed, whose file has to be whole.
fn whole(ondine: &Path, recipe: &Path, output: &Path) -> Result<Duration, Box<dyn Error>> {
    remove(output)?;
    let begun = Instant::now();
    let status = start(ondine, recipe, output)?.wait()?;
    let time = begun.elapsed();
    if !status.success() {
        return Err(format!("{} simulate ended with {status}", ondine.display()).into());
    }
    println!("not killed, {time:.2?}: {}", state(output)?);
    Ok(time)
}

fn start(ondine: &Path, recipe: &Path, output: &Path) -> std::io::Result<Child> {
    let mut command = Command::new(ondine);
    command
        .arg("simulate")
        .arg(recipe)
        .arg("--output")
        .arg(output);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()
}

/// Files under the final name and, beside it, under the temporary one, in words; an error when the first is broken.
fn state(output: &Path) -> Result<String, Box<dyn Error>> {
    let rest = if part(output).exists() {
        ", unfinished beside it"
    } else {
        ""
    };
    if !output.exists() {
        return Ok(format!("no file{rest}"));
    }
    let reader = WellReader::open(output)?;
    let count = reader.info().trajectories;
    for index in 0..count {
        let frames = reader.trajectory(index)?.frames;
        if !frames.iter().all(|value| value.is_finite()) {
            return Err(format!("trajectory {index} is not whole").into());
        }
    }
    Ok(format!("whole, {count} trajectories{rest}"))
}

fn part(output: &Path) -> PathBuf {
    output.with_extension("h5.part")
}

/// Makes way for the next simulation; what a kill left under the temporary name stays, as it would for a user.
fn remove(output: &Path) -> std::io::Result<()> {
    if output.exists() {
        std::fs::remove_file(output)
    } else {
        Ok(())
    }
}
