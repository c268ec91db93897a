//! Damaged input of every kind: each command does its work or ends with a sentence.
//!
//! ```sh
//! cargo build --release && cargo run --release -p ondine-benches --bin mutate -- target/release/ondine
//! ```
//!
//! Makes a small recipe, a dataset, a run and two files of weights with the program, and then `count` inputs that differ
//! from them: words of a recipe exchanged, dropped and doubled, numbers that no recipe has, bytes of files flipped,
//! overwritten, cut off and inserted, values of arrays set to numbers that no array has. Every command runs within
//! 4 GiB and 20 s of processor time. Further arguments are the number of inputs, 100 000 if absent, the seed of the draws, how many
//! seconds the whole may take and how many commands run side by side. The program ends with 1 where one panics, aborts,
//! does not end, or says a word of the programming language; inputs that do stay in the folder that it names.

mod damage;

use damage::{bytes, header, one, words};
use ondine_benches::ordeal::{self, Tally, Verdict};
use ondine_solvers::{Rng, Stream};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A way to damage the bytes of a file.
type Damage = fn(&mut Rng, Vec<u8>) -> Vec<u8>;

/// The longest processor time of one command.
const LIMIT: Duration = Duration::from_secs(20);

const RECIPE: &str = r#"
name = "damaged"
seed = 5

[equation]
kind = "burgers"
viscosity = { uniform = [0.02, 0.05] }

[grid]
points = [32]
length = 6.283185307179586

[time]
dt = 0.1
frames = 8
substeps = 2
precision = "f64"

[initial]
kind = "fourier_series"
cutoff = 4

[ensemble]
simulations = 12
workers = 1
sampler = { kind = "sobol" }

[buffer]
kind = "reservoir"
capacity = 200
watermark = 10

[model]
kind = "fno"
width = 4
modes = 4
layers = 1

[objective]
kind = "one_step"
stride = 1
noise = 0.01

[train]
steps = 20
batch = 4
log = 5
checkpoint = 10
optimizer = { kind = "adamw", learning_rate = 1e-3 }
schedule = { kind = "cosine", final = 1e-5 }

[evaluate]
every = 10
trajectories = 2
frames = 6
metrics = ["nrmse", "correlation"]
"#;

/// A way to damage an input, and the commands that read it.
struct Ordeal {
    name: &'static str,
    /// The file that is damaged, in the folder of an attempt.
    victim: &'static str,
    damage: Damage,
    commands: &'static [&'static str],
}

/// The command that reads a run and a dataset.
const PREDICT: &str = "predict run --initial data.h5 --frames 2 --output out.h5";

/// The commands that read a run.
const OF_RUNS: &[&str] = &[
    "report run",
    "train --resume run",
    "evaluate run --no-speed",
    "export run out.safetensors",
    PREDICT,
];

/// Commands with the damage to their input, drawn as often as they stand here.
const ORDEALS: &[Ordeal] = &[
    Ordeal {
        name: "recipe",
        victim: "recipe.toml",
        damage: words,
        commands: &["check recipe.toml"],
    },
    Ordeal {
        name: "recipe",
        victim: "recipe.toml",
        damage: words,
        commands: &["check recipe.toml"],
    },
    Ordeal {
        name: "recipe that trains",
        victim: "recipe.toml",
        damage: words,
        commands: &[
            "train recipe.toml --output out",
            "simulate recipe.toml --output out.h5 --count 2",
        ],
    },
    Ordeal {
        name: "recipe in bytes",
        victim: "recipe.toml",
        damage: bytes,
        commands: &["check recipe.toml"],
    },
    Ordeal {
        name: "dataset",
        victim: "data.h5",
        damage: bytes,
        commands: &[
            "check recipe.toml --set data.source=data.h5",
            PREDICT,
            "evaluate run --data data.h5 --no-speed",
            "simulate recipe.toml --initial data.h5 --output out.h5",
        ],
    },
    Ordeal {
        name: "weights",
        victim: "weights.safetensors",
        damage: bytes,
        commands: &["import recipe.toml weights.safetensors --output out"],
    },
    Ordeal {
        name: "weights, header",
        victim: "weights.safetensors",
        damage: header,
        commands: &["import recipe.toml weights.safetensors --output out"],
    },
];

