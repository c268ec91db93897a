//! Codes that stream into a training, and then run its surrogate behind a gate.

use super::{Folder, compiled, fortran, fortran_of, has};
use crate::build::{here, succeed};
use ondine::control::Control;
use ondine::evaluation::{Gated, Options, try_gate};
use ondine::gate::Policy;
use ondine::models::weights::Dialect;
use ondine::run::Run;
use ondine::training::Training;
use ondine::weights::WeightFile;
use ondine_coupling::{Event, Job, Listener, Values};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Trains the recipe of a code in a new directory, the code in the place of `PROGRAM`.
fn trained(folder: &Folder, recipe: &str, program: &Path) -> PathBuf {
    let run = folder.0.join("coupled");
    let recipe = recipe.replace("PROGRAM", program.to_str().expect("UTF-8"));
    let training = Training::text("coupled.toml", &recipe).expect("a recipe");
    let training = training.into_run(&run).expect("a new directory");
    drop(training.run().unwrap_or_else(|error| panic!("{error}")));
    run
}

/// Calibrates a gate for the surrogate of a run.
fn gated(run: &Path, options: &Options) -> Gated {
    let policy = Policy::parse("tolerance = 0.5").expect("a policy");
    let found = try_gate(run, options, policy, Control::none());
    found.unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_code_in_fortran_asks_its_gate() {
    if !has("gfortran") {
        return;
    }
    let folder = Folder::new("fortran-gate");
    let options = Options {
        trajectories: Some(40),
        ..Options::default()
    };
    gated(&folder.run(), &options);
    let file = folder.0.join("surrogate.safetensors");
    let run = Run::open(&folder.run()).expect("a run");
    let exported = WeightFile::of_run(&run, None, false, Dialect::Ondine).expect("a checkpoint");
    let exported = WeightFile {
        path: file.clone(),
        ..exported
    };
    exported.write(false).expect("a file");
    let program = fortran(&folder, "gate");
    let output = succeed(Command::new(&program).arg(&file));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let words: Vec<f64> = text
        .split_whitespace()
        .map(|word| word.parse().expect("a number"))
        .collect();
    let [sure, sure_in_32, far, after_truth] = &words.chunks(2).collect::<Vec<_>>()[..] else {
        panic!("four decisions: {text}");
    };
    let accepted = |one: &[f64]| one[0] < 0.5 && one[1] <= 1.0;
    assert!(accepted(sure) && accepted(sure_in_32), "{text}");
    assert!(far[0] > 0.5 && far[1] > 1.0, "{text}");
    assert!(after_truth[1] >= sure[1], "{text}");
    let pairs = fed(Command::new(program).arg(file), 0.7, 0.1);
    let [pair] = &pairs[..] else {
        panic!("one truth after the feed began: {}", pairs.len());
    };
    let values = |frame: usize| match &pair[frame][..] {
        [Values::F64(values)] => values.clone(),
        other => panic!("one field: {other:?}"),
    };
    let twice: Vec<f64> = values(0).iter().map(|value| 2.0 * value).collect();
    assert_eq!(values(1), twice, "the state before the step, and its truth");
}

/// The problem of `gated_heat.c`, which streams it.
const HEAT: &str = r#"
seed = 2
[problem]
name = "heat"
fields = ["temperature"]
conditions = { a = { uniform = [0.02, 0.05] } }
[source]
kind = "program"
command = ["PROGRAM"]
persistent = true
[grid]
points = [16, 16]
length = 1.0
boundary = ["wall", "wall"]
[time]
dt = 1.0
frames = 12
[ensemble]
simulations = 60
workers = 2
[model]
kind = "fno"
width = 8
modes = 4
layers = 2
[train]
steps = 400
batch = 16
optimizer = { learning_rate = 5e-3 }
[evaluate]
every = 400
trajectories = 30
"#;

/// The trajectories under one condition that a program sends to a listener, their frames `dt` apart.
fn fed(command: &mut Command, condition: f64, dt: f64) -> Vec<Vec<Vec<Values>>> {
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port of this machine");
    succeed(command.env("ONDINE_ENDPOINT", listener.endpoint()));
    let mut found: Vec<Vec<Vec<Values>>> = Vec::new();
    while let Some(event) = listener.event(Duration::from_millis(300)) {
        match event {
            Event::Began { values, .. } => {
                assert_eq!(values, [condition]);
                found.push(Vec::new());
            }
            Event::Frame { time, fields, .. } => {
                let frames = found.last_mut().expect("it has begun");
                assert!((time - dt * frames.len() as f64).abs() < 1e-12, "{time}");
                frames.push(fields);
            }
            _ => {}
        }
    }
    found
}

#[test]
fn a_code_in_c_streams_into_a_training_and_then_runs_its_surrogate_behind_a_gate() {
    if !has("cc") {
        return;
    }
    let folder = Folder::new("gated");
    let program = compiled(&folder, "gated_heat", true);
    let run = trained(&folder, HEAT, &program);
    let run_behind = |a: &str, policy: &str| {
        let mut command = Command::new(&program);
        command.arg(&run).args([a, policy]);
        command.output().expect("it starts")
    };
    let fed = |policy: &str| {
        let mut command = Command::new(&program);
        fed(command.arg(&run).args(["0.03", policy]), 0.03, 1.0)
    };
    let before = run_behind("0.03", "");
    let said = String::from_utf8_lossy(&before.stderr).into_owned();
    assert!(
        !before.status.success() && said.contains("ONDINE_FILE"),
        "{said}"
    );
    let found = gated(&run, &Options::default());
    assert_eq!((found.calibrating, found.tried), (15, 15));
    let numbers = |a: &str, policy: &str| -> (u32, f64) {
        let output = run_behind(a, policy);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{said} {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let accepted = said.split(' ').next().and_then(|word| word.parse().ok());
        let error = said
            .trim()
            .rsplit(' ')
            .next()
            .and_then(|word| word.parse().ok());
        (accepted.expect("a number"), error.expect("a number"))
    };
    assert_eq!(numbers("0.03", "tolerance = 1e-9").0, 0, "the solver alone");
    let pairs = fed("tolerance = 1e-9");
    assert_eq!(pairs.len(), 11, "each step of the solver");
    for (number, frames) in pairs.iter().enumerate() {
        let next = pairs.get(number + 1);
        assert!(frames.len() == 2 && frames[0] != frames[1]);
        assert!(next.is_none_or(|next| next[0] == frames[1]), "{number}");
    }
    let (accepted, error) = numbers("0.03", "tolerance = 0.5\nalpha = 0.2\ndistance = 2.0\n");
    assert!(accepted > 0 && error < 0.5, "{accepted} {error}");
    let (accepted, _) = numbers("0.09", "tolerance = 10.0");
    assert_eq!(accepted, 0, "a condition outside of the trained range");
    let wrong = run_behind("0.03", "alpha = 7.0");
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(
        said.contains("ONDINE_ARGUMENT") && said.contains("alpha = 7 lies outside"),
        "{said}"
    );
    by_ranks(&folder, &run);
}

/// The same code on two ranks of MPI: the frames of one process, and the same decisions.
fn by_ranks(folder: &Folder, run: &Path) {
    if !has("mpicc") || !has("mpirun") {
        return;
    }
    let program = folder.0.join("ranks");
    let mut command = Command::new("mpicc");
    command.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-O1", "-I"]);
    command
        .arg(here("include"))
        .arg("-I")
        .arg(here("../c/include"));
    command.arg(here("examples/gated_heat_mpi.c"));
    command.arg("-L").arg(&folder.0).args(["-londine", "-lm"]);
    command.arg(format!("-Wl,-rpath,{}", folder.0.display()));
    succeed(command.arg("-o").arg(&program));
    let ranks = || {
        let mut command = Command::new("mpirun");
        for name in [
            "OMPI_ALLOW_RUN_AS_ROOT",
            "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM",
            "OMPI_MCA_rmaps_base_oversubscribe",
            "OMPI_MCA_mpi_yield_when_idle",
        ] {
            command.env(name, "1");
        }
        command.args(["-n", "2"]).arg(&program);
        command
    };
    let streamed = |command: &mut Command| {
        let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
        listener.offer(Job::new(5, vec![0.03]));
        listener.end();
        succeed(command.env("ONDINE_ENDPOINT", listener.endpoint()));
        let events = std::iter::from_fn(|| listener.event(Duration::from_millis(300)));
        let frames = events.filter_map(|event| match event {
            Event::Frame { fields, .. } => Some(fields),
            _ => None,
        });
        frames.collect::<Vec<_>>()
    };
    let frames = streamed(&mut ranks());
    assert_eq!(frames.len(), 12);
    let alone = streamed(&mut Command::new(compiled(folder, "gated_heat", true)));
    assert!(frames == alone, "rows of two ranks are those of one");
    let policies = [
        ("0.03", "tolerance = 1e-9"),
        ("0.03", "tolerance = 0.5\nalpha = 0.2\ndistance = 2.0\n"),
        ("0.09", "tolerance = 10.0"),
    ];
    let said = policies.map(|(a, policy)| accepted(ranks().arg(run).args([a, policy])));
    assert!(said[0] == 0 && said[1] > 0 && said[2] == 0, "{said:?}");
}

/// The number of steps by the surrogate that a program prints.
fn accepted(command: &mut Command) -> u32 {
    let output = succeed(command);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains(" of 11 steps by the surrogate"), "{said}");
    let accepted = said.split_whitespace().next();
    accepted
        .and_then(|word| word.parse().ok())
        .expect("a number")
}

/// The problem of `gated_shallow_water.f90`.
const SHALLOW_WATER: &str = r#"
seed = 2
[problem]
name = "shallow_water"
fields = ["height", { name = "momentum", vector = true }]
conditions = { hump = { uniform = [0.1, 0.2] }, width = { uniform = [0.1, 0.2] } }
[source]
kind = "program"
command = ["PROGRAM"]
persistent = true
[grid]
points = [32, 20]
length = [1.0, 1.0]
[time]
dt = 0.02
frames = 12
[ensemble]
simulations = 40
workers = 1
[model]
kind = "fno"
width = 8
modes = 6
layers = 2
[train]
steps = 300
batch = 16
optimizer = { learning_rate = 5e-3 }
[evaluate]
every = 300
trajectories = 20
"#;

#[test]
fn a_code_in_fortran_streams_into_a_training_and_then_runs_its_surrogate_behind_a_gate() {
    if !has("gfortran") {
        return;
    }
    let folder = Folder::new("shallow-water");
    let sources = [
        "ondine",
        "ondine_surrogate",
        "../surrogate/examples/gated_shallow_water",
    ];
    let program = fortran_of(&folder, "-std=f2008", &sources);
    let run = trained(&folder, SHALLOW_WATER, &program);
    gated(&run, &Options::default());
    let by_surrogate = |hump: &str, policy: &str| {
        let mut command = Command::new(&program);
        accepted(command.arg(&run).args([hump, "0.15", policy]))
    };
    assert_eq!(by_surrogate("0.15", "tolerance = 1e-9"), 0);
    assert!(by_surrogate("0.15", "tolerance = 0.5\nalpha = 0.2\ndistance = 2.0") > 0);
    assert_eq!(by_surrogate("0.4", "tolerance = 10.0"), 0, "outside");
}
