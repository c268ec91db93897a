//! Trainings that are stopped or killed, and go on.

use super::{losses, started_for, train};
use crate::common::{
    Folder, RECIPE, kill_at, metrics, ondine, printed, run, text, timeless, wait_for,
};
use ondine::datasets::policy::POLICIES;
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};

fn started(recipe: &Path, output: &Path) -> Child {
    started_for(recipe, output, 2000)
}

fn resumed(output: &Path) {
    let result = run(&["train", "--resume", &text(output)]);
    assert!(result.status.success(), "{}", printed(&result));
}

#[test]
fn a_killed_training_resumes_and_ends_like_one_that_was_left_alone() {
    let folder = Folder::new("killed");
    let recipe = folder.write("small.toml", RECIPE);
    let [whole, killed] = ["whole", "killed"].map(|name| folder.path(name));
    train(&recipe, &whole, &["--set", "train.steps=2000"]);
    let mut child = started(&recipe, &killed);
    wait_for(&killed.join("checkpoints/step-00000100"), &mut child);
    child.kill().expect("SIGKILL");
    child.wait().expect("a child");
    resumed(&killed);
    assert_eq!(timeless(&whole), timeless(&killed));
}

/// Trains 800 steps of the recipe with an override at once, and in two halves with a kill between them, which must give the same.
fn killed_and_resumed(folder: &Folder, recipe: &Path, set: &str) {
    let [whole, killed] = ["whole", "killed"].map(|name| folder.path(&format!("{name}-{set}")));
    let more = [
        "--set",
        set,
        "--set",
        "train.steps=800",
        "--set",
        "ensemble.simulations=700",
    ];
    train(recipe, &whole, &more);
    let (recipe, output) = (text(recipe), text(&killed));
    let mut command = ondine(&[&["train", &recipe, "--output", &output], &more[..]].concat());
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    wait_for(&killed.join("checkpoints/step-00000050"), &mut child);
    child.kill().expect("SIGKILL");
    child.wait().expect("a child");
    resumed(&killed);
    assert_eq!(timeless(&whole), timeless(&killed), "{set}");
}

#[test]
fn a_killed_training_resumes_alike_with_every_buffer() {
    let folder = Folder::new("buffers");
    let recipe = folder.write("small.toml", RECIPE);
    for entry in POLICIES {
        killed_and_resumed(&folder, &recipe, &format!("buffer.kind={}", entry.kind));
    }
}

#[test]
fn gradient_descent_learns_and_resumes_alike() {
    let folder = Folder::new("descent");
    let sgd = "optimizer = { kind = \"sgd\", learning_rate = 5e-2, weight_decay = 0.0 }";
    let recipe = RECIPE.replace("optimizer = { learning_rate = 5e-3 }", sgd);
    let recipe = folder.write("small.toml", &recipe);
    killed_and_resumed(&folder, &recipe, "train.optimizer.momentum=0.8");
    let run = folder.path("whole-train.optimizer.momentum=0.8");
    let losses = losses(&run);
    let (first, last) = (losses[0], losses[losses.len() - 1]);
    assert!(last < first / 3.0, "from {first} to {last}");
}

#[cfg(unix)]
#[test]
fn a_training_that_is_told_to_stop_keeps_its_last_step_and_resumes() {
    let folder = Folder::new("stopped");
    let recipe = folder.write("small.toml", RECIPE);
    let output = folder.path("run");
    let mut child = started(&recipe, &output);
    wait_for(&output.join("checkpoints/step-00000050"), &mut child);
    let id = child.id().to_string();
    let told = std::process::Command::new("kill")
        .args(["-TERM", &id])
        .status();
    assert!(told.expect("kill is everywhere").success());
    assert_eq!(child.wait().expect("a child").code(), Some(130));
    let summary =
        fs::read_to_string(output.join("summary.json")).expect("an interrupted run has one");
    assert!(summary.contains("interrupted"), "{summary}");
    resumed(&output);
    let last = metrics(&output).pop().expect("lines");
    assert_eq!(last["step"], 2000);
    // As if it had been killed between its last checkpoint and its end.
    fs::remove_file(output.join("summary.json")).expect("it was there");
    resumed(&output);
    assert!(output.join("summary.json").is_file());
    assert_eq!(metrics(&output).pop().expect("lines"), last);
    let again = run(&["train", "--resume", &text(&output)]);
    assert_eq!(
        again.status.code(),
        Some(2),
        "a finished run is not resumed: {}",
        printed(&again)
    );
}

#[test]
fn a_run_goes_on_with_other_lengths_and_says_what_changes() {
    let folder = Folder::new("changed");
    let recipe = folder.write("small.toml", RECIPE);
    let output = folder.path("run");
    let (directory, recipe_text) = (text(&output), text(&recipe));
    let start = ["train", &recipe_text, "--output", &directory];
    kill_at(&start, &output, "step-00000100");
    let resume = |sets: &[&str]| {
        let sets = sets.iter().flat_map(|set| ["--set", set]);
        let own = ["train", "--resume", &directory].into_iter();
        run(&own.chain(sets).collect::<Vec<_>>())
    };
    let refused = |sets: &[&str], expected: &str| {
        let result = resume(sets);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{said}");
        assert!(
            said.contains(expected),
            "{expected:?} is missing in:\n{said}"
        );
    };
    let before = fs::read_to_string(output.join("recipe.toml")).expect("a run has one");
    refused(
        &["model.width=16"],
        "--set model.width=16: a run that goes on takes",
    );
    refused(&["train.steps=40"], "are done: write more");
    refused(&["ensemble.simulations=150"], "write as many or more");
    let now = fs::read_to_string(output.join("recipe.toml")).expect("a run has one");
    assert_eq!(before, now);

    let result = resume(&["train.steps=400", "evaluate.trajectories=2"]);
    let said = printed(&result);
    assert!(result.status.success(), "{said}");
    for part in [
        "on: train.steps = 400 (was 300)",
        "on: evaluate.trajectories = 2 (was 4)",
    ] {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
    assert_eq!(said.matches(" on: ").count(), 2, "{said}");
    assert_eq!(metrics(&output).pop().expect("lines")["step"], 400);
    let kept = fs::read_to_string(output.join("recipe.toml")).expect("a run has one");
    assert!(
        kept.contains("steps = 400") && kept.contains("trajectories = 2"),
        "{kept}"
    );

    // At its end a training has read all windows; more steps need more simulations.
    let result = resume(&["train.steps=450"]);
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(1), "{said}");
    assert!(said.contains("--set ensemble.simulations=N"), "{said}");
    let result = resume(&["ensemble.simulations=260"]);
    let said = printed(&result);
    assert!(result.status.success(), "{said}");
    assert!(
        said.contains("ensemble.simulations = 260 (was 200)"),
        "{said}"
    );
    assert_eq!(metrics(&output).pop().expect("lines")["step"], 450);
    let summary = fs::read_to_string(output.join("summary.json")).expect("it has ended");
    assert!(summary.contains("\"simulations\": 260,"), "{summary}");
}
