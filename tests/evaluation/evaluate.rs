//! `ondine evaluate`: lengths of rollouts, trajectories of a file, solvers beside the surrogate, wall times, the schema of
//! what it prints, and what is refused.

use crate::common::{Folder, RECIPE, ondine, printed, run, text};
use burn::tensor::Device;
use ondine::control::{Advance, Control};
use ondine::datasets::files::{
    Axis, AxisKind, DatasetInfo, Dtype, Field, FieldKind, Provenance, Time, Trajectory, Varying,
    WellWriter,
};
use ondine::evaluation::{
    Baseline, BaselineKind, Compared, Comparison, EvaluationError, HeldOut, JudgeError, Options,
    SolversOn, compare, evaluate, judge,
};
use ondine::models::{Init, Scaling};
use ondine::plan::Plan;
use ondine::recipe::Recipe;
use serde_json::Value;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Output, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

const NETWORK: &str = "model={kind=\"fno\",width=8,modes=6,layers=2}";
const REFINER: &str = "model={kind=\"pde_refiner\",min_noise_variance=1e-2,steps=2,\
                       backbone={kind=\"fno\",width=8,modes=6,layers=2}}";

/// A folder with a short training of the small recipe.
struct Trained {
    folder: Folder,
    run: String,
    recipe: String,
}

impl Trained {
    fn new(name: &str, sets: &[&str]) -> Self {
        let folder = Folder::new(&format!("evaluate-{name}"));
        let recipe = text(&folder.write("small.toml", RECIPE));
        let output = text(&folder.path("run"));
        let mut arguments = vec!["train", &recipe, "--output", &output];
        let short = ["train.steps=20", "ensemble.simulations=40"];
        short
            .iter()
            .chain(sets)
            .for_each(|set| arguments.extend(["--set", set]));
        let trained = run(&arguments);
        assert!(trained.status.success(), "{}", printed(&trained));
        Self {
            folder,
            run: output,
            recipe,
        }
    }

    fn evaluate(&self, more: &[&str]) -> Output {
        run(&[&["evaluate", &self.run], more].concat())
    }

    fn judged(&self, more: &[&str]) -> Value {
        let output = self.evaluate(&[more, &["--json"]].concat());
        assert!(output.status.success(), "{}", printed(&output));
        serde_json::from_slice(&output.stdout).expect("it is JSON")
    }

    /// A file of two simulations of the recipe.
    fn simulate(&self, name: &str, sets: &[&str]) -> String {
        let file = text(&self.folder.path(name));
        let mut arguments = vec!["simulate", &self.recipe, "--output", &file, "--count", "2"];
        sets.iter().for_each(|set| arguments.extend(["--set", set]));
        let made = run(&arguments);
        assert!(made.status.success(), "{}", printed(&made));
        file
    }

