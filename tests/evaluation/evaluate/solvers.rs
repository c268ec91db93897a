//! Solvers beside the surrogate: their errors and wall times, on threads and on the device.

use super::{NETWORK, Trained, baselines, refused};
use crate::common::printed;
use ondine::evaluation::{Baseline, BaselineKind, HeldOut};
use serde_json::Value;

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
    let expected = "--solvers device: the solver can't be stepped on the device of the surrogate: ";
    refused(&trained.evaluate(&["--solvers", "device"]), expected);
    let unknown = "possible values: auto, threads, device";
    refused(&trained.evaluate(&["--solvers", "gpu"]), unknown);
    assert!(trained.evaluate(&["--no-speed"]).status.success());
}
