//! The surrogate of a run for other programs: the same numbers as `ondine predict`, whatever way states go in and out, and
//! errors that name what there is.

use crate::common::{Folder, RECIPE, printed, run, text};
use burn::tensor::Device;
use ndarray::{ArrayD, Axis, IxDyn};
use ondine::datasets::files::{DatasetReader, Varying, WellReader};
use ondine::forecast::{ForecastError, Forecaster};
use std::fs;
use std::path::{Path, PathBuf};

const FNO: &str = "model={kind=\"fno\",width=8,modes=6,layers=2}";
const REFINER: &str = "model={kind=\"pde_refiner\",min_noise_variance=1e-2,steps=2,\
                       backbone={kind=\"fno\",width=8,modes=6,layers=2}}";
const SPEED: [(&str, f64); 1] = [("velocity", 0.9)];

fn ondine(arguments: &[&str]) {
    let result = run(arguments);
    assert!(result.status.success(), "{}", printed(&result));
}

/// A folder with a run of the small recipe, a few steps long.
fn trained(name: &str, sets: &[&str]) -> (Folder, PathBuf) {
    let folder = Folder::new(&format!("forecast-{name}"));
    let recipe = text(&folder.write("small.toml", RECIPE));
    let output = folder.path("run");
    let own = ["train.steps=20", "ensemble.simulations=40"];
    let sets = own.iter().chain(sets).flat_map(|set| ["--set", *set]);
    let to = text(&output);
    let sets: Vec<&str> = sets.collect();
    ondine(&[&["train", &recipe, "--output", &to][..], &sets].concat());
    (folder, output)
}

fn open(run: &Path) -> Forecaster {
    Forecaster::open(run, &Device::flex()).unwrap_or_else(|error| panic!("{error}"))
}

/// A wave on 32 points for every frame that a state has.
fn wave(forecaster: &Forecaster) -> Vec<f32> {
    let point = |i: usize| (i as f32 * std::f32::consts::TAU / 32.0).sin();
    (0..forecaster.state_len()).map(point).collect()
}

#[test]
fn forecasts_are_those_of_predict_to_the_bit() {
    for (name, sets) in [
        ("one", vec![]),
        ("bundle", vec!["objective.bundle=3"]),
        ("history", vec!["objective.history=4", "objective.stride=2"]),
        ("both", vec!["objective.history=3", "objective.bundle=2"]),
    ] {
        let (folder, run) = trained(name, &[&[FNO], &sets[..]].concat());
        let [states, output] = ["states.h5", "output.h5"].map(|name| text(&folder.path(name)));
        let recipe = text(&folder.path("small.toml"));
        ondine(&["simulate", &recipe, "--output", &states, "--count", "2"]);
        let own = ["predict", &text(&run), "--initial", &states, "--output"];
        ondine(&[&own[..], &[&output, "--frames", "6"]].concat());
        let [given, predicted] = [&states, &output].map(|file| {
            WellReader::open(Path::new(file)).unwrap_or_else(|error| panic!("{error}"))
        });
        let mut forecaster = open(&run);
        let (bundle, history) = (forecaster.bundle(), forecaster.history());
        let last = given.info().frames - 1;
        let places = (0..history)
            .rev()
            .map(|back| last - back * forecaster.stride());
        let state: Vec<f64> = places
            .flat_map(|frame| given.frame(1, frame).expect("a frame"))
            .collect();
        let Varying::Each(velocities) = &given.info().parameters[0].1 else {
            panic!("velocities are drawn");
        };
        let velocity = velocities[1];
        let steps = 6 / bundle;
        let found = forecaster
            .rollout(&state, &[("velocity", velocity)], steps)
            .unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            found,
            predicted.frames(1, 1..7).expect("six frames"),
            "{name}"
        );
    }
}

