//! Surrogates from parameters and time to a state (`inputs = "parameters"`): told the right time everywhere, trained on heat
//! between walls, resumed, from files, and refused where parameters do not determine the solution.

mod refused;
mod steps;

use crate::common::{Folder, kill_at, metrics, printed, run, text, timeless};
use ondine::datasets::files::{DatasetReader, WellReader};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

/// Heat in a rod of 16 points.
const HEAT: &str = r#"
name = "rod"
seed = 3

[equation]
kind = "heat"
initial_temperature = { uniform = [100.0, 500.0] }
low_wall = { uniform = [100.0, 500.0] }
high_wall = { uniform = [100.0, 500.0] }

[grid]
points = [16]
length = 1.0

[time]
dt = { uniform = [0.005, 0.015] }
frames = 20
substeps = 4

[ensemble]
simulations = 200
workers = 1

[buffer]
capacity = 500

[model]
kind = "mlp"
inputs = "parameters"
width = 48

[train]
steps = 600
batch = 16
log = 10
checkpoint = 50
optimizer = { learning_rate = 5e-3 }

[evaluate]
every = 300
trajectories = 4
"#;

/// Trains with keys of the recipe set; returns what was printed.
fn train(recipe: &Path, output: &Path, sets: &[&str]) -> String {
    let (recipe, output) = (text(recipe), text(output));
    let mut arguments = vec!["train", &recipe, "--output", &output];
    sets.iter()
        .for_each(|set| arguments.extend(["--set", *set]));
    let result = run(&arguments);
    let said = printed(&result);
    assert!(result.status.success(), "{said}");
    said
}

#[test]
fn a_surrogate_of_heat_learns_and_is_evaluated_again_from_its_directory() {
    let folder = Folder::new("direct-learns");
    let output = folder.path("run");
    train(
        &folder.write("rod.toml", HEAT),
        &output,
        &["train.steps=1200"],
    );
    let lines = metrics(&output);
    let losses: Vec<f64> = lines
        .iter()
        .filter_map(|line| line["loss"].as_f64())
        .collect();
    let (first, last) = (losses[0], losses[losses.len() - 1]);
    assert!(
        last < first / 30.0,
        "the loss fell only from {first} to {last}"
    );
    let judged = lines.iter().rev().find(|line| line.get("nrmse").is_some());
    let judged = judged.expect("it was evaluated");
    let number = |name: &str| judged[name].as_f64().unwrap_or_else(|| panic!("no {name}"));
    assert!(number("nrmse") < number("persistence_nrmse"), "{judged}");
    let result = run(&["evaluate", &text(&output), "--json"]);
    assert!(result.status.success(), "{}", printed(&result));
    let evaluation: Value = serde_json::from_slice(&result.stdout).expect("JSON");
    assert_eq!(evaluation["surrogate"]["nrmse"], judged["nrmse"]);
    let error = |of: &str, step: usize| {
        let error = &evaluation[of]["nrmse_over_time"][step];
        error.as_f64().expect("a number")
    };
    // Errors do not add up: the first frame, with jumps at the walls, is the hardest.
    let [first, middle, last] = [0, 9, 18].map(|step| error("surrogate", step));
    assert!(middle < first && last < first, "{first}, {middle}, {last}");
    let idle = error("persistence", 9);
    assert!(middle < 0.2 * idle, "{middle} beside {idle}");
    let page = fs::read_to_string(output.join("report.html")).expect("a run has a report");
    assert!(page.contains("MLP of time and conditions"));
}

#[test]
fn trainings_are_the_same_for_any_workers_in_processes_and_after_a_kill() {
    let folder = Folder::new("direct-same");
    let recipe = folder.write("rod.toml", HEAT);
    let whole = folder.path("whole");
    train(&recipe, &whole, &[]);
    let expected = timeless(&whole);
    for (name, set) in [
        ("two", "ensemble.workers=2"),
        ("processes", "ensemble.isolation=process"),
    ] {
        let output = folder.path(name);
        train(&recipe, &output, &[set, "deterministic=true"]);
        assert_eq!(timeless(&output), expected, "{name}");
    }
    let killed = folder.path("killed");
    let arguments = ["train", &text(&recipe), "--output", &text(&killed)];
    kill_at(&arguments, &killed, "step-00000100");
    let result = run(&["train", "--resume", &text(&killed)]);
    assert!(result.status.success(), "{}", printed(&result));
    assert_eq!(timeless(&killed), expected, "killed");
}