fn main() -> Result<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let program = words.first().ok_or("which program? write its path")?;
    let program = fs::canonicalize(program)?.to_string_lossy().into_owned();
    let number = |i: usize, default: u64| words.get(i).map_or(Ok(default), |word| word.parse());
    let (count, seed) = (number(1, 100_000)?, number(2, 0)?);
    let (seconds, threads) = (number(3, 7200)?, number(4, 2)?);
    let folder = std::env::temp_dir().join(format!("ondine-mutate-{seed}"));
    let _ = fs::remove_dir_all(&folder);
    let whole = folder.join("whole");
    prepare(&program, &whole)?;
    let targets = targets(&whole)?;
    let (next, tally) = (AtomicU64::new(0), Mutex::new(Tally::default()));
    let start = Instant::now();
    let work = |thread: u64| -> Result<()> {
        let place = folder.join(format!("place-{thread}"));
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count || start.elapsed() > Duration::from_secs(seconds) {
                return Ok(());
            }
            let mut rng = Rng::stream(seed, Stream::Parameters, index);
            let (name, verdict) = attempt(&program, &whole, &place, &targets, &mut rng)?;
            if matches!(verdict, Verdict::Wrong(..)) {
                fs::rename(&place, folder.join(format!("wrong-{index}")))?;
            }
            let mut tally = tally.lock().expect("no thread fails");
            tally.add(&format!("input {index}, {name}"), verdict);
            if index % 5000 == 4999 {
                println!(
                    "{} inputs in {:.0} s: {tally}",
                    index + 1,
                    start.elapsed().as_secs_f64()
                );
            }
        }
    };
    thread::scope(|scope| -> Result<()> {
        let threads: Vec<_> = (0..threads).map(|i| scope.spawn(move || work(i))).collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().expect("no thread fails"))
    })?;
    let tally = tally.into_inner().expect("no thread fails");
    println!(
        "{} inputs in {:.0} s: {tally}",
        next.into_inner().min(count),
        start.elapsed().as_secs_f64()
    );
    if tally.is_clean() {
        fs::remove_dir_all(&folder)?;
    } else {
        println!("inputs and outputs: {}", folder.display());
    }
    Ok(ExitCode::from(u8::from(!tally.is_clean())))
}

/// Recipe, dataset, run and weights that are whole.
fn prepare(program: &str, whole: &Path) -> Result<()> {
    fs::create_dir_all(whole)?;
    fs::write(whole.join("recipe.toml"), RECIPE)?;
    for line in [
        "simulate recipe.toml --output data.h5 --count 3",
        "train recipe.toml --output run",
        "export run weights.safetensors",
    ] {
        let output = Command::new(program)
            .args(line.split(' '))
            .current_dir(whole)
            .output()?;
        if !output.status.success() {
            return Err(format!(
                "`{line}` failed: {}",
                String::from_utf8_lossy(&output.stderr)
            )
            .into());
        }
    }
    Ok(())
}

/// An input that is damaged and read: the file, how, and the command.
struct Target {
    name: String,
    victim: PathBuf,
    damage: Damage,
    commands: &'static [&'static str],
}

/// The ordeals of single files, and one for every file of the run.
fn targets(whole: &Path) -> Result<Vec<Target>> {
    let mut targets: Vec<Target> = Vec::new();
    for ordeal in ORDEALS {
        targets.push(Target {
            name: ordeal.name.into(),
            victim: ordeal.victim.into(),
            damage: ordeal.damage,
            commands: ordeal.commands,
        });
    }
    for file in files(&whole.join("run"))? {
        let text = matches!(
            file.extension().and_then(|e| e.to_str()),
            Some("toml" | "json" | "jsonl")
        );
        let damages: &[Damage] = if text { &[words, bytes] } else { &[bytes] };
        let victim = file.strip_prefix(whole)?.to_owned();
        for damage in damages {
            targets.push(Target {
                name: victim.display().to_string(),
                victim: victim.clone(),
                damage: *damage,
                commands: OF_RUNS,
            });
        }
    }
    Ok(targets)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.retain(|path| {
        !path
            .extension()
            .is_some_and(|e| e == "html" || e == "csv" || e == "png")
    });
    found.sort();
    Ok(found)
}

/// One damaged input and one command, in a fresh `place`.
fn attempt(
    program: &str,
    whole: &Path,
    place: &Path,
    targets: &[Target],
    rng: &mut Rng,
) -> Result<(String, Verdict)> {
    let target = one(rng, targets);
    let command = one(rng, target.commands);
    let _ = fs::remove_dir_all(place);
    copy(whole, place)?;
    let victim = place.join(&target.victim);
    fs::write(&victim, (target.damage)(rng, fs::read(&victim)?))?;
    let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
    let verdict = ordeal::judge(program, &words, place, LIMIT)?;
    Ok((format!("{}, {command}", target.name), verdict))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(path.file_name().ok_or("a file has a name")?);
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target)?;
        }
    }
    Ok(())
}
