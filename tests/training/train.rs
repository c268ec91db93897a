//! Training through the binary: it learns, leaves a whole run, and survives interruption.

mod resumed;
mod writers;

use crate::common::{Folder, RECIPE, metrics, ondine, printed, run, text, timeless};
use ondine::datasets::files::{DatasetReader, WellReader};
use ondine::datasets::policy::POLICIES;
use ondine::run::FILES;
use serde_json::Value;
use std::path::Path;
use std::process::{Child, Stdio};
use std::{fs, thread};

fn train(recipe: &Path, output: &Path, more: &[&str]) -> String {
    let (recipe, output) = (text(recipe), text(output));
    let result = run(&[&["train", &recipe, "--output", &output], more].concat());
    let said = printed(&result);
    assert!(result.status.success(), "{said}");
    said
}

/// Every file below a folder of a run is listed among those that a run may have.
fn assert_listed(run: &Path, folder: &Path) {
    for path in fs::read_dir(folder)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.path())
    {
        let name = text(path.strip_prefix(run).expect("below the run"));
        let digits = name.chars().filter(char::is_ascii_digit).count();
        let listed = match name.split_once("step-") {
            Some((before, _)) if digits == 8 => {
                format!("{before}step-N{}", &name[before.len() + 13..])
            }
            _ => name,
        };
        let folder = format!("{listed}/");
        let found = |name: &str| FILES.iter().any(|(file, _)| *file == name);
        if path.is_dir() && !found(&folder) {
            assert_listed(run, &path);
        } else {
            assert!(
                found(&listed) || found(&folder),
                "{listed} is not in the list of files"
            );
        }
    }
}

#[test]
fn a_surrogate_of_advection_learns_and_the_run_is_whole() {
    let folder = Folder::new("learns");
    let output = folder.path("run");
    let said = train(&folder.write("small.toml", RECIPE), &output, &[]);
    assert!(
        said.contains("the trainer waited") && said.contains("the solvers"),
        "{said}"
    );
    for name in [
        "recipe.toml",
        "metrics.jsonl",
        "evaluation.json",
        "sample.safetensors",
        "summary.json",
        "report.html",
    ] {
        assert!(output.join(name).is_file(), "{name} is missing");
    }
    assert!(
        output
            .join("checkpoints/step-00000300/weights.bpk")
            .is_file()
    );
    assert_listed(&output, &output);
    let lines = metrics(&output);
    let losses: Vec<f64> = lines
        .iter()
        .filter_map(|line| line["loss"].as_f64())
        .collect();
    let (first, last) = (losses[0], losses[losses.len() - 1]);
    assert!(
        last < first / 10.0,
        "the loss fell only from {first} to {last}"
    );
    // In order of simulation: the last one is counted too.
    let last = lines.iter().rfind(|line| line.get("loss").is_some());
    assert_eq!(last.expect("a line")["simulations"], 200);
    let summary = fs::read_to_string(output.join("summary.json")).expect("it has ended");
    assert!(summary.contains("\"simulations\": 200,"), "{summary}");
    let judged: Vec<&Value> = lines
        .iter()
        .filter(|line| line.get("nrmse").is_some())
        .collect();
    assert_eq!(judged.len(), 2);
    let number = |name: &str| {
        judged[1][name]
            .as_f64()
            .unwrap_or_else(|| panic!("no {name}"))
    };
    assert!(
        number("nrmse") < 0.5 * number("persistence_nrmse"),
        "{:?}",
        judged[1]
    );
    assert!(number("correlation_time_0.8") > 0.0 && number("correlation_time_0.9") > 0.0);
    assert!(number("spectrum_low") < 1.0);
    let summary = fs::read(output.join("summary.json")).expect("the run has ended");
    let summary: Value = serde_json::from_slice(&summary).expect("JSON");
    assert_eq!(summary["scores"]["step"], 300);
    for (name, value) in summary["scores"]["metrics"].as_object().expect("by name") {
        assert_eq!(value, &judged[1][name], "{name}: as in the last line");
    }
    assert!(summary["scores"]["metrics"]["nrmse"].is_number());
}

#[test]
fn a_run_is_evaluated_and_reported_again_from_its_directory() {
    let folder = Folder::new("again");
    let output = folder.path("run");
    train(
        &folder.write("small.toml", RECIPE),
        &output,
        &["--set", "train.steps=60"],
    );
    let trained = metrics(&output)
        .pop()
        .expect("the last line is the evaluation");
    let directory = text(&output);
    let result = run(&["evaluate", &directory, "--json"]);
    assert!(result.status.success(), "{}", printed(&result));
    let evaluation: Value = serde_json::from_slice(&result.stdout).expect("JSON");
    assert_eq!(
        evaluation["surrogate"]["nrmse"], trained["nrmse"],
        "same weights, same simulations"
    );
    fs::remove_file(output.join("report.html")).expect("it was there");
    let result = run(&["report", &directory]);
    assert!(result.status.success(), "{}", printed(&result));
    assert!(output.join("report.html").is_file());
}

#[test]
fn the_resolved_recipe_of_a_run_trains_the_same_surrogate() {
    let folder = Folder::new("resolved");
    let [first, second] = ["first", "second"].map(|name| folder.path(name));
    let short = ["--set", "train.steps=40", "--set", "time.substeps=\"auto\""];
    train(&folder.write("small.toml", RECIPE), &first, &short);
    train(&first.join("recipe.toml"), &second, &[]);
    assert_eq!(timeless(&first), timeless(&second));
    let resolved = [&first, &second]
        .map(|run| fs::read_to_string(run.join("recipe.toml")).expect("a run has one"));
    assert_eq!(resolved[0], resolved[1]);
}

