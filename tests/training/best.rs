//! The best surrogate of a training by a held-out score: kept, judged, exported, resumed alike; and trainings that end early.

use crate::common::{Folder, RECIPE, kill_at, ondine, printed, run, text, timeless};
use crate::threads::Threads;
use ondine::datasets::{Conditions, DataError, Source};
use ondine::plan::Given;
use ondine::recipe::Recipe;
use ondine::run::{Best, Summary};
use ondine::training::Training;
use serde_json::Value;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// A stage that learns and one whose rate is far too large.
const STAGES: &str = "[[stage]]\nsteps = 100\n[[stage]]\nsteps = 200\nlearning_rate = 0.2\n";

/// The recipe with both stages, judged every 25 steps, which ends after two evaluations that are worse.
fn recipe() -> String {
    let every = RECIPE.replace("every = 150", "every = 25");
    let patient = every.replace("checkpoint = 50", "checkpoint = 50\npatience = 2");
    patient.replace("steps = 300\n", "") + STAGES
}

fn summary(run: &Path) -> Summary {
    let text = fs::read_to_string(run.join("summary.json")).expect("a run has one");
    serde_json::from_str(&text).expect("a summary")
}

fn best(run: &Path) -> Best {
    summary(run).best.expect("the best one is kept")
}

fn succeeded(arguments: &[&str]) -> String {
    let result = run(arguments);
    assert!(result.status.success(), "{}", printed(&result));
    printed(&result)
}

fn refused(arguments: &[&str], expected: &str) {
    let result = run(arguments);
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(2), "{said}");
    assert!(
        said.contains(expected),
        "{expected:?} is missing in:\n{said}"
    );
}

/// The folders of the best surrogates.
fn kept(run: &Path) -> Vec<String> {
    let folders = fs::read_dir(run.join("checkpoints"))
        .expect("a folder")
        .flatten();
    let names = folders.map(|folder| folder.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.starts_with("best-")).collect();
    names.sort();
    names
}

/// The weights of the best surrogate: an exported file behind its header, whose metadata have no order.
fn exported(folder: &Folder, run: &Path) -> Vec<u8> {
    let file = folder.path("exported.safetensors");
    let (run, path) = (text(run), text(&file));
    succeeded(&["export", &run, &path, "--checkpoint", "best", "--overwrite"]);
    let bytes = fs::read(&file).expect("a file");
    let (length, rest) = bytes.split_first_chunk().expect("a header");
    rest[u64::from_le_bytes(*length) as usize..].to_vec()
}

#[test]
fn a_training_that_gets_no_better_ends_early_and_keeps_its_best_surrogate() {
    let folder = Folder::new("best");
    let recipe = folder.write("best.toml", &recipe());
    let output = folder.path("run");
    let directory = text(&output);
    let said = succeeded(&["train", &text(&recipe), "--output", &directory]);
    let (summary, best) = (summary(&output), best(&output));
    assert!(
        summary.stopped_early && summary.status == "finished",
        "{summary:?}"
    );
    assert_eq!((best.metric.as_str(), best.since), ("nrmse", 2));
    assert_eq!(summary.steps, best.step + 50, "two evaluations later");
    assert!(best.step <= 125 && summary.steps < 300, "{summary:?}");
    let words = format!("that of step {}, and the next 2 were not better", best.step);
    assert!(
        said.contains("finished early") && said.contains(&words),
        "{said}"
    );
    assert_eq!(
        kept(&output).last(),
        Some(&format!("best-{:08}", best.step))
    );

    let judged = |checkpoint: &[&str]| -> Value {
        let own = ["evaluate", &directory, "--no-speed", "--json", "--output"];
        let place = text(&folder.path("judged"));
        let all = [
            &own[..],
            &[&place, "--set", "evaluate.baseline_simulations=0"],
            checkpoint,
        ];
        let result = run(&all.concat());
        assert!(result.status.success(), "{}", printed(&result));
        serde_json::from_slice(&result.stdout).expect("JSON")
    };
    let of_best = judged(&["--checkpoint", "best"]);
    assert_eq!(of_best["step"], best.step);
    let again = of_best["surrogate"]["nrmse"].as_f64().expect("a number");
    assert!(
        (again / best.score - 1.0).abs() < 1e-12,
        "{again} and {}",
        best.score
    );
    let last = judged(&[]);
    assert_eq!(last["step"], summary.steps);
    assert!(last["surrogate"]["nrmse"].as_f64().expect("a number") > best.score);

    let page = fs::read_to_string(output.join("report.html")).expect("a report");
    assert!(
        page.contains("the 2 evaluations after it were not better, where the training ended early")
    );
    refused(&["train", "--resume", &directory], "--set train.patience=3");
    refused(
        &["evaluate", &directory, "--checkpoint", "step-7"],
        "has no checkpoint `step-7`; write one of: best, step-",
    );
    let resume = ["train", "--resume", &directory, "--set", "train.patience=3"];
    succeeded(&resume);
    assert!(self::summary(&output).steps >= best.step + 75);
}

