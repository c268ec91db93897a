//! The example of a dataset without an equation, end to end through the binary: two fields between walls, a mask, a rate.

#[path = "../../examples/fitzhugh_nagumo/dataset.rs"]
mod dataset;
#[path = "../../examples/fitzhugh_nagumo/medium.rs"]
mod medium;

use crate::common::{Folder, printed, run, text, unwrapped};
use medium::{CELLS, Medium};
use ondine::datasets::files;
use std::fs;
use std::path::Path;

/// Runs the binary, which has to succeed.
fn succeed(arguments: &[&str]) -> String {
    let result = run(arguments);
    assert!(result.status.success(), "{}", printed(&result));
    unwrapped(&printed(&result))
}

#[test]
fn waves_turn_around_obstacles_and_leave_them_alone() {
    let mut medium = Medium::new(0, 0);
    let (solid, frames) = (medium.mask(), medium.frames(15));
    let cells = CELLS * CELLS;
    let frame = |number: usize| &frames[2 * cells * number..][..cells];
    assert!(frames.iter().all(|value| value.abs() < 3.0));
    let changed = |cell: usize| (frame(14)[cell] - frame(13)[cell]).abs() > 1e-3;
    let count = (0..cells).filter(|&cell| changed(cell)).count();
    assert!(count > cells / 10, "{count}");
    assert!((0..cells).all(|cell| solid[cell] == 0.0 || !changed(cell)));
}

#[test]
fn a_surrogate_is_trained_judged_and_reported_from_the_file_alone() {
    let folder = Folder::new("fitzhugh-nagumo");
    let (file, later) = (folder.path("medium.h5"), folder.path("later.h5"));
    dataset::write(&file, 0, [8, 9]).expect("a dataset");
    let recipe = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/fitzhugh_nagumo/recipe.toml");
    let recipe = fs::read_to_string(recipe).expect("the recipe of the example");
    let source = format!("source = {:?}", text(&file));
    let recipe = recipe.replace("source = \"fitzhugh_nagumo.h5\"", &source);
    let recipe = text(&folder.write("recipe.toml", &recipe));
    let said = succeed(&["check", &recipe]);
    for words in [
        "fields u, v",
        "static fields mask",
        "between walls",
        "epsilon in [0.0",
    ] {
        assert!(said.contains(words), "{words} is missing in {said}");
    }
    let output = text(&folder.path("run"));
    let small = [
        "train.steps=12",
        "model.width=4",
        "train.batch=2",
        "data.held_out={share=0.25}",
    ];
    let sets: Vec<&str> = small.iter().flat_map(|set| ["--set", *set]).collect();
    succeed(&[&["train", &recipe, "--output", &output][..], &sets].concat());
    let said = succeed(&["evaluate", &output]);
    assert!(said.contains("nRMSE") || said.contains("nrmse"), "{said}");
    let page = fs::read_to_string(folder.path("run").join("report.html")).expect("a report");
    for words in [
        "the states of “fitzhugh_nagumo” in time",
        "Correlation with the truth",
    ] {
        assert!(page.contains(words), "{words} is missing");
    }
    let before_recipe = page
        .split("The recipe of this run")
        .next()
        .unwrap_or_default();
    assert!(!before_recipe.contains("the solver"), "a solver is named");

    let predict = [
        "predict",
        &output,
        "--initial",
        &text(&file),
        "--frames",
        "2",
        "--output",
    ];
    succeed(&[&predict[..], &[&text(&later)]].concat());
    let later = files::open(&later).expect("a dataset");
    assert_eq!(
        later.constants(3).expect("the mask"),
        Medium::new(0, 3).mask()
    );
}
