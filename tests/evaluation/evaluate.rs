//! `ondine evaluate`: lengths of rollouts, trajectories of a file, solvers beside the surrogate, wall times, the schema of
//! what it prints, and what is refused.

mod files;
mod fits;
mod runs;
mod solvers;

use crate::common::{Folder, RECIPE, printed, run, text};
use burn::tensor::Device;
use ondine::control::Control;
use ondine::datasets::files::{
    Axis, AxisKind, DatasetInfo, Dtype, Field, FieldKind, Provenance, Time, Trajectory, Varying,
    WellWriter,
};
use ondine::evaluation::{Baseline, Compared, Comparison, HeldOut, SolversOn, compare, judge};
use ondine::models::{Init, Scaling};
use ondine::plan::Plan;
use ondine::recipe::Recipe;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Output;

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