#[test]
fn a_state_of_several_frames_moves_on_by_those_of_an_answer() {
    let sets = ["objective.history=3", "objective.bundle=2"];
    let (_folder, run) = trained("moves", &[&[FNO], &sets[..]].concat());
    let mut forecaster = open(&run);
    assert_eq!((forecaster.history(), forecaster.bundle()), (3, 2));
    let start: Vec<f32> = wave(&forecaster)
        .iter()
        .enumerate()
        .map(|(i, u)| u * (1.0 + (i / 32) as f32))
        .collect();
    let frames = forecaster.rollout(&start, &SPEED, 2).expect("a rollout");
    let mut state = start.clone();
    forecaster.steps(&mut state, &SPEED, 0).expect("no step");
    assert_eq!(state, start);
    forecaster.step(&mut state, &SPEED).expect("a step");
    assert_eq!(state, [&start[2 * 32..], &frames[..2 * 32]].concat());
    forecaster.step(&mut state, &SPEED).expect("a step");
    assert_eq!(state, frames[32..]);
    let array = ArrayD::from_shape_vec(IxDyn(&[3, 1, 32]), start.clone()).expect("96 values");
    let next = forecaster.step_array(array.view(), &SPEED).expect("a step");
    assert_eq!(next.shape(), [3, 1, 32]);
    let error = forecaster
        .step(&mut state[..32], &SPEED)
        .expect_err("one frame");
    assert!(
        error
            .to_string()
            .contains("3 frames of the fields u on 32 points"),
        "{error}"
    );
}

#[test]
fn one_state_or_many_at_once_or_one_by_one_are_the_same() {
    let (_folder, run) = trained("ways", &[FNO]);
    let mut forecaster = open(&run);
    let start = wave(&forecaster);
    let frames = forecaster.rollout(&start, &SPEED, 3).expect("a rollout");
    let mut state = start.clone();
    for frame in frames.chunks(32) {
        forecaster.step(&mut state, &SPEED).expect("a step");
        assert_eq!(state, frame);
    }
    let mut in_64_bits: Vec<f64> = start.iter().map(|u| f64::from(*u)).collect();
    forecaster.steps(&mut in_64_bits, &SPEED, 3).expect("steps");
    let expected: Vec<f64> = state.iter().map(|u| f64::from(*u)).collect();
    assert_eq!(in_64_bits, expected);
    let mut two = start.repeat(2);
    let conditions: [&[(&str, f64)]; 2] = [&SPEED, &[("velocity", 1.4)]];
    forecaster.batch(&mut two, &conditions, 3).expect("a batch");
    let near = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5); // sums in another order
    assert!(near(&two[..32], &state) && !near(&two[32..], &state));
}

#[test]
fn arrays_have_an_axis_for_the_field_and_one_per_axis_of_the_grid() {
    let (_folder, run) = trained("arrays", &[FNO]);
    let mut forecaster = open(&run);
    let start = wave(&forecaster);
    let mut expected = start.clone();
    forecaster.step(&mut expected, &SPEED).expect("a step");
    let array = ArrayD::from_shape_vec(IxDyn(&[1, 32]), start).expect("32 values");
    let next = forecaster.step_array(array.view(), &SPEED).expect("a step");
    assert_eq!(
        (next.shape(), next.iter().copied().collect()),
        (&[1, 32][..], expected)
    );
    let frames = forecaster
        .rollout_array(array.view(), &SPEED, 4)
        .expect("a rollout");
    assert_eq!(frames.shape(), [4, 1, 32]);
    assert_eq!(frames.index_axis(Axis(0), 0), next);
    let mut backwards = array.clone();
    backwards.invert_axis(Axis(1)); // another order in memory, as an array of Fortran would have
    let mut values = wave(&forecaster);
    values.reverse();
    forecaster.step(&mut values, &SPEED).expect("a step");
    let turned = forecaster
        .step_array(backwards.view(), &SPEED)
        .expect("a step");
    assert_eq!(turned.iter().copied().collect::<Vec<_>>(), values);
    let error = forecaster.step_array(array.view().remove_axis(Axis(0)), &SPEED);
    let error = error.expect_err("no field axis").to_string();
    assert!(
        error.contains("[32]") && error.contains("[1, 32]"),
        "{error}"
    );
}

#[test]
fn neither_solver_nor_dataset_is_needed() {
    let folder = Folder::new("forecast-moved");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let [file, output] = ["small.h5", "run"].map(|name| folder.path(name));
    ondine(&["simulate", &recipe, "--output", &text(&file)]);
    let source = format!("data.source={}", text(&file));
    let sets = ["--set", &source, "--set", "train.steps=10", "--set", FNO];
    let to = text(&output);
    ondine(&[&["train", &recipe, "--output", &to][..], &sets].concat());
    fs::remove_file(&file).expect("the dataset can go");
    let mut forecaster = open(&output);
    let mut state = wave(&forecaster);
    forecaster.step(&mut state, &SPEED).expect("a step");
    let weights = text(&folder.path("weights.safetensors"));
    ondine(&["export", &to, &weights]);
}

