//! Simulations that a program hands over.

use super::{DT, FRAMES, LENGTH, LIBRARY, POINTS, TRAINING, json, rate, state};
use crate::common::{Folder, refused, succeed, text, timeless, unwrapped};
use ondine::datasets::{Conditions, DataError, FailureKind, Source};
use ondine::observer::{Observer, Progress};
use ondine::plan::{Given, HeldOutFrom};
use ondine::recipe::Recipe;
use ondine::run::Summary;
use ondine::training::Training;
use serde_json::Value;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Two fields on the same grid, fading at a rate of their simulation.
#[derive(Clone, Copy)]
struct Tank {
    first: u64,
    /// Values of a frame, beside those that there should be.
    more: usize,
}

impl Source for Tank {
    fn conditions(&self, index: u64) -> Conditions {
        let axes = [(LENGTH[0], POINTS[0]), (LENGTH[1], POINTS[1])];
        Conditions {
            dt: DT,
            length: LENGTH.to_vec(),
            spacing: axes.map(|(length, points)| length / points as f64).to_vec(),
            parameters: vec![rate((self.first + index) as usize)],
        }
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        let fading = self.conditions(index).parameters[0];
        for frame in 0..FRAMES {
            let mut u = state(2, fading, DT * frame as f64);
            u.extend(vec![0.0; self.more]);
            if sink(&u).is_break() {
                break;
            }
        }
        Ok(())
    }
}

fn library(sets: &[&str]) -> Recipe {
    let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
    let recipe = Recipe::parse("tank.toml", &format!("{LIBRARY}{TRAINING}"), &sets);
    recipe.unwrap_or_else(|error| panic!("{error}"))
}

fn given(held_out: usize) -> Given {
    let source = Tank { first: 0, more: 0 };
    let other = Arc::new(Tank { first: 3, ..source });
    Given {
        source: Arc::new(source),
        held_out: (held_out > 0).then_some((other, held_out)),
    }
}

/// Sets a flag after so many steps.
struct StopAfter<'a>(usize, &'a AtomicBool);

impl Observer for StopAfter<'_> {
    fn stepped(&mut self, progress: &Progress) {
        self.1.store(progress.step >= self.0, Ordering::Relaxed);
    }
}

/// Trains a run, new or from its checkpoint, up to `last` steps.
fn train(held_out: usize, directory: &Path, last: usize) -> Summary {
    let text = format!("{LIBRARY}{TRAINING}");
    let training = if directory.exists() {
        Training::resume(directory)
    } else {
        let training = Training::text("tank.toml", &text);
        let training = training.and_then(|training| training.into_run(directory));
        training.unwrap_or_else(|error| panic!("{error}"))
    };
    let stop = Arc::new(AtomicBool::new(false));
    let mut end = StopAfter(last, &stop);
    let training = training.given(given(held_out)).stop(stop.clone());
    let outcome = training.observe(&mut end).run();
    outcome.unwrap_or_else(|error| panic!("{error}")).summary
}

#[test]
fn a_source_of_a_program_is_trained_on_resumed_and_judged_without_it() {
    let folder = Folder::new("posed-library");
    let [whole, parts] = ["whole", "parts"].map(|name| folder.path(name));
    let summary = train(3, &whole, 200);
    assert_eq!(summary.status, "finished");
    assert_eq!(train(3, &parts, 110).status, "interrupted");
    assert_eq!(train(3, &parts, 200).status, "finished");
    assert_eq!(timeless(&whole), timeless(&parts));

    let before = fs::read(whole.join("evaluation.json")).expect("it was evaluated");
    let before: Value = serde_json::from_slice(&before).expect("JSON");
    let judged = json(&["evaluate", &text(&whole), "--json", "--no-speed"]);
    assert_eq!(judged["trajectories"], 3);
    assert_eq!(
        judged["surrogate"]["nrmse_over_time"],
        before["surrogate"]["nrmse_over_time"]
    );
    let short = json(&[
        "evaluate",
        &text(&whole),
        "--json",
        "--no-speed",
        "--frames",
        "5",
    ]);
    assert_eq!(short["times"].as_array().map(Vec::len), Some(4));
    succeed(&["report", &text(&whole)]);
    let said = refused(&["evaluate", &text(&whole), "--frames", "30"]);
    assert!(
        said.contains("held-out trajectories in") && said.contains("have 12"),
        "{said}"
    );
    let said = refused(&[
        "train",
        "--resume",
        &text(&whole),
        "--set",
        "train.steps=300",
    ]);
    assert!(said.contains("run that program"), "{said}");
    let states = text(&whole.join("held_out.h5"));
    let later = text(&folder.path("later.h5"));
    let predict = [
        "predict",
        &text(&whole),
        "--initial",
        &states,
        "--output",
        &later,
    ];
    succeed(&[&predict[..], &["--frames", "2"]].concat());
}

