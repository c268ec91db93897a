//! CRPS ensembles whose noise is correlated in time, through the binary and the library.

use crate::common::{Folder, RECIPE, kill_at, printed, run, succeed, text, timeless};
use burn::tensor::Device;
use ondine::datasets::files::{DatasetReader, WellReader};
use ondine::forecast::Forecaster;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const SPEED: [(&str, f64); 1] = [("velocity", 0.9)];

/// An ensemble with this correlation of its noise.
fn ensemble(correlation: f64) -> String {
    format!(
        "model={{kind=\"crps_ensemble\",noise_correlation={correlation:?},\
         backbone={{kind=\"fno\",width=8,modes=6,layers=2,spectral_scale=1.0}}}}"
    )
}

/// A folder with a short run of the small recipe around an ensemble.
fn trained(name: &str, correlation: f64, sets: &[&str]) -> (Folder, PathBuf) {
    let folder = Folder::new(&format!("ensemble-{name}"));
    let recipe = text(&folder.write("small.toml", RECIPE));
    let output = folder.path("run");
    let model = ensemble(correlation);
    let own = ["train.steps=20", "ensemble.simulations=40", &model];
    let sets = own.iter().chain(sets).flat_map(|set| ["--set", *set]);
    let sets: Vec<&str> = sets.collect();
    succeed(&[&["train", &recipe, "--output", &text(&output)][..], &sets].concat());
    (folder, output)
}

fn open(path: &Path) -> Forecaster {
    Forecaster::open(path, &Device::flex()).unwrap_or_else(|error| panic!("{error}"))
}

fn wave(forecaster: &Forecaster) -> Vec<f64> {
    let points = 0..forecaster.state_len();
    points.map(|i| (0.2 * i as f64).sin()).collect()
}

#[test]
fn a_training_over_several_steps_goes_on_after_a_kill_to_the_bit() {
    let folder = Folder::new("ensemble-killed");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let words = |output: &Path| -> Vec<String> {
        let sets = [
            "deterministic=true",
            "train.steps=200",
            "train.checkpoint=100",
            "evaluate.every=1000",
            "objective={kind=\"unrolled\",steps=3,noise=0.01}",
            &ensemble(0.7),
        ]
        .map(str::to_owned);
        let sets = sets.into_iter().flat_map(|set| ["--set".to_owned(), set]);
        let own = ["train", &recipe, "--output", &text(output)].map(str::to_owned);
        own.into_iter().chain(sets).collect()
    };
    let [whole, killed] = ["whole", "killed"].map(|name| folder.path(name));
    let of = words(&whole);
    succeed(&of.iter().map(String::as_str).collect::<Vec<_>>());
    let of = words(&killed);
    let of: Vec<&str> = of.iter().map(String::as_str).collect();
    kill_at(&of, &killed, "step-00000100");
    succeed(&["train", "--resume", &text(&killed)]);
    assert_eq!(timeless(&killed), timeless(&whole));
    let losses = timeless(&whole);
    let losses: Vec<f64> = losses
        .iter()
        .filter_map(|line| line["loss"].as_f64())
        .collect();
    let (first, last) = (losses[0], losses[losses.len() - 1]);
    assert!(last < 0.5 * first, "{first} to {last}");
}

/// The frames of both members of the first state.
fn members(file: &Path) -> [Vec<f64>; 2] {
    let reader = WellReader::open(file).unwrap_or_else(|error| panic!("{error}"));
    let frames = reader.info().frames;
    [0, 1].map(|member| reader.frames(member, 0..frames).expect("they are there"))
}

#[test]
fn rollouts_of_a_run_and_of_its_export_have_the_correlation_of_the_recipe_or_of_a_file() {
    let (folder, run_of) = trained("rollouts", 0.8, &[]);
    let states = text(&folder.path("states.h5"));
    let recipe = text(&folder.path("small.toml"));
    succeed(&["simulate", &recipe, "--output", &states, "--count", "2"]);
    let predict = |of: &Path, name: &str, more: &[&str]| {
        let output = folder.path(name);
        let to = text(&output);
        let own = ["predict", &text(of), "--initial", &states, "--output", &to];
        succeed(&[&own[..], &["--frames", "3", "--samples", "2"], more].concat());
        members(&output)
    };
    let schedule = |correlation: f64| {
        let name = format!("{correlation}.toml");
        let line = format!("noise_correlation = {correlation:?}\n");
        text(&folder.write(&name, &line))
    };
    let own = predict(&run_of, "own.h5", &[]);
    assert_ne!(own[0], own[1]);
    let same = predict(&run_of, "same.h5", &["--schedule", &schedule(0.8)]);
    assert_eq!(own, same);
    let fresh = predict(&run_of, "fresh.h5", &["--schedule", &schedule(0.0)]);
    let kept = predict(&run_of, "kept.h5", &["--schedule", &schedule(1.0)]);
    for other in [&fresh, &kept] {
        for (own, other) in own.iter().zip(other) {
            assert_eq!(own[..64], other[..64], "the first step has the same noise");
            assert_ne!(own[64..], other[64..]);
        }
    }
    let file = folder.path("surrogate.safetensors");
    succeed(&["export", &text(&run_of), &text(&file)]);
    fs::remove_dir_all(&run_of).expect("the run can go");
    assert_eq!(predict(&file, "exported.h5", &[]), own);
}