#[test]
fn an_adaptive_sampler_makes_generations_by_its_losses_and_by_its_rollouts() {
    let folder = Folder::new("direct-breed");
    let recipe = folder.write("rod.toml", HEAT);
    for signal in ["loss", "rollout"] {
        let sampler = format!(
            "ensemble.sampler={{ kind = \"breed\", signal = \"{signal}\", every = 20, end = 0.9, breakpoint = 3, \
             min_simulations = 5 }}"
        );
        let output = folder.path(signal);
        train(&recipe, &output, &[&sampler, "train.steps=200"]);
        let lines = metrics(&output);
        let generations = lines.iter().filter_map(|line| line["generations"].as_f64());
        assert!(generations.fold(0.0, f64::max) >= 3.0, "{signal}");
    }
}

fn simulate(recipe: &Path, file: &Path, more: &[&str]) {
    let (recipe, file) = (text(recipe), text(file));
    let result = run(&[&["simulate", &recipe, "--output", &file], more].concat());
    assert!(result.status.success(), "{}", printed(&result));
}

/// Eight frames after those of a file, by a run.
fn predict(folder: &Folder, run_directory: &Path, from: &Path, name: &str) -> (PathBuf, Output) {
    let to = folder.path(name);
    let [of, initial, output] = [text(run_directory), text(from), text(&to)];
    let own = ["predict", &of, "--initial", &initial, "--output", &output];
    (to.clone(), run(&[&own[..], &["--frames", "8"]].concat()))
}

#[test]
fn predictions_go_on_at_the_time_where_a_file_ends() {
    let folder = Folder::new("direct-predict");
    let recipe = folder.write("rod.toml", HEAT);
    let [known, truth, output] = ["known.h5", "truth.h5", "run"].map(|name| folder.path(name));
    train(&recipe, &output, &[]);
    let few = ["--count", "5", "--set"];
    simulate(&recipe, &known, &[&few[..], &["time.frames=6"]].concat());
    simulate(&recipe, &truth, &[&few[..], &["time.frames=14"]].concat());
    let (file, result) = predict(&folder, &output, &known, "forecast.h5");
    assert!(result.status.success(), "{}", printed(&result));
    let open = |path: &Path| WellReader::open(path).unwrap_or_else(|error| panic!("{error}"));
    let (truth, forecast) = (open(&truth), open(&file));
    let (mut right, mut late) = (0.0, 0.0);
    for index in 0..5 {
        let frame = |file: &WellReader, number| file.frame(index, number).expect("it is there");
        for step in 1..=8 {
            let u = frame(&forecast, step);
            let distance = |number: usize| -> f64 {
                let pairs = frame(&truth, number).into_iter().zip(&u);
                pairs.map(|(truth, u)| (truth - u).powi(2)).sum()
            };
            right += distance(5 + step);
            late += distance(step); // as if time began at the end of the file
        }
    }
    assert!(right < 0.25 * late, "{right} {late}");
}

#[test]
fn a_file_is_learned_from_and_one_that_begins_otherwise_is_refused() {
    let folder = Folder::new("direct-file");
    let recipe = folder.write("rod.toml", HEAT);
    let [whole, later, warm] = ["whole.h5", "later.h5", "warm.h5"].map(|name| folder.path(name));
    simulate(&recipe, &whole, &["--set", "ensemble.simulations=40"]);
    simulate(&recipe, &later, &["--initial", &text(&whole)]);
    simulate(
        &recipe,
        &warm,
        &["--set", "ensemble.simulations=40", "--set", "time.warmup=3"],
    );
    let source = |file: &PathBuf| format!("data.source={}", text(file));
    let output = folder.path("run");
    train(&recipe, &output, &[&source(&whole)]);
    let losses = metrics(&output);
    let losses: Vec<f64> = losses
        .iter()
        .filter_map(|line| line["loss"].as_f64())
        .collect();
    assert!(losses[losses.len() - 1] < losses[0] / 10.0, "{losses:?}");
    for file in [&later, &warm] {
        let (_, result) = predict(&folder, &output, file, "refused.h5");
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{said}");
        assert!(
            said.contains("does not begin as its parameters say"),
            "{said}"
        );
        let result = run(&["check", &text(&recipe), "--set", &source(file)]);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{said}");
        for part in [
            "does not begin as its parameters say",
            "after 0 frames",
            "write inputs",
        ] {
            assert!(said.contains(part), "{part:?} is missing in:\n{said}");
        }
    }
    let warm = source(&warm);
    let result = run(&[
        "check",
        &text(&recipe),
        "--set",
        &warm,
        "--set",
        "time.warmup=3",
    ]);
    assert!(result.status.success(), "{}", printed(&result));
}
