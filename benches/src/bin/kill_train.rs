//! Kills `ondine train` with SIGKILL at random moments, or its worker processes: no checkpoint is lost, all runs end.
//!
//! ```sh
//! cargo build --release && cargo run --release -p ondine-benches --bin kill_train -- target/release/ondine
//! cargo run --release -p ondine-benches --bin kill_train -- target/release/ondine workers
//! ```
//!
//! `runs`, the first mode and the default, trains once without disturbance. Then 50 trainings are killed at a moment
//! drawn uniformly from the first 70 % of its duration, up to three times each, and resumed. After each kill the newest
//! checkpoint that was complete before has to be there, and whatever is called complete has to be readable to its last
//! value, which the resume shows. In the end losses and evaluations have to be those of the undisturbed training, bit for bit.
//!
//! `workers` trains with processes and kills one of them every so often. The trainings have to go on, every lost
//! simulation has to be made again, and the losses have to be those of the undisturbed training.
//!
//! Further arguments are the number of trainings and the seed of the draws. The program ends with 1 when something is
//! lost.

use ondine_solvers::{Rng, Stream};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The last moment of a kill, in times of an undisturbed training: most come before the end.
const LATEST: f64 = 0.7;

/// Kills of one training before it is left alone.
const KILLS: usize = 3;

/// Kills of workers in the time of an undisturbed training: the time between two is that of several simulations, since
/// one that is lost twice is drawn again.
const HUNTED: u32 = 8;

/// A second or two, with failures of simulations among the rest, and a checkpoint every few hundredths of a second.
const RECIPE: &str = r#"
name = "killed"
seed = 5
deterministic = true

[equation]
kind = "burgers"
viscosity = 0.01

[grid]
points = [32]
length = 6.283185307179586

[time]
dt = { uniform = [0.1, 0.45] }
frames = 20
substeps = 1

[ensemble]
simulations = 200
workers = 2

[buffer]
capacity = 500

[model]
kind = "fno"
width = 12
modes = 6
layers = 2

[train]
steps = 400
batch = 16
log = 10
checkpoint = 20

[evaluate]
every = 200
trajectories = 4
"#;

/// Simulations that take long enough to be met by a kill.
const LONG: [&str; 4] = [
    "time.dt=0.1",
    "time.warmup=200000",
    "ensemble.isolation=process",
    "ensemble.simulations=80",
];

fn main() -> Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let Some(ondine) = arguments.next() else {
        eprintln!("usage: kill_train ONDINE [runs|workers] [COUNT] [SEED]");
        return Ok(ExitCode::from(2));
    };
    let mode = arguments.next().unwrap_or_else(|| "runs".to_owned());
    let few = if mode == "workers" { 5 } else { 50 };
    let count = arguments.next().map_or(Ok(few), |count| count.parse())?;
    let seed = arguments.next().map_or(Ok(0), |seed| seed.parse())?;
    let folder = std::env::temp_dir().join(format!("ondine-kill-train-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("killed.toml"), RECIPE)?;
    let bench = Bench {
        ondine: PathBuf::from(ondine),
        folder: folder.clone(),
        sets: if mode == "workers" { &LONG } else { &[] },
    };
    let result = bench.all(&mode, count, Rng::stream(seed, Stream::Sampler, 0));
    fs::remove_dir_all(&folder)?;
    let broken = result?;
    println!("{broken} of {count} trainings lost something");
    Ok(ExitCode::from(u8::from(broken > 0)))
}

struct Bench {
    ondine: PathBuf,
    folder: PathBuf,
    sets: &'static [&'static str],
}

impl Bench {
    /// Disturbs one training after the other and returns how many lost something.
    fn all(&self, mode: &str, count: u64, mut rng: Rng) -> Result<u64> {
        let whole = self.folder.join("whole");
        let begun = Instant::now();
        let status = self.train(&whole)?.wait()?;
        let time = begun.elapsed();
        expect_success(status, "the undisturbed training")?;
        let expected = learned(&whole)?;
        println!(
            "not disturbed: {time:.2?}, {} lines of metrics",
            expected.len()
        );
        let mut broken = 0;
        for number in 1..=count {
            let run = self.folder.join(format!("run-{number}"));
            let result = match mode {
                "workers" => self.hunt(&run, time / HUNTED, &mut rng),
                _ => self.kill(&run, time, &mut rng),
            };
            let result = result.and_then(|said| {
                if learned(&run)? == expected {
                    Ok(said)
                } else {
                    Err("other losses than the undisturbed training".into())
                }
            });
            let said = result.unwrap_or_else(|error| {
                broken += 1;
                format!("BROKEN: {error}")
            });
            println!("{number:3}: {said}");
            let _ = fs::remove_dir_all(&run); // The disk is not what is tested.
        }
        Ok(broken)
    }