#[test]
fn deterministic_training_does_not_depend_on_the_number_of_workers() {
    let folder = Folder::new("workers");
    let recipe = folder.write("small.toml", RECIPE);
    let runs = ["1", "3", "auto"].map(|workers| {
        let output = folder.path(&format!("workers-{workers}"));
        let workers = format!("ensemble.workers={workers}");
        train(
            &recipe,
            &output,
            &[
                "--set",
                &workers,
                "--set",
                "deterministic=true",
                "--set",
                "train.steps=100",
            ],
        );
        timeless(&output)
    });
    assert_eq!(runs[0], runs[1]);
    assert_eq!(runs[0], runs[2]);
}

#[test]
fn an_automatic_number_of_workers_trains_in_order_of_arrival_and_says_how_many_work() {
    let folder = Folder::new("automatic");
    let recipe = folder.write("small.toml", RECIPE);
    let cores = thread::available_parallelism().expect("a number").get() as u64;
    for isolation in ["thread", "process"] {
        let output = folder.path(isolation);
        let isolation = format!("ensemble.isolation={isolation}");
        let sets = ["--set", "ensemble.workers=auto", "--set", &isolation];
        train(&recipe, &output, &sets);
        let summary = fs::read_to_string(output.join("summary.json")).expect("it has ended");
        assert!(summary.contains("\"simulations\": 200"), "{summary}");
        let lines = metrics(&output);
        let active: Vec<u64> = lines
            .iter()
            .filter_map(|line| line["workers_active"].as_u64())
            .collect();
        assert!(active.len() > 20, "on every line: {lines:?}");
        assert!(active.iter().all(|n| (1..=cores).contains(n)), "{active:?}");
    }
}

#[test]
fn training_in_order_of_arrival_and_through_every_buffer_also_ends() {
    let folder = Folder::new("arrival");
    let recipe = folder.write("small.toml", RECIPE);
    let output = folder.path("free");
    train(
        &recipe,
        &output,
        &["--set", "ensemble.workers=2", "--set", "train.steps=60"],
    );
    for kind in POLICIES.iter().map(|entry| entry.kind) {
        let output = folder.path(kind);
        let kind = format!("buffer.kind={kind}");
        train(
            &recipe,
            &output,
            &["--set", &kind, "--set", "train.steps=200"],
        );
    }
}

#[test]
fn a_training_draws_what_its_table_says_and_its_resolved_recipe_too() {
    let folder = Folder::new("table");
    let rows: String = (0..200)
        .map(|i| format!("{}\n", 0.5 + f64::from(i) / 200.0))
        .collect();
    folder.write("design.csv", &format!("velocity\n{rows}"));
    let recipe = folder.write("small.toml", RECIPE);
    let [first, second] = ["first", "second"].map(|name| folder.path(name));
    let sampler = "ensemble.sampler={ kind = \"table\", path = \"design.csv\" }";
    let more = ["--set", sampler, "--set", "train.steps=40"];
    train(&recipe, &first, &more);
    train(&first.join("recipe.toml"), &second, &[]);
    assert_eq!(timeless(&first), timeless(&second));
    let file = text(&folder.path("table.h5"));
    let arguments = [
        "simulate",
        &text(&recipe),
        "--set",
        sampler,
        "--output",
        &file,
    ];
    let result = run(&[&arguments[..], &["--count", "3"]].concat());
    assert!(result.status.success(), "{}", printed(&result));
    let reader = WellReader::open(Path::new(&file)).unwrap_or_else(|error| panic!("{error}"));
    let (name, values) = &reader.info().parameters[0];
    assert_eq!(name, "velocity");
    let drawn = [0, 1, 2].map(|i| values.get(i).to_bits());
    assert_eq!(
        drawn,
        [0.5, 0.505, 0.51].map(f64::to_bits),
        "to the last bit"
    );
    let result = run(&[&arguments[..], &["--count", "201"]].concat());
    assert_eq!(result.status.code(), Some(2), "{}", printed(&result));
}

fn started_for(recipe: &Path, output: &Path, steps: usize) -> Child {
    let (steps, recipe, output) = (format!("train.steps={steps}"), text(recipe), text(output));
    let arguments = ["train", &recipe, "--output", &output, "--set", &steps];
    let mut command = ondine(&arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("the binary starts")
}

/// The losses of all lines of a run.
fn losses(run: &Path) -> Vec<f64> {
    let lines = metrics(run);
    let losses = lines.iter().filter_map(|line| line["loss"].as_f64());
    losses.collect()
}

#[test]
fn a_batch_in_parts_is_the_same_update() {
    let folder = Folder::new("parts");
    let recipe = folder.write("small.toml", RECIPE);
    let trained = |parts: usize, more: &[&str]| {
        let output = folder.path(&format!("{parts}-parts-{}", more.len()));
        let set = format!("train.accumulate={parts}");
        let own = [
            "--set",
            "train.steps=30",
            "--set",
            &set,
            "--set",
            "train.log=1",
        ];
        train(&recipe, &output, &[&own[..], more].concat());
        losses(&output)
    };
    // Noise on the states is that of the whole batch, too.
    for more in [&[][..], &["--set", "objective.noise=0.1"]] {
        let whole = trained(1, more);
        for parts in [2, 5, 16] {
            for (step, (a, b)) in whole.iter().zip(trained(parts, more)).enumerate() {
                // Sums in another order, f32; Adam carries the rounding on.
                assert!((a / b - 1.0).abs() < 1e-3, "{parts}, {step}: {a} and {b}");
            }
        }
    }
}
