//! The errors of a recipe's reference, through the binary.

use crate::common::{Folder, printed, run, text, unwrapped};
use ondine::accuracy::{AccuracyError, measure};
use ondine::control::{Advance, Control};
use ondine::recipe::Recipe;
use serde_json::Value;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Fronts, without a model and a training.
const RECIPE: &str = r#"
[equation]
kind = "burgers"
viscosity = { uniform = [0.1, 0.2] }

[grid]
points = [128]
length = 6.283185307179586

[time]
dt = 0.05
frames = 11
substeps = 2

[ensemble]
simulations = 3
"#;

/// The result of `ondine check --accuracy --json`.
fn accuracy(set: &[&str]) -> Value {
    let folder = Folder::new(&format!("accuracy-{}", set.len()));
    let recipe = text(&folder.write("fronts.toml", RECIPE));
    let result = run(&[&["check", &recipe, "--accuracy", "--json"], set].concat());
    assert!(result.status.success(), "{}", printed(&result));
    let found: Value = serde_json::from_slice(&result.stdout).expect("JSON alone");
    assert_eq!(found["missing"], serde_json::json!(["model", "train"]));
    found["accuracy"].clone()
}

#[test]
fn a_chaotic_recipe_is_told_its_lyapunov_exponent() {
    let chaos = "[equation]\nkind = \"kuramoto_sivashinsky\"\n[grid]\npoints = [32]\nlength = 22.0\n\
                 [time]\ndt = 0.25\nframes = 11\nwarmup = 400\nsubsteps = 1\n[ensemble]\nsimulations = 9\n";
    let folder = Folder::new("chaos");
    let recipe = text(&folder.write("chaos.toml", chaos));
    let result = run(&["check", &recipe, "--chaos=6000", "--json"]);
    assert!(result.status.success(), "{}", printed(&result));
    let found: Value = serde_json::from_slice(&result.stdout).expect("JSON alone");
    let found = &found["chaos"];
    let number = |name: &str| found[name].as_f64().expect("a number");
    let (exponent, error) = (number("lyapunov_exponent"), number("standard_error"));
    // 0.047 ± 0.002 (Edson et al. 2019), here over 6000 time units.
    assert!((exponent - 0.047).abs() < 0.015 && error < 0.006, "{found}");
    assert_eq!(
        (&found["simulations"], &found["frames"]),
        (&4.into(), &6000.into())
    );
    let said = printed(&run(&["check", &recipe, "--chaos=1000"]));
    assert!(
        said.contains("Lyapunov exponent  0.0") && said.contains("Lyapunov time of"),
        "{said}"
    );
    let still = run(&[
        "check",
        &recipe,
        "--chaos=200",
        "--set",
        "equation={kind=\"diffusion\",diffusivity=1.0}",
    ]);
    assert!(
        printed(&still).contains("Small errors do not grow"),
        "{}",
        printed(&still)
    );
    let few = run(&["check", &recipe, "--chaos=9"]);
    assert_eq!(few.status.code(), Some(2), "{}", printed(&few));
}

fn error(accuracy: &Value, kind: &str, of: &str) -> f64 {
    let error = &accuracy[kind][of]["error"];
    error.as_f64().unwrap_or_else(|| panic!("{accuracy}"))
}

fn verdict(accuracy: &Value) -> &str {
    accuracy["verdict"].as_str().expect("a sentence")
}

#[test]
fn a_resolved_recipe_is_told_so() {
    let found = accuracy(&[]);
    assert_eq!(found["simulations"], 3);
    assert_eq!(found["frames"], 10);
    for of in ["a_frame", "accumulated"] {
        assert!(error(&found, "temporal", of) < 1e-5, "{found}");
        assert!(error(&found, "spatial", of) < 1e-5, "{found}");
    }
    assert!(found["temporal"]["horizon"].is_null(), "{found}");
    assert!(verdict(&found).contains("resolve the solutions"), "{found}");
}

