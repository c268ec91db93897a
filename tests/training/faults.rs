//! Trainings and datasets whose simulations diverge, take too long or lose their process.

mod datasets;
mod processes;

use crate::common::{Folder, RECIPE, metrics, ondine, printed, run, text, wait_for};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// Burgers with one solver step per frame, which diverges for many of the longer frames.
fn recipe() -> String {
    let faulty = [
        (
            "kind = \"advection\"\nvelocity = { uniform = [0.5, 1.5] }",
            "kind = \"burgers\"\nviscosity = 0.01",
        ),
        ("dt = 0.1", "dt = { uniform = [0.1, 0.5] }"),
        ("steps = 300", "steps = 120"),
        ("every = 150", "every = 60"),
        ("trajectories = 4", "trajectories = 16"),
    ];
    faulty.iter().fold(RECIPE.to_owned(), |recipe, (from, to)| {
        assert!(recipe.contains(from), "{from}");
        recipe.replace(from, to)
    })
}

fn train(folder: &Folder, name: &str, sets: &[&str]) -> (PathBuf, String) {
    let output = folder.path(name);
    let recipe = text(&folder.write("faulty.toml", &recipe()));
    let target = text(&output);
    let mut arguments = vec!["train", &recipe, "--output", &target];
    arguments.extend(sets.iter().flat_map(|set| ["--set", set]));
    let result = run(&arguments);
    let said = printed(&result);
    assert!(result.status.success(), "{name}: {said}");
    (output, said)
}

/// A training under way, which says nothing.
fn begin(folder: &Folder, name: &str, sets: &[&str]) -> (PathBuf, Child) {
    let output = folder.path(name);
    let recipe = text(&folder.write("faulty.toml", &recipe()));
    let target = text(&output);
    let mut arguments = vec!["train", &recipe, "--output", &target];
    arguments.extend(sets.iter().flat_map(|set| ["--set", set]));
    let mut command = ondine(&arguments);
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    (output, command.spawn().expect("the binary starts"))
}

fn failures(run: &Path) -> Vec<Value> {
    let failed = |line: &Value| line.get("failed").is_some();
    metrics(run).into_iter().filter(failed).collect()
}

/// Lines of metrics but those of failures, without the numbers that depend on the clock.
fn learned(run: &Path) -> Vec<Value> {
    let lines = crate::common::timeless(run).into_iter();
    lines.filter(|line| line.get("failed").is_none()).collect()
}

fn summary(run: &Path) -> Value {
    let text = fs::read_to_string(run.join("summary.json")).expect("the run has ended");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn simulations_that_diverge_are_reported_and_drawn_again() {
    let folder = Folder::new("diverging");
    let (output, said) = train(
        &folder,
        "run",
        &["ensemble.workers=2", "ensemble.simulations=60"],
    );
    assert!(said.contains("failure 1: "), "{said}");
    assert!(said.contains("; drawn again"), "{said}");
    let failures = failures(&output);
    let trained: Vec<&Value> = failures.iter().filter(|f| f["held_out"] == false).collect();
    assert!(trained.len() > 1, "{failures:?}");
    assert!(trained.len() < failures.len(), "held-out ones fail as well");
    for failure in &failures {
        assert_eq!(failure["failed"], "diverged", "{failure}");
        assert_eq!(failure["redrawn"], true, "{failure}");
        assert_eq!(failure["parameters"]["viscosity"], 0.01, "{failure}");
        let dt = failure["parameters"]["dt"].as_f64().expect("a number");
        assert!(
            (0.25..0.5).contains(&dt),
            "short frames are stable: {failure}"
        );
        let simulation = failure["simulation"].as_u64().expect("an index");
        let cause = failure["cause"].as_str().expect("a sentence");
        let start = format!("simulation {simulation}: burgers (viscosity = 0.01, ");
        assert!(cause.starts_with(&start), "{cause}");
    }
    let summary = summary(&output);
    assert_eq!(summary["failures"]["diverged"], trained.len());
    assert_eq!(summary["simulations"], 60, "each was made");
    let largest = learned(&output)
        .iter()
        .filter_map(|line| line["loss"].as_f64())
        .fold(0.0, f64::max);
    assert!(
        largest < 10.0,
        "nothing that diverged was trained on: {largest}"
    );
    assert!(said.contains(" diverged\n"), "counted in the end: {said}");
}

#[test]
fn with_failures_a_deterministic_training_is_the_same_for_any_workers_and_in_processes() {
    let folder = Folder::new("alike");
    let sets = |workers| [workers, "deterministic=true"];
    let (one, _) = train(&folder, "one", &sets("ensemble.workers=1"));
    let (three, _) = train(&folder, "three", &sets("ensemble.workers=3"));
    let isolated = [
        "ensemble.workers=2",
        "deterministic=true",
        "ensemble.isolation=process",
    ];
    let (processes, _) = train(&folder, "processes", &isolated);
    assert_eq!(learned(&one), learned(&three));
    assert_eq!(learned(&one), learned(&processes));
    let named = |run: &Path| {
        let mut lines: Vec<String> = failures(run)
            .into_iter()
            .map(|mut line| {
                let object = line.as_object_mut().expect("an object");
                object.remove("time_s");
                object.remove("step");
                line.to_string()
            })
            .collect();
        lines.sort();
        lines
    };
    assert!(!named(&one).is_empty());
    assert_eq!(named(&one), named(&three));
    assert_eq!(named(&one), named(&processes), "word for word");
}

#[test]
fn too_many_failures_end_the_training_with_a_checkpoint_that_goes_on() {
    let folder = Folder::new("too-many");
    let recipe = text(&folder.write("faulty.toml", &recipe()));
    let output = folder.path("run");
    let target = text(&output);
    let arguments = [
        "train",
        &recipe,
        "--output",
        &target,
        "--set",
        "ensemble.max_failures=3",
    ];
    let result = run(&arguments);
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(1), "{said}");
    let expected = "error: 4 simulations failed, more than ensemble.max_failures = 3; the last one: simulation ";
    assert!(said.contains(expected), "{said}");
    let checkpoints = fs::read_dir(output.join("checkpoints")).expect("a folder");
    assert_eq!(checkpoints.count(), 1, "{said}");
    let result = run(&["train", "--resume", &target]);
    assert_eq!(result.status.code(), Some(1), "it fails again alike");
    assert!(printed(&result).contains(expected), "{}", printed(&result));
    let kept = output.join("recipe.toml");
    let resolved = fs::read_to_string(&kept).expect("a recipe");
    let more = resolved.replace("max_failures = 3", "max_failures = 500");
    assert_ne!(more, resolved);
    fs::write(&kept, more).expect("our file");
    let result = run(&["train", "--resume", &target]);
    assert!(result.status.success(), "{}", printed(&result));
    let (whole, _) = train(&folder, "whole", &["ensemble.max_failures=500"]);
    assert_eq!(learned(&output), learned(&whole));
    assert_eq!(summary(&output)["failures"], summary(&whole)["failures"]);
    assert_eq!(failures(&output).len(), failures(&whole).len());
}

