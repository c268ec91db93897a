//! Keys of `[data]` that say how files are read, and which: layouts of a user's own, formats by name, lists of files, parts
//! and coarser forms.

mod common;

use common::{Folder, printed, run, text, timeless, unwrapped};
use ondine::datasets::hdf5;
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

/// Writes an array as NumPy does.
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
    let path = folder.path(name);
    fs::create_dir(&path).expect("writable");
    let speed = |index: usize| 0.5 + 0.1 * index as f64;
    let frames = (0..trajectories).flat_map(|b| (0..FRAMES).map(move |t| (b, t)));
    let values = frames.flat_map(|(b, t)| {
        let phase = 0.1 * t as f64 * speed(b);
        (0..POINTS).map(move |i| (TAU * i as f64 / POINTS as f64 - phase).sin())
    });
    let values: Vec<f64> = values.collect();
    write_npy(
        &path.join("u.npy"),
        &[trajectories, FRAMES, POINTS],
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

fn succeed(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{}", printed(&output));
    printed(&output)
}

/// The message of a command that the input forbids.
fn refused(arguments: &[&str]) -> String {
    let output = run(arguments);
    let said = printed(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    unwrapped(&said)
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
    let reader = hdf5::open(&later).expect("a dataset");
    assert_eq!((reader.info().frames, reader.info().trajectories), (4, 6));
    // A file that Ondine wrote says itself how it is read.
    predict(&later, &text(&folder.path("latest.h5")));
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
    let losses = |run: &str| -> Vec<Value> {
        let lines = fs::read_to_string(format!("{run}/metrics.jsonl")).expect("a run has it");
        let lines = lines
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        lines
            .map(|line| line["loss"].clone())
            .filter(|loss| !loss.is_null())
            .collect()
    };
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
        let reader = hdf5::open(made).expect("a dataset");
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
