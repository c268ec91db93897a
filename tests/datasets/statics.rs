//! Fields that do not change in time as inputs: trainings on files that have them, through the binary, and forecasts.

use crate::common::{Folder, json, refused, run, succeed, text, timeless, unwrapped};
use burn::tensor::Device;
use ondine::datasets::files;
use ondine::forecast::Forecaster;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const POINTS: usize = 16;
const FRAMES: usize = 6;
const DT: f64 = 0.5;

/// A number between -1 and 1 that looks random.
fn number(seed: usize) -> f64 {
    (12.9898 * (seed as f64 + 0.5)).sin() * 43758.5453 % 1.0
}

/// A growth rate that waves over the points, its mask, and the state that it starts from.
fn fields(trajectory: usize) -> [Vec<f64>; 3] {
    let [phase, height, start] = [0, 1, 2].map(|i| number(3 * trajectory + i));
    let x = |i: usize| std::f64::consts::TAU * i as f64 / POINTS as f64;
    let rate = (0..POINTS).map(|i| 300.0 + 40.0 * (x(i) + 3.0 * phase).cos() + 20.0 * height);
    let edge = 4 + (8.0 * number(trajectory).abs()) as usize;
    let mask = (0..POINTS).map(|i| f64::from(u8::from(i < edge)));
    let u = (0..POINTS).map(|i| 100.0 * (2.0 * x(i) + 3.0 * start).sin());
    [rate.collect(), mask.collect(), u.collect()]
}

/// An array of a Zarr store of version 2 in one chunk.
fn array(store: &Path, name: &str, dims: &[(&str, usize)], values: &[f64]) {
    let folder = store.join(name);
    fs::create_dir_all(&folder).expect("a folder");
    let shape: Vec<usize> = dims.iter().map(|(_, n)| *n).collect();
    let names: Vec<&str> = dims.iter().map(|(name, _)| *name).collect();
    let array = serde_json::json!({
        "zarr_format": 2, "shape": shape, "chunks": shape, "dtype": "<f8", "compressor": null, "filters": null,
        "fill_value": 0.0, "order": "C",
    });
    let write = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).expect("a file");
    write(".zarray", array.to_string().as_bytes());
    let attributes = serde_json::json!({ "_ARRAY_DIMENSIONS": names });
    write(".zattrs", attributes.to_string().as_bytes());
    let chunk = vec!["0"; shape.len()].join(".");
    let bytes: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    write(&chunk, &bytes);
}

/// Trajectories of `u` that grows by the rate where the mask is 1; of them those from `first` on, with some static fields.
fn store(path: &Path, first: usize, trajectories: usize, known: &[&str]) -> PathBuf {
    let (mut all, mut rates, mut masks) = (Vec::new(), Vec::new(), Vec::new());
    for trajectory in first..first + trajectories {
        let [rate, mask, mut u] = fields(trajectory);
        for _ in 0..FRAMES {
            all.extend(&u);
            let growth = rate.iter().zip(&mask).map(|(rate, mask)| DT * rate * mask);
            u.iter_mut()
                .zip(growth)
                .for_each(|(u, growth)| *u += growth);
        }
        rates.extend(rate);
        masks.extend(mask);
    }
    let (sample, x) = (("sample", trajectories), ("x", POINTS));
    array(path, "u", &[sample, ("time", FRAMES), x], &all);
    let times: Vec<f64> = (0..FRAMES).map(|frame| DT * frame as f64).collect();
    array(path, "time", &[("time", FRAMES)], &times);
    for (name, values) in [("rate", rates), ("mask", masks)] {
        if known.contains(&name) {
            array(path, name, &[sample, x], &values);
        }
    }
    fs::write(path.join(".zgroup"), "{\"zarr_format\": 2}").expect("a file");
    path.to_path_buf()
}

const BOTH: [&str; 2] = ["rate", "mask"];

