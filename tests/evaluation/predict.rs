//! `ondine predict` through the binary: rollouts of one member and of several, and what is refused.

mod members;
mod schedules;
mod together;

use crate::common::{Folder, RECIPE, printed, run, text};
use ondine::datasets::files::{DatasetReader, Dtype, Trajectory, WellReader, WellWriter};
use ondine::predict::statistics_path;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A folder with a run of the small recipe and initial states for it.
struct Trained {
    folder: Folder,
    run: String,
    states: String,
}

impl Trained {
    fn new(name: &str, model: &str) -> Self {
        let folder = Folder::new(&format!("predict-{name}"));
        let recipe = text(&folder.write("small.toml", RECIPE));
        let [output, states] = ["run", "states.h5"].map(|name| text(&folder.path(name)));
        let model = format!("model={model}");
        let sets = ["--set", "train.steps=20", "--set", &model, "--set"];
        let train = [
            &["train", &recipe, "--output", &output][..],
            &sets,
            &["ensemble.simulations=40"],
        ];
        let trained = run(&train.concat());
        assert!(trained.status.success(), "{}", printed(&trained));
        simulate(&recipe, &states, &[]);
        Self {
            folder,
            run: output,
            states,
        }
    }

    fn predict(&self, output: &str, more: &[&str]) -> (PathBuf, std::process::Output) {
        let output = self.folder.path(output);
        let to = text(&output);
        let own = [
            "predict",
            &self.run,
            "--initial",
            &self.states,
            "--output",
            &to,
        ];
        (output.clone(), run(&[&own[..], more].concat()))
    }
}

fn simulate(recipe: &str, file: &str, sets: &[&str]) {
    let own = ["simulate", recipe, "--output", file, "--count", "3"];
    let made = run(&[&own[..], sets].concat());
    assert!(made.status.success(), "{}", printed(&made));
}

fn frames(file: &Path, trajectory: usize) -> Vec<f64> {
    let reader = WellReader::open(file).unwrap_or_else(|error| panic!("{error}"));
    let frames = reader.info().frames;
    reader
        .frames(trajectory, 0..frames)
        .expect("they are there")
}

const REFINER: &str = "{kind=\"pde_refiner\",min_noise_variance=1e-2,steps=2,\
                       backbone={kind=\"fno\",width=8,modes=6,layers=2}}";

#[test]
fn one_rollout_of_every_state_begins_with_it_and_has_its_conditions() {
    let trained = Trained::new("one", "{kind=\"fno\",width=8,modes=6,layers=2}");
    let (file, result) = trained.predict("one.h5", &["--frames", "7", "--json"]);
    assert!(result.status.success(), "{}", printed(&result));
    let said: Value = serde_json::from_slice(&result.stdout).expect("it is JSON");
    assert_eq!(
        (&said["states"], &said["not_finite"]),
        (&3.into(), &0.into())
    );
    assert!(!statistics_path(&file).exists());
    let [states, rollouts] = [Path::new(&trained.states), &file]
        .map(|path| WellReader::open(path).unwrap_or_else(|error| panic!("{error}")));
    let (given, made) = (states.info(), rollouts.info());
    assert_eq!((made.trajectories, made.frames), (3, 8));
    assert_eq!(made.parameters, given.parameters);
    assert_eq!((&made.axes, &made.time), (&given.axes, &given.time));
    for index in 0..3 {
        let (last, first) = (states.last_frame(index), rollouts.frame(index, 0));
        assert_eq!(first.expect("it is there"), last.expect("it is there"));
        assert!(frames(&file, index).iter().all(|value| value.is_finite()));
    }
    let (again, result) = trained.predict("again.h5", &["--frames", "7"]);
    assert!(result.status.success() && printed(&result).contains("3 rollouts"));
    assert_eq!(frames(&file, 2), frames(&again, 2));
}

