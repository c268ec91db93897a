//! Files of their own to judge on.

use super::{FRAMES, LAYOUT, POINTS, arrays_called, losses, recipe, write_npy};
use crate::common::{Folder, printed, refused, run, succeed, text, timeless, unwrapped};
use serde_json::Value;
use std::fs;

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
