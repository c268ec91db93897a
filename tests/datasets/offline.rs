//! Training from a dataset through the binary: in epochs, resumed, and refused where file and recipe differ.

mod epochs;
mod misfits;

use crate::common::{Folder, RECIPE, kill_at, metrics, plan_of, printed, run, text, timeless};
use ondine::control::Control;
use ondine::datasets::files::{DatasetReader, WellReader};
use ondine::datasets::offline::WindowFile;
use ondine::evaluation::HeldOut;
use ondine::plan::Plan;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// A folder with the dataset of the small recipe.
struct Data {
    folder: Folder,
    file: PathBuf,
    recipe: PathBuf,
}

impl Data {
    fn new(name: &str) -> Self {
        let folder = Folder::new(&format!("offline-{name}"));
        let recipe = folder.write("small.toml", RECIPE);
        let file = folder.path("small.h5");
        simulate(&recipe, &file, &[]);
        Self {
            folder,
            file,
            recipe,
        }
    }

    fn source(&self) -> String {
        format!("data.source={}", text(&self.file))
    }

    /// Trains into the folder `name`, with keys of the recipe set.
    fn train(&self, recipe: &Path, name: &str, sets: &[&str]) -> (PathBuf, String) {
        let output = self.folder.path(name);
        let (source, recipe) = (self.source(), text(recipe));
        let to = text(&output);
        let mut arguments = vec!["train", &recipe, "--output", &to, "--set", &source];
        arguments.extend(sets.iter().flat_map(|set| ["--set", set]));
        let result = run(&arguments);
        let said = printed(&result);
        assert!(result.status.success(), "{said}");
        (output, said)
    }

    fn plan(&self, sets: &[&str]) -> Plan {
        let source = self.source();
        plan_of(RECIPE, &[sets, &[&source]].concat())
    }

    /// The windows of the dataset, as many in memory as `bytes` hold.
    fn windows(&self, sets: &[&str], bytes: u64) -> WindowFile {
        let file = self.plan(sets).window_file().expect("there is a file");
        let held = file.and_then(|file| file.hold(bytes, &AtomicBool::new(false)));
        held.unwrap_or_else(|error| panic!("{error}"))
    }
}

fn simulate(recipe: &Path, file: &Path, sets: &[&str]) {
    let (recipe, file) = (text(recipe), text(file));
    let mut arguments = vec!["simulate", &recipe, "--output", &file];
    arguments.extend(sets.iter().flat_map(|set| ["--set", set]));
    let result = run(&arguments);
    assert!(result.status.success(), "{}", printed(&result));
}