#[test]
fn a_surrogate_of_several_strides_predicts_with_the_one_that_is_asked_for() {
    let folder = Folder::new("predict-stride");
    let stages = "[[stage]]\nsteps = 10\n\n[[stage]]\nsteps = 10\nobjective = { stride = 4 }\n";
    let recipe = RECIPE.replace("steps = 300\n", "") + stages;
    let recipe = text(&folder.write("staged.toml", &recipe));
    let [output, states] = ["run", "states.h5"].map(|name| text(&folder.path(name)));
    let simulations = "ensemble.simulations=40";
    let result = run(&["train", &recipe, "--output", &output, "--set", simulations]);
    assert!(result.status.success(), "{}", printed(&result));
    simulate(&recipe, &states, &[]);
    let predict = |file: &Path, more: &[&str]| {
        let to = text(file);
        let own = [
            "predict",
            &output,
            "--initial",
            &states,
            "--frames",
            "2",
            "--output",
            &to,
        ];
        run(&[&own[..], more].concat())
    };
    for (name, stride, dt) in [
        ("last.h5", None, 0.4),
        ("one.h5", Some("1"), 0.1),
        ("four.h5", Some("4"), 0.4),
    ] {
        let file = folder.path(name);
        let more = stride.map_or(Vec::new(), |stride| vec!["--stride", stride]);
        let result = predict(&file, &more);
        assert!(result.status.success(), "{name}: {}", printed(&result));
        let reader = WellReader::open(&file).unwrap_or_else(|error| panic!("{error}"));
        let conditions = reader.info().time.dt(0);
        assert!((conditions - dt).abs() < 1e-6, "{name}: {conditions}"); // times are 32-bit
    }
    let [last, one, four] =
        ["last.h5", "one.h5", "four.h5"].map(|name| frames(&folder.path(name), 0));
    assert_eq!(last, four);
    assert_ne!(one, four);
    let wrong = predict(&folder.path("two.h5"), &["--stride", "2"]);
    let said = printed(&wrong);
    assert_eq!(wrong.status.code(), Some(2), "{said}");
    assert!(
        said.contains("--stride 2: ") && said.contains("write 1 or 4"),
        "{said}"
    );
}

#[test]
fn what_can_not_be_predicted_is_refused_with_a_reason() {
    let trained = Trained::new("refused", "{kind=\"fno\",width=8,modes=6,layers=2}");
    let recipe = text(&trained.folder.path("small.toml"));
    let other = |name: &str, set: &str| {
        let file = text(&trained.folder.path(name));
        simulate(&recipe, &file, &["--set", set]);
        file
    };
    let square = other("square.h5", "grid.points=[8,8]");
    for (more, expected) in [
        (&["--frames", "0"][..], "--frames must be 1 or more"),
        (
            &["--frames", "3", "--samples", "2"],
            "the same rollout every time",
        ),
        (&["--frames", "3", "--initial", &square], "2 axes"),
        (&["--frames", "3", "--initial", &recipe], "small.toml"),
    ] {
        let own = ["predict", &trained.run, "--output", "no.h5"];
        let own = if more.contains(&"--initial") {
            own.to_vec()
        } else {
            [&own[..], &["--initial", &trained.states]].concat()
        };
        let result = run(&[&own[..], more].concat());
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "{said}");
    }
    let wide = other("wide.h5", "equation.velocity=9.0");
    let to = text(&trained.folder.path("wide-out.h5"));
    let result = run(&[
        "predict",
        &trained.run,
        "--initial",
        &wide,
        "--frames",
        "2",
        "--output",
        &to,
    ]);
    let said = printed(&result);
    assert!(
        result.status.success() && said.contains("outside of [0.5, 1.5]"),
        "{said}"
    );
    let (_, result) = trained.predict("wide-out.h5", &["--frames", "2"]);
    assert!(printed(&result).contains("exists") && result.status.code() == Some(2));
}

#[test]
fn states_far_outside_of_the_trained_values_are_said() {
    let trained = Trained::new(
        "far",
        "{ kind = \"fno\", width = 4, modes = 4, layers = 1 }",
    );
    let frames = ["--frames", "2"];
    let (_, near) = trained.predict("near.h5", &frames);
    assert!(near.status.success(), "{}", printed(&near));
    assert!(
        !printed(&near).contains("in training"),
        "{}",
        printed(&near)
    );

    let reader = WellReader::open(&trained.states).expect("readable");
    let path = trained.folder.path("counts.h5");
    let mut counts = WellWriter::create(&path, reader.info(), Dtype::F32).expect("writable");
    for index in 0..reader.info().trajectories {
        let frames = reader.trajectory(index).expect("readable").frames;
        let frames = frames.iter().map(|u| 30_000.0 + 1e4 * u).collect();
        let written = counts.append(&Trajectory { index, frames });
        written.expect("it fits");
    }
    counts.finish().expect("writable");
    let far = Trained {
        states: text(&path),
        ..trained
    };
    let (_, far) = far.predict("far.h5", &frames);
    let said = printed(&far);
    assert!(far.status.success(), "{said}");
    let expected = "warning: `u` reaches";
    assert!(
        said.contains(expected) && said.contains("in training"),
        "{said}"
    );
}