/// A recipe for a store, with a problem of its own where that is written.
fn recipe(folder: &Folder, store: &Path, problem: &str) -> String {
    let store = text(store);
    let recipe = format!(
        "seed = 2\n{problem}\n[data]\nsource = {store:?}\nheld_out = {{ share = 0.2 }}\n\
         [model]\nkind = \"fno\"\nwidth = 16\nmodes = 4\nlayers = 2\n\
         [train]\nsteps = 400\nbatch = 16\nlog = 50\noptimizer = {{ learning_rate = 1e-2 }}\n"
    );
    text(&folder.write("recipe.toml", &recipe))
}

/// The problem, with the grid and times of the store.
fn problem(keys: &str) -> String {
    format!(
        "[problem]\nfields = [\"u\"]\n{keys}\n[grid]\npoints = [16]\nlength = 16.0\nboundary = [\"open\"]\n\
         [time]\ndt = 0.5\nframes = 6\n"
    )
}

/// The error of a step in the last evaluation of a run.
fn error(run: &Path) -> f64 {
    let evaluation = json(&run.join("evaluation.json"));
    evaluation["surrogate"]["nrmse"].as_f64().expect("a number")
}

#[test]
fn static_fields_of_a_file_are_inputs_which_tell_what_the_state_does_not() {
    let folder = Folder::new("statics-file");
    let data = store(&folder.path("growth.zarr"), 0, 50, &BOTH);
    let own = recipe(&folder, &data, "");
    let said = unwrapped(&succeed(&["check", &own]));
    assert!(said.contains("static fields mask, rate"), "{said}");
    let output = folder.path("seen");
    succeed(&["train", &own, "--output", &text(&output)]);
    let state = json(&output.join("checkpoints/step-00000400/state.json"));
    let scale = |key: &str, place: usize| {
        let scales = state["scaling"][key].as_array().expect("a list");
        assert_eq!(scales.len(), 3, "{key}");
        scales[place].as_f64().expect("a number")
    };
    // The mask as it is, the rate by its mean and deviation.
    assert!(scale("mean", 1).abs() <= 0.0 && (scale("deviation", 1) - 1.0).abs() <= 0.0);
    assert!((scale("mean", 2) - 300.0).abs() < 10.0 && scale("deviation", 2) < 50.0);
    let resolved = text(&output.join("recipe.toml"));
    let again = succeed(&["check", &resolved, "--resolved"]);
    assert_eq!(again, fs::read_to_string(&resolved).expect("a run has one"));
    let seen = error(&output);

    let hidden = recipe(&folder, &data, &problem(""));
    let output = folder.path("hidden");
    succeed(&["train", &hidden, "--output", &text(&output)]);
    assert!(seen < 0.3 * error(&output), "{seen} and {}", error(&output));
}

#[test]
fn rollouts_and_forecasts_of_other_programs_have_the_static_fields_of_their_states() {
    let folder = Folder::new("statics-forecast");
    let data = store(&folder.path("growth.zarr"), 0, 50, &BOTH);
    let own = recipe(&folder, &data, "");
    let output = folder.path("run");
    let to = text(&output);
    let history = ["--set", "objective.history=2", "--set", "train.steps=100"];
    succeed(&[&["train", &own, "--output", &to], &history[..]].concat());
    let others = store(&folder.path("others.zarr"), 50, 3, &BOTH);
    let judged = [
        "evaluate",
        &to,
        "--data",
        &text(&others),
        "--json",
        "--no-speed",
    ];
    let judged: Value = serde_json::from_slice(&run(&judged).stdout).expect("JSON");
    let ratio = |of: &str| judged[of]["nrmse"].as_f64().expect("a number");
    assert!(ratio("surrogate") < 0.7 * ratio("persistence"), "{judged}");

    let later = folder.path("later.h5");
    let predict = [
        "predict",
        &to,
        "--initial",
        &text(&others),
        "--frames",
        "3",
        "--output",
    ];
    succeed(&[&predict[..], &[&text(&later)]].concat());
    let [given, predicted] = [&others, &later].map(|path| files::open(path).expect("a dataset"));
    let mut forecaster = Forecaster::open(&output, &Device::flex()).expect("a run");
    assert_eq!(forecaster.static_fields(), ["mask", "rate"]);
    let state = given.frames(2, FRAMES - 2..FRAMES).expect("two frames");
    let fault = forecaster
        .rollout(&state, &[], 3)
        .expect_err("no mask")
        .to_string();
    assert!(
        fault.contains("mask, rate") && fault.contains("set_static_fields"),
        "{fault}"
    );
    let fault = forecaster
        .set_static_fields(&[1.0; POINTS])
        .expect_err("one field")
        .to_string();
    assert!(fault.contains("16 values of static fields"), "{fault}");
    let [rate, mask, _] = fields(52);
    forecaster
        .set_static_fields(&[mask, rate].concat())
        .expect("two fields");
    let found = forecaster.rollout(&state, &[], 3).expect("three frames");
    assert_eq!(found, predicted.frames(2, 1..4).expect("three frames"));

    let without = store(&folder.path("without.zarr"), 0, 2, &["rate"]);
    let predict = [
        "predict",
        &to,
        "--initial",
        &text(&without),
        "--frames",
        "3",
        "--output",
        "no.h5",
    ];
    let said = refused(&predict);
    for words in [
        "no field `mask` that does not change in time; it has: rate",
        "was trained with it",
    ] {
        assert!(said.contains(words), "{words} is missing in {said}");
    }
}

