//! Trainings on simulation codes: programs that are started, for one simulation or for many, and codes that come by
//! themselves, all killed in between.

#![cfg(unix)]

mod code;
mod programs;
mod refused;

use crate::common::{
    Folder, kill_at, metrics, ondine, printed, run, text, timeless, unwrapped, wait_for,
};
use crate::wave::Waves;
use ondine::run::Summary;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const FRAMES: usize = 10;
const SIMULATIONS: u64 = 16;

/// The name of `a_code_of_the_tests` in this program.
const CODE: &str = "coupled::code::a_code_of_the_tests";

/// A recipe of our Kuramoto–Sivashinsky solver.
fn solved(ensemble: &str) -> String {
    let equation =
        "[equation]\nkind = \"kuramoto_sivashinsky\"\nviscosity = { uniform = [0.9, 1.1] }\n";
    of_kuramoto(equation, "substeps = 10", ensemble)
}

fn of_kuramoto(posed: &str, time: &str, ensemble: &str) -> String {
    let grid = "[grid]\npoints = [32]\nlength = 22.0\n[time]\ndt = 0.5";
    waves(ensemble).of(&format!("{posed}{grid}\n{time}"))
}

fn waves(ensemble: &str) -> Waves<'_> {
    Waves {
        frames: FRAMES,
        simulations: SIMULATIONS,
        ensemble,
        buffer: "capacity = 60",
        batch: 8,
        held_out: 3,
    }
}

/// A recipe with this `[source]` and these keys of `[ensemble]`.
fn recipe(source: &str, ensemble: &str) -> String {
    waves(ensemble).recipe(source)
}

/// This program as a code.
fn command(more: &[&str]) -> String {
    let program = std::env::current_exe().expect("this program");
    let program = program.to_str().expect("UTF-8").to_owned();
    let first = [&program, "--exact", CODE, "--nocapture"];
    let all: Vec<String> = first
        .iter()
        .chain(more)
        .map(|part| format!("{part:?}"))
        .collect();
    format!("command = [{}]", all.join(", "))
}

fn train(arguments: &[&str], role: &str) -> Command {
    let mut command = ondine(&[&["train"], arguments].concat());
    command.env("ONDINE_TEST_ROLE", role);
    command
}

/// Trains with codes of a role.
fn trained(folder: &Folder, name: &str, recipe: &str, role: &str) -> PathBuf {
    let run = trained_by(folder, name, recipe, role);
    check(&run);
    run
}

fn trained_by(folder: &Folder, name: &str, recipe: &str, role: &str) -> PathBuf {
    let run = folder.path(name);
    let recipe = folder.write(&format!("{name}.toml"), recipe);
    let output = train(&[&text(&recipe), "--output", &text(&run)], role).output();
    let output = output.expect("the binary starts");
    assert!(output.status.success(), "{}", printed(&output));
    run
}

/// Asserts that each simulation came once, and that held-out ones were judged on.
fn check(run: &Path) {
    let summary = fs::read(run.join("summary.json")).expect("a run has one");
    let summary: Summary = serde_json::from_slice(&summary).expect("JSON");
    assert_eq!((&*summary.status, summary.steps), ("finished", 40));
    assert_eq!(summary.simulations, SIMULATIONS);
    assert_eq!(summary.failures.total(), 0);
    assert!(summary.scores.expect("it was evaluated").metrics["nrmse"].is_some());
    let lines = metrics(run);
    let arrived = lines
        .iter()
        .filter_map(|line| line["windows_arrived"].as_u64());
    assert_eq!(arrived.max(), Some(SIMULATIONS * (FRAMES as u64 - 1)));
    let held_out = ondine::datasets::files::open(run.join("held_out.h5")).expect("a dataset");
    assert_eq!(held_out.info().trajectories, 3);
}

fn program(more: &str) -> String {
    format!("kind = \"program\"\n{}\n{more}", command(&["{rate}"]))
}

/// Codes that come by themselves to an endpoint.
fn codes(endpoint: &str, role: &str, count: usize) -> Vec<Child> {
    let start = |_| {
        Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", CODE, "--nocapture"])
            .envs([("ONDINE_TEST_ROLE", role), ("ONDINE_ENDPOINT", endpoint)])
            .env("ONDINE_TEST_PAUSE", "5")
            .stdout(Stdio::null())
            .spawn()
            .expect("it starts")
    };
    (0..count).map(start).collect()
}