#[test]
fn a_recipe_of_another_program_is_checked_but_not_trained() {
    let folder = Folder::new("posed-check");
    let recipe = folder.write("tank.toml", &format!("{LIBRARY}{TRAINING}"));
    let said = unwrapped(&succeed(&["check", &text(&recipe)]));
    for part in [
        "buoyancy, density",
        "fading in [0.1, 0.4]",
        "source library",
        "40 of 12 frames",
    ] {
        assert!(said.contains(part), "{part:?} is missing in: {said}");
    }
    let said = refused(&[
        "train",
        &text(&recipe),
        "--output",
        &text(&folder.path("run")),
    ]);
    assert!(said.contains("run that program"), "{said}");
    assert!(!folder.path("run").exists());
}

#[test]
fn a_program_that_holds_nothing_out_trains_without_scores() {
    let folder = Folder::new("posed-unjudged");
    let plan = library(&[]).check_with(given(0));
    let plan = plan.unwrap_or_else(|error| panic!("{error}"));
    assert!(matches!(plan.held_out, HeldOutFrom::None));
    let run = folder.path("run");
    let summary = train(0, &run, 200);
    assert_eq!(
        (summary.status.as_str(), summary.scores),
        ("finished", None)
    );
    assert!(!run.join("held_out.h5").exists());
}

/// A source whose conditions are changed.
struct Wrong(Tank, fn(&mut Conditions));

impl Source for Wrong {
    fn conditions(&self, index: u64) -> Conditions {
        let mut conditions = self.0.conditions(index);
        (self.1)(&mut conditions);
        conditions
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        self.0.run(index, sink)
    }
}

/// A way to spoil what is right.
type Spoil = fn(&mut Conditions);

#[test]
fn sources_that_do_not_fit_the_problem_are_refused_with_what_differs() {
    let tank = Tank { first: 0, more: 0 };
    let cases: [(Spoil, &str); 4] = [
        (|c| c.parameters.clear(), "0 parameters, and the recipe 1"),
        (
            |c| c.parameters[0] = 7.0,
            "fading = 7, outside of [0.1, 0.4]",
        ),
        (|c| c.spacing[1] = 0.5, "points 0.5 apart along y"),
        (|c| c.dt = 0.2, "dt = 0.2, outside of"),
    ];
    for (change, expected) in cases {
        let source = Arc::new(Wrong(tank, change));
        let given = Given {
            source,
            held_out: None,
        };
        let error = library(&[]).check_with(given).err().expect(expected);
        assert!(error.to_string().contains(expected), "{error}");
    }
    let source = Arc::new(Tank { more: 1, ..tank });
    let plan = library(&[]).check_with(Given {
        source,
        held_out: None,
    });
    let source = plan.unwrap_or_else(|error| panic!("{error}")).source();
    let failed = source
        .expect("it was given")
        .run(0, &mut |_| ControlFlow::Continue(()));
    let failed = failed.expect_err("a frame is too long");
    assert_eq!(failed.kind(), Some(FailureKind::Refused));
    assert!(
        failed.to_string().contains("frame 0 has 225 values"),
        "{failed}"
    );
}
