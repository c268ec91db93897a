//! Keys of `[data]` that say how files are read, and which: layouts of a user's own, formats by name, lists of files, parts
//! and coarser forms.

use crate::common::{Folder, printed, refused, run, succeed, text, timeless, unwrapped};
use ondine::datasets::files::{
    self, Axis, AxisKind, DatasetInfo, Dtype, Field, FieldKind, Reading, Time, Trajectory, Varying,
    WellWriter,
};
use serde_json::Value;
use std::f64::consts::TAU;
use std::fs;
use std::path::{Path, PathBuf};

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

fn data(name: &str) -> PathBuf {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/tests/data");
    data.join(name)
}

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

#[test]
fn arrays_of_a_users_own_are_trained_on_judged_and_predicted_from() {
    let folder = Folder::new("data-arrays");
    let source = arrays(&folder, 6);
    let recipe = recipe(&folder, &source, &format!("held_out = 2\n{LAYOUT}"));
    let resolved = succeed(&["check", &recipe, "--resolved"]);
    for part in [
        "length = [2.0]",
        "dt = 0.1",
        "speed",
        "\"periodic\"",
        "[data.layout",
    ] {
        assert!(resolved.contains(part), "{part}: {resolved}");
    }
    let [output, again, later] = ["run", "again", "later.h5"].map(|name| text(&folder.path(name)));
    succeed(&["train", &recipe, "--output", &output]);
    let kept = format!("{output}/recipe.toml");
    succeed(&["train", &kept, "--output", &again]);
    assert_eq!(timeless(output.as_ref()), timeless(again.as_ref()));

    let judge = [
        "evaluate",
        &output,
        "--data",
        &source,
        "--json",
        "--no-speed",
    ];
    let judged = run(&judge);
    assert!(judged.status.success(), "{}", printed(&judged));
    let judged: Value = serde_json::from_slice(&judged.stdout).expect("JSON");
    assert_eq!(judged["trajectories"], 6);
    let predict = |initial: &str, output: &str| {
        let from = ["predict", &recipe_of(&folder), "--initial", initial];
        succeed(&[&from[..], &["--output", output, "--frames", "3"]].concat());
    };
    predict(&source, &later);
    let reader = files::open(&later).expect("a dataset");
    assert_eq!((reader.info().frames, reader.info().trajectories), (4, 6));
    // A file that Ondine wrote says itself how it is read.
    predict(&later, &text(&folder.path("latest.h5")));
}

/// The losses of a training, in order.
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
fn parts_and_coarser_forms_are_trained_on_judged_and_predicted_from() {
    let folder = Folder::new("data-view");
    let source = arrays(&folder, 6);
    let keys = "held_out = 2\nevery = 2\ncoarsen = 2\nfields = [\"u\"]";
    let recipe = recipe(&folder, &source, &format!("{keys}\n{LAYOUT}"));
    let resolved = succeed(&["check", &recipe, "--resolved"]);
    for part in [
        "points = [8]",
        "length = [2.0]",
        "dt = 0.2",
        "frames = 4",
        "coarsen = 2",
    ] {
        assert!(resolved.contains(part), "{part}: {resolved}");
    }
    let [output, again, later] = ["run", "again", "later.h5"].map(|name| text(&folder.path(name)));
    succeed(&["train", &recipe, "--output", &output]);
    succeed(&[
        "train",
        &format!("{output}/recipe.toml"),
        "--output",
        &again,
    ]);
    assert_eq!(timeless(output.as_ref()), timeless(again.as_ref()));
    succeed(&["evaluate", &output, "--data", &source, "--no-speed"]);
    for initial in [&source, &later.clone()] {
        let next = text(&folder.path(&format!("{}.h5", initial.len())));
        let made = if *initial == source { &later } else { &next };
        let from = ["predict", &output, "--initial", initial, "--output", made];
        succeed(&[&from[..], &["--frames", "3"]].concat());
        let reader = files::open(made).expect("a dataset");
        assert_eq!((reader.info().frames, reader.info().points()), (4, vec![8]));
        assert!((reader.info().time.dt(0) - 0.2).abs() < 1e-12);
    }
}

