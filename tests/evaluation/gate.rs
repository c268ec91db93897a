//! A gate between surrogate and solver, through the binary.

use crate::common::{Folder, RECIPE, printed, run, text, unwrapped};
use serde_json::Value;

/// A run of advection.
fn trained(folder: &Folder, recipe: &str) -> String {
    let recipe = text(&folder.write("small.toml", recipe));
    let directory = text(&folder.path("run"));
    let output = run(&["train", &recipe, "--output", &directory]);
    assert!(output.status.success(), "{}", printed(&output));
    directory
}

#[test]
fn a_gate_is_calibrated_on_one_half_and_tried_on_the_other() {
    let folder = Folder::new("gate");
    let directory = trained(&folder, RECIPE);
    let policy = text(&folder.write("policy.toml", "tolerance = 0.3\nhorizon = 10\n"));
    let gated = [
        "evaluate",
        &directory,
        "--gate",
        &policy,
        "--trajectories",
        "40",
    ];
    let said = unwrapped(&printed(&run(&gated)));
    for part in [
        "calibrated on 20 held-out simulations, tried on 20 of 19 steps",
        "nominal false accepts solver steps stops mean error net speed",
        "always the surrogate: mean error",
        "gate.json",
    ] {
        assert!(said.contains(part), "{part:?} is missing in: {said}");
    }
    let output = run(&[&gated[..], &["--json"]].concat());
    assert!(output.status.success(), "{}", printed(&output));
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rows = found["rows"].as_array().expect("a list");
    assert_eq!(rows.len(), 3);
    let alone = found["surrogate_error"].as_f64().expect("a number");
    let seconds = |who: &str| found["seconds"][who].as_f64().expect("a number");
    let (surrogate, solver) = (seconds("surrogate"), seconds("solver"));
    assert!(surrogate > 0.0 && solver > 0.0);
    for row in rows {
        let number = |name: &str| row[name].as_f64().expect("a number");
        // The bound holds for one step of exchangeable rollouts; those of a rollout depend on each other.
        assert!(
            number("false_accepts") < 2.0 * number("alpha") + 0.05,
            "{row}"
        );
        assert!(number("error") <= alone, "{row} {alone}");
        assert!(number("solver_steps") < 1.0, "{row}");
        let wall = surrogate + number("solver_steps") * solver;
        let error = number("net_speed") * wall / solver - 1.0;
        assert!(error.abs() < 1e-9, "rounding alone: {row}");
    }
    let strict = text(&folder.write("strict.toml", "tolerance = 1e-9"));
    let output = run(&[
        "evaluate",
        &directory,
        "--gate",
        &strict,
        "--json",
        "--no-speed",
    ]);
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    for row in found["rows"].as_array().expect("a list") {
        assert_eq!(
            (row["solver_steps"].as_f64(), row["error"].as_f64()),
            (Some(1.0), Some(0.0))
        );
        assert!(row["net_speed"].is_null(), "{row}");
    }
    assert!(folder.path("run").join("gate.json").is_file());
    for (policy, more, expected) in [
        (
            "tolerance = -1.0",
            &[][..],
            "tolerance = -1 lies outside (0, inf)",
        ),
        ("tolerances = 1.0", &[], "line 1: unknown name `tolerances`"),
        ("alpha = 1.5", &[], "alpha = 1.5 lies outside (0, 1)"),
        ("", &["--trajectories", "1"], "hold two or more out"),
    ] {
        let policy = text(&folder.write("wrong.toml", policy));
        let output = run(&[&["evaluate", &directory, "--gate", &policy], more].concat());
        let said = unwrapped(&printed(&output));
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains(expected),
            "{expected:?} is missing in: {said}"
        );
    }
}

#[test]
fn trajectories_outside_of_what_was_trained_on_are_left_to_the_solver() {
    let folder = Folder::new("gate-outside");
    let recipe = RECIPE.replace("trajectories = 4", "trajectories = 20");
    let directory = trained(&folder, &recipe);
    let policy = text(&folder.write("policy.toml", "tolerance = 0.3\nhorizon = 10\n"));
    let judge = ["evaluate", &directory, "--gate", &policy, "--json"];
    let recipe = text(&folder.path("small.toml"));
    let rows = |name: &str, velocity: &str| {
        let file = text(&folder.path(name));
        let set = format!("equation.velocity={velocity}");
        let simulate = [
            "simulate", &recipe, "--output", &file, "--count", "6", "--set", &set,
        ];
        let output = run(&simulate);
        assert!(output.status.success(), "{}", printed(&output));
        let output = run(&[&judge[..], &["--data", &file, "--no-speed"]].concat());
        assert!(output.status.success(), "{}", printed(&output));
        let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let tried = found["tried"].as_u64();
        let shares = found["rows"].as_array().expect("a list").iter();
        let shares: Vec<f64> = shares
            .filter_map(|row| row["solver_steps"].as_f64())
            .collect();
        let calibration = std::fs::read(folder.path("run").join("gate.json")).expect("it is kept");
        (tried, shares, calibration)
    };
    let (tried, inside, calibration) = rows("inside.h5", "{ uniform = [0.9, 1.1] }");
    assert!(inside.len() == 3 && inside[2] < 1.0, "{inside:?}");
    let (also_tried, outside, again) = rows("outside.h5", "{ uniform = [2.5, 3.0] }");
    assert_eq!(tried, also_tried);
    assert_eq!(outside, [1.0; 3]);
    assert!(calibration == again, "held-out simulations alone calibrate");
}
