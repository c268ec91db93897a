//! Keys of `[data]` that say how files are read, and which: layouts of a user's own, formats by name, lists of files, parts
//! and coarser forms.

mod held_out;
mod layouts;
mod parts;

use crate::common::{Folder, printed, refused, run, succeed, text, timeless, unwrapped};
use ondine::datasets::files::{
    self, Axis, AxisKind, DatasetInfo, Dtype, Field, FieldKind, Reading, Time, Trajectory, Varying,
    WellWriter,
};
use serde_json::Value;
use std::f64::consts::TAU;
use std::fs;
use std::path::Path;

/// A network and a training of seconds.
const TRAINING: &str = r#"
[model]
kind = "fno"
width = 4
modes = 2
layers = 1
[train]
steps = 20
batch = 2
[evaluate]
every = 20
"#;

const POINTS: usize = 16;
const FRAMES: usize = 8;

/// Writes an array as `NumPy` does.
fn write_npy(path: &Path, shape: &[usize], values: &[f64]) {
    assert_eq!(shape.iter().product::<usize>(), values.len());
    let shape: String = shape.iter().map(|extent| format!("{extent}, ")).collect();
    let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({shape}), }}");
    let header = format!("{header:<117}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.bytes());
    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    fs::write(path, bytes).expect("writable");
}

/// A folder of arrays: waves that run at a speed of their trajectory.
fn arrays(folder: &Folder, trajectories: usize) -> String {
    arrays_called(folder, "mine", trajectories)
}

fn arrays_called(folder: &Folder, name: &str, trajectories: usize) -> String {
    arrays_of(folder, name, [trajectories, FRAMES])
}

fn arrays_of(folder: &Folder, name: &str, [trajectories, num_frames]: [usize; 2]) -> String {
    let path = folder.path(name);
    fs::create_dir(&path).expect("writable");
    let speed = |index: usize| 0.5 + 0.1 * index as f64;
    let frames = (0..trajectories).flat_map(|b| (0..num_frames).map(move |t| (b, t)));
    let values = frames.flat_map(|(b, t)| {
        let phase = 0.1 * t as f64 * speed(b);
        (0..POINTS).map(move |i| (TAU * i as f64 / POINTS as f64 - phase).sin())
    });
    let values: Vec<f64> = values.collect();
    write_npy(
        &path.join("u.npy"),
        &[trajectories, num_frames, POINTS],
        &values,
    );
    let speeds: Vec<f64> = (0..trajectories).map(speed).collect();
    write_npy(&path.join("speed.npy"), &[trajectories], &speeds);
    text(&path)
}

const LAYOUT: &str = r#"
[data.layout]
fields = { u = "u.npy" }
axes = ["trajectory", "time", "x"]
conditions = { speed = "speed.npy" }
ends = { x = "periodic" }
dt = 0.1
length = [2.0]
"#;

/// A recipe with these keys and tables of `[data]`.
fn recipe(folder: &Folder, source: &str, keys: &str) -> String {
    let recipe = format!("seed = 2\n[data]\nsource = {source:?}\n{keys}\n{TRAINING}");
    text(&folder.write("recipe.toml", &recipe))
}

/// The losses of a training, in order.
/// The evaluation of a run on the trajectories of a file.
fn judged_on(run_directory: &str, source: &str) -> Value {
    let judge = ["evaluate", run_directory, "--data", source];
    let judged = run(&[&judge[..], &["--json", "--no-speed"]].concat());
    assert!(judged.status.success(), "{}", printed(&judged));
    serde_json::from_slice(&judged.stdout).expect("JSON")
}

fn losses(run: &str) -> Vec<Value> {
    let lines = fs::read_to_string(format!("{run}/metrics.jsonl")).expect("a run has it");
    let lines = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let losses = lines.map(|line| line["loss"].clone());
    losses.filter(|loss| !loss.is_null()).collect()
}