/// Asserts that every code ends by itself, as it is told when the training has ended.
fn end(codes: Vec<Child>) {
    let since = Instant::now();
    for mut code in codes {
        while code.try_wait().expect("a child").is_none() {
            assert!(since.elapsed() < Duration::from_secs(30), "a code goes on");
            std::thread::sleep(Duration::from_millis(20));
        }
        let status = code.wait().expect("a child");
        assert!(status.success(), "{status}");
    }
}

#[test]
fn codes_that_come_by_themselves_outlive_a_training_that_is_killed_and_resumed() {
    let folder = Folder::new("coupled-connect");
    let socket = folder.path("socket");
    let endpoint = format!("ipc://{}", socket.display());
    let source = format!("kind = \"connect\"\nendpoint = {endpoint:?}");
    let recipe = folder.write("connect.toml", &recipe(&source, "workers = 2"));
    let [whole, killed] = ["whole", "killed"].map(|name| folder.path(name));
    let arguments = [&*text(&recipe), "--output", &text(&whole)];
    let mut training = train(&arguments, "").spawn().expect("the binary starts");
    wait_for(&socket, &mut training);
    let first = codes(&endpoint, "asking", 2);
    assert!(training.wait().expect("a child").success());
    end(first);
    check(&whole);

    let arguments = ["train", &text(&recipe), "--output", &text(&killed)];
    let waiting = std::thread::spawn({
        let (socket, endpoint) = (socket.clone(), endpoint.clone());
        move || {
            while !socket.exists() {
                std::thread::sleep(Duration::from_millis(2));
            }
            codes(&endpoint, "asking", 3)
        }
    });
    kill_at(&arguments, &killed, "step-00000020");
    let codes = waiting.join().expect("no panic");
    let resumed = run(&["train", "--resume", &text(&killed)]);
    assert!(resumed.status.success(), "{}", printed(&resumed));
    end(codes);
    check(&killed);
    assert_eq!(timeless(&killed), timeless(&whole));
}

#[test]
fn codes_bring_their_conditions_and_the_first_simulations_are_held_out() {
    let folder = Folder::new("coupled-brought");
    let keys = "persistent = true\nconditions = \"brought\"";
    let source = format!("kind = \"program\"\n{}\n{keys}", command(&[]));
    let run = trained(&folder, "run", &recipe(&source, "workers = 1"), "bringing");
    let file = ondine::datasets::files::open(run.join("held_out.h5")).expect("a dataset");
    let (name, values) = &file.info().parameters[0];
    assert_eq!(name, "rate");
    let first: Vec<f64> = (0..3).map(|index| *values.get(index)).collect();
    assert_eq!(
        first,
        [0.5, 0.5625, 0.625],
        "one process brought them in turn"
    );
}

#[test]
fn static_fields_of_a_code_are_seen_by_the_network_and_missing_ones_are_a_failure() {
    let folder = Folder::new("coupled-static");
    let with_mask = recipe(&program(""), "workers = 2\nmax_failures = 1").replace(
        "fields = [\"u\"]",
        "fields = [\"u\"]\nstatic_fields = [\"mask\"]",
    );
    let path = text(&folder.write("static.toml", &with_mask));
    let said = unwrapped(&printed(&run(&["check", &path])));
    assert!(
        said.contains("once per simulation ondine_static gives mask"),
        "{said}"
    );
    let output = |name: &str| text(&folder.path(name));
    let without = train(&[&path, "--output", &output("without")], "asking").output();
    let said = unwrapped(&printed(&without.expect("the binary starts")));
    assert!(
        said.contains("its static fields have 0 values, and those of the problem 16"),
        "{said}"
    );
    let mut command = train(&[&path, "--output", &output("with")], "asking");
    let with = command.env("ONDINE_TEST_MASK", "1").output();
    let with = with.expect("the binary starts");
    assert!(with.status.success(), "{}", printed(&with));
    check(&folder.path("with"));
}