#[test]
fn steps_of_a_program_go_on_with_their_noise_until_it_begins_again() {
    let (_folder, run) = trained("steps", 0.8, &[]);
    let mut forecaster = open(&run).seeded(7);
    let start = wave(&forecaster);
    let rollout = forecaster.rollout(&start, &SPEED, 3).expect("a rollout");
    let mut forecaster = open(&run).seeded(7);
    let mut state = start.clone();
    for frame in rollout.chunks(32) {
        forecaster.step(&mut state, &SPEED).expect("a step");
        let near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-5; // sums in another order
        assert!(state.iter().zip(frame).all(near));
    }
    let (_folder, run) = trained("begun", 1.0, &[]);
    let mut forecaster = open(&run);
    let mut step = |restart: bool| {
        let mut state = start.clone();
        if restart {
            forecaster.restart();
        }
        forecaster.step(&mut state, &SPEED).expect("a step");
        state
    };
    let [first, kept, new] = [false, false, true].map(&mut step);
    assert_eq!(first, kept, "the same noise from the same state");
    assert_ne!(first, new);
    let between = forecaster.members(&start, &SPEED, 2, 2).expect("members");
    assert_ne!(between[..64], between[64..], "members of their own");
    let mut state = start.clone();
    forecaster.step(&mut state, &SPEED).expect("a step");
    assert_eq!(state, new, "members leave the rollout by steps alone");
}

#[test]
fn an_evaluation_takes_the_correlation_of_a_file() {
    let (folder, run_of) = trained("evaluated", 0.0, &["evaluate.trajectories=4"]);
    let spread = |more: &[&str]| -> Vec<f64> {
        let own = [
            "evaluate",
            &text(&run_of),
            "--samples",
            "4",
            "--no-speed",
            "--json",
        ];
        let judged = run(&[&own[..], more].concat());
        assert!(judged.status.success(), "{}", printed(&judged));
        let judged: Value = serde_json::from_slice(&judged.stdout).expect("it is JSON");
        let spread = judged["uncertainty"]["spread_over_time"].as_array();
        let spread = spread.expect("a list").iter().map(|at| at.as_f64());
        spread.collect::<Option<_>>().expect("numbers")
    };
    let kept = text(&folder.write("kept.toml", "noise_correlation = 1.0\n"));
    let (fresh, kept) = (spread(&[]), spread(&["--schedule", &kept]));
    assert_eq!(fresh[0].to_bits(), kept[0].to_bits());
    // Kept noise adds up where fresh noise cancels.
    assert!(kept[9] > 1.2 * fresh[9], "{} and {}", kept[9], fresh[9]);
}

#[test]
fn what_is_no_correlation_or_has_no_members_is_refused() {
    let (folder, run_of) = trained("refused", 0.5, &[]);
    let recipe = text(&folder.path("small.toml"));
    let wrong = ensemble(1.5);
    let beyond = text(&folder.write("beyond.toml", "noise_correlation = -0.1\n"));
    let half = text(&folder.write("half.toml", "noise_correlation = 0.5\n"));
    let levels = text(&folder.write("levels.toml", "noise_correlation = 0.5\ncutoff = 0.5\n"));
    let plain = folder.path("plain");
    let train = ["train", &recipe, "--output", &text(&plain)];
    succeed(&[&train[..], &["--set", "train.steps=2"]].concat());
    let (of_ensemble, of_network) = (text(&run_of), text(&plain));
    for (words, expected) in [
        (
            ["check", &recipe, "--set", &wrong],
            "`noise_correlation` = 1.5 lies outside [0, 1]",
        ),
        (
            ["evaluate", &of_ensemble, "--schedule", &beyond],
            "`noise_correlation` = -0.1 lies outside [0, 1]",
        ),
        (
            ["evaluate", &of_network, "--schedule", &half],
            "`fno` has no noise_correlation; crps_ensemble has",
        ),
        (
            ["evaluate", &of_ensemble, "--schedule", &levels],
            "`crps_ensemble` has no noise levels; pde_refiner has",
        ),
    ] {
        let refused = run(&words);
        let said = printed(&refused);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(
            said.contains(expected),
            "{expected:?} is missing in:\n{said}"
        );
    }
}
