//! Training from a dataset through the binary: in epochs, resumed, and refused where file and recipe differ.

mod common;

use common::{Folder, RECIPE, kill_at, metrics, printed, run, text, timeless};
use ondine::datasets::hdf5::{DatasetReader, Dtype, Provenance, WellReader, WellWriter};
use ondine::datasets::offline::{EpochLoader, WindowFile};
use ondine::datasets::{Simulator, Window, WindowCutter};
use ondine::plan::Plan;
use ondine::recipe::Recipe;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
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
        let sets = [sets, &[&source]].concat();
        let sets: Vec<String> = sets.into_iter().map(str::to_owned).collect();
        let checked = Recipe::parse("small.toml", RECIPE, &sets).and_then(Recipe::check);
        checked.unwrap_or_else(|error| panic!("{error}"))
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
fn frames_and_conditions_are_those_of_the_online_training() {
    let data = Data::new("equal");
    for sets in [&[][..], &["objective.stride=3"]] {
        let plan = data.plan(sets);
        let file = data.windows(sets, u64::MAX);
        let mut index = 0;
        for simulation in [0, 1] {
            let mut cutter =
                WindowCutter::new(plan.cut, simulation, plan.ensemble.conditions(simulation));
            let mut compare = |online: Window| {
                let offline = file.window(index).unwrap_or_else(|error| panic!("{error}"));
                assert_eq!(
                    (offline.simulation, offline.start),
                    (online.simulation, online.start)
                );
                assert_eq!(offline.conditions, online.conditions);
                assert_eq!(offline.frames, online.frames, "window {index}");
                index += 1;
            };
            let ran = plan.ensemble.run(simulation, &mut |frame| {
                cutter.push(frame).into_iter().for_each(&mut compare);
                ControlFlow::Continue(())
            });
            ran.unwrap_or_else(|error| panic!("{error}"));
        }
        assert_eq!(index, 2 * plan.cut.windows(20) as u64);
    }
}

#[test]
fn every_window_is_drawn_once_an_epoch_from_memory_and_from_the_disk() {
    let data = Data::new("once");
    let draw = |bytes: u64| {
        let sets = ["data.trajectories=10"];
        let file = Arc::new(data.windows(&sets, bytes));
        assert_eq!(file.windows(), 190);
        // A trajectory of 20 frames of 32 values takes 2560 bytes.
        assert_eq!(file.held(), 19 * (bytes / 2560).min(10));
        let mut loader = EpochLoader::start(file, 5, 0, 8, Arc::default());
        let mut batches =
            (0..38).map(|_| loader.draw(10).unwrap_or_else(|error| panic!("{error}")));
        let windows: Vec<Window> = batches.by_ref().flatten().collect();
        assert_eq!(loader.handed_out(), 380);
        windows
    };
    let places = |windows: &[Window]| -> Vec<(u64, usize)> {
        windows
            .iter()
            .map(|window| (window.simulation, window.start))
            .collect()
    };
    let all = draw(u64::MAX);
    let (first, second) = all.split_at(190);
    for epoch in [first, second] {
        assert_eq!(
            places(epoch).into_iter().collect::<BTreeSet<_>>().len(),
            190
        );
    }
    assert_ne!(places(first), places(second));
    for bytes in [0, 3 * 2560] {
        let again = draw(bytes);
        assert_eq!(places(&again), places(&all));
        assert!(again.iter().zip(&all).all(|(a, b)| a.frames == b.frames));
    }
}

