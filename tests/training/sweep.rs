//! Sweeps through the binary: combinations of values, trained one after the other, killed and continued, refused before anything
//! starts.

use crate::common::{Folder, RECIPE, ondine, printed, run, text, timeless, wait_for};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Stdio;

const SHORT: [&str; 6] = [
    "--set",
    "train.steps=60",
    "--set",
    "evaluate.every=30",
    "--set",
    "train.checkpoint=10",
];

fn sweep(recipe: &str, output: &str, more: &[&str]) -> Vec<String> {
    let own = ["sweep", recipe, "--output", output];
    let all = [&own[..], &SHORT, more].concat();
    all.into_iter().map(str::to_owned).collect()
}

fn words(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

/// The rows that a sweep prints as JSON.
fn rows(printed: &[u8]) -> Vec<Value> {
    let found: Value = serde_json::from_slice(printed).expect("JSON");
    found["combinations"].as_array().expect("a list").clone()
}

/// Scores by the names of combinations.
fn scores(rows: &[Value]) -> Vec<(String, f64)> {
    let score = |row: &Value| {
        let name = row["name"].as_str().expect("a name").to_owned();
        (name, row["score"].as_f64().expect("a score"))
    };
    rows.iter().map(score).collect()
}

#[test]
fn every_combination_is_trained_and_the_best_stands_first() {
    let folder = Folder::new("sweep");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let output = folder.path("sweep");
    let directory = text(&output);
    let values = [
        "--set",
        "model.modes=[2,6]",
        "--set",
        "train.optimizer.learning_rate=[5e-3,1e-6]",
        "--json",
    ];
    let result = run(&words(&sweep(&recipe, &directory, &values)));
    assert!(result.status.success(), "{}", printed(&result));
    let rows = rows(&result.stdout);
    let found = scores(&rows);
    assert_eq!(found.len(), 4);
    assert!(
        found.windows(2).all(|pair| pair[0].1 <= pair[1].1),
        "{found:?}"
    );
    let rate = |row: &Value| {
        row["values"][1]
            .as_str()
            .and_then(|rate| rate.parse::<f64>().ok())
    };
    let slow: Vec<bool> = rows
        .iter()
        .map(|row| rate(row).is_some_and(|rate| rate < 1e-5))
        .collect();
    assert_eq!(
        slow,
        [false, false, true, true],
        "a rate of 1e-6 learns nothing: {found:?}"
    );
    for (name, score) in &found {
        let run = output.join(name);
        let summary = fs::read(run.join("summary.json")).expect("a run");
        let summary: Value = serde_json::from_slice(&summary).expect("JSON");
        assert_eq!(summary["scores"]["metrics"]["nrmse"], *score);
        assert!(run.join("report.html").is_file());
    }
    let page = fs::read_to_string(output.join("report.html")).expect("a page");
    assert!(
        page.contains("4 of 4 combinations are trained") && page.contains("nrmse by model.modes")
    );
    let table = fs::read_to_string(output.join("report.data/combinations.csv")).expect("a table");
    assert_eq!(table.lines().count(), 5, "{table}");

    let again = run(&words(&sweep(&recipe, &directory, &values)));
    assert_eq!(again.status.code(), Some(2), "{}", printed(&again));
    assert!(printed(&again).contains("ondine sweep --resume"));
    let before = fs::metadata(output.join(&found[0].0).join("summary.json")).expect("a file");
    let resumed = run(&["sweep", "--resume", &directory]);
    assert!(resumed.status.success(), "{}", printed(&resumed));
    assert!(
        printed(&resumed).contains("finished"),
        "{}",
        printed(&resumed)
    );
    let after = fs::metadata(output.join(&found[0].0).join("summary.json")).expect("a file");
    assert_eq!(
        before.modified().ok(),
        after.modified().ok(),
        "a finished run stays"
    );
}

#[test]
fn a_sweep_that_is_killed_goes_on_where_it_was() {
    let folder = Folder::new("sweep-killed");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let [whole, killed] = ["whole", "killed"].map(|name| folder.path(name));
    let values = [
        "--samples",
        "3",
        "--seed",
        "4",
        "--set",
        "model.modes={uniform=[2,8]}",
        "--set",
        "train.steps=400",
        "--set",
        "train.checkpoint=50",
        "--set",
        "ensemble.simulations=400",
        "--json",
    ];
    let result = run(&words(&sweep(&recipe, &text(&whole), &values)));
    assert!(result.status.success(), "{}", printed(&result));
    let expected = scores(&rows(&result.stdout));
    let mut names: Vec<&String> = expected.iter().map(|(name, _)| name).collect();
    names.sort();
    let arguments = sweep(&recipe, &text(&killed), &values);
    let mut child = ondine(&words(&arguments))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    wait_for(
        &killed.join(names[1]).join("checkpoints/step-00000100"),
        &mut child,
    );
    child.kill().expect("SIGKILL");
    child.wait().expect("a child");
    // A process that is killed while it makes the directory of a run leaves one without a recipe.
    fs::create_dir_all(killed.join(names[2]).join("checkpoints")).expect("a folder");
    let resumed = run(&["sweep", "--resume", &text(&killed), "--json"]);
    assert!(resumed.status.success(), "{}", printed(&resumed));
    assert_eq!(scores(&rows(&resumed.stdout)), expected);
    for name in names {
        assert_eq!(
            timeless(&whole.join(name)),
            timeless(&killed.join(name)),
            "{name}"
        );
    }
}

#[test]
fn a_combination_that_fails_does_not_stop_the_others() {
    let folder = Folder::new("sweep-failed");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let output = folder.path("sweep");
    let values = [
        "--set",
        "train.optimizer.learning_rate=[1.0,5e-3]",
        "--set",
        "train.optimizer.kind=sgd",
        "--set",
        "train.clip=0",
        "--json",
    ];
    let result = run(&words(&sweep(&recipe, &text(&output), &values)));
    assert_eq!(result.status.code(), Some(1), "{}", printed(&result));
    assert!(printed(&result).contains("1 of 2 combinations failed"));
    let rows = rows(&result.stdout);
    assert_eq!(rows[0]["standing"], "finished");
    let why = rows[1]["standing"]["failed"].as_str().expect("a reason");
    assert!(why.contains("the loss is not finite"), "{why}");
    let page = fs::read_to_string(output.join("report.html")).expect("a page");
    assert!(page.contains("1 of 2 combinations are trained, 1 failed"));
    let again = run(&["sweep", "--resume", &text(&output)]);
    assert_eq!(
        again.status.code(),
        Some(1),
        "it is tried again: {}",
        printed(&again)
    );
}

fn refused(arguments: &[String], output: &Path, expected: &str) {
    let result = run(&words(arguments));
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(2), "{said}");
    assert!(
        said.contains(expected),
        "{expected:?} is missing in:\n{said}"
    );
    assert!(!output.exists(), "nothing has started");
}

