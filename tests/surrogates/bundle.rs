//! Trainings on bundles of frames through the binary: lead times, persistence, scales and rollouts, and what is refused.

use crate::common::{Folder, RECIPE, json, metrics, plan_of, printed, run, text, timeless, train};
use crate::several::{Trained, refused_by_check, short_rollouts_are_refused};
use burn::tensor::Device;
use ondine::control::Control;
use ondine::evaluation::{HeldOut, judge};
use ondine::models::{Init, Scaling};
use ondine::plan::Plan;
use serde_json::Value;
use std::fs;

fn plan(sets: &[&str]) -> Plan {
    plan_of(RECIPE, sets)
}

#[test]
fn a_surrogate_of_bundles_learns_and_its_run_is_whole() {
    let folder = Folder::new("bundle-learns");
    let output = folder.path("run");
    let recipe = folder.write("small.toml", RECIPE);
    train(&recipe, &output, &["objective.bundle=4"]);
    let lines = metrics(&output);
    let losses: Vec<f64> = lines
        .iter()
        .filter_map(|line| line["loss"].as_f64())
        .collect();
    assert!(losses[losses.len() - 1] < losses[0] / 10.0, "{losses:?}");
    let evaluation = json(&output.join("evaluation.json"));
    // 20 frames, 4 of them known; the first is predicted a frame ahead, not four.
    let times = evaluation["times"].as_array().expect("a list");
    assert_eq!(times.len(), 16);
    assert!((times[0].as_f64().expect("a time") - 0.1).abs() < 1e-12);
    let last = |of: &str| {
        let errors = evaluation[of]["nrmse_over_time"]
            .as_array()
            .expect("a list");
        errors[15].as_f64().expect("a number")
    };
    assert!(last("surrogate") < 0.5 * last("persistence"));
    assert!(output.join("report.html").is_file() && output.join("sample.safetensors").is_file());
    let resolved = output.join("recipe.toml");
    let again = printed(&run(&["check", &text(&resolved), "--resolved"]));
    assert_eq!(again, fs::read_to_string(&resolved).expect("a run has one"));
    let again: Value =
        serde_json::from_slice(&run(&["evaluate", &text(&output), "--json"]).stdout).expect("JSON");
    assert_eq!(again["surrogate"], evaluation["surrogate"]);
}

#[test]
fn bundles_go_with_every_objective_stage_stride_and_adaptive_sampler() {
    let folder = Folder::new("bundle-with");
    let sampler = "workers = 1\nsampler = { kind = \"breed\", signal = \"rollout\", every = 10, min_simulations = 5, \
                   steps = 4 }";
    let stages = "\n[[stage]]\nsteps = 30\n[[stage]]\nsteps = 20\n\
                  objective = { kind = \"pushforward\", stride = 2, augment = [\"shift\"] }\n\
                  [[stage]]\nsteps = 10\nobjective = { kind = \"unrolled\", noise = 0.1, norm = \"h1\" }\n";
    let recipe = RECIPE
        .replace("steps = 300\n", "")
        .replace("workers = 1", sampler)
        + stages;
    let recipe = folder.write("staged.toml", &recipe);
    let runs = ["1", "3"].map(|workers| {
        let output = folder.path(workers);
        let workers = format!("ensemble.workers={workers}");
        train(
            &recipe,
            &output,
            &["objective.bundle=3", "deterministic=true", &workers],
        );
        timeless(&output)
    });
    assert_eq!(runs[0], runs[1]);
    let generations = runs[0]
        .iter()
        .filter_map(|line| line["generations"].as_u64())
        .max();
    assert!(generations > Some(0), "{generations:?}");
}

#[test]
fn windows_hold_the_frames_of_all_their_bundles() {
    let cases = [
        (&["objective.bundle=4"][..], 8, vec![0, 1, 2, 3, 4, 5, 6, 7]),
        (
            &["objective.bundle=2", "objective.stride=3"],
            4,
            vec![0, 1, 2, 3],
        ),
        (
            &["objective.bundle=2", "objective.kind=\"unrolled\""],
            6,
            vec![0, 1, 2, 3, 4, 5],
        ),
    ];
    for (sets, frames, used) in cases {
        let plan = plan(sets);
        assert_eq!((plan.cut.frames, &plan.stages[0].frames), (frames, &used));
    }
}