#[test]
fn a_part_of_a_periodic_domain_is_trained_on_between_open_ends() {
    let folder = Folder::new("data-crop");
    let source = arrays(&folder, 4);
    let keys = format!("held_out = 1\ncrop = {{ x = [0, 8] }}\n{LAYOUT}");
    let recipe = recipe(&folder, &source, &keys);
    let said = unwrapped(&succeed(&["check", &recipe]));
    assert!(said.contains("x between open ends"), "{said}");
    let output = text(&folder.path("run"));
    succeed(&["train", &recipe, "--output", &output]);
    succeed(&["evaluate", &output, "--data", &source, "--no-speed"]);
}

#[test]
fn parts_that_a_file_does_not_have_are_refused_at_their_key() {
    let folder = Folder::new("data-no-view");
    let source = arrays(&folder, 3);
    let cases = [
        (
            "fields = [\"v\"]",
            "data.fields names `v`, and the fields are u",
        ),
        ("fields = [\"u\", \"u\"]", "data.fields has `u` twice"),
        ("every = 8", "write a number in [1, 7]"),
        ("crop = { y = [0, 4] }", "the axis `y`, and the axes are x"),
        ("crop = { x = [0, 17] }", "as in [0, 16]"),
        ("coarsen = 3", "write a divisor of 16"),
        (
            "coarsen = { x = 2, by = \"mode\" }",
            "did you mean `modes`?",
        ),
        (
            "coarsen = \"half\"",
            "expected a whole number such as 2, or a table",
        ),
    ];
    for (key, expected) in cases {
        let said = refused(&[
            "check",
            &recipe(&folder, &source, &format!("{key}\n{LAYOUT}")),
        ]);
        assert!(
            said.contains(expected),
            "{expected:?} is missing in: {said}"
        );
        let name = key.split(' ').next().unwrap_or_default();
        assert!(said.contains(&format!("{name} =")), "{said}");
    }
}

#[test]
fn files_of_their_own_are_judged_on_and_none_of_them_is_trained_on() {
    let folder = Folder::new("data-judged");
    let [train, _] =
        [("train", 3), ("test", 5)].map(|(name, count)| arrays_called(&folder, name, count));
    let pattern = text(&folder.path("te*"));
    let keys = format!("held_out = {{ files = {pattern:?} }}\n{LAYOUT}");
    let judged = recipe(&folder, &train, &keys);
    let [output, again, alone] = ["run", "again", "alone"].map(|name| text(&folder.path(name)));
    succeed(&["train", &judged, "--output", &output]);
    let resolved = fs::read_to_string(format!("{output}/recipe.toml")).expect("a run has one");
    assert!(resolved.contains("simulations = 3"), "{resolved}");
    succeed(&[
        "train",
        &format!("{output}/recipe.toml"),
        "--output",
        &again,
    ]);
    assert_eq!(timeless(output.as_ref()), timeless(again.as_ref()));
    let scored = run(&["evaluate", &output, "--json", "--no-speed"]);
    assert!(scored.status.success(), "{}", printed(&scored));
    let scored: Value = serde_json::from_slice(&scored.stdout).expect("JSON");
    assert_eq!(scored["trajectories"], 5);
    let own = succeed(&["evaluate", &output, "--data", &train, "--no-speed"]);
    assert!(
        unwrapped(&own).contains("it is data.source: the surrogate was trained on"),
        "{own}"
    );
    // The same training as without them.
    succeed(&[
        "train",
        &recipe(&folder, &train, LAYOUT),
        "--output",
        &alone,
    ]);
    assert!(!losses(&output).is_empty());
    assert_eq!(losses(&output), losses(&alone));
}