fn summary(run: &Path) -> Value {
    let text = fs::read_to_string(run.join("summary.json")).expect("a run has one");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn a_surrogate_learns_from_a_file_and_the_run_says_so() {
    let data = Data::new("learns");
    let sets = ["train.steps=0", "train.epochs=2"];
    let (output, said) = data.train(&data.recipe, "run", &sets);
    // 200 trajectories of 19 windows, twice, in batches of 16.
    assert!(said.contains("475 steps"), "{said}");
    assert!(
        said.contains("2.00 epochs of a file of 200 trajectories"),
        "{said}"
    );
    let lines = metrics(&output);
    let losses: Vec<&Value> = lines
        .iter()
        .filter(|line| line.get("loss").is_some())
        .collect();
    let loss = |line: &Value| line["loss"].as_f64().expect("a loss");
    let (first, last) = (loss(losses[0]), loss(losses[losses.len() - 1]));
    assert!(
        last < first / 10.0,
        "the loss fell only from {first} to {last}"
    );
    let epoch = losses[0]["epoch"].as_f64().expect("an epoch");
    assert!((epoch - 160.0 / 3800.0).abs() < 1e-12, "{epoch}"); // 10 steps of 16
    assert!(
        lines.iter().any(|line| line.get("nrmse").is_some()),
        "it was evaluated"
    );
    let summary = summary(&output);
    assert_eq!(summary["epochs"], 2.0);
    assert_eq!(summary["solver_wait"], 0.0);
    let page = fs::read_to_string(output.join("report.html")).expect("a run has a report");
    assert!(
        page.contains("of a dataset, offline, in 2"),
        "the report says so"
    );
    let resolved = fs::read_to_string(output.join("recipe.toml")).expect("a run has one");
    for key in ["steps = 475", "epochs = 2.0", "trajectories = 200"] {
        assert!(resolved.contains(key), "{key} is missing in:\n{resolved}");
    }
    let more = ["--set", "train.epochs=4"];
    let result = run(&[&["train", "--resume", &text(&output)], &more[..]].concat());
    let said = printed(&result);
    assert!(result.status.success(), "{said}");
    for part in [
        "train.epochs = 4.0 (was 2.0)",
        "train.steps = 950 (was 475)",
    ] {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
    assert_eq!(self::summary(&output)["epochs"], 4.0);
}

#[test]
fn a_killed_training_from_a_file_resumes_and_ends_like_one_that_was_left_alone() {
    let data = Data::new("killed");
    let (whole, _) = data.train(&data.recipe, "whole", &["train.steps=2000"]);
    let killed = data.folder.path("killed");
    let (recipe, output, source) = (text(&data.recipe), text(&killed), data.source());
    let arguments = [
        "train",
        &recipe,
        "--output",
        &output,
        "--set",
        &source,
        "--set",
        "train.steps=2000",
    ];
    kill_at(&arguments, &killed, "step-00000300");
    let result = run(&["train", "--resume", &output]);
    assert!(result.status.success(), "{}", printed(&result));
    assert_eq!(timeless(&whole), timeless(&killed));
    assert_eq!(summary(&killed)["windows"], 2000 * 16);
}

#[test]
fn what_a_recipe_leaves_out_of_the_simulations_comes_from_the_file() {
    let data = Data::new("short");
    let short = RECIPE[RECIPE.find("[buffer]").expect("a section")..].to_owned();
    let short = data
        .folder
        .write("short.toml", &format!("seed = 3\n{short}"));
    let [whole, short] = [("whole", &data.recipe), ("short", &short)]
        .map(|(name, recipe)| timeless(&data.train(recipe, name, &["train.steps=40"]).0));
    assert_eq!(
        whole, short,
        "the same training, judged on the same simulations"
    );
}

/// Trains the recipe with these keys, and expects a refusal with exit code 2 that says all of `expected`.
#[track_caller]
fn refused(data: &Data, sets: &[&str], expected: &[&str]) {
    let output = data.folder.path("refused");
    let (recipe, to) = (text(&data.recipe), text(&output));
    let mut arguments = vec!["train", &recipe, "--output", &to];
    arguments.extend(sets.iter().flat_map(|set| ["--set", set]));
    let result = run(&arguments);
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(2), "{said}");
    for part in expected {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
    assert!(!output.exists(), "nothing is left behind");
}

#[test]
fn held_out_trajectories_can_come_from_the_file() {
    let data = Data::new("held-out");
    let small = ["train.steps=20", "evaluate.every=20"];
    let sets = [
        "data.held_out=3",
        "data.trajectories=150",
        small[0],
        small[1],
    ];
    let (output, said) = data.train(&data.recipe, "run", &sets);
    assert!(said.contains("3 held-out simulations"), "{said}");
    assert_eq!(summary(&output)["simulations"], 150);
    let evaluation = fs::read(output.join("evaluation.json")).expect("it was judged");
    let evaluation: Value = serde_json::from_slice(&evaluation).expect("JSON");
    let judged = evaluation["simulations"].as_array().expect("a list");
    let reader = WellReader::open(&data.file).unwrap_or_else(|error| panic!("{error}"));
    let velocities = &reader.info().parameters[0].1;
    let mut expected: Vec<f64> = (197..200).map(|index| *velocities.get(index)).collect();
    let mut found: Vec<f64> = judged
        .iter()
        .map(|one| one["conditions"]["velocity"].as_f64().expect("a number"))
        .collect();
    expected.sort_by(f64::total_cmp);
    found.sort_by(f64::total_cmp);
    assert_eq!(found, expected, "the last three of the file");

    let plan = data.plan(&["data.held_out=3"]);
    assert_eq!(
        plan.recipe.ensemble.simulations, 197,
        "the others are trained on"
    );
    let held_out =
        HeldOut::simulate(&plan, 0, Control::none()).unwrap_or_else(|error| panic!("{error}"));
    let last = reader
        .frame(199, 19)
        .unwrap_or_else(|error| panic!("{error}"));
    let last: Vec<f32> = last.into_iter().map(|value| value as f32).collect();
    assert_eq!(*held_out.trajectories[2].frames[19], last);

    let source = data.source();
    for (set, expected) in [
        ("data.held_out=0", "held_out = 0 of 200 trajectories"),
        ("data.held_out=200", "held_out = 200 of 200 trajectories"),
    ] {
        refused(&data, &[&source, set], &[expected]);
    }
    refused(
        &data,
        &[&source, "data.held_out=3", "data.trajectories=198"],
        &[
            "trajectories = 198 lies outside [1, 197]",
            "3 more are held out",
        ],
    );
    refused(
        &data,
        &[&source, "data.held_out=3", "evaluate.frames=21"],
        &["frames = 21, and the trajectories that data.held_out judges on have 20"],
    );
}
