//! `ondine predict` through the binary: rollouts of one member and of several, and what is refused.

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
fn several_members_have_a_mean_a_deviation_and_a_horizon() {
    let trained = Trained::new("several", REFINER);
    let sampled = |name: &str, seed: &str| {
        let more = ["--frames", "5", "--samples", "4", "--json", "--seed", seed];
        let (file, result) = trained.predict(name, &more);
        assert!(result.status.success(), "{}", printed(&result));
        let said: Value = serde_json::from_slice(&result.stdout).expect("it is JSON");
        assert_eq!(said["horizons"].as_array().map(Vec::len), Some(3));
        file
    };
    let file = sampled("members.h5", "1");
    let members = WellReader::open(&file).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(members.info().trajectories, 12);
    let named = |name: &str| {
        let found = members
            .info()
            .parameters
            .iter()
            .find(|(other, _)| other == name);
        (0..12)
            .map(|i| *found.expect("it is there").1.get(i))
            .collect::<Vec<f64>>()
    };
    assert_eq!(named("initial_state")[3..6], [0.0, 1.0, 1.0]);
    assert_eq!(named("sample")[3..6], [3.0, 0.0, 1.0]);
    let statistics = WellReader::open(statistics_path(&file));
    let statistics = statistics.unwrap_or_else(|error| panic!("{error}"));
    let fields = statistics.info().fields.iter();
    assert_eq!(
        fields.map(|field| &field.name[..]).collect::<Vec<_>>(),
        ["u_mean", "u_std"]
    );
    for state in 0..3 {
        let of_state: Vec<Vec<f64>> = (0..4)
            .map(|sample| frames(&file, 4 * state + sample))
            .collect();
        let found = statistics.frame(state, 5).expect("it is there");
        for point in 0..32 {
            let values = of_state.iter().map(|member| member[5 * 32 + point]);
            let mean = values.clone().sum::<f64>() / 4.0;
            let square = values.map(|value| (value - mean).powi(2)).sum::<f64>() / 3.0;
            assert!((found[point] - mean).abs() < 1e-6);
            assert!((found[32 + point] - square.sqrt()).abs() < 1e-6 && square > 0.0);
        }
        let first = statistics.frame(state, 0).expect("it is there");
        assert!(
            first[32..].iter().all(|deviation| *deviation < 1e-6),
            "one initial state"
        );
    }
    assert_eq!(frames(&file, 7), frames(&sampled("same.h5", "1"), 7));
    assert_ne!(frames(&file, 7), frames(&sampled("other.h5", "2"), 7));
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
fn a_recurrent_network_is_used_as_often_as_a_schedule_says() {
    let recurrent = "{kind=\"recurrent_fno\",width=8,modes=6,iterations=2}";
    let trained = Trained::new("recurrent", recurrent);
    let schedule = |iterations: usize| {
        let name = format!("iterations-{iterations}.toml");
        let keys = format!("iterations = {iterations}\n");
        text(&trained.folder.write(&name, &keys))
    };
    let predicted = |name: &str, more: &[&str]| {
        let (file, result) = trained.predict(name, &[&["--frames", "3"], more].concat());
        assert!(result.status.success(), "{}", printed(&result));
        frames(&file, 1)
    };
    let own = predicted("own.h5", &[]);
    assert_eq!(own, predicted("two.h5", &["--schedule", &schedule(2)]));
    assert_ne!(own, predicted("five.h5", &["--schedule", &schedule(5)]));
    let error = |more: &[&str]| {
        let judged = run(&[&["evaluate", &trained.run, "--no-speed", "--json"], more].concat());
        assert!(judged.status.success(), "{}", printed(&judged));
        let judged: Value = serde_json::from_slice(&judged.stdout).expect("it is JSON");
        judged["surrogate"]["nrmse"].as_f64().expect("a number")
    };
    assert!((error(&[]) - error(&["--schedule", &schedule(5)])).abs() > 1e-9);
    let plain = Trained::new("whole", "{kind=\"tfno\",width=8,modes=6,layers=2}");
    for (run_of, iterations, expected) in [
        (&trained, 65, "iterations = 65 lies outside [1, 64]"),
        (&plain, 5, "`tfno` has no iterations; recurrent_fno has"),
    ] {
        let refused = run(&["evaluate", &run_of.run, "--schedule", &schedule(iterations)]);
        let said = printed(&refused);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(
            said.contains(expected),
            "{expected:?} is missing in:\n{said}"
        );
    }
}

#[test]
fn a_schedule_is_searched_written_and_used() {
    let trained = Trained::new("tuned", REFINER);
    let search = |more: &[&str]| {
        let own = ["tune-sampler", &trained.run, "--candidates", "6", "--set"];
        run(&[&own[..], &["evaluate.frames=6"], more].concat())
    };
    let result = search(&["--calls", "4", "--json"]);
    assert!(result.status.success(), "{}", printed(&result));
    let said: Value = serde_json::from_slice(&result.stdout).expect("it is JSON");
    let tried = said["result"]["tried"].as_array().expect("a list");
    let score = |tried: &Value| tried["score"].as_f64().expect("a number");
    let best = tried.iter().map(score).fold(f64::NEG_INFINITY, f64::max);
    assert_eq!((tried.len(), score(&said["result"]["best"])), (6, best));
    let again = search(&["--calls", "4", "--json"]);
    assert_eq!(
        again.stdout, result.stdout,
        "a search is a function of the run"
    );

    let schedule = text(&Path::new(&trained.run).join("schedule.toml"));
    let predicted = |name: &str, more: &[&str]| {
        let (file, result) = trained.predict(name, &[&["--frames", "3"], more].concat());
        assert!(result.status.success(), "{}", printed(&result));
        frames(&file, 1)
    };
    let (own, tuned) = (
        predicted("own.h5", &[]),
        predicted("tuned.h5", &["--schedule", &schedule]),
    );
    assert_ne!(own, tuned);
    let judged = run(&["evaluate", &trained.run, "--schedule", &schedule]);
    assert!(judged.status.success(), "{}", printed(&judged));
    let cutoff = trained.folder.write("cutoff.toml", "cutoff = 0.5\n");
    let to = text(&trained.folder.path("said.h5"));
    let said = run(&[
        &[
            "predict",
            &trained.run,
            "--initial",
            &trained.states,
            "--output",
            &to,
        ],
        &["--frames", "2", "--schedule", &text(&cutoff)][..],
    ]
    .concat());
    assert!(
        printed(&said).contains("guard: wavenumbers from 0.5 of the highest on are set to zero")
    );
    let judged = run(&[
        "evaluate",
        &trained.run,
        "--no-speed",
        "--json",
        "--schedule",
        &text(&cutoff),
    ]);
    let judged: Value = serde_json::from_slice(&judged.stdout).expect("it is JSON");
    let guards = judged["guards"].as_array().expect("it says its guards");
    assert!(
        guards
            .iter()
            .any(|guard| guard == "wavenumbers from 0.5 of the highest on are set to zero")
    );
    let guarded = predicted("guarded.h5", &["--schedule", &text(&cutoff)]);
    let last = |frames: &[f64]| frames[frames.len() - 32..].to_vec();
    let above = |u: Vec<f64>| -> f64 {
        let at = |k: usize| {
            let angle = |i: usize| std::f64::consts::TAU * (k * i) as f64 / 32.0;
            let part = |f: fn(f64) -> f64| -> f64 {
                u.iter().enumerate().map(|(i, u)| u * f(angle(i))).sum()
            };
            part(f64::cos).hypot(part(f64::sin))
        };
        (8..=16).map(at).fold(0.0, f64::max)
    };
    assert!(above(last(&own)) > 1e-3, "{}", above(last(&own)));
    assert!(above(last(&guarded)) < 1e-4, "{}", above(last(&guarded)));

    let rising = text(&trained.folder.write(
        "rising.toml",
        "noise_variances = [1e-3, 1e-2]\nfresh_noise = 1.0\n",
    ));
    let wrong = text(&trained.folder.write("wrong.toml", "cutoff = 1.5\n"));
    let plain = Trained::new("plain", "{kind=\"fno\",width=8,modes=6,layers=2}");
    for (arguments, expected) in [
        (
            ["evaluate", &trained.run, "--schedule", &rising],
            "do not fall",
        ),
        (
            ["evaluate", &trained.run, "--schedule", &wrong],
            "outside (0, 1]",
        ),
        (
            ["evaluate", &plain.run, "--schedule", &schedule],
            "no noise levels",
        ),
        (
            ["tune-sampler", &plain.run, "--candidates", "2"],
            "no noise levels",
        ),
        (["tune-sampler", &trained.run, "--calls", "1"], "2 or more"),
    ] {
        let result = run(&arguments);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn an_evaluation_with_samples_says_how_well_they_know_their_error() {
    let trained = Trained::new("uncertain", REFINER);
    let evaluate = |more: &[&str]| run(&[&["evaluate", &trained.run], more].concat());
    let once = evaluate(&["--json"]);
    let json = |output: &std::process::Output| -> Value {
        serde_json::from_slice(&output.stdout).expect("it is JSON")
    };
    let [first, again] = [(); 2].map(|()| evaluate(&["--samples", "5", "--no-speed", "--json"]));
    assert!(first.status.success(), "{}", printed(&first));
    assert_eq!(first.stdout, again.stdout, "it is a function of the run");
    let (alone, sampled) = (json(&once), json(&first));
    assert!(alone.get("uncertainty").is_none());
    assert_eq!(alone["surrogate"], sampled["surrogate"], "the same rollout");
    let found = &sampled["uncertainty"];
    let numbers = |of: &Value| -> Vec<f64> {
        let list = of.as_array().expect("a list").iter();
        list.map(|value| value.as_f64().expect("a number"))
            .collect()
    };
    for curve in [
        &found["spread_over_time"],
        &found["crps_over_time"],
        &found["spread_skill_over_time"],
        &found["mean"]["nrmse_over_time"],
        &found["coverage"][0]["share_over_time"],
    ] {
        let values = numbers(curve);
        assert_eq!(values.len(), 19);
        assert!(
            values.iter().all(|x| *x >= 0.0 && x.is_finite()),
            "{values:?}"
        );
    }
    let spread = numbers(&found["spread_over_time"]);
    assert!(spread[0] > 0.0 && spread[18] > spread[0], "{spread:?}");
    assert_eq!(found["horizons"].as_array().map(Vec::len), Some(4));
    // The mean of samples of independent noise is nearer to the truth than a sample.
    let of_one = numbers(&sampled["surrogate"]["nrmse_over_time"]);
    assert!(numbers(&found["mean"]["nrmse_over_time"])[18] < 1.05 * of_one[18]);
    let kept: Value = serde_json::from_slice(
        &std::fs::read(Path::new(&trained.run).join("evaluation.json")).expect("it is there"),
    )
    .expect("it is JSON");
    assert_eq!(kept["uncertainty"], *found);
    let said = printed(&evaluate(&["--samples", "3"]));
    for part in [
        "3 samples of each",
        "spread over skill",
        "correlation with each other",
    ] {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
    let plain = Trained::new("certain", "{kind=\"fno\",width=8,modes=6,layers=2}");
    for (directory, samples, expected) in [
        (&plain.run, "2", "the same rollout every time"),
        (&trained.run, "0", "--samples must be 1 or more"),
    ] {
        let result = run(&["evaluate", directory, "--samples", samples]);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "{said}");
    }
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
