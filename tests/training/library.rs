//! Trainings from a program: the same runs as from the command line, stopped and resumed to the same bits.

use crate::common::{Folder, RECIPE, metrics, printed, run, text, timeless};
use ondine::burn::tensor::Device;
use ondine::observer::{Observer, Progress};
use ondine::training::{Training, TrainingError};
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const SHORT: [&str; 3] = [
    "train.steps=60",
    "ensemble.simulations=40",
    "evaluate.every=30",
];

fn short<'a>(text: &str) -> Training<'a> {
    let training = Training::text("small.toml", text).expect("a recipe");
    SHORT.iter().fold(training, |training, set| {
        training.set(set).expect("a key of the recipe")
    })
}

/// Sets a flag after some steps.
struct Stopping(usize, Arc<AtomicBool>);

impl Observer for Stopping {
    fn stepped(&mut self, progress: &Progress) {
        if progress.step >= self.0 {
            self.1.store(true, Ordering::Relaxed);
        }
    }
}

#[test]
fn a_training_from_a_program_is_that_of_the_command_line_even_when_it_is_stopped_between() {
    let folder = Folder::new("training-same");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let [there, here] = ["there", "here"].map(|name| folder.path(name));
    let sets: Vec<&str> = SHORT.iter().flat_map(|set| ["--set", *set]).collect();
    let to = text(&there);
    let own = ["train", &recipe, "--output", &to];
    let result = run(&[&own[..], &sets].concat());
    assert!(result.status.success(), "{}", printed(&result));
    let flag = Arc::new(AtomicBool::new(false));
    let mut stopping = Stopping(35, flag.clone());
    let stopped = short(RECIPE).into_run(&here).expect("a new directory");
    let stopped = stopped.observe(&mut stopping).stop(flag).run();
    let stopped = stopped.unwrap_or_else(|error| panic!("{error}"));
    assert!(!stopped.is_finished() && stopped.summary.steps == 35);
    drop(stopped); // a run has one writer
    let outcome = Training::resume(&here).run();
    let outcome = outcome.unwrap_or_else(|error| panic!("{error}"));
    assert!(outcome.is_finished());
    assert_eq!(timeless(&here), timeless(&there));
    assert!(metrics(&here).len() > 6 && outcome.evaluation().is_some());
    assert!(here.join("report.html").is_file());
    let same = |name: &str| fs::read(here.join(name)).ok() == fs::read(there.join(name)).ok();
    assert!(same("recipe.toml") && same("evaluation.json"));
    let device = Device::flex();
    assert_eq!(
        outcome
            .forecaster(&device)
            .expect("it is trained")
            .trained_steps(),
        60
    );
    drop(outcome);
    let again = Training::resume(&here).run();
    assert!(matches!(
        again,
        Err(TrainingError::Finished { steps: 60, .. })
    ));
}

#[test]
fn slips_are_refused_where_they_are_made() {
    let folder = Folder::new("training-slips");
    let slip = |error: TrainingError| error.to_string();
    let error = short(RECIPE).set("train.stepz=5").map_err(slip).err();
    assert!(error.expect("no key").contains("`steps`"));
    let error = short(RECIPE).device("gpu").map_err(slip).err();
    assert!(error.expect("no device").contains("cpu, cuda"));
    let error = short(RECIPE).into_run(folder.path("")).map_err(slip).err();
    assert!(error.expect("it exists").contains("exists"));
    let error = Training::recipe(folder.path("none.toml"))
        .map_err(slip)
        .err();
    assert!(error.expect("no file").contains("none.toml"));
    let error = Training::resume(folder.path("none")).run().map_err(slip);
    assert!(error.expect_err("no run").contains("no such directory"));
}