#[test]
fn conditions_that_are_wrong_are_named_and_those_far_off_are_told_when_asked_for() {
    let (_folder, run) = trained("conditions", &[FNO]);
    let mut forecaster = open(&run);
    let names: Vec<String> = forecaster
        .conditions()
        .into_iter()
        .map(|c| c.name)
        .collect();
    assert_eq!(names, ["velocity", "length", "dt"]);
    let mut state = wave(&forecaster);
    let mut error = |conditions: &[(&str, f64)]| {
        let error = forecaster
            .step(&mut state, conditions)
            .expect_err("refused");
        error.to_string()
    };
    assert_eq!(
        error(&[("speed", 1.0)]),
        "unknown condition `speed`: there are velocity in [0.5, 1.5], length = 6.283185307179586 (may be left out), \
         dt = 0.1 (may be left out)"
    );
    assert!(error(&[]).starts_with("no value for the condition `velocity`"));
    assert!(error(&[("velocity", f64::NAN)]).contains("a finite number"));
    assert!(error(&[("velocity", 1.0), ("dt", 0.0)]).contains("above 0"));
    let error = forecaster
        .step(&mut [0.0_f32; 31], &SPEED)
        .expect_err("31 points");
    assert_eq!(
        error.to_string(),
        "the array has 31 values, and 32 values are expected: a state is the fields u on 32 points, the last axis fastest"
    );
    assert!(forecaster.outside(&SPEED, 1.0).expect("known").is_empty());
    let outside = forecaster
        .outside(&[("velocity", 2.5)], 1.0)
        .expect("known");
    assert_eq!((outside.len(), outside[0].trained), (1, [0.5, 1.5]));
    let time = forecaster.step_time(&SPEED).expect("known");
    assert!((time - 0.1).abs() < 1e-12, "{time}");
    assert!(matches!(
        forecaster.solution::<f32>(&SPEED, &[0.1]),
        Err(ForecastError::KnowsNoTime)
    ));
    assert!(matches!(
        forecaster.members(&state, &SPEED, 1, 2),
        Err(ForecastError::OneAnswer("fno"))
    ));
}

#[test]
fn members_of_a_surrogate_that_samples_differ_and_follow_from_the_seed() {
    let (_folder, run) = trained("members", &[REFINER]);
    let mut forecaster = open(&run).seeded(7);
    let start = wave(&forecaster);
    let members = forecaster.members(&start, &SPEED, 2, 3).expect("members");
    assert_eq!(members.len(), 3 * 2 * 32);
    assert_ne!(members[..64], members[64..128]);
    let again = open(&run).seeded(7).members(&start, &SPEED, 2, 3);
    assert_eq!(again.expect("members"), members);
}

#[test]
fn a_surrogate_without_a_state_answers_for_times() {
    let model = "model={kind=\"mlp\",inputs=\"parameters\",width=16}";
    let heat = "equation={kind=\"heat\",initial_temperature=1.0,low_wall=0.0,high_wall={uniform=[0.5,1.5]}}";
    let (_folder, run) = trained("direct", &[model, heat, "grid.length=1.0", "time.dt=0.01"]);
    let mut forecaster = open(&run);
    assert!(forecaster.is_direct());
    let wall = [("high_wall", 1.0)];
    let both: Vec<f64> = forecaster.solution(&wall, &[0.05, 0.1]).expect("two times");
    let second: Vec<f64> = forecaster.solution(&wall, &[0.1]).expect("a time");
    assert_eq!(both.len(), 64);
    let near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-5; // sums in another order
    assert!(both[32..].iter().zip(&second).all(near) && both[..32] != both[32..]);
    let error = forecaster.step(&mut [0.0_f32; 32], &wall);
    assert!(matches!(error, Err(ForecastError::SeesNoState)));
    assert!(forecaster.outside(&wall, 99.0).expect("known")[0].name == "time");
}
