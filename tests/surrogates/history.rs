//! Trainings on several frames in and fewer out, through the binary and from a program: lead times, persistence, scales and
//! rollouts, resumed trainings, and refusals.

mod phase;

use crate::common::{Folder, RECIPE, json, metrics, plan_of, printed, run, text, timeless, train};
use crate::several::{Trained, refused_by_check, short_rollouts_are_refused};
use burn::tensor::Device;
use ondine::control::Control;
use ondine::datasets::{Conditions, DataError, Source};
use ondine::evaluation::{HeldOut, judge};
use ondine::models::{Init, Scaling};
use ondine::plan::Plan;
use ondine::solvers::problem::{Axis, Field};
use ondine::solvers::{AxisKind, Problem, Rng, Stream};
use ondine::training::Training;
use serde_json::Value;
use std::f64::consts::TAU;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

fn plan(sets: &[&str]) -> Plan {
    plan_of(RECIPE, sets)
}

#[test]
fn a_surrogate_with_a_history_learns_and_its_run_is_whole() {
    let folder = Folder::new("history-learns");
    let output = folder.path("run");
    let recipe = folder.write("small.toml", RECIPE);
    train(&recipe, &output, &["objective.history=4"]);
    let lines = metrics(&output);
    let losses: Vec<f64> = lines
        .iter()
        .filter_map(|line| line["loss"].as_f64())
        .collect();
    assert!(losses[losses.len() - 1] < losses[0] / 10.0, "{losses:?}");
    let evaluation = json(&output.join("evaluation.json"));
    // 20 frames, 4 of them known.
    let times = evaluation["times"].as_array().expect("a list");
    assert_eq!(times.len(), 16);
    let last = |of: &str| {
        let errors = evaluation[of]["nrmse_over_time"]
            .as_array()
            .expect("a list");
        errors[15].as_f64().expect("a number")
    };
    assert!(last("surrogate") < 0.5 * last("persistence"));
    assert!(output.join("report.html").is_file());
    let state = json(&output.join("checkpoints/step-00000300/state.json"));
    let lengths = ["mean", "deviation", "increment"].map(|key| {
        let scales = state["scaling"][key].as_array();
        scales.expect("a list").len()
    });
    assert_eq!(lengths, [4, 4, 1]);
    let resolved = output.join("recipe.toml");
    let again = printed(&run(&["check", &text(&resolved), "--resolved"]));
    assert_eq!(again, fs::read_to_string(&resolved).expect("a run has one"));
    let again: Value =
        serde_json::from_slice(&run(&["evaluate", &text(&output), "--json"]).stdout).expect("JSON");
    assert_eq!(again["surrogate"], evaluation["surrogate"]);
}

#[test]
fn a_history_of_one_is_none_to_the_bit() {
    let folder = Folder::new("history-one");
    let recipe = folder.write("small.toml", RECIPE);
    let sets = [&[][..], &["objective.history=1"]];
    let runs = sets.map(|sets| {
        let output = folder.path(&sets.len().to_string());
        let short = ["train.steps=20", "evaluate.every=20"];
        train(&recipe, &output, &[&short, sets].concat());
        timeless(&output)
    });
    assert_eq!(runs[0], runs[1]);
}