#[test]
fn held_out_files_are_taken_out_of_the_pattern_that_has_them() {
    let folder = Folder::new("data-overlap");
    for (name, count) in [("run_0", 3), ("run_1", 4), ("run_2", 5)] {
        arrays_called(&folder, name, count);
    }
    let all = text(&folder.path("run_*"));
    let last = text(&folder.path("run_2"));
    let keys = format!("held_out = {{ files = {last:?} }}\n{LAYOUT}");
    let checked = run(&["check", &recipe(&folder, &all, &keys), "--resolved"]);
    let resolved = printed(&checked);
    assert!(checked.status.success(), "{resolved}");
    assert!(resolved.contains("simulations = 7"), "{resolved}");
    let keys = format!("held_out = {{ files = {all:?} }}\n{LAYOUT}");
    let said = refused(&["check", &recipe(&folder, &all, &keys)]);
    assert!(
        said.contains("data.held_out names all files of data.source"),
        "{said}"
    );
    let keys = format!("held_out = {{ trajectories = [10, 13] }}\n{LAYOUT}");
    let said = refused(&["check", &recipe(&folder, &all, &keys)]);
    assert!(said.contains("trajectories 10 to 13 of 12"), "{said}");
}

#[test]
fn a_path_that_lies_beside_the_recipe_is_named() {
    let folder = Folder::new("data-beside");
    arrays_called(&folder, "mine-beside-the-recipe", 3);
    let said = refused(&["check", &recipe(&folder, "mine-beside-the-recipe", LAYOUT)]);
    let whole = text(&folder.path("mine-beside-the-recipe"));
    assert!(
        said.contains(&format!(
            "paths are taken from the working directory: write {whole:?}"
        )),
        "{said}"
    );
}

#[test]
fn a_recipe_says_what_lies_at_the_ends_that_a_file_does_not_state() {
    let folder = Folder::new("data-ends");
    let source = text(&data("formats/netcdf/ds.nc"));
    let keys = "ends = { x = \"periodic\" }\n";
    let checked = run(&["check", &recipe(&folder, &source, keys), "--resolved"]);
    let resolved = printed(&checked);
    assert!(resolved.contains("boundary = [\"periodic\"]"), "{resolved}");
    let said = refused(&[
        "check",
        &recipe(&folder, &source, "ends = { lon = \"wall\" }\n"),
    ]);
    assert!(
        said.contains("data.ends names the axis `lon`, and the axes are x"),
        "{said}"
    );
    assert!(said.contains("ends ="), "{said}");
}

