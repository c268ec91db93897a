//! Training through the binary: it learns, leaves a whole run, and survives interruption.

use crate::common::{
    Folder, RECIPE, kill_at, metrics, ondine, printed, run, text, timeless, wait_for,
};
use ondine::datasets::files::{DatasetReader, WellReader};
use ondine::datasets::policy::POLICIES;
use ondine::run::{FILES, Run, RunError};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

fn train(recipe: &Path, output: &Path, more: &[&str]) -> String {
    let (recipe, output) = (text(recipe), text(output));
    let result = run(&[&["train", &recipe, "--output", &output], more].concat());
    let said = printed(&result);
    assert!(result.status.success(), "{said}");
    said
}

/// Every file below a folder of a run is listed among those that a run may have.
fn assert_listed(run: &Path, folder: &Path) {
    for path in fs::read_dir(folder)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.path())
    {
        let name = text(path.strip_prefix(run).expect("below the run"));
        let digits = name.chars().filter(char::is_ascii_digit).count();
        let listed = match name.split_once("step-") {
            Some((before, _)) if digits == 8 => {
                format!("{before}step-N{}", &name[before.len() + 13..])
            }
            _ => name,
        };
        let folder = format!("{listed}/");
        let found = |name: &str| FILES.iter().any(|(file, _)| *file == name);
        if path.is_dir() && !found(&folder) {
            assert_listed(run, &path);
        } else {
            assert!(
                found(&listed) || found(&folder),
                "{listed} is not in the list of files"
            );
        }
    }
}

#[test]
fn a_surrogate_of_advection_learns_and_the_run_is_whole() {
    let folder = Folder::new("learns");
    let output = folder.path("run");
    let said = train(&folder.write("small.toml", RECIPE), &output, &[]);
    assert!(
        said.contains("the trainer waited") && said.contains("the solvers"),
        "{said}"
    );
    for name in [
        "recipe.toml",
        "metrics.jsonl",
        "evaluation.json",
        "sample.safetensors",
        "summary.json",
        "report.html",
    ] {
        assert!(output.join(name).is_file(), "{name} is missing");
    }
    assert!(
        output
            .join("checkpoints/step-00000300/weights.bpk")
            .is_file()
    );
    assert_listed(&output, &output);
    let lines = metrics(&output);
    let losses: Vec<f64> = lines
        .iter()
        .filter_map(|line| line["loss"].as_f64())
        .collect();
    let (first, last) = (losses[0], losses[losses.len() - 1]);
    assert!(
        last < first / 10.0,
        "the loss fell only from {first} to {last}"
    );
    // In order of simulation: the last one is counted too.
    let last = lines.iter().rfind(|line| line.get("loss").is_some());
    assert_eq!(last.expect("a line")["simulations"], 200);
    let summary = fs::read_to_string(output.join("summary.json")).expect("it has ended");
    assert!(summary.contains("\"simulations\": 200,"), "{summary}");
    let judged: Vec<&Value> = lines
        .iter()
        .filter(|line| line.get("nrmse").is_some())
        .collect();
    assert_eq!(judged.len(), 2);
    let number = |name: &str| {
        judged[1][name]
            .as_f64()
            .unwrap_or_else(|| panic!("no {name}"))
    };
    assert!(
        number("nrmse") < 0.5 * number("persistence_nrmse"),
        "{:?}",
        judged[1]
    );
    assert!(number("correlation_time_0.8") > 0.0 && number("correlation_time_0.9") > 0.0);
    assert!(number("spectrum_low") < 1.0);
    let summary = fs::read(output.join("summary.json")).expect("the run has ended");
    let summary: Value = serde_json::from_slice(&summary).expect("JSON");
    assert_eq!(summary["scores"]["step"], 300);
    for (name, value) in summary["scores"]["metrics"].as_object().expect("by name") {
        assert_eq!(value, &judged[1][name], "{name}: as in the last line");
    }
    assert!(summary["scores"]["metrics"]["nrmse"].is_number());
}

#[test]
fn a_run_is_evaluated_and_reported_again_from_its_directory() {
    let folder = Folder::new("again");
    let output = folder.path("run");
    train(
        &folder.write("small.toml", RECIPE),
        &output,
        &["--set", "train.steps=60"],
    );
    let trained = metrics(&output)
        .pop()
        .expect("the last line is the evaluation");
    let directory = text(&output);
    let result = run(&["evaluate", &directory, "--json"]);
    assert!(result.status.success(), "{}", printed(&result));
    let evaluation: Value = serde_json::from_slice(&result.stdout).expect("JSON");
    assert_eq!(
        evaluation["surrogate"]["nrmse"], trained["nrmse"],
        "same weights, same simulations"
    );
    fs::remove_file(output.join("report.html")).expect("it was there");
    let result = run(&["report", &directory]);
    assert!(result.status.success(), "{}", printed(&result));
    assert!(output.join("report.html").is_file());
}