#[test]
fn a_recipe_with_too_few_points_or_steps_is_told_what_to_raise() {
    let coarse = accuracy(&["--set", "grid.points=[16]", "--set", "time.substeps=8"]);
    assert!(error(&coarse, "spatial", "a_frame") > 1e-3, "{coarse}");
    assert!(error(&coarse, "temporal", "a_frame") < 1e-5, "{coarse}");
    assert!(
        verdict(&coarse).contains("Write grid.solver_points"),
        "{coarse}"
    );
    assert!(!verdict(&coarse).contains("time steps"), "{coarse}");
    let long = [
        "--set",
        "time.integrator=etdrk1",
        "--set",
        "time.substeps=1",
        "--set",
        "time.dt=0.1",
    ];
    let long = accuracy(&long);
    assert!(error(&long, "temporal", "a_frame") > 1e-3, "{long}");
    assert!(error(&long, "spatial", "a_frame") < 1e-5, "{long}");
    assert!(verdict(&long).contains("Write time.substeps"), "{long}");
    assert!(!verdict(&long).contains("too coarse"), "{long}");
}

#[test]
fn samples_that_err_are_not_called_errors_that_grow() {
    let found = accuracy(&[
        "--set",
        "equation={kind=\"diffusion\", diffusivity=1e-4}",
        "--set",
        "grid={points=[32], length=1.0}",
        "--set",
        "initial={kind=\"blobs\", width=0.005}",
    ]);
    let said = verdict(&found);
    assert!(
        said.contains("too coarse") && said.contains("samples"),
        "{said}"
    );
    assert!(!said.contains("errors grow"), "{said}");
    assert!(found["sampling"].as_f64() > Some(0.1), "{found}");
}

#[test]
fn errors_at_jumps_are_not_said_to_be_resolved() {
    let found = accuracy(&["--set", "equation={kind=\"inviscid_burgers\"}"]);
    let said = verdict(&found);
    assert!(error(&found, "spatial", "accumulated") > 1e-4, "{found}");
    assert!(
        said.contains("solutions may jump") && !said.contains("resolve"),
        "{said}"
    );
}

#[test]
fn mean_errors_fall_with_the_first_power_where_solutions_jump_and_with_that_of_the_scheme_where_not()
 {
    let order = |found: &Value| found["cells"]["order"].as_f64().expect("an order");
    let gas = "equation={kind=\"euler\"}";
    let box_of = |points: &str| format!("grid={{points=[{points}], length=1.0}}");
    let measured = |points: &str, dt: &str, initial: &str| {
        let (grid, dt) = (box_of(points), format!("time.dt={dt}"));
        let initial = format!("initial={initial}");
        accuracy(&[
            "--set", gas, "--set", &grid, "--set", &dt, "--set", &initial,
        ])
    };
    let waves = "{kind=\"turbulence\", mach=[0.01, 0.01], cutoff=1, fluctuation=0.01}";
    let smooth = measured("64", "0.02", waves);
    assert!((1.7..3.2).contains(&order(&smooth)), "{smooth}");
    assert!(
        verdict(&smooth).contains("solutions are smooth"),
        "{smooth}"
    );
    let tubes = measured(
        "128",
        "0.02",
        "{kind=\"pieces\", count=[2, 2], positive=[0.2, 2.0], amplitude=0.5}",
    );
    // Two thirds at contacts: q/(q + 1) of a scheme of order q = 2 (Banks, Aslam & Rider 2008).
    assert!((0.5..1.2).contains(&order(&tubes)), "{tubes}");
    assert!(
        verdict(&tubes).contains("as where solutions jump"),
        "{tubes}"
    );
    let (mean, square) = (
        error(&tubes, "cells", "accumulated"),
        error(&tubes, "spatial", "accumulated"),
    );
    assert!(mean < 0.8 * square, "{tubes}");
    assert!(accuracy(&[])["cells"].is_null());
}

#[test]
fn a_look_and_a_measurement_say_the_same() {
    let folder = Folder::new("accuracy-same");
    let recipe = text(&folder.write("fronts.toml", RECIPE));
    for points in ["[16]", "[32]", "[64]", "[128]"] {
        let points = format!("grid.points={points}");
        let result = run(&["check", &recipe, "--accuracy", "--json", "--set", &points]);
        let found: Value = serde_json::from_slice(&result.stdout).expect("JSON alone");
        let problems = found["resolution"]["problems"].as_array().expect("a list");
        let resolved = verdict(&found["accuracy"]).contains("resolve the solutions");
        assert_eq!(problems.is_empty(), resolved, "{found}");
    }
}

