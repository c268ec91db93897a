//! The look at the grid, as a training keeps it.

use super::{FRONTS, checked};
use crate::common::{Folder, printed, run, text};
use serde_json::Value;
use std::fs;

const LEARNED: &str = r#"
[model]
kind = "fno"
width = 4
modes = 4
layers = 1

[train]
steps = 20
batch = 4

[evaluate]
trajectories = 1
"#;

#[test]
fn a_training_keeps_both_errors_and_calls_neither_the_error() {
    let folder = Folder::new("unresolved-kept");
    let path = text(&folder.write("recipe.toml", &format!("{FRONTS}{LEARNED}")));
    let output = folder.path("run");
    let trained = run(&[
        "train",
        &path,
        "--output",
        &text(&output),
        "--set",
        "grid.points=[16]",
    ]);
    let said = printed(&trained);
    assert!(trained.status.success(), "{said}");
    assert!(
        said.contains("warning: The grid of [16] points is too coarse"),
        "{said}"
    );
    let read = |name: &str| fs::read_to_string(output.join(name)).expect("it is there");
    for name in ["summary.json", "evaluation.json"] {
        let found: Value = serde_json::from_str(&read(name)).expect("JSON");
        let errors = &found["solver_errors"];
        for kind in ["temporal", "spatial"] {
            assert!(
                errors[kind].as_f64().is_some_and(|error| error > 0.0),
                "{name}: {errors}"
            );
        }
    }
    let (seen, _) = checked(&folder, FRONTS, &["grid.points=[16]"]);
    let summary: Value = serde_json::from_str(&read("summary.json")).expect("JSON");
    assert_eq!(summary["solver_errors"]["points"], seen["enough"]["points"]);
    let page = read("report.html");
    assert!(
        page.contains(" in time, ") && page.contains(" in space."),
        "the page names both"
    );
    let refused = folder.path("refused");
    let output = text(&refused);
    let sets = [
        "--set",
        "grid.points=[16]",
        "--set",
        "time.resolution=refuse",
    ];
    let arguments = [&["train", &path, "--output", &output], &sets[..]].concat();
    assert_eq!(run(&arguments).status.code(), Some(2));
    assert!(!refused.exists());
}