#[test]
fn the_resolved_recipe_of_a_run_trains_the_same_surrogate() {
    let folder = Folder::new("resolved");
    let [first, second] = ["first", "second"].map(|name| folder.path(name));
    let short = ["--set", "train.steps=40", "--set", "time.substeps=\"auto\""];
    train(&folder.write("small.toml", RECIPE), &first, &short);
    train(&first.join("recipe.toml"), &second, &[]);
    assert_eq!(timeless(&first), timeless(&second));
    let resolved = [&first, &second]
        .map(|run| fs::read_to_string(run.join("recipe.toml")).expect("a run has one"));
    assert_eq!(resolved[0], resolved[1]);
}

#[test]
fn deterministic_training_does_not_depend_on_the_number_of_workers() {
    let folder = Folder::new("workers");
    let recipe = folder.write("small.toml", RECIPE);
    let runs = ["1", "3", "auto"].map(|workers| {
        let output = folder.path(&format!("workers-{workers}"));
        let workers = format!("ensemble.workers={workers}");
        train(
            &recipe,
            &output,
            &[
                "--set",
                &workers,
                "--set",
                "deterministic=true",
                "--set",
                "train.steps=100",
            ],
        );
        timeless(&output)
    });
    assert_eq!(runs[0], runs[1]);
    assert_eq!(runs[0], runs[2]);
}

#[test]
fn an_automatic_number_of_workers_trains_in_order_of_arrival_and_says_how_many_work() {
    let folder = Folder::new("automatic");
    let recipe = folder.write("small.toml", RECIPE);
    let cores = thread::available_parallelism().expect("a number").get() as u64;
    for isolation in ["thread", "process"] {
        let output = folder.path(isolation);
        let isolation = format!("ensemble.isolation={isolation}");
        let sets = ["--set", "ensemble.workers=auto", "--set", &isolation];
        train(&recipe, &output, &sets);
        let summary = fs::read_to_string(output.join("summary.json")).expect("it has ended");
        assert!(summary.contains("\"simulations\": 200"), "{summary}");
        let lines = metrics(&output);
        let active: Vec<u64> = lines
            .iter()
            .filter_map(|line| line["workers_active"].as_u64())
            .collect();
        assert!(active.len() > 20, "on every line: {lines:?}");
        assert!(active.iter().all(|n| (1..=cores).contains(n)), "{active:?}");
    }
}

#[test]
fn training_in_order_of_arrival_and_through_every_buffer_also_ends() {
    let folder = Folder::new("arrival");
    let recipe = folder.write("small.toml", RECIPE);
    let output = folder.path("free");
    train(
        &recipe,
        &output,
        &["--set", "ensemble.workers=2", "--set", "train.steps=60"],
    );
    for kind in POLICIES.iter().map(|entry| entry.kind) {
        let output = folder.path(kind);
        let kind = format!("buffer.kind={kind}");
        train(
            &recipe,
            &output,
            &["--set", &kind, "--set", "train.steps=200"],
        );
    }
}

#[test]
fn a_training_draws_what_its_table_says_and_its_resolved_recipe_too() {
    let folder = Folder::new("table");
    let rows: String = (0..200)
        .map(|i| format!("{}\n", 0.5 + f64::from(i) / 200.0))
        .collect();
    folder.write("design.csv", &format!("velocity\n{rows}"));
    let recipe = folder.write("small.toml", RECIPE);
    let [first, second] = ["first", "second"].map(|name| folder.path(name));
    let sampler = "ensemble.sampler={ kind = \"table\", path = \"design.csv\" }";
    let more = ["--set", sampler, "--set", "train.steps=40"];
    train(&recipe, &first, &more);
    train(&first.join("recipe.toml"), &second, &[]);
    assert_eq!(timeless(&first), timeless(&second));
    let file = text(&folder.path("table.h5"));
    let arguments = [
        "simulate",
        &text(&recipe),
        "--set",
        sampler,
        "--output",
        &file,
    ];
    let result = run(&[&arguments[..], &["--count", "3"]].concat());
    assert!(result.status.success(), "{}", printed(&result));
    let reader = WellReader::open(Path::new(&file)).unwrap_or_else(|error| panic!("{error}"));
    let (name, values) = &reader.info().parameters[0];
    assert_eq!(name, "velocity");
    let drawn = [0, 1, 2].map(|i| values.get(i).to_bits());
    assert_eq!(
        drawn,
        [0.5, 0.505, 0.51].map(f64::to_bits),
        "to the last bit"
    );
    let result = run(&[&arguments[..], &["--count", "201"]].concat());
    assert_eq!(result.status.code(), Some(2), "{}", printed(&result));
}

fn started(recipe: &Path, output: &Path) -> Child {
    started_for(recipe, output, 2000)
}

