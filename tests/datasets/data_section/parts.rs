//! Parts and coarser forms of what a file has.

use super::{LAYOUT, arrays, recipe};
use crate::common::{Folder, data, printed, refused, run, succeed, text, timeless, unwrapped};
use ondine::datasets::files;

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