    /// Kills a training a few times, then lets it end.
    fn kill(&self, run: &Path, time: Duration, rng: &mut Rng) -> Result<String> {
        let kills = rng.integer(1, KILLS as u64);
        let mut said = Vec::new();
        for _ in 0..kills {
            if is_finished(run) {
                break;
            }
            let wait = Duration::from_secs_f64(rng.uniform(0.0, LATEST) * time.as_secs_f64());
            let mut child = self.go_on(run)?;
            let begun = Instant::now();
            let mut before = None;
            while begun.elapsed() < wait && child.try_wait()?.is_none() {
                before = newest(run).or(before);
                std::thread::sleep(Duration::from_millis(1));
            }
            let ended = child.try_wait()?;
            child.kill()?; // SIGKILL; nothing where it has ended
            child.wait()?;
            let after = newest(run);
            if after < before {
                return Err(format!("checkpoint {before:?} became {after:?}").into());
            }
            let step = after.map_or("no checkpoint".to_owned(), |step| format!("step {step}"));
            said.push(format!("{wait:.2?}: {step}"));
            if let Some(status) = ended {
                expect_success(status, "a training that was not killed")?;
                if said.len() > 1 {
                    return Ok(format!("killed after {}; finished before", said.join(", ")));
                }
                fs::remove_dir_all(run)?; // It was not killed at all.
                return self.kill(run, time, rng);
            }
        }
        if !is_finished(run) {
            expect_success(self.go_on(run)?.wait()?, "the last resume")?;
        }
        Ok(format!("killed after {}; finished", said.join(", ")))
    }

    /// Kills the worker processes of a training, one after the other.
    fn hunt(&self, run: &Path, pause: Duration, rng: &mut Rng) -> Result<String> {
        let mut training = self.train(run)?;
        let mut kills = 0;
        while training.try_wait()?.is_none() {
            std::thread::sleep(pause.mul_f64(rng.uniform(0.5, 1.5)));
            let workers = children(training.id());
            if workers.is_empty() {
                continue;
            }
            let chosen = rng.integer(0, workers.len() as u64 - 1) as usize;
            let mut kill = Command::new("kill");
            kill.args(["-KILL", &workers[chosen]]).stderr(Stdio::null());
            kills += u32::from(kill.status()?.success());
        }
        expect_success(training.wait()?, "the training")?;
        let lines = fs::read_to_string(run.join("metrics.jsonl"))?;
        let of_kind = |what: &str| lines.lines().filter(|line| line.contains(what)).count();
        let (lost, again) = (of_kind(r#""failed":"lost""#), of_kind(r#""redrawn":false"#));
        if lost != again {
            let twice = lost - again;
            return Err(format!("{twice} of {lost} simulations were lost twice").into());
        }
        Ok(format!(
            "{kills} workers killed, {lost} simulations lost and made again"
        ))
    }

    /// Starts a training, or goes on with it where it has a directory; one that was killed before it was made begins
    /// again.
    fn go_on(&self, run: &Path) -> Result<Child> {
        if !run.join("recipe.toml").is_file() {
            let _ = fs::remove_dir_all(run);
            return self.train(run);
        }
        let mut command = Command::new(&self.ondine);
        quiet(command.args(["train", "--resume"]).arg(run))
    }

    fn train(&self, run: &Path) -> Result<Child> {
        let mut command = Command::new(&self.ondine);
        command.arg("train").arg(self.folder.join("killed.toml"));
        command.arg("--output").arg(run);
        command.args(self.sets.iter().flat_map(|set| ["--set", set]));
        quiet(&mut command)
    }
}

fn quiet(command: &mut Command) -> Result<Child> {
    Ok(command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?)
}

fn expect_success(status: ExitStatus, what: &str) -> Result<()> {
    if status.success() {
        Ok(())
    } else {
        Err(format!("{what} ended with {status}").into())
    }
}

/// The step of the newest checkpoint that has its name.
fn newest(run: &Path) -> Option<u64> {
    let entries = fs::read_dir(run.join("checkpoints")).ok()?.flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names
        .filter_map(|name| name.strip_prefix("step-")?.parse().ok())
        .max()
}

/// Whether a training has nothing left to do.
fn is_finished(run: &Path) -> bool {
    let summary = fs::read_to_string(run.join("summary.json")).unwrap_or_default();
    summary.contains("\"finished\"") && run.join("report.html").is_file()
}

/// The lines of what was learned, without what the clock says.
fn learned(run: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(run.join("metrics.jsonl"))?;
    let lines = text.lines().filter(|line| !line.contains("\"failed\""));
    let timeless = |line: &str| {
        let fields = line.trim_matches(['{', '}']).split(',');
        let clock = [
            "time_s",
            "training_s",
            "samples_per_s",
            "trainer_wait",
            "solver_wait",
            "simulations_running",
            "workers_active",
        ];
        let kept = fields.filter(|field| !clock.iter().any(|key| field.contains(key)));
        kept.collect::<Vec<_>>().join(",")
    };
    Ok(lines.map(timeless).collect())
}

/// The workers that process `parent` started; beside each there is the leader of its group.
fn children(parent: u32) -> Vec<String> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let is_child = |name: &String| {
        let stat = fs::read_to_string(format!("/proc/{name}/stat")).unwrap_or_default();
        // "12 (name) S 7 ...": the fourth is the parent, and names may hold spaces.
        let rest = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        let command = fs::read_to_string(format!("/proc/{name}/cmdline")).unwrap_or_default();
        command.ends_with("\0worker\0") && rest.split(' ').nth(1) == Some(&parent.to_string())
    };
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(is_child).collect()
}