#[test]
fn a_training_with_failures_that_is_killed_and_resumed_ends_like_one_that_was_not() {
    let folder = Folder::new("faulty-killed");
    let (whole, _) = train(&folder, "whole", &["train.steps=800"]);
    let (output, mut child) = begin(&folder, "killed", &["train.steps=800"]);
    wait_for(&output.join("checkpoints/step-00000100"), &mut child);
    child.kill().expect("SIGKILL");
    child.wait().expect("a child");
    let result = run(&["train", "--resume", &text(&output)]);
    assert!(result.status.success(), "{}", printed(&result));
    assert_eq!(learned(&output), learned(&whole));
    assert_eq!(summary(&output)["failures"], summary(&whole)["failures"]);
    assert_eq!(failures(&output).len(), failures(&whole).len());
}

#[test]
fn simulations_that_always_take_too_long_end_the_training() {
    let folder = Folder::new("late");
    for isolation in ["thread", "process"] {
        let recipe = text(&folder.write("faulty.toml", &recipe()));
        let output = text(&folder.path(isolation));
        let isolation = format!("ensemble.isolation={isolation}");
        let late = "ensemble.time_limit=1e-9";
        let result = run(&[
            "train", &recipe, "--output", &output, "--set", &isolation, "--set", late,
        ]);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(1), "{said}");
        let expected = "error: simulation 0 failed 10 times in a row, each time with other parameters; the last \
                        time: simulation 0: no end within ensemble.time_limit = 0.000000001 s";
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn wrong_settings_are_refused_with_their_place() {
    let folder = Folder::new("refused");
    for (line, said) in [
        (
            "time_limit = 0",
            "time_limit = 0 lies outside (0, 300000000] seconds",
        ),
        ("time_limit = -1.5", "time_limit = -1.5 lies outside"),
        (
            "isolation = \"fiber\"",
            "unknown value `fiber` in [ensemble]",
        ),
        ("max_failures = -1", "-1"),
    ] {
        let typed = recipe().replace("workers = 1", &format!("workers = 1\n{line}"));
        let recipe = text(&folder.write("wrong.toml", &typed));
        let result = run(&["check", &recipe]);
        assert_eq!(result.status.code(), Some(2), "{line}");
        let printed = printed(&result);
        assert!(printed.contains(said), "{printed}");
        assert!(printed.contains("wrong.toml:"), "{printed}");
    }
}

/// The workers that process `parent` started; beside each there is the leader of its group.
#[cfg(target_os = "linux")]
fn children(parent: u32) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").expect("Linux").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // "12 (name) S 7 ...": the fourth is the parent, and names may hold spaces.
        let rest = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        let command = fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default();
        let is_worker = command.ends_with("\0worker\0");
        if is_worker && rest.split(' ').nth(1) == Some(&parent.to_string()) {
            found.push(name);
        }
    }
    found
}

/// The worker processes of a training, when there are so many.
#[cfg(target_os = "linux")]
fn workers(training: &Child, count: usize) -> Vec<String> {
    let started = Instant::now();
    loop {
        let workers = children(training.id());
        if workers.len() == count {
            return workers;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "{workers:?}");
        std::thread::sleep(Duration::from_millis(2));
    }
}