#[test]
fn several_files_are_one_dataset_in_the_order_in_which_they_are_listed() {
    let folder = Folder::new("data-list");
    let [a, b] = [("a", 2), ("b", 3)].map(|(name, count)| arrays_called(&folder, name, count));
    let write = |source: &str, keys: &str| {
        let recipe = format!("seed = 2\n[data]\nsource = {source}\n{keys}\n{LAYOUT}\n{TRAINING}");
        text(&folder.write("recipe.toml", &recipe))
    };
    let list = format!("[{b:?}, {a:?}]");
    let recipe = write(&list, "held_out = { trajectories = [3, 5] }");
    let [whole, again] = ["whole", "again"].map(|name| text(&folder.path(name)));
    let said = succeed(&["train", &recipe, "--output", &whole]);
    assert!(unwrapped(&said).contains("and 1 more"), "{said}");
    let resolved = fs::read_to_string(format!("{whole}/recipe.toml")).expect("a run has one");
    assert!(resolved.contains("simulations = 3"), "{resolved}");
    // Both held-out trajectories are those of the second file.
    let alone = write(&format!("{b:?}"), "");
    succeed(&["train", &alone, "--output", &again]);
    assert!(!losses(&whole).is_empty());
    assert_eq!(losses(&whole), losses(&again));

    let twice = refused(&["check", &write(&format!("[{a:?}, {a:?}]"), "")]);
    assert!(twice.contains("data.source names it twice"), "{twice}");
    let none = refused(&["check", &write("[]", "")]);
    assert!(
        none.contains("data.source names no file: write its path"),
        "{none}"
    );
    let number = refused(&["check", &write("3", "")]);
    assert!(
        number.contains("expected a path in quotes, or a list of them"),
        "{number}"
    );
}

#[test]
fn trajectories_of_different_lengths_are_trained_on_judged_and_predicted_from() {
    let folder = Folder::new("data-ragged");
    for (name, shape) in [("run1", [2, 5]), ("run2", [1, FRAMES]), ("run3", [2, 4])] {
        arrays_of(&folder, name, shape);
    }
    let source = text(&folder.path("run*"));
    let recipe = recipe(&folder, &source, &format!("held_out = 1\n{LAYOUT}"));
    let resolved = succeed(&["check", &recipe, "--resolved"]);
    // The longest trajectory, and the one that is judged on.
    for part in [
        "[time] dt = 0.1 frames = 8",
        "frames = 4",
        "simulations = 4",
    ] {
        let flat = resolved.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(part), "{part}: {resolved}");
    }
    let [output, again, later] = ["a", "b", "later.h5"].map(|name| text(&folder.path(name)));
    // Windows of two frames: 4, 4, 7 and 3 of the trajectories that are trained on.
    let epoch = ["--set", "train.epochs=2", "--set", "train.steps=18"];
    succeed(&[&["train", &recipe, "--output", &output][..], &epoch].concat());
    succeed(&[
        "train",
        &format!("{output}/recipe.toml"),
        "--output",
        &again,
    ]);
    assert_eq!(timeless(output.as_ref()), timeless(again.as_ref()));
    let blocks = text(&folder.path("blocks"));
    let blocked = [
        "train",
        &recipe,
        "--output",
        &blocks,
        "--set",
        "data.block=2",
    ];
    succeed(&[&blocked[..], &epoch].concat());
    assert_ne!(timeless(output.as_ref()), timeless(blocks.as_ref()));
    let judged = judged_on(&output, &source);
    assert_eq!(judged["trajectories"], 5);
    let predict = ["predict", &output, "--initial", &source, "--output", &later];
    succeed(&[&predict[..], &["--frames", "2"]].concat());
    let reader = files::open(&later).expect("a dataset");
    assert_eq!((reader.info().frames, reader.info().trajectories), (3, 5));
    let given = Reading {
        layout: Some(
            toml::from_str(LAYOUT.trim_start().trim_start_matches("[data.layout]"))
                .expect("a layout"),
        ),
        ..Reading::default()
    };
    let given = given.open(source.as_ref()).expect("a dataset");
    for index in 0..5 {
        let (first, last) = (reader.frame(index, 0), given.last_frame(index));
        let first = first.expect("it is there");
        let far = |(a, b): (f64, f64)| (a - b).abs() > 1e-6;
        assert!(
            !first.into_iter().zip(last.expect("it is there")).any(far),
            "{index}"
        );
    }
}