#[test]
fn static_fields_go_with_stages_objectives_and_any_part_of_a_file_in_memory() {
    let folder = Folder::new("statics-with");
    let data = store(&folder.path("growth.zarr"), 0, 20, &BOTH);
    let stages = "\n[[stage]]\nsteps = 10\nobjective = { noise = 0.1 }\n[[stage]]\nsteps = 10\n\
                  objective = { kind = \"unrolled\", noise = 0.1 }\n[[stage]]\nsteps = 5\n\
                  objective = { kind = \"pushforward\" }\n";
    let own = recipe(&folder, &data, &problem("static_fields = [\"mask\"]"));
    let recipe = fs::read_to_string(&own)
        .expect("it was written")
        .replace("steps = 400\n", "");
    let own = text(&folder.write("stages.toml", &(recipe + stages)));
    let runs = ["0", "1000"].map(|memory| {
        let output = folder.path(memory);
        let memory = format!("data.memory={memory}");
        let sets = [
            "--set",
            &memory,
            "--set",
            "objective.bundle=1",
            "--set",
            "objective.history=2",
        ];
        succeed(&[&["train", &own, "--output", &text(&output)], &sets[..]].concat());
        // The lines differ in what is held alone.
        let numbers = timeless(&output).into_iter();
        let numbers =
            numbers.map(|line| ["loss", "gradient_norm", "nrmse"].map(|key| line[key].clone()));
        numbers.collect::<Vec<_>>()
    });
    assert!(runs[0].len() > 4);
    assert_eq!(runs[0], runs[1]);
}

#[test]
fn wrong_static_fields_are_refused_with_their_place() {
    let folder = Folder::new("statics-wrong");
    let data = store(&folder.path("growth.zarr"), 0, 20, &BOTH);
    for (names, expected) in [
        (
            "[\"walls\"]",
            "no field `walls` that does not change in time; it has: mask, rate",
        ),
        ("[\"u\"]", "`u` is written twice"),
        ("[\"mask\", \"mask\"]", "`mask` is written twice"),
        ("\"mask\"", "static_fields"),
    ] {
        let own = recipe(
            &folder,
            &data,
            &problem(&format!("static_fields = {names}")),
        );
        let said = refused(&["check", &own]);
        assert!(said.contains(expected), "{expected:?} is missing in {said}");
    }
    let holes = store(&folder.path("holes.zarr"), 0, 20, &["mask"]);
    let rate: Vec<f64> = (0..20 * POINTS)
        .map(|i| if i == 0 { f64::NAN } else { 1.0 })
        .collect();
    array(&holes, "rate", &[("sample", 20), ("x", POINTS)], &rate);
    let own = recipe(&folder, &holes, "");
    let said = refused(&["check", &own]);
    assert!(
        said.contains("static field `rate` of trajectory 0 has values that are not finite"),
        "{said}"
    );
}