#[test]
fn memory_does_not_change_the_training() {
    let data = Data::new("memory");
    let sets = ["train.steps=100", "data.trajectories=50"];
    let [held, read] = ["4096", "0"].map(|memory| {
        let memory = format!("data.memory={memory}");
        let sets = [&sets[..], &[&memory]].concat();
        timeless(&data.train(&data.recipe, &memory, &sets).0)
    });
    let fill = |lines: &[Value]| lines[0]["buffer_fill"].as_f64();
    assert_eq!((fill(&held), fill(&read)), (Some(1.0), Some(0.0)));
    let trained = |lines: &[Value]| -> Vec<(Value, Value)> {
        lines
            .iter()
            .map(|line| (line["loss"].clone(), line["nrmse"].clone()))
            .collect()
    };
    assert_eq!(trained(&held), trained(&read));
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
fn files_and_recipes_that_do_not_fit_each_other_are_refused() {
    let data = Data::new("refused");
    let source = data.source();
    let wrong = |set: &str, expected: &[&str]| refused(&data, &[&source, set], expected);
    wrong(
        "grid.points=[64]",
        &["points = [64]", "has [32]", "grid.points"],
    );
    wrong("time.frames=21", &["frames = 21", "20 frames a trajectory"]);
    wrong(
        "time.dt=0.2",
        &["`dt` is 0.2, and 0.1 in trajectory 0", "--set time.dt"],
    );
    wrong("grid.length=6.0", &["`length` is 6, and 6.283"]);
    wrong(
        "equation.velocity={uniform=[0.5, 0.9]}",
        &["`velocity` is [0.5, 0.9], and ", "in trajectory "],
    );
    wrong(
        "equation={kind=\"diffusion\", diffusivity=0.1}",
        &["simulations of `advection`, not of `diffusion`"],
    );
    wrong(
        "data.trajectories=201",
        &["trajectories = 201 lies outside [1, 200]"],
    );
    wrong(
        "data.format=\"npz\"",
        &["unknown key `format` in [data]", "--set data.format"],
    );
    wrong("train.batch=4000", &["3800 windows", "no batch of 4000"]);
    wrong(
        "train.epochs=2",
        &[
            "2 reads of each of 3800 windows are 475 steps of 16, not 300",
            "`train.epochs`",
        ],
    );
    wrong("train.epochs=0", &["epochs = 0 lies outside (0, 1000000]"]);
    refused(
        &data,
        &["train.epochs=2"],
        &["epochs are passes over a file", "--set train.epochs=2"],
    );
    refused(
        &data,
        &["data.source=nowhere.h5"],
        &["nowhere.h5", "No such file", "--set data.source"],
    );
    let notes = text(&data.folder.write("notes.h5", "no dataset"));
    refused(
        &data,
        &[&format!("data.source={notes}")],
        &["not an HDF5 file"],
    );
}

/// A copy of the dataset in which the bytes `from` are replaced by `to`.
fn doctored(data: &Data, from: &[u8], to: &[u8]) -> String {
    assert_eq!(from.len(), to.len());
    let mut bytes = fs::read(&data.file).expect("it was written");
    let mut found = 0;
    for at in 0..bytes.len() - from.len() {
        if bytes[at..].starts_with(from) {
            bytes[at..at + to.len()].copy_from_slice(to);
            found += 1;
        }
    }
    assert!(found > 0, "the file has no such bytes");
    let path = data.folder.path("doctored.h5");
    fs::write(&path, bytes).expect("the folder can be written");
    format!("data.source={}", text(&path))
}

#[test]
fn a_file_without_the_parameter_is_refused() {
    let data = Data::new("parameter");
    let reader = WellReader::open(&data.file).unwrap_or_else(|error| panic!("{error}"));
    let mut info = reader.info().clone();
    info.provenance = Provenance::default();
    info.parameters[0].0 = "speed".into();
    let path = data.folder.path("other.h5");
    let written = WellWriter::create(&path, &info, Dtype::F32).and_then(|mut writer| {
        for index in 0..info.trajectories {
            writer.append(&reader.trajectory(index)?)?;
        }
        writer.finish()
    });
    written.unwrap_or_else(|error| panic!("{error}"));
    let source = format!("data.source={}", text(&path));
    refused(
        &data,
        &[&source],
        &["no parameter `velocity`; it has: speed"],
    );
}

#[test]
fn values_that_are_not_finite_end_the_training_with_their_place() {
    let data = Data::new("finite");
    let window = data
        .windows(&[], 0)
        .window(19 * 7 + 3)
        .unwrap_or_else(|error| panic!("{error}"));
    let value = |value: f32| value.to_le_bytes();
    let from: Vec<u8> = window.frames[0].iter().flat_map(|&x| value(x)).collect();
    let to: Vec<u8> = window.frames[0]
        .iter()
        .flat_map(|_| value(f32::NAN))
        .collect();
    let source = doctored(&data, &from, &to);
    for memory in ["data.memory=4096", "data.memory=0"] {
        let recipe = text(&data.recipe);
        let output = text(&data.folder.path(memory));
        let arguments = [
            "train", &recipe, "--output", &output, "--set", &source, "--set", memory,
        ];
        let result = run(&arguments);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{said}");
        assert!(
            said.contains("frame 3 of trajectory 7 has values that are not finite"),
            "{said}"
        );
    }
}
