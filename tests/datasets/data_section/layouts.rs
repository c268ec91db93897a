//! Layouts of a user's own, and formats by name.

use super::{LAYOUT, arrays, judged_on, recipe, recipe_of};
use crate::common::{Folder, data, refused, succeed, text, timeless};
use ondine::datasets::files;
use std::fs;

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

    let judged = judged_on(&output, &source);
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