#[test]
fn wrong_keys_and_values_are_refused_before_anything_starts() {
    let folder = Folder::new("sweep-refused");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let output = folder.path("sweep");
    let with = |set: &str| sweep(&recipe, &text(&output), &["--set", set]);
    for (set, expected) in [
        ("model.mods=[4,6]", "did you mean `modes`?"),
        (
            "train.ema=[0.9,1.5]",
            "the combination train.ema = 1.5 can't be trained",
        ),
        ("train.batch=[16,0]", "train.batch must be 1 or more"),
        ("train.batch=16", "nothing varies"),
        ("evaluate.metrics=[[\"spectrum\"]]", "ranks combinations"),
        (
            "model.width={uniform=[4,8]}",
            "`model.width` has a range: write --samples N",
        ),
    ] {
        refused(&with(set), &output, expected);
    }
    let none = sweep(
        &recipe,
        &text(&output),
        &["--samples", "0", "--set", "model.modes=[4,6]"],
    );
    refused(&none, &output, "--samples 0: write 1 to 10000");
    let missing = text(&folder.path("missing.toml"));
    refused(
        &sweep(&missing, &text(&output), &["--set", "seed=[1,2]"]),
        &output,
        "missing.toml: the recipe can't be read",
    );
    let nothing = run(&["sweep", "--resume", &text(&folder.path("nothing"))]);
    assert_eq!(nothing.status.code(), Some(2));
    assert!(printed(&nothing).contains("holds no sweep"));
}