fn started_for(recipe: &Path, output: &Path, steps: usize) -> Child {
    let (steps, recipe, output) = (format!("train.steps={steps}"), text(recipe), text(output));
    let arguments = ["train", &recipe, "--output", &output, "--set", &steps];
    let mut command = ondine(&arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("the binary starts")
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

/// The losses of all lines of a run.
fn losses(run: &Path) -> Vec<f64> {
    let lines = metrics(run);
    let losses = lines.iter().filter_map(|line| line["loss"].as_f64());
    losses.collect()
}

#[test]
fn a_batch_in_parts_is_the_same_update() {
    let folder = Folder::new("parts");
    let recipe = folder.write("small.toml", RECIPE);
    let trained = |parts: usize, more: &[&str]| {
        let output = folder.path(&format!("{parts}-parts-{}", more.len()));
        let set = format!("train.accumulate={parts}");
        let own = [
            "--set",
            "train.steps=30",
            "--set",
            &set,
            "--set",
            "train.log=1",
        ];
        train(&recipe, &output, &[&own[..], more].concat());
        losses(&output)
    };
    // Noise on the states is that of the whole batch, too.
    for more in [&[][..], &["--set", "objective.noise=0.1"]] {
        let whole = trained(1, more);
        for parts in [2, 5, 16] {
            for (step, (a, b)) in whole.iter().zip(trained(parts, more)).enumerate() {
                // Sums in another order, f32; Adam carries the rounding on.
                assert!((a / b - 1.0).abs() < 1e-3, "{parts}, {step}: {a} and {b}");
            }
        }
    }
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
fn a_run_that_is_trained_is_not_resumed_or_made_by_another_process() {
    let folder = Folder::new("one-writer");
    let recipe = folder.write("small.toml", RECIPE);
    let output = folder.path("run");
    let mut child = started_for(&recipe, &output, 1_000_000);
    wait_for(&output.join("checkpoints/step-00000050"), &mut child);
    let (directory, recipe) = (text(&output), text(&recipe));
    let resume = ["train", "--resume", &directory];
    let again = ["train", &recipe, "--output", &directory];
    for arguments in [&resume[..], &again] {
        let refused = run(arguments);
        let said = printed(&refused);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.contains("another process writes into"), "{said}");
        assert_eq!(said.matches("error:").count(), 1, "{said}");
    }
    assert!(child.try_wait().expect("a child").is_none(), "it trains on");
    child.kill().expect("SIGKILL");
    child.wait().expect("a child");
    // A lock that was left by a killed process keeps nobody out.
    let next = format!("step-{:08}", newest_step(&output) + 50);
    kill_at(&resume, &output, &next);
}

/// The step of the newest checkpoint of a run.
fn newest_step(output: &Path) -> usize {
    let entries = fs::read_dir(output.join("checkpoints")).expect("checkpoints");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let steps = names.filter_map(|name| name.to_str()?.strip_prefix("step-")?.parse().ok());
    steps.max().expect("one of them is whole")
}

#[test]
fn of_two_trainings_that_begin_at_once_one_is_told_so() {
    let folder = Folder::new("two-at-once");
    let recipe = text(&folder.write("small.toml", RECIPE));
    for round in 0..4 {
        let output = text(&folder.path(&format!("deep/run-{round}")));
        let arguments = [
            "train",
            &recipe,
            "--output",
            &output,
            "--set",
            "train.steps=20",
        ];
        let both: Vec<Child> = (0..2)
            .map(|_| {
                let mut command = ondine(&arguments);
                command.stdout(Stdio::null()).stderr(Stdio::piped());
                command.spawn().expect("the binary starts")
            })
            .collect();
        let ended = both
            .into_iter()
            .map(|child| child.wait_with_output().expect("a child"));
        let mut ended: Vec<_> = ended.collect();
        ended.sort_by_key(|output| output.status.code());
        let [won, lost] = &ended[..] else {
            panic!("two were started")
        };
        assert_eq!(won.status.code(), Some(0), "{}", printed(won));
        let said = printed(lost);
        assert_eq!(lost.status.code(), Some(2), "{said}");
        assert!(said.contains("error: ") && said.contains(&output), "{said}");
        assert_eq!(said.matches("error:").count(), 1, "{said}");
    }
}

#[test]
fn those_who_look_at_a_run_do_not_keep_its_writer_out() {
    let folder = Folder::new("looked-at");
    let directory = folder.path("run");
    drop(Run::create(&directory, "").expect("a new run"));
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let look = || {
            while !ended.load(Ordering::Relaxed) {
                let refused = Run::refuse_existing(&directory).expect_err("it is there");
                assert!(matches!(refused, RunError::Busy(_) | RunError::Exists(_)));
            }
        };
        scope.spawn(look);
        scope.spawn(look);
        let opened = (0..200).filter(|_| Run::open_to_write(&directory).is_ok());
        let opened = opened.count();
        ended.store(true, Ordering::Relaxed);
        assert_eq!(opened, 200);
    });
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
