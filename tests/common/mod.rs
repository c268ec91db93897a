//! Common parts of the end-to-end tests: a small recipe, the binary, a folder that goes away.
#![allow(dead_code, reason = "each program of tests uses a part")]

use ondine::plan::Plan;
use ondine::recipe::Recipe;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Advection on 32 points with a tiny network: seconds of training.
pub(crate) const RECIPE: &str = r#"
name = "small"
seed = 3

[equation]
kind = "advection"
velocity = { uniform = [0.5, 1.5] }

[grid]
points = [32]
length = 6.283185307179586

[time]
dt = 0.1
frames = 20
substeps = 1

[ensemble]
simulations = 200
workers = 1

[buffer]
capacity = 500

[model]
kind = "fno"
width = 12
modes = 6
layers = 2

[train]
steps = 300
batch = 16
log = 10
checkpoint = 50
optimizer = { learning_rate = 5e-3 }

[evaluate]
every = 150
trajectories = 4
"#;

/// A folder of one test, of no other one whatever its name, removed at its end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(format!("ondine-{name}-{process}-{count}"));
        let _ = fs::remove_dir_all(&path); // left by a test that was killed
        fs::create_dir_all(&path).expect("the temporary folder can be made");
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file and returns its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).expect("the temporary folder can be written");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The binary with arguments.
pub(crate) fn ondine(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ondine"));
    command.args(arguments);
    command
}

/// Runs the binary to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    ondine(arguments).output().expect("the binary starts")
}

/// The output of the binary, which has to succeed.
#[track_caller]
pub(crate) fn succeed(arguments: &[&str]) -> String {
    let result = run(arguments);
    let said = printed(&result);
    assert!(result.status.success(), "{arguments:?}: {said}");
    said
}

/// The message of the binary, which has to refuse its input, as one line.
#[track_caller]
pub(crate) fn refused(arguments: &[&str]) -> String {
    let result = run(arguments);
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(2), "{arguments:?}: {said}");
    unwrapped(&said)
}

/// The plan of a recipe with keys set.
pub(crate) fn plan_of(recipe: &str, sets: &[&str]) -> Plan {
    let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
    let checked = Recipe::parse("small.toml", recipe, &sets).and_then(Recipe::check);
    checked.unwrap_or_else(|error| panic!("{error}"))
}

/// Trains a recipe with keys set, to its end.
#[track_caller]
pub(crate) fn train(recipe: &Path, output: &Path, sets: &[&str]) {
    let (recipe, output) = (text(recipe), text(output));
    let set = sets.iter().flat_map(|set| ["--set", *set]);
    let arguments = ["train", &recipe, "--output", &output]
        .into_iter()
        .chain(set);
    succeed(&arguments.collect::<Vec<_>>());
}

/// Asserts that `check` refuses a recipe with each of these lists of overrides, and says all of its words.
pub(crate) fn assert_refused<const N: usize>(recipe: &Path, cases: &[(&[&str], [&str; N])]) {
    let recipe = text(recipe);
    for (sets, words) in cases {
        let set = sets.iter().flat_map(|set| ["--set", *set]);
        let arguments: Vec<&str> = ["check", &recipe].into_iter().chain(set).collect();
        let said = refused(&arguments);
        for words in words {
            assert!(said.contains(words), "{sets:?}: {said}");
        }
    }
}

/// Waits until a file or folder is there.
pub(crate) fn wait_for(path: &Path, child: &mut Child) {
    let started = Instant::now();
    while !path.exists() {
        assert!(
            started.elapsed() < Duration::from_secs(120),
            "{} never came",
            path.display()
        );
        assert!(
            child.try_wait().expect("a child").is_none(),
            "the training ended before"
        );
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Starts the binary and kills it as soon as its run has a checkpoint of this name; it must not have ended before.
pub(crate) fn kill_at(arguments: &[&str], run: &Path, checkpoint: &str) {
    let mut child = ondine(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    wait_for(&run.join("checkpoints").join(checkpoint), &mut child);
    child.kill().expect("SIGKILL");
    child.wait().expect("a child");
}

/// The output of a process, standard output and errors.
pub(crate) fn printed(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    format!("{out}{err}")
}

/// Printed lines as one, since columns wrap where the terminal ends.
pub(crate) fn unwrapped(said: &str) -> String {
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of a path.
pub(crate) fn text(path: &Path) -> String {
    path.to_str().expect("temporary paths are UTF-8").to_owned()
}

/// A file of the data of the tests of `ondine-datasets`.
pub(crate) fn data(name: &str) -> PathBuf {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/tests/data");
    data.join(name)
}

/// A file of JSON.
pub(crate) fn json(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    serde_json::from_str(&text).expect("JSON")
}

/// The lines of a run's metrics.
pub(crate) fn metrics(run: &Path) -> Vec<Value> {
    let lines = fs::read_to_string(run.join("metrics.jsonl")).expect("the run has metrics");
    lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect()
}

/// Names of numbers that depend on the clock and on the number of workers.
const CLOCK: [&str; 14] = [
    "time_s",
    "training_s",
    "samples_per_s",
    "trainer_wait",
    "trainer_wait_recent",
    "solver_wait",
    "solver_wait_recent",
    "simulations_running",
    "workers_active",
    "worker_restarts",
    "step_compute_s",
    "step_windows_s",
    "step_ranks_s",
    "step_reduce_s",
];

/// The metrics without what depends on the clock.
pub(crate) fn timeless(run: &Path) -> Vec<Value> {
    let mut lines = metrics(run);
    for line in &mut lines {
        let object = line.as_object_mut().expect("a line is an object");
        for key in CLOCK {
            object.remove(key);
        }
    }
    lines
}

/// Simulates into a file of 64-bit numbers; whether that succeeds, and the words that are printed.
pub(crate) fn simulate(recipe: &Path, output: &Path) -> (bool, String) {
    let (recipe, output) = (text(recipe), text(output));
    let result = run(&["simulate", &recipe, "--output", &output, "--dtype", "f64"]);
    (result.status.success(), printed(&result))
}
