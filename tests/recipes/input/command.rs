//! Overrides, files, directories and devices of the command line.

use crate::common::{Folder, RECIPE, printed, run, text};

#[test]
fn wrong_overrides_are_refused_by_what_was_typed() {
    let folder = Folder::new("overrides");
    let recipe = text(&folder.write("small.toml", RECIPE));
    for (set, expected) in [
        ("train.stps=5", "did you mean `steps`?"),
        ("train.steps=many", "--set train.steps=many"),
        ("train.steps", "has no `=`"),
        ("train.steps.more=1", "is a value, not a table"),
        ("equation.velocity=nan", "not a finite number"),
    ] {
        let result = run(&["check", &recipe, "--set", set]);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{set}: {said}");
        assert!(
            said.contains(expected),
            "{set}: {expected:?} is missing in:\n{said}"
        );
    }
    let result = run(&[
        "check",
        &recipe,
        "--set",
        "train.steps=7",
        "--set",
        "grid.length={uniform=[1.0, 2.0]}",
    ]);
    assert!(
        printed(&result).contains("7 steps of 16 windows"),
        "{}",
        printed(&result)
    );
}

#[test]
fn files_and_directories_that_do_not_fit_are_refused() {
    let folder = Folder::new("files");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let nowhere = text(&folder.path("nowhere.toml"));
    let here = text(&folder.path(""));
    folder.write("notes.txt", "no run");
    for (arguments, expected) in [
        (vec!["train", &nowhere], "can't be read"),
        (
            vec!["train", &recipe, "--output", &here],
            "exists, and is no run: choose another with --output",
        ),
        (vec!["train", "--resume", &here], "is no run"),
        (vec!["train", "--resume", &nowhere], "is no run"),
        (vec!["evaluate", &here], "is no run"),
        (vec!["report", &here], "not a run"),
        (
            vec!["train", &recipe, "--device", "gpu"],
            "`gpu` is no device",
        ),
        (vec!["list", "equation"], "did you mean `equations`?"),
        (
            vec!["list", "equations", "burger"],
            "did you mean `burgers`?",
        ),
    ] {
        let result = run(&arguments);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(
            said.contains(expected),
            "{arguments:?}: {expected:?} is missing in:\n{said}"
        );
        assert_eq!(
            said.lines()
                .filter(|line| line.starts_with("error:"))
                .count(),
            1,
            "{said}"
        );
    }
}

#[cfg(not(feature = "cuda"))]
#[test]
fn a_device_that_is_not_built_in_is_refused_with_the_way_to_build_it() {
    let folder = Folder::new("device");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let result = run(&["train", &recipe, "--device", "cuda"]);
    assert_eq!(result.status.code(), Some(2));
    assert!(
        printed(&result).contains("--features cuda"),
        "{}",
        printed(&result)
    );
}