#[test]
fn a_surrogate_that_changes_nothing_is_persistence_of_the_last_known_frame() {
    let device = Device::flex();
    for (bundle, frames) in [(1, 20), (3, 20), (4, 9)] {
        let sets = [
            "equation.velocity=1.0",
            "initial.terms=1",
            "initial.wavenumbers=[1, 1]",
            &format!("objective.bundle={bundle}"),
            &format!("evaluate.frames={frames}"),
        ];
        let plan = plan(&sets);
        let still = Scaling {
            increment: vec![0.0; bundle],
            ..Scaling::identity(&plan.fields)
        };
        let surrogate = plan.surrogate(&mut Init::new(0, &device), still);
        let held_out =
            HeldOut::simulate(&plan, 0, Control::none()).unwrap_or_else(|error| panic!("{error}"));
        let judged = judge(&plan, &held_out, &surrogate, &device, 0, Control::none());
        let (evaluation, sample) = judged.unwrap_or_else(|error| panic!("{error}"));
        let (found, expected) = (&evaluation.surrogate, &evaluation.persistence);
        assert_eq!(found.nrmse_over_time, expected.nrmse_over_time);
        // One wave that moves by c dt = 0.1 a frame of lead time, `bundle` frames in.
        for (i, correlation) in expected.correlation_over_time.iter().enumerate() {
            let error = (correlation - (0.1 * (i + 1) as f64).cos()).abs();
            assert!(error < 1e-6, "bundle {bundle}, step {i}: {error}"); // f32 frames
            assert!((evaluation.times[i] - 0.1 * (i + 1) as f64).abs() < 1e-12);
        }
        let forecasts = frames - bundle;
        assert_eq!(evaluation.times.len(), forecasts);
        assert_eq!(sample.shape, [forecasts + 1, 1, 32]);
        assert_eq!(sample.times.len(), forecasts + 1);
        assert_eq!(sample.truth[..32], sample.prediction[..32]);
        assert_eq!(
            sample.truth[..32],
            held_out.trajectories[0].frames[bundle - 1][..]
        );
    }
}

#[test]
fn every_frame_of_a_bundle_is_scaled_by_the_change_over_its_lead_time() {
    let folder = Folder::new("bundle-scales");
    let output = folder.path("run");
    let sets = [
        "equation.velocity=1.0",
        "initial.terms=1",
        "initial.wavenumbers=[1, 1]",
        "objective.bundle=3",
        "train.steps=50",
    ];
    train(&folder.write("small.toml", RECIPE), &output, &sets);
    let state = json(&output.join("checkpoints/step-00000050/state.json"));
    let column = |key: &str| -> Vec<f64> {
        let values = state["scaling"][key].as_array().expect("a list");
        values
            .iter()
            .map(|x| x.as_f64().expect("a number"))
            .collect()
    };
    let (mean, deviation, increment) = (column("mean"), column("deviation"), column("increment"));
    assert!(mean.len() == 3 && mean[1..] == [mean[0]; 2]);
    assert!(deviation[1..] == [deviation[0]; 2] && deviation[0] > 0.0);
    // sin(x − 0.1 i) − sin x has the size 2 sin(0.05 i) √½.
    for (i, found) in increment.iter().enumerate() {
        let expected = (0.05 * (i + 1) as f64).sin() / 0.05_f64.sin();
        assert!(
            (found / increment[0] / expected - 1.0).abs() < 1e-5,
            "{i}: {found}"
        ); // f32
    }
}

#[test]
fn wrong_bundles_are_refused_with_their_place() {
    let folder = Folder::new("bundle-wrong");
    let stages = RECIPE.replace("steps = 300\n", "")
        + "\n[[stage]]\nsteps = 10\nobjective = { bundle = 2 }\n";
    let passing = "model = { kind = \"message_passing\", width = 4 }";
    let start = RECIPE.find("[model]").expect("a section");
    let end = RECIPE.find("[train]").expect("a section");
    let passing = format!("{passing}\n{}{}", &RECIPE[..start], &RECIPE[end..]);
    let cases = [
        (
            RECIPE,
            "objective.bundle=0",
            "bundle = 0 lies outside [1, 1000]",
        ),
        (
            RECIPE,
            "objective.bundle=11",
            "`one_step` with stride 1 and bundle 11 needs 22 or more",
        ),
        (RECIPE, "objective.bundle=\"many\"", "objective.bundle"),
        (&stages, "seed=1", "bundle = 2, and 1 in [objective]"),
        (
            &passing,
            "objective.bundle=5",
            "5 frames are more than its width = 4",
        ),
    ];
    refused_by_check(&folder, &cases);
    short_rollouts_are_refused(&folder, "bundle");
}

#[test]
fn a_bundle_is_predicted_from_the_last_one_of_a_file() {
    let folder = Folder::new("bundle-predict");
    let recipe = folder.write("small.toml", RECIPE);
    let output = folder.path("run");
    train(
        &recipe,
        &output,
        &["objective.bundle=3", "objective.stride=2"],
    );
    let trained = Trained {
        folder: &folder,
        recipe: &recipe,
        trained: &output,
    };
    trained.predicts_from_the_last_frames();
    trained.refuses_a_short_file(&["4 frames", "5 are needed"]);
}