#[test]
fn chaos_ends_the_time_over_which_a_reference_can_be_followed() {
    let flame = [
        "--set",
        "equation={kind=\"kuramoto_sivashinsky\"}",
        "--set",
        "grid={points=[128], length=64.0}",
        "--set",
        "time={dt=0.5, warmup=200, frames=400, substeps=4}",
        "--set",
        "ensemble.simulations=1",
    ];
    let found = accuracy(&flame);
    assert!(error(&found, "temporal", "a_frame") < 1e-4, "{found}");
    let horizon = &found["temporal"]["horizon"];
    let time = horizon["time"].as_f64().expect("the error grows");
    assert!(time > 20.0 && time < 200.0, "{found}");
    assert!(horizon["error"].as_f64().is_some_and(|error| error > 0.1));
    assert!(verdict(&found).contains("judge statistics"), "{found}");
}

/// The number of steps that `substeps = "auto"` finds with these keys.
fn automatic(set: &[&str]) -> usize {
    let automatic = RECIPE.replace("substeps = 2", "");
    let set: Vec<String> = set.iter().map(ToString::to_string).collect();
    let recipe = Recipe::parse("fronts.toml", &automatic, &set);
    let plan = recipe.and_then(|recipe| recipe.check_simulations(None, None));
    plan.unwrap_or_else(|error| panic!("{error}"))
        .ensemble
        .substeps
}

#[test]
fn steps_are_measured_in_the_warm_up_too() {
    let decayed = "initial={kind=\"sine_series\", amplitude=0.0001}";
    let decayed = automatic(&["time.warmup=0", decayed]);
    let strong_at_first = automatic(&["time.warmup=2000"]);
    assert!(strong_at_first > decayed, "{strong_at_first}, {decayed}");
}

#[test]
fn the_text_names_both_errors_and_the_solver() {
    let folder = Folder::new("accuracy-text");
    let recipe = text(&folder.write("fronts.toml", RECIPE));
    let result = run(&["check", &recipe, "--accuracy"]);
    let said = printed(&result);
    assert!(result.status.success(), "{said}");
    let said = unwrapped(&said);
    for part in [
        "temporal error",
        "spatial error",
        "2 substeps, etdrk4",
        "[128] points",
    ] {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
    let result = run(&["check", &recipe, "--accuracy", "--set", "grid.points=[15]"]);
    assert_eq!(result.status.code(), Some(2), "{}", printed(&result));
    let both = run(&["check", &recipe, "--accuracy", "--resolved"]);
    assert_eq!(both.status.code(), Some(2), "{}", printed(&both));
}

#[test]
fn a_measurement_that_diverges_names_the_simulation() {
    let folder = Folder::new("accuracy-diverges");
    let recipe = text(&folder.write("fronts.toml", RECIPE));
    let set = ["--set", "equation.viscosity=1e-6", "--set", "time.dt=5.0"];
    let result = run(&[&["check", &recipe, "--accuracy"], &set[..]].concat());
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(1), "{said}");
    assert!(
        said.contains("diverged") && said.contains("viscosity"),
        "{said}"
    );
}

#[test]
fn a_measurement_counts_its_steps_and_can_be_stopped() {
    let recipe = Recipe::parse("fronts.toml", RECIPE, &[]);
    let plan = recipe.and_then(|recipe| recipe.check_simulations(None, None));
    let plan = plan.unwrap_or_else(|error| panic!("{error}"));
    for stopped in [false, true] {
        let (stop, steps) = (AtomicBool::new(stopped), AtomicU64::new(0));
        let progress = |advance: Advance| {
            assert_eq!(advance.of, 30);
            steps.fetch_add(1, Ordering::Relaxed);
        };
        let control = Control::none().telling(&progress).stopped_by(&stop);
        let found = measure(&plan.ensemble, 3, control);
        let is_stopped = matches!(found, Err(AccuracyError::Stopped(_)));
        assert!(is_stopped == stopped && found.is_ok() != stopped);
        let expected = if stopped { 0 } else { 30 };
        assert_eq!(steps.into_inner(), expected);
    }
}
