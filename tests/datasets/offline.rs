//! Training from a dataset through the binary: in epochs, resumed, and refused where file and recipe differ.

use crate::common::{Folder, RECIPE, kill_at, metrics, printed, run, text, timeless, unwrapped};
use ondine::control::Control;
use ondine::datasets::files::{
    DatasetInfo, DatasetReader, Dtype, Provenance, Time, Varying, WellReader, WellWriter,
};
use ondine::datasets::offline::{EpochLoader, WindowFile};
use ondine::datasets::{Source, Window, WindowCutter};
use ondine::evaluation::HeldOut;
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
            let ensemble = &plan.solver.as_ref().expect("an equation").training;
            let mut cutter =
                WindowCutter::new(plan.cut, simulation, ensemble.conditions(simulation));
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
            let ran = ensemble.run(simulation, &mut |frame| {
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
fn blocks_are_shuffled_in_themselves_whatever_memory_holds() {
    let data = Data::new("blocks");
    let sets = ["data.trajectories=10", "data.block=3"];
    let draw = |bytes: u64, handed_out: u64| -> Vec<Window> {
        let file = Arc::new(data.windows(&sets, bytes));
        // Blocks come and go unless all fits.
        assert_eq!(file.held(), if bytes < 10 * 2560 { 0 } else { 190 });
        let mut loader = EpochLoader::start(file, 5, handed_out, 8, Arc::default());
        let rest = (380 - handed_out) as usize / 10;
        let batches = (0..rest).map(|_| loader.draw(10).unwrap_or_else(|error| panic!("{error}")));
        batches.flatten().collect()
    };
    let all = draw(u64::MAX, 0);
    let block = |window: &Window| window.simulation / 3;
    for epoch in all.chunks(190) {
        let places = epoch.iter().map(|window| (window.simulation, window.start));
        assert_eq!(places.collect::<BTreeSet<_>>().len(), 190);
        let mut blocks: Vec<u64> = epoch.iter().map(block).collect();
        blocks.dedup();
        assert_eq!(blocks.len(), 4, "{blocks:?}");
    }
    for (bytes, handed_out) in [(0, 0), (6 * 2560, 0), (0, 100), (0, 190)] {
        let again = draw(bytes, handed_out);
        let rest = &all[handed_out as usize..];
        assert_eq!(again.len(), rest.len());
        let same = |(a, b): (&Window, &Window)| {
            (a.simulation, a.start, &a.frames) == (b.simulation, b.start, &b.frames)
        };
        assert!(again.iter().zip(rest).all(same), "{bytes} {handed_out}");
    }
}

#[test]
fn a_training_in_blocks_is_the_same_each_time_and_keeps_their_size() {
    let data = Data::new("in_blocks");
    let train = |name: &str, sets: &[&str]| timeless(&data.train(&data.recipe, name, sets).0);
    let sets = ["train.steps=40", "data.block=10"];
    let once = train("once", &sets);
    assert_eq!(once, train("twice", &sets));
    assert_ne!(once, train("all", &sets[..1]));
    let kept = fs::read_to_string(data.folder.path("once").join("recipe.toml"));
    assert!(kept.expect("a recipe").contains("block = 10"));
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
        "data.formats=\"npz\"",
        &["unknown key `formats` in [data]", "did you mean `format`?"],
    );
    wrong(
        "data.block=0",
        &["block = 0 lies outside [1, 200]", "data.block"],
    );
    refused(
        &data,
        &[&source, "data.block=10", "data.memory=0"],
        &[
            "memory = 0 MiB holds no two trajectories",
            "write 1 or more",
        ],
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

/// The dataset as another program might have written it.
fn rewritten(data: &Data, change: impl FnOnce(&mut DatasetInfo)) -> String {
    let reader = WellReader::open(&data.file).unwrap_or_else(|error| panic!("{error}"));
    let mut info = reader.info().clone();
    info.provenance = Provenance::default();
    change(&mut info);
    let path = data.folder.path("other.h5");
    let written = WellWriter::create(&path, &info, Dtype::F32).and_then(|mut writer| {
        for index in 0..info.trajectories {
            writer.append(&reader.trajectory(index)?)?;
        }
        writer.finish()
    });
    written.unwrap_or_else(|error| panic!("{error}"));
    format!("data.source={}", text(&path))
}

#[test]
fn a_file_without_the_parameter_is_refused() {
    let data = Data::new("parameter");
    let source = rewritten(&data, |info| info.parameters[0].0 = "speed".into());
    refused(
        &data,
        &[&source],
        &["no parameter `velocity`; it has: speed"],
    );
}

#[test]
fn frames_at_uneven_times_are_refused() {
    let data = Data::new("times");
    let source = rewritten(&data, |info| {
        let times = (0..20).map(|frame| 0.1 * f64::from(frame).powf(1.1));
        info.time = Time::Listed(Varying::Same(times.collect()));
    });
    refused(
        &data,
        &[&source, "time.dt={ uniform = [0.1, 0.2] }"],
        &["not evenly spaced: frame 1 lies 0.1 after frame 0"],
    );
}

/// The dataset with another value at point 5 of frame 3 of trajectory 7.
fn spoiled(data: &Data, value: f64) -> String {
    let reader = WellReader::open(&data.file).unwrap_or_else(|error| panic!("{error}"));
    let path = data.folder.path(&format!("spoiled{value}.h5"));
    let info = reader.info();
    let written = WellWriter::create(&path, info, Dtype::F32).and_then(|mut writer| {
        for index in 0..info.trajectories {
            let mut trajectory = reader.trajectory(index)?;
            if index == 7 {
                trajectory.frames[3 * 32 + 5] = value;
            }
            writer.append(&trajectory)?;
        }
        writer.finish()
    });
    written.unwrap_or_else(|error| panic!("{error}"));
    format!("data.source={}", text(&path))
}

#[test]
fn values_that_are_no_data_are_refused_with_their_place_before_there_is_a_run() {
    let data = Data::new("spoiled");
    for (value, what) in [
        (f64::NAN, "`u` = NaN at point [5], which is not finite"),
        (
            -9999.0,
            "`u` = -9999 at point [5], which is a fill value or an outlier",
        ),
        (1e20, "at point [5], which is a fill value or an outlier"),
    ] {
        let source = spoiled(&data, value);
        let expected = [
            "frame 3 of trajectory 7 has",
            what,
            "1 such value, in 1 of 200 trajectories",
            "data.skip = \"bad\"",
        ];
        refused(&data, &[&source], &expected);
        refused(&data, &[&source, "data.memory=0"], &expected);
    }
}

#[test]
fn a_bad_trajectory_can_be_left_out_and_is_counted() {
    let data = Data::new("skip");
    let source = spoiled(&data, -9999.0);
    let sets = [
        &source,
        "data.skip=bad",
        "train.steps=20",
        "evaluate.every=20",
    ];
    let output = data.folder.path("skipping");
    let (recipe, to) = (text(&data.recipe), text(&output));
    let mut arguments = vec!["train", &recipe, "--output", &to];
    arguments.extend(sets.iter().flat_map(|set| ["--set", set]));
    let result = run(&arguments);
    let said = printed(&result);
    assert!(result.status.success(), "{said}");
    assert!(said.contains("1 more left out"), "{said}");
    let summary = summary(&output);
    assert_eq!(
        (&summary["simulations"], &summary["skipped"]),
        (&199.into(), &1.into())
    );

    let checked = unwrapped(&printed(&run(&[
        "check",
        &recipe,
        "--set",
        &source,
        "--set",
        "data.skip=bad",
    ])));
    assert!(checked.contains("1 trajectory left out"), "{checked}");
    assert!(
        checked.contains("3781"),
        "windows of 199 trajectories: {checked}"
    );
    let typed: Vec<String> = [&source[..], "data.skip=bad"].map(str::to_owned).to_vec();
    let plan = Recipe::parse("small.toml", RECIPE, &typed).and_then(Recipe::check);
    let plan = plan.unwrap_or_else(|error| panic!("{error}"));
    let windows = plan.window_file().expect("there is a file");
    let windows = windows.unwrap_or_else(|error| panic!("{error}"));
    let window = |index| {
        windows
            .window(index)
            .unwrap_or_else(|error| panic!("{error}"))
    };
    assert_eq!(window(19 * 6).simulation, 6);
    assert_eq!(window(19 * 7).simulation, 8, "7 is left out");
    refused(
        &data,
        &[&source, "data.skip=bad", "data.trajectories=200"],
        &[
            "trajectories = 200 lies outside [1, 199]",
            "1 more are left out",
        ],
    );
}

#[test]
fn frames_that_disagree_with_the_equation_are_said() {
    let data = Data::new("disagree");
    let recipe = text(&data.recipe);
    let typed = "equation.velocity={ uniform = [0.5, 1.8] }";
    let check = |file: &str| {
        let file = file.trim_start_matches("data.source=");
        let checked = run(&["check", &recipe, "--data", file, "--set", typed]);
        let said = printed(&checked);
        assert!(checked.status.success(), "{said}");
        unwrapped(&said)
    };
    let same = check(&data.source());
    assert!(same.contains("frames differ from `advection` by"), "{same}");
    assert!(!same.contains("are not those of the file"), "{same}");

    let other = rewritten(&data, |info| {
        let faster = info.parameters[0].1.map(|velocity| 1.2 * velocity);
        info.parameters[0].1 = faster;
    });
    let expected = [
        "frames differ from `advection` by ",
        " per step, growing to ",
        " at step 19",
        "equation, parameters or units are not those of the file",
    ];
    let said = |said: &str| {
        for part in expected {
            assert!(said.contains(part), "{part:?} is missing in:\n{said}");
        }
    };
    said(&check(&other));

    let output = text(&data.folder.path("disagreeing"));
    let sets = ["data.trajectories=20", "train.steps=20", typed];
    let mut arguments = vec!["train", &recipe, "--output", &output, "--set", &other];
    arguments.extend(sets.iter().flat_map(|set| ["--set", set]));
    let trained = run(&arguments);
    assert!(trained.status.success(), "{}", printed(&trained));
    said(&printed(&trained));

    let file = other.trim_start_matches("data.source=");
    let judged = run(&["evaluate", &output, "--data", file, "--no-speed"]);
    assert!(judged.status.success(), "{}", printed(&judged));
    said(&printed(&judged));
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