#[test]
fn held_out_files_that_do_not_fit_are_refused_at_their_key() {
    let folder = Folder::new("data-misjudged");
    let train = arrays_called(&folder, "train", 3);
    let other = folder.path("other");
    fs::create_dir(&other).expect("writable");
    write_npy(&other.join("u.npy"), &[1, FRAMES, 8], &[1.0; FRAMES * 8]);
    write_npy(&other.join("speed.npy"), &[1], &[1.0]);
    let check = |files: &str| {
        let keys = format!("held_out = {{ files = {files} }}\n{LAYOUT}");
        refused(&["check", &recipe(&folder, &train, &keys)])
    };
    let said = check(&format!("{:?}", text(&other)));
    assert!(said.contains("its grid has [8] points, not [16]"), "{said}");
    assert!(said.contains("held_out ="), "{said}");
    let said = check(&format!("{:?}", text(&folder.path("nowhere"))));
    assert!(said.contains("No such file"), "{said}");
    write_npy(&other.join("u.npy"), &[1, 4, POINTS], &[1.0; 4 * POINTS]);
    let keys = format!("held_out = {{ files = [{:?}] }}\n{LAYOUT}", text(&other));
    let long = ["--set", "evaluate.frames=8"];
    let said = refused(&[&["check", &recipe(&folder, &train, &keys)][..], &long].concat());
    assert!(
        said.contains("frames = 8, and the trajectories that data.held_out judges on have 4"),
        "{said}"
    );
    let hole = |i: usize| if i == 70 { f64::NAN } else { (i as f64).sin() };
    let holed: Vec<f64> = (0..FRAMES * POINTS).map(hole).collect();
    write_npy(&other.join("u.npy"), &[1, FRAMES, POINTS], &holed);
    let said = check(&format!("{:?}", text(&other)));
    assert!(
        said.contains("other") && said.contains("mend the file"),
        "{said}"
    );
    let said = check("3");
    assert!(
        said.contains("expected a path in quotes, or a list of them"),
        "{said}"
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
    let judge = [
        "evaluate",
        &output,
        "--data",
        &source,
        "--json",
        "--no-speed",
    ];
    let judged = run(&judge);
    assert!(judged.status.success(), "{}", printed(&judged));
    let judged: Value = serde_json::from_slice(&judged.stdout).expect("JSON");
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

#[test]
fn a_layout_and_a_format_by_name_read_what_recognition_does() {
    let folder = Folder::new("data-format");
    let source = text(&data("pdebench/1D_Burgers_Sols_Nu0.01.hdf5"));
    let layout = r#"
[data.layout]
fields = { u = "tensor" }
axes = ["trajectory", "time", "x"]
coordinates = { x = "/x-coordinate", time = "t-coordinate" }
ends = { x = "periodic" }
"#;
    let numbers = ["", "format = \"pdebench\"", layout].map(|keys| {
        let recipe = recipe(&folder, &source, &format!("held_out = 1\n{keys}"));
        // The layout names no condition, and the network is not to be told of one.
        let told = ["--set", "problem.fields=[\"u\"]"];
        let output = text(&folder.path("run"));
        succeed(&[&["train", &recipe, "--output", &output][..], &told].concat());
        let numbers = timeless(output.as_ref());
        fs::remove_dir_all(&output).expect("it was written");
        numbers
    });
    assert_eq!(numbers[0], numbers[1]);
    assert_eq!(numbers[0], numbers[2]);
}

#[test]
fn layouts_that_do_not_fit_are_refused_at_their_key_with_the_arrays_of_the_file() {
    let folder = Folder::new("data-misfit");
    let source = arrays(&folder, 3);
    let cases = [
        (
            "\"u.npy\" }",
            "\"v.npy\" }",
            "data.layout.fields.u = \"v.npy\" names no array",
            "fields =",
        ),
        (
            "\"u.npy\" }",
            "\"v.npy\" }",
            "it has `speed.npy`, `u.npy`",
            "fields =",
        ),
        (
            "\"speed.npy\"",
            "\"nu\"",
            "data.layout.conditions.speed = \"nu\"",
            "conditions =",
        ),
        (
            "\"time\", \"x\"]",
            "\"x\"]",
            "has the shape [3, 8, 16], of 3 axes",
            "axes =",
        ),
        (
            "length = [2.0]",
            "length = [2.0, 1.0]",
            "one length above 0 per axis, x",
            "length =",
        ),
        (
            "length = [2.0]",
            "length = [0.0]",
            "one length above 0 per axis, x",
            "length =",
        ),
        (
            "dt = 0.1",
            "dt = -1.0",
            "write the time between two frames, above 0",
            "dt =",
        ),
        (
            "dt = 0.1",
            "dz = 0.1",
            "unknown key `dz` in [data.layout]",
            "dz =",
        ),
        (
            "ends = { x",
            "ends = { y",
            "knows no axis `y`: its axes are trajectory, time, x",
            "ends =",
        ),
        (
            "dt = 0.1",
            "coordinates = { x = \"u.npy\" }",
            "coordinates.x, which has the points",
            "length =",
        ),
    ];
    for (from, to, expected, line) in cases {
        let layout = LAYOUT.replacen(from, to, 1);
        assert_ne!(layout, LAYOUT, "{from}");
        let said = refused(&["check", &recipe(&folder, &source, &layout)]);
        assert!(
            said.contains(expected),
            "{expected:?} is missing in: {said}"
        );
        assert!(said.contains(line), "{line:?} is missing in: {said}");
    }
}

#[test]
fn formats_that_do_not_fit_are_refused_at_their_key() {
    let folder = Folder::new("data-no-format");
    let source = text(&data("pdebench/1D_Burgers_Sols_Nu0.01.hdf5"));
    let said = refused(&["check", &recipe(&folder, &source, "format = \"pdbench\"")]);
    assert!(
        said.contains("is no format: write one of well, pdebench"),
        "{said}"
    );
    let said = refused(&["check", &recipe(&folder, &source, "format = \"py-pde\"")]);
    assert!(said.contains("1D_Burgers"), "{said}");
    let both = format!("format = \"well\"\n{LAYOUT}");
    let said = refused(&["check", &recipe(&folder, &source, &both)]);
    assert!(
        said.contains("data.format stands beside data.layout"),
        "{said}"
    );
}