#[test]
fn a_training_that_is_killed_keeps_the_same_best_surrogate() {
    let folder = Folder::new("best-killed");
    let recipe = folder.write("best.toml", &recipe().replace("steps = 100", "steps = 400"));
    let recipe = text(&recipe);
    let [whole, killed] = ["whole", "killed"].map(|name| folder.path(name));
    let more = ["--set", "ensemble.simulations=700"];
    let start = |output: &str| {
        let own = ["train", &recipe, "--output", output];
        [&own[..], &more]
            .concat()
            .iter()
            .map(|&word| word.to_owned())
            .collect::<Vec<_>>()
    };
    succeeded(
        &start(&text(&whole))
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>(),
    );
    let killed_text = text(&killed);
    let arguments = start(&killed_text);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    kill_at(&arguments, &killed, "step-00000100");
    // What a killed training has judged after its last checkpoint is judged again.
    let ahead = killed.join("checkpoints/best-99999999");
    fs::create_dir(&ahead).expect("a folder");
    fs::write(ahead.join("state.json"), "{}").expect("a file");
    succeeded(&["train", "--resume", &killed_text]);
    assert_eq!(timeless(&whole), timeless(&killed));
    assert_eq!(best(&whole), best(&killed));
    assert_eq!(kept(&whole), kept(&killed));
    assert!(exported(&folder, &whole) == exported(&folder, &killed));
}

#[test]
fn ranks_end_early_together() {
    let folder = Folder::new("best-ranks");
    let results = Threads::run(2, |group| {
        let training = Training::text("best.toml", &recipe()).expect("a recipe");
        let training = training.group(group).into_run(folder.path("run"));
        let outcome = training.expect("a new directory").run();
        outcome.unwrap_or_else(|error| panic!("{error}")).summary
    });
    let steps: Vec<(usize, bool)> = results
        .iter()
        .map(|of| (of.steps, of.stopped_early))
        .collect();
    assert!(
        steps[0].0 < 300 && steps[0].1 && steps[0] == steps[1],
        "{steps:?}"
    );
    assert_eq!(best(&folder.path("run")).since, 2);
}

#[test]
fn scores_that_rank_nothing_are_refused() {
    let folder = Folder::new("best-refused");
    let recipe = text(&folder.write("small.toml", RECIPE));
    for (set, expected) in [
        ("train.patience=0", "train.patience must be 1 or more"),
        ("train.best=spectrum", "`spectrum` ranks no surrogates"),
        ("train.best=nrms", "did you mean `nrmse`?"),
        ("train.best=vrmse", "is none of evaluate.metrics = "),
    ] {
        refused(&["check", &recipe, "--set", set], expected);
    }
    let sets = [
        "--set",
        "train.patience=2",
        "--set",
        "evaluate.metrics=[\"spectrum\"]",
    ];
    refused(
        &[&["check", &recipe], &sets[..]].concat(),
        "write \"nrmse\" there too",
    );
    let output = text(&folder.path("run"));
    let short = [
        "train",
        &recipe,
        "--output",
        &output,
        "--set",
        "train.steps=20",
    ];
    succeeded(&short);
    for command in ["evaluate", "export"] {
        let file = text(&folder.path("weights.safetensors"));
        let place: &[&str] = if command == "export" { &[&file] } else { &[] };
        let arguments = [&[command, &output], place, &["--checkpoint", "best"]].concat();
        refused(&arguments, "keeps no checkpoint `best`");
    }
    let status = ondine(&["train", "--resume", &output, "--from", "best"]).output();
    assert!(printed(&status.expect("it starts")).contains("has no checkpoint `best`"));
}

/// A field that stays.
struct Still;

impl Source for Still {
    fn conditions(&self, _index: u64) -> Conditions {
        Conditions {
            dt: 0.1,
            length: vec![1.0],
            spacing: vec![1.0 / 16.0],
            parameters: Vec::new(),
        }
    }

    fn run(
        &self,
        _index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        while sink(&[1.0; 16]).is_continue() {}
        Ok(())
    }
}

#[test]
fn patience_without_trajectories_to_judge_on_is_refused() {
    let text = r#"
        [problem]
        fields = ["u"]
        [source]
        kind = "library"
        [grid]
        points = [16]
        length = 1.0
        [time]
        dt = 0.1
        frames = 20
        [ensemble]
        simulations = 50
        [model]
        kind = "fno"
        [train]
        steps = 10
        patience = 2
    "#;
    let recipe = || Recipe::parse("still.toml", text, &[]).expect("a recipe");
    let given = |held_out| Given {
        source: Arc::new(Still),
        held_out,
    };
    let error = recipe()
        .check_with(given(None))
        .err()
        .expect("it is refused");
    let said = error.to_string();
    assert!(said.contains("no trajectories are held out"), "{said}");
    let judged = recipe().check_with(given(Some((Arc::new(Still), 3))));
    assert_eq!(
        judged.expect("it is judged").recipe.train.best.as_deref(),
        Some("nrmse")
    );
    let alone = recipe().check_alone();
    assert!(alone.is_ok(), "another program may hand them over");
}