#[test]
fn histories_go_with_every_objective_stage_stride_and_adaptive_sampler() {
    let folder = Folder::new("history-with");
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
        let sets = ["objective.history=3", "deterministic=true", &workers];
        train(&recipe, &output, &sets);
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
fn windows_hold_the_frames_of_all_their_states() {
    let unrolled = "objective.kind=\"unrolled\"";
    let cases = [
        (&["objective.history=4"][..], (0..5).collect()),
        (
            &["objective.history=2", "objective.stride=3"],
            vec![0, 1, 2],
        ),
        (&["objective.history=3", unrolled], (0..5).collect()),
        (
            &["objective.history=3", "objective.bundle=2", unrolled],
            (0..7).collect(),
        ),
    ];
    for (sets, used) in cases {
        let plan = plan(sets);
        assert_eq!(
            (plan.cut.frames, &plan.stages[0].frames),
            (used.len(), &used)
        );
    }
}

#[test]
fn a_surrogate_that_changes_nothing_is_persistence_of_the_last_known_frame() {
    let device = Device::flex();
    for (history, bundle, frames) in [(3, 1, 20), (5, 2, 9)] {
        let sets = [
            "equation.velocity=1.0",
            "initial.terms=1",
            "initial.wavenumbers=[1, 1]",
            &format!("objective.history={history}"),
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
        for (i, correlation) in expected.correlation_over_time.iter().enumerate() {
            let error = (correlation - (0.1 * (i + 1) as f64).cos()).abs();
            assert!(error < 1e-6, "history {history}, step {i}: {error}"); // f32 frames
        }
        assert_eq!(evaluation.times.len(), frames - history);
        assert_eq!(sample.shape, [frames - history + 1, 1, 32]);
        assert_eq!(sample.truth[..32], sample.prediction[..32]);
    }
}

#[test]
fn wrong_histories_are_refused_with_their_place() {
    let folder = Folder::new("history-wrong");
    let stages = RECIPE.replace("steps = 300\n", "")
        + "\n[[stage]]\nsteps = 10\nobjective = { history = 2 }\n";
    let bundled = format!("{RECIPE}\n[objective]\nbundle = 4\n");
    let cases = [
        (
            RECIPE,
            "objective.history=0",
            "history = 0 lies outside [1, 1000]",
        ),
        (
            RECIPE,
            "objective.history=20",
            "with stride 1 and history 20 needs 21 or more",
        ),
        (RECIPE, "objective.history=\"many\"", "objective.history"),
        (&stages, "seed=1", "history = 2, and 1 in [objective]"),
        (
            &bundled,
            "objective.history=3",
            "history = 3 is less than bundle = 4",
        ),
    ];
    refused_by_check(&folder, &cases);
    short_rollouts_are_refused(&folder, "history");
}

#[test]
fn predict_goes_on_from_the_last_frames_of_a_file_and_weights_go_into_as_many() {
    let folder = Folder::new("history-predict");
    let recipe = folder.write("small.toml", RECIPE);
    let output = folder.path("run");
    train(
        &recipe,
        &output,
        &["objective.history=3", "objective.stride=2"],
    );
    let trained = Trained {
        folder: &folder,
        recipe: &recipe,
        trained: &output,
    };
    trained.predicts_from_the_last_frames();
    trained.refuses_a_short_file(&["4 frames", "5 are needed", "`objective.history`"]);

    let from = text(&output);
    let (again, other) = (text(&folder.path("again")), text(&folder.path("other")));
    let recipe = text(&recipe);
    let begun = [
        "train",
        &recipe,
        "--weights-from",
        &from,
        "--set",
        "train.steps=2",
        "--set",
    ];
    let result = run(&[&begun[..], &["objective.history=3", "--output", &again]].concat());
    assert!(result.status.success(), "{}", printed(&result));
    let result = run(&[&begun[..], &["objective.history=2", "--output", &other]].concat());
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(2), "{said}");
    assert!(
        said.contains("its states are 3 frames of u for the next one"),
        "{said}"
    );
}

/// Standing waves at a phase of their own, which one frame does not show: `uₙ₊₁ = 2 cos(ω) uₙ − uₙ₋₁`.
struct Standing(u64);

impl Source for Standing {
    fn conditions(&self, _: u64) -> Conditions {
        Conditions {
            dt: 1.0,
            length: vec![TAU],
            spacing: vec![TAU / 16.0],
            parameters: vec![],
        }
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        let mut rng = Rng::stream(self.0, Stream::Initial, index);
        let (phase, place) = (rng.uniform(0.0, TAU), rng.uniform(0.0, TAU));
        for frame in 0.. {
            let height = (OMEGA * f64::from(frame) + phase).cos();
            let wave = |i: u32| height * (TAU * f64::from(i) / 16.0 + place).sin();
            if sink(&(0..16).map(wave).collect::<Vec<_>>()).is_break() {
                break;
            }
        }
        Ok(())
    }
}

const OMEGA: f64 = 0.7;

fn standing() -> Problem {
    let axis = Axis::new("x", 16, TAU, AxisKind::PERIODIC);
    Problem::new("standing", [axis], [Field::scalar("u")], 1.0, 12)
}

fn begun<'a>(run: &Path, history: usize) -> Training<'a> {
    let history = format!("objective.history={history}");
    let keys = [
        "model={kind=\"fno\",width=8,modes=3,layers=1}",
        "train.optimizer={learning_rate=1e-2}",
        "ensemble.workers=1",
        "train.log=10",
        &history,
    ];
    let training = Training::of(&standing(), Standing(0));
    let training = training.simulations(60).steps(150).batch(16).seed(5);
    let set = |training: Training<'a>, key: &&str| training.set(key).expect("a key");
    let training = keys.iter().fold(training, set);
    let training = training.held_out(Standing(1), 6);
    training.into_run(run).expect("a new directory")
}