/// A file of The Well's layout with three trajectories of two fields, 0.1 between their frames.
fn write_well(path: &Path, frames: usize) {
    let field = |name: &str| Field {
        name: name.to_owned(),
        kind: FieldKind::Scalar,
    };
    let info = DatasetInfo {
        name: "well".to_owned(),
        trajectories: 3,
        frames,
        axes: vec![Axis {
            points: POINTS,
            length: Varying::Same(1.0),
            kind: AxisKind::PERIODIC,
        }],
        fields: vec![field("density"), field("pressure")],
        time: Time::Uniform(Varying::Same(0.1)),
        ..DatasetInfo::default()
    };
    let mut writer = WellWriter::create(path, &info, Dtype::F64).expect("writable");
    for index in 0..3 {
        let values = (0..frames * 2 * POINTS).map(|i| (0.1 * (i + 5 * index) as f64).sin());
        let frames = values.collect();
        writer
            .append(&Trajectory { index, frames })
            .expect("it fits");
    }
    writer.finish().expect("writable");
}

/// A folder as The Well's are, which says means and standard deviations of two fields.
fn well_folder(folder: &Folder) -> String {
    let path = folder.path("well");
    fs::create_dir_all(path.join("data/train")).expect("writable");
    write_well(&path.join("data/train/one.hdf5"), 4);
    let numbers =
        "mean:\n  density: 1.5\n  pressure: -0.25\nstd:\n  density: 3.0\n  pressure: 0.5\n";
    fs::write(path.join("stats.yaml"), numbers).expect("writable");
    text(&path)
}

#[test]
fn rollouts_begin_with_single_frames_where_one_time_step_was_trained() {
    let folder = Folder::new("data-single");
    let [train, first] = [("train.hdf5", 4), ("first.hdf5", 1)].map(|(name, frames)| {
        let path = folder.path(name);
        write_well(&path, frames);
        text(&path)
    });
    let [output, rollout] = ["run", "rollout.h5"].map(|name| text(&folder.path(name)));
    succeed(&["train", &recipe(&folder, &train, ""), "--output", &output]);
    let initial = ["predict", &output, "--initial", &first];
    succeed(&[&initial[..], &["--frames", "3", "--output", &rollout]].concat());
    let found = files::open(&rollout).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(found.info().frames, 4);
    assert!((found.info().time.dt(0) - 0.1).abs() < 1e-12);
}

#[test]
fn scales_are_those_that_a_folder_says_of_itself() {
    let folder = Folder::new("data-scales");
    let keys = "fields = [\"pressure\", \"density\"]\nscales = \"file\"";
    let recipe_of = |source: &str, keys: &str| recipe(&folder, source, keys);
    let output = text(&folder.path("run"));
    succeed(&[
        "train",
        &recipe_of(&well_folder(&folder), keys),
        "--output",
        &output,
    ]);
    let state = format!("{output}/checkpoints/step-00000020/state.json");
    let state: Value = serde_json::from_slice(&fs::read(state).expect("readable")).expect("JSON");
    assert_eq!(state["scaling"]["mean"], serde_json::json!([-0.25, 1.5]));
    assert_eq!(state["scaling"]["deviation"], serde_json::json!([0.5, 3.0]));
    let arrays = arrays(&folder, 3);
    let said = refused(&[
        "check",
        &recipe_of(&arrays, &format!("scales = \"file\"\n{LAYOUT}")),
    ]);
    assert!(
        said.contains("says no mean and standard deviation of `u`"),
        "{said}"
    );
    assert!(said.contains("write scales = \"measured\""), "{said}");
}

fn recipe_of(folder: &Folder) -> String {
    text(&folder.path("run"))
}