    fn plan(&self) -> Plan {
        let recipe = Recipe::load(&Path::new(&self.run).join("recipe.toml"), &[]);
        let checked = recipe.and_then(Recipe::check);
        checked.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Writes trajectories of the recipe's grid, a frame apart, to a file.
    fn write(&self, name: &str, held_out: &HeldOut) -> String {
        let path = self.folder.path(name);
        let all = &held_out.trajectories;
        let each =
            |of: fn(&ondine::evaluation::Truth) -> f64| Varying::Each(all.iter().map(of).collect());
        let info = DatasetInfo {
            name: "held out".to_owned(),
            trajectories: all.len(),
            frames: all[0].frames.len(),
            axes: vec![Axis {
                points: 32,
                length: each(|truth| truth.conditions.length[0]),
                kind: AxisKind::PERIODIC,
            }],
            fields: vec![Field {
                name: "u".to_owned(),
                kind: FieldKind::Scalar,
            }],
            time: Time::Uniform(each(|truth| truth.conditions.dt)),
            parameters: vec![(
                "velocity".to_owned(),
                each(|truth| truth.conditions.parameters[0]),
            )],
            provenance: Provenance::default(),
            ..DatasetInfo::default()
        };
        let mut file =
            WellWriter::create(&path, &info, Dtype::F32).unwrap_or_else(|e| panic!("{e}"));
        for (index, truth) in all.iter().enumerate() {
            let frames = truth.frames.iter().flat_map(|frame| frame.iter());
            let frames = frames.map(|value| f64::from(*value)).collect();
            file.append(&Trajectory { index, frames })
                .unwrap_or_else(|e| panic!("{e}"));
        }
        file.finish().unwrap_or_else(|error| panic!("{error}"));
        text(&path)
    }
}

fn held_out(plan: &Plan) -> HeldOut {
    HeldOut::simulate(plan, 0, Control::none()).unwrap_or_else(|error| panic!("{error}"))
}

/// Refused with exit code 2 and a sentence that has `expected` in it.
fn refused(output: &Output, expected: &str) {
    let said = printed(output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains(expected),
        "{expected:?} is missing in:\n{said}"
    );
}

#[test]
fn lengths_of_the_command_line_are_those_of_the_recipe() {
    let trained = Trained::new("lengths", &[NETWORK]);
    let short = ["--no-speed", "--frames", "7", "--trajectories", "3"];
    let found = trained.judged(&short);
    assert_eq!(found["times"].as_array().map(Vec::len), Some(6));
    assert_eq!(found["trajectories"], 3);
    let sets = [
        "--set",
        "evaluate.frames=7",
        "--set",
        "evaluate.trajectories=3",
    ];
    assert_eq!(
        found,
        trained.judged(&[&["--no-speed"], &sets[..]].concat())
    );
    let longer = trained.judged(&["--no-speed", "--frames", "50"]);
    assert_eq!(longer["times"].as_array().map(Vec::len), Some(49));
    refused(&trained.evaluate(&["--frames", "1"]), "holds no step");
    refused(&trained.evaluate(&["--trajectories", "0"]), "1 or more");
    let twice = [&short[..], &sets].concat();
    refused(&trained.evaluate(&twice), "write --frames alone");
    let said = printed(&trained.evaluate(&["--no-speed", "--frames", "7"]));
    for part in [
        "4 held-out simulations",
        "half resolution",
        "worst",
        "median",
        "velocity = ",
    ] {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
}

#[test]
fn trajectories_of_a_file_are_judged_as_held_out_ones() {
    for (name, sets) in [("file", &[][..]), ("strides", &["objective.stride=3"])] {
        let trained = Trained::new(name, &[&[NETWORK], sets].concat());
        let simulated = HeldOut::simulate(&trained.plan(), 20, Control::none());
        let mut whole = simulated.unwrap_or_else(|error| panic!("{error}"));
        // Every frame of the same simulations, whatever the stride.
        for (index, truth) in whole.trajectories.iter_mut().enumerate() {
            truth.frames.clear();
            let keep = |frame: &[f64]| {
                truth
                    .frames
                    .push(frame.iter().map(|value| *value as f32).collect());
                ControlFlow::Continue(())
            };
            let solver = trained.plan().solver.expect("an equation");
            let run = (solver.held_out).run_from(index as u64, None, &mut { keep });
            run.unwrap_or_else(|error| panic!("{error}"));
        }
        let file = trained.write("held_out.h5", &whole);
        let own = trained.judged(&["--no-speed"]);
        let of_file = trained.judged(&["--no-speed", "--data", &file]);
        for key in [
            "times",
            "surrogate",
            "persistence",
            "baselines",
            "spectra",
            "trajectories",
        ] {
            assert_eq!(own[key], of_file[key], "{key}");
        }
        assert!(own.get("file").is_none());
        assert_eq!(of_file["file"]["path"], file.as_str());
        assert_eq!(
            of_file["file"]["warnings"].as_array().map(Vec::len),
            Some(0)
        );
        assert!(of_file["simulations"][0].get("seed").is_none());
        let part = [
            "--no-speed",
            "--data",
            &file,
            "--frames",
            "8",
            "--trajectories",
            "2",
        ];
        let part = trained.judged(&part);
        assert_eq!(part["trajectories"], 2);
        let (short, long) = (
            &part["simulations"][1]["nrmse"],
            &own["simulations"][1]["nrmse"],
        );
        assert_eq!(short, long);
        let kept = fs::read(Path::new(&trained.run).join("evaluation.json")).expect("it is there");
        let mut part = part;
        let printed = part.as_object_mut().expect("it is an object");
        assert!(printed.remove("diagnosis").is_some(), "printed alone");
        assert_eq!(
            serde_json::from_slice::<Value>(&kept).expect("it is JSON"),
            part
        );
    }
}

#[test]
fn files_that_can_not_be_judged_with_are_refused_with_a_reason() {
    let trained = Trained::new("refused", &[NETWORK, "objective.stride=3"]);
    let other = "equation={kind=\"advection_diffusion\",velocity=1.0,diffusivity=0.1}";
    let waves = "equation={kind=\"wave\",speed=1.0}";
    let mut broken = held_out(&trained.plan());
    let last = broken.trajectories[1].frames.len() - 1;
    broken.trajectories[1].frames[last] = vec![f32::NAN; 32].into();
    for (file, expected) in [
        (
            trained.simulate("one.h5", &["time.frames=1"]),
            "1 frames, too few",
        ),
        (trained.simulate("three.h5", &["time.frames=3"]), "needs 4"),
        (
            trained.simulate("other.h5", &[other]),
            "`advection_diffusion`, not of `advection`",
        ),
        (trained.simulate("waves.h5", &[waves]), "2 channels"),
        (
            trained.simulate("square.h5", &["grid.points=[8,8]"]),
            "2 axes",
        ),
        (
            trained.write("broken.h5", &broken),
            "frame 6 of trajectory 1 has `u` = NaN at point [0], which is not finite",
        ),
        (trained.recipe.clone(), "not an HDF5 file"),
        (text(&trained.folder.path("absent.h5")), "absent.h5"),
    ] {
        refused(&trained.evaluate(&["--data", &file]), expected);
    }
    let good = trained.simulate("good.h5", &[]);
    for (more, expected) in [
        (["--frames", "21"], "write a number from 4 to 20"),
        (["--trajectories", "3"], "write a number from 1 to 2"),
        (["--set", "evaluate.frames=9"], "write --frames alone"),
    ] {
        let with = [&["--data", &good], &more[..]].concat();
        refused(&trained.evaluate(&with), expected);
    }
}

#[test]
fn conditions_outside_of_the_training_are_judged_with_a_warning() {
    let trained = Trained::new("outside", &[NETWORK]);
    let sets = ["equation.velocity=9.0", "grid.points=[64]"];
    let file = trained.simulate("outside.h5", &sets);
    let output = trained.evaluate(&["--data", &file, "--no-speed"]);
    let said = printed(&output);
    assert!(output.status.success(), "{said}");
    for part in [
        "2 trajectories of outside.h5",
        "outside of [0.5, 1.5]",
        "[64] points",
    ] {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
    let found = trained.judged(&["--data", &file, "--no-speed"]);
    assert_eq!(found["file"]["warnings"].as_array().map(Vec::len), Some(2));
    assert_eq!(found["baselines"][0]["setup"]["points"][0], 32);
}

#[test]
fn an_evaluation_in_a_directory_of_its_own_leaves_that_of_the_run() {
    let trained = Trained::new("beside", &[NETWORK]);
    let run = Path::new(&trained.run);
    let kept = ["evaluation.json", "sample.safetensors", "report.html"];
    let read = |of: &Path| kept.map(|name| fs::read(of.join(name)).expect("it is there"));
    let before = read(run);
    let file = trained.simulate("two.h5", &[]);
    let beside = trained.folder.path("deep/beside");
    let output = text(&beside);
    let found = trained.judged(&["--no-speed", "--data", &file, "--output", &output]);
    assert!(before == read(run), "the run is as it was");
    let written = fs::read(beside.join("evaluation.json")).expect("it is there");
    let written: Value = serde_json::from_slice(&written).expect("it is JSON");
    assert_eq!(written["surrogate"], found["surrogate"]);
    assert_eq!(written["trajectories"], 2);
    let page = fs::read_to_string(beside.join("report.html")).expect("it is there");
    assert!(page.contains("trajectories of two.h5"), "of the file");
    // Again into the same directory, while another process writes into the run.
    let lock = fs::File::options().append(true).open(run.join("lock"));
    let lock = lock.expect("a run has one");
    lock.lock().expect("nobody writes");
    let again = trained.evaluate(&["--no-speed", "--output", &output]);
    let said = printed(&again);
    assert!(
        again.status.success() && said.contains("deep/beside/report.html"),
        "{said}"
    );
    refused(
        &trained.evaluate(&["--no-speed"]),
        "another process writes into",
    );
    refused(
        &trained.evaluate(&["--output", &trained.run]),
        "is a run: choose",
    );
    refused(
        &trained.evaluate(&["--output", &file]),
        "two.h5 is no directory",
    );
}

#[test]
fn runs_that_are_not_trained_are_refused() {
    let trained = Trained::new("untrained", &[NETWORK]);
    let checkpoints = Path::new(&trained.run).join("checkpoints");
    let newest = checkpoints.join("step-00000020");
    fs::write(newest.join("state.json"), "{\"step\": 2").expect("it can be written");
    refused(&trained.evaluate(&[]), "is damaged");
    fs::remove_dir_all(&checkpoints).expect("it is there");
    fs::create_dir_all(checkpoints.join("step-00000020.part")).expect("it can be made");
    refused(&trained.evaluate(&[]), "has no checkpoint");
    refused(
        &run(&["evaluate", &text(&trained.folder.path("nowhere"))]),
        "is no run",
    );
}

/// The solver on half the points, for a recipe with overrides, from the held-out simulations as `change` leaves them.
fn half_resolution(sets: &[&str], change: fn(&mut HeldOut)) -> (Baseline, f64) {
    let alone = ["evaluate.baseline_simulations=0"];
    let overrides = sets.iter().chain(&alone).map(|&typed| typed.to_owned());
    let overrides: Vec<String> = overrides.collect();
    let (baselines, persistence) = baselines(&overrides, change);
    assert!(baselines.len() == 1, "no other is asked for");
    let found = baselines.into_iter().next().expect("it is there");
    assert_eq!(found.kind, BaselineKind::HalfResolution);
    (found, persistence)
}

/// The baselines without wall times and the error of persistence, for a recipe with overrides, from the held-out simulations as
/// `change` leaves them.
fn baselines(overrides: &[String], change: fn(&mut HeldOut)) -> (Vec<Baseline>, f64) {
    let recipe = Recipe::parse("small.toml", RECIPE, overrides).and_then(Recipe::check);
    let plan = recipe.unwrap_or_else(|error| panic!("{error}"));
    let device = Device::flex();
    let surrogate = plan.surrogate(&mut Init::new(0, &device), Scaling::identity(&plan.fields));
    let mut held_out = held_out(&plan);
    change(&mut held_out);
    let judged = judge(&plan, &held_out, &surrogate, &device, 0, Control::none());
    let evaluation = judged.unwrap_or_else(|error| panic!("{error}")).0;
    let with = Compared {
        solvers: SolversOn::Threads,
        surrogate: &surrogate,
        judged: &evaluation.surrogate,
        step: 0,
        device: &device,
        timed: false,
    };
    let found = compare(&plan, &held_out, with, Control::none());
    let Comparison { baselines, speed } = found.unwrap_or_else(|error| panic!("{error}"));
    assert!(speed.is_none(), "no times are measured");
    (baselines, evaluation.persistence.nrmse)
}

/// The baselines without a network of the small recipe with overrides.
fn fitted(sets: &[&str], change: fn(&mut HeldOut)) -> [Baseline; 2] {
    let overrides: Vec<String> = sets.iter().map(|&typed| typed.to_owned()).collect();
    let (mut baselines, _) = baselines(&overrides, change);
    let found = baselines.split_off(1);
    let found: [Baseline; 2] = found.try_into().expect("linear and analog");
    assert_eq!(found[0].kind, BaselineKind::Linear);
    assert_eq!(found[1].kind, BaselineKind::Analog);
    found
}

#[test]
fn correlation_times_are_shown_in_lyapunov_times_where_the_exponent_is_known() {
    let trained = Trained::new("lyapunov", &[NETWORK]);
    let known = ["--no-speed", "--set", "evaluate.lyapunov_exponent=0.5"];
    assert_eq!(trained.judged(&known)["lyapunov_exponent"], 0.5);
    let said = printed(&trained.evaluate(&known));
    assert!(said.contains("in Lyapunov times"), "{said}");
    let unknown = printed(&trained.evaluate(&["--no-speed"]));
    assert!(!unknown.contains("Lyapunov"), "{unknown}");
    refused(
        &trained.evaluate(&["--set", "evaluate.lyapunov_exponent=0.0"]),
        "lyapunov_exponent = 0 is not above 0",
    );
}

#[test]
fn forecasts_without_a_network_are_fitted_to_training_simulations() {
    // At one velocity every wave turns by an angle of its own: the map is linear, and no two states are alike.
    let [linear, analog] = fitted(&["equation.velocity=0.7", "objective.stride=2"], |_| ());
    let [exact, near] = [&linear, &analog].map(|of| of.judged.as_ref().expect("it was fitted"));
    assert!(
        exact.nrmse < 1e-4 && exact.nrmse_over_time[8] < 1e-3, // states in single precision
        "{exact:?}"
    );
    assert!(exact.nrmse < near.nrmse && near.nrmse > 0.05, "{near:?}");
    assert!(linear.setup.is_none() && linear.cost.is_none());
    let notes = [&linear, &analog].map(|of| of.note.clone().unwrap_or_default());
    assert!(
        notes[0].contains("over 16 training simulations"),
        "{notes:?}"
    );
    // 16 simulations of 20 frames, every second kept: 9 pairs each.
    assert!(
        notes[1].contains("nearest of 144 states of 16"),
        "{notes:?}"
    );
    // One wave at one velocity has a phase alone, and one of 304 stored phases is near any of them.
    let alike = [
        "equation.velocity=0.7",
        "initial={kind=\"sine\",wavenumber=3}",
    ];
    let [_, analog] = fitted(&alike, |_| ());
    let judged = analog.judged.expect("it was fitted");
    assert!(
        judged.nrmse_over_time.iter().all(|error| *error < 0.1),
        "{judged:?}"
    );
}

#[test]
fn forecasts_without_a_network_that_cannot_be_fitted_say_why() {
    let elsewhere = |held_out: &mut HeldOut| {
        held_out.points = vec![16];
        let frames = held_out
            .trajectories
            .iter_mut()
            .flat_map(|of| &mut of.frames);
        frames.for_each(|frame| *frame = frame.iter().step_by(2).copied().collect());
    };
    let expected = [
        (
            fitted(
                &[
                    "grid.boundary=[\"wall\"]",
                    "equation={kind=\"diffusion\",diffusivity=0.1}",
                ],
                |_| (),
            ),
            "on periodic axes alone",
            true,
        ),
        (
            fitted(&[], elsewhere),
            "training simulations have [32] points, and these [16]",
            false,
        ),
    ];
    for ([linear, analog], why, has_analog) in expected {
        let note = linear.note.unwrap_or_default();
        assert!(note.contains(why) && linear.judged.is_none(), "{note}");
        assert_eq!(analog.judged.is_some(), has_analog, "{:?}", analog.note);
    }
}

#[test]
fn a_solver_on_half_the_points_keeps_the_waves_that_they_hold() {
    let wave = |wavenumber: usize| {
        let initial = format!("initial={{kind=\"sine\",wavenumber={wavenumber}}}");
        let found = half_resolution(&[&initial, "objective.stride=2"], |_| ()).0;
        let setup = found.setup.expect("it was run");
        assert_eq!((setup.points, setup.steps), (vec![16], 2));
        found.judged.expect("it was run")
    };
    let kept = wave(3); // advection is exact in time; frames are kept in 32-bit
    assert!(
        kept.nrmse < 1e-6 && kept.nrmse_over_time[8] < 1e-6,
        "{kept:?}"
    );
    let lost = wave(10); // 16 points hold waves below 8, and nothing is left
    assert!((lost.nrmse - 1.0).abs() < 1e-6, "{lost:?}");
    assert!(
        lost.correlation_over_time.iter().all(|c| c.abs() < 1e-6),
        "{lost:?}"
    );
}

#[test]
fn a_solver_beside_the_surrogate_knows_the_force_of_every_simulation() {
    // Nothing but the force moves the state: with another one, or at another time, the error is that of persistence.
    let sets = [
        "equation={kind=\"combined\",alpha=0.0}",
        "time.warmup=7",
        "time.substeps=4",
        "objective.bundle=2",
    ];
    let (found, persistence) = half_resolution(&sets, |_| ());
    let judged = found.judged.expect("it was run");
    assert!(
        judged.nrmse < 1e-3 * persistence,
        "{} of {persistence}",
        judged.nrmse
    );
    let (found, _) = half_resolution(&sets, |held_out| held_out.trajectories.reverse());
    let judged = found.judged.expect("it was run");
    assert!(judged.nrmse > 0.1 * persistence, "the forces of others");
    let (found, _) = half_resolution(&sets, |held_out| held_out.seed = None);
    assert!(found.judged.is_none());
    assert!(found.note.expect("it says why").contains("draws a force"));
}

#[test]
fn solvers_that_can_not_be_run_are_left_out_with_a_reason() {
    let walls = "equation={kind=\"heat\",initial_temperature=300.0,low_wall=100.0,high_wall=500.0}";
    for (sets, expected) in [
        (&[walls][..], "between walls"),
        (&["grid.points=[6]", "model.modes=2"], "axis 0 has 3 points"),
    ] {
        let (found, _) = half_resolution(sets, |_| ());
        assert!(found.judged.is_none() && found.setup.is_none());
        let note = found.note.expect("it says why");
        assert!(note.contains(expected), "{note}");
    }
}

#[test]
fn wall_times_say_what_the_surrogate_gains_over_solvers() {
    let trained = Trained::new("speed", &[NETWORK, "time.substeps=4", "objective.stride=2"]);
    let plain = ["--no-speed", "--json"];
    let [first, again] = [(); 2].map(|()| trained.evaluate(&plain));
    assert_eq!(first.stdout, again.stdout, "it is a function of the run");
    let without: Value = serde_json::from_slice(&first.stdout).expect("it is JSON");
    assert!(without.get("speed").is_none());
    let found = trained.judged(&[]);
    assert_eq!(found["surrogate"], without["surrogate"]);
    let number = |of: &Value| of.as_f64().unwrap_or_else(|| panic!("{of} is a number"));
    let speed = &found["speed"];
    let close = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-12; // rounding
    let each = number(&speed["surrogate"]);
    assert!(each > 0.0 && close(number(&speed["surrogate_batch"]), 4.0 * each));
    assert!(number(&speed["surrogate_alone"]) > 0.0);
    for solver in [&speed["solver"], &speed["same_error"]] {
        let seconds = number(&solver["seconds"]);
        assert!(
            seconds > 0.0 && close(number(&solver["ratio"]), seconds / each),
            "{solver}"
        );
    }
    let own = &speed["solver"]["setup"];
    assert_eq!((&own["points"][0], &own["steps"]), (&32.into(), &8.into()));
    // 32, 24, 16, 12 and 8 points, with 8, 4, 2 and 1 steps a frame.
    assert_eq!(speed["tried"], 20);
    let same = &speed["same_error"];
    assert!(number(&same["nrmse"]) <= number(&found["surrogate"]["nrmse"]));
    for (threshold, time) in same["correlation_time"].as_object().expect("a table") {
        let own = &found["surrogate"]["correlation_time"][threshold];
        assert!(number(time) >= number(own), "{threshold}");
    }
    // Advection is solved in one step, and no training pays.
    let paid = &speed["breakeven"];
    assert!(number(&paid["training"]) > 0.0 && paid["without_data"] == false);
    assert!(number(&paid["solver"]) > 0.0 && paid["threads"] == speed["threads"]);
    assert!(close(
        number(&paid["surrogate"]),
        each * number(&paid["length"])
    ));
    let cheaper = number(&paid["solver"]) <= number(&paid["surrogate"]);
    assert_eq!(paid.get("forecasts").is_none(), cheaper, "{paid}");
    let baselines = found["baselines"].as_array().expect("a list");
    let kinds: Vec<&str> = baselines
        .iter()
        .filter_map(|of| of["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["half_resolution", "equal_cost", "linear", "analog"]);
    let cheap = &baselines[1];
    assert_eq!(cheap["kind"], "equal_cost");
    let steps = cheap["setup"]["steps"].as_u64().expect("a number");
    assert!((1..=8).contains(&steps) && number(&cheap["cost"]) > 0.0);
    // Advection is exact in any number of steps.
    assert!(number(&cheap["judged"]["nrmse"]) < 1e-6, "{cheap}");
    let said = printed(&trained.evaluate(&[]));
    for part in [
        "equal cost",
        "solver at the same error",
        "one thread",
        "4 at once",
        "linear: least squares per wave over 16 training simulations",
        "analog: nearest of ",
        "breakeven",
    ] {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
}

#[test]
fn what_is_printed_as_json_is_what_the_schema_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/evaluation.schema.json");
    let text = fs::read(&path).expect("the schema is there");
    let schema: Value = serde_json::from_slice(&text).expect("it is JSON");
    let trained = Trained::new(
        "schema",
        &[REFINER, "evaluate.metrics=[\"nrmse\",\"vrmse\"]"],
    );
    let file = trained.simulate("two.h5", &[]);
    let several: &[&[&str]] = &[
        &[],
        &["--samples", "3"],
        &["--data", &file],
        &["--no-speed"],
    ];
    for more in several {
        let found = trained.judged(more);
        crate::schema::validate(&schema, &found)
            .unwrap_or_else(|wrong| panic!("{more:?}: {wrong}"));
        let pointers = [
            "/surrogate/nrmse",
            "/baselines/0/kind",
            "/simulations/1/index",
            "/times/0",
        ];
        for pointer in pointers {
            let mut broken = found.clone();
            *broken.pointer_mut(pointer).expect("it is there") = "much".into();
            let refused = crate::schema::validate(&schema, &broken);
            assert!(refused.is_err(), "{pointer} is a text");
        }
        let mut broken = found.clone();
        *broken.pointer_mut("/surrogate/nrmse").expect("it is there") = Value::Null; // NaN
        crate::schema::validate(&schema, &broken).expect("a number may be none");
        broken
            .as_object_mut()
            .expect("a table")
            .remove("persistence");
        let refused = crate::schema::validate(&schema, &broken);
        assert_eq!(refused, Err("$ lacks persistence".to_owned()));
    }
}

/// Waits until a process takes the interrupt of a terminal as a request.
#[cfg(unix)]
fn listens(process: u32) {
    if !cfg!(target_os = "linux") {
        return;
    }
    let caught = || {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        mask.is_some_and(|mask| mask & 0b10 != 0) // the second signal is SIGINT
    };
    for _ in 0..6000 {
        if caught() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("process {process} ignores interrupts");
}

#[cfg(unix)]
#[test]
fn told_to_stop_it_leaves_the_evaluation_as_it_was() {
    let trained = Trained::new("stopped", &[NETWORK]);
    let kept = Path::new(&trained.run).join("evaluation.json");
    let before = fs::read(&kept).expect("it is there");
    // First while it simulates, then while it rolls out: both would take minutes.
    for more in [["--trajectories", "2000000"], ["--frames", "2000000"]] {
        let mut child = ondine(&["evaluate", &trained.run])
            .args(more)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        listens(child.id());
        std::thread::sleep(Duration::from_secs(2));
        let told = std::process::Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        assert!(told.expect("kill is everywhere").success());
        assert!(
            child.try_wait().expect("a child").is_none(),
            "it is under way"
        );
        let output = child.wait_with_output().expect("a child");
        assert_eq!(output.status.code(), Some(130), "{}", printed(&output));
        assert!(
            printed(&output).contains("interrupted"),
            "{}",
            printed(&output)
        );
        assert!(
            fs::read(&kept).expect("it is there") == before,
            "it was rewritten"
        );
    }
}

#[test]
fn an_evaluation_from_a_program_is_that_of_the_command_line() {
    let trained = Trained::new("library", &[NETWORK]);
    let diagnosis = trained.judged(&["--no-speed"])["diagnosis"].take();
    let options = Options {
        timed: false,
        ..Options::default()
    };
    let kept = || fs::read(Path::new(&trained.run).join("evaluation.json")).expect("it is kept");
    let of_command_line = kept();
    let (stop, told) = (AtomicBool::new(false), AtomicUsize::new(0));
    let listener = |_: Advance| {
        told.fetch_add(1, Ordering::Relaxed);
    };
    let control = Control::none().telling(&listener).stopped_by(&stop);
    let found = evaluate(Path::new(&trained.run), &options, control);
    let found = found.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(serde_json::to_value(&found.findings).ok(), Some(diagnosis));
    assert_eq!(kept(), of_command_line);
    assert!(found.report.is_file() && told.load(Ordering::Relaxed) > 4);
    stop.store(true, Ordering::Relaxed);
    let ended = evaluate(Path::new(&trained.run), &options, control);
    let is_stopped = |error| matches!(error, EvaluationError::Judge(JudgeError::Stopped(_)));
    assert!(ended.is_err_and(is_stopped));
    assert_eq!(kept(), of_command_line);
}

/// The error curve of the baseline on half the points.
fn half_curve(evaluation: &Value) -> Vec<f64> {
    let all = evaluation["baselines"].as_array().expect("a list");
    let mut half = all.iter().filter(|one| one["kind"] == "half_resolution");
    let curve = &half.next().expect("it is there")["judged"]["nrmse_over_time"];
    let curve = curve.as_array().expect("a curve").iter();
    curve
        .map(|value| value.as_f64().expect("a number"))
        .collect()
}

#[test]
fn solvers_on_the_device_err_as_those_on_threads_and_are_timed_in_a_batch() {
    let burgers = "equation={kind=\"burgers\",viscosity=0.05}";
    let waves = "initial={kind=\"sine_series\",terms=2}";
    let sets = [NETWORK, burgers, waves, "evaluate.baseline_simulations=0"];
    let trained = Trained::new("solvers", &sets);
    let threads = trained.judged(&[]);
    assert_eq!(
        trained.judged(&["--no-speed", "--solvers", "auto"])["baselines"][0],
        threads["baselines"][0]
    );
    let device = trained.judged(&["--solvers", "device"]);
    let [a, b] = [&threads, &device].map(half_curve);
    assert!(a.len() == 19 && a[18] > 1e-3, "{a:?}");
    for (step, (a, b)) in a.iter().zip(&b).enumerate() {
        // A frame is within 5e-6, and an error of the frames within the sum of theirs.
        assert!(
            (a - b).abs() <= 5e-6 * (step + 1) as f64,
            "{step}: {a} and {b}"
        );
    }
    assert!(a != b, "two ways of stepping");
    assert!(threads["speed"]["solver"].get("batch").is_none());
    assert_eq!(device["speed"]["solver"]["batch"], 4);
    let said = printed(&trained.evaluate(&["--solvers", "device"]));
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("a trajectory, 4 at once on the device of the surrogate"),
        "{said}"
    );
}

#[test]
fn solvers_that_can_not_be_on_the_device_are_refused() {
    let heat = "equation={kind=\"heat\",initial_temperature=1.0,low_wall=2.0,high_wall=3.0}";
    let trained = Trained::new("solvers-walls", &[NETWORK, heat]);
    let expected = "--solvers device the solver can't be stepped on the device of the surrogate: ";
    refused(&trained.evaluate(&["--solvers", "device"]), expected);
    let unknown = "possible values: auto, threads, device";
    refused(&trained.evaluate(&["--solvers", "gpu"]), unknown);
    assert!(trained.evaluate(&["--no-speed"]).status.success());
}
