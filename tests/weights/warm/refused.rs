//! Starts that are refused.

use super::Source;
use crate::common::{printed, refused, run, text, unwrapped};
use std::fs;
use std::path::Path;

#[test]
fn wrong_starts_are_refused_with_a_sentence() {
    let source = Source::new("wrong");
    let start = source.start();
    let start = start.as_str();
    let named = |path: &Path| format!("train.start.run={:?}", text(path));

    let none = named(&source.folder.path("none"));
    source.refuses(
        &[&none],
        &["train.start.run", "is no run: there is no such directory"],
    );
    let empty = source.folder.path("empty");
    fs::create_dir_all(empty.join("checkpoints")).expect("a folder");
    fs::copy(source.run.join("recipe.toml"), empty.join("recipe.toml")).expect("a recipe");
    source.refuses(&[&named(&empty)], &["has no checkpoint: train it first"]);
    source.refuses(
        &[&named(&source.recipe)],
        &["is a text file, not the directory of a run"],
    );
    source.refuses(
        &[start, "train.start.checkpoint=\"best\""],
        &["keeps no checkpoint `best`"],
    );
    source.refuses(
        &[start, "train.start.checkpoint=\"step-7\""],
        &["has no checkpoint `step-7`; write one of: "],
    );
    source.refuses(
        &[start, "model={ kind = \"resnet\" }"],
        &[
            "is `fno`, and [model] is `resnet`",
            "write the [model] of the run",
        ],
    );
    source.refuses(
        &[
            start,
            "model={ kind = \"pde_refiner\", backbone = { kind = \"fno\" } }",
        ],
        &["is `fno`, and [model] is `pde_refiner` around `fno`"],
    );
    source.refuses(
        &[start, "train.start.names={ w = \"u\" }"],
        &["`w` is no field or condition of the recipe, which has u, dt, dx, velocity"],
    );
    source.refuses(
        &[start, "train.start.names={ u = \"w\" }"],
        &["`w` is no field or condition of the run"],
    );
    source.refuses(
        &[start, "train.start.shrink=1.5"],
        &["shrink = 1.5 lies outside [0, 1]"],
    );
    source.refuses(
        &[start, "train.start.shrink=0"],
        &["shrink and perturb are both 0"],
    );
    source.refuses(
        &[start, "train.start.scaling=\"other\""],
        &["unknown value `other`"],
    );
    source.refuses(&["train.start.shrink=0.5"], &["needs the key `run`"]);
    let (recipe, of_run) = (text(&source.recipe), text(&source.run));
    for set in [start, &format!("train.start={{ run = {of_run:?} }}")] {
        let said = refused(&["train", &recipe, "--set", set, "--weights-from", &of_run]);
        assert!(
            said.contains(
                "--set train.start.run beside --weights-from: write one of the two alone"
            ),
            "{said}"
        );
    }
    let checked = run(&["check", &text(&source.recipe), "--set", &none]);
    assert_eq!(checked.status.code(), Some(2), "{}", printed(&checked));
    let checked = run(&["check", &text(&source.recipe), "--set", start]);
    let said = unwrapped(&printed(&checked));
    assert!(
        checked.status.success() && said.contains("after 60 steps"),
        "{said}"
    );
}
