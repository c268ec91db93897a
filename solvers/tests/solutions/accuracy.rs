//! The measured number of substeps keeps its promise.

use std::f64::consts::TAU;
use std::ops::ControlFlow;

use crate::common::{final_state, initial, simulation};
use ondine_solvers::{Precision, SimulationSpec, SolverError, substeps_for, substeps_watched};

/// `‖a − b‖ / ‖b‖`.
fn relative(a: &[f64], b: &[f64]) -> f64 {
    let distance: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    (crate::common::energy(&distance) / crate::common::energy(b)).sqrt()
}

/// Error of one frame from `u` with this many substeps, against 16 times as many.
fn error_of_one_frame(spec: &SimulationSpec, u: &[f64], substeps: usize) -> f64 {
    let frame = |substeps| {
        final_state(
            &SimulationSpec {
                substeps,
                ..spec.clone()
            },
            u,
            1,
        )
    };
    relative(&frame(substeps), &frame(16 * substeps))
}

#[test]
fn substeps_for_kuramoto_sivashinsky_meet_the_tolerance_and_are_the_fewest() {
    let spec = simulation("kuramoto_sivashinsky", 1.0, (256, 64.0), 0.2);
    let u0 = initial(&spec, 3);
    for tolerance in [1e-4, 1e-7] {
        let measured = substeps_for(&spec, &u0, &[300], tolerance).expect("within reach");
        println!("tolerance {tolerance:.0e}: {measured:?}");
        let substeps = measured.substeps;
        let developed = final_state(
            &SimulationSpec {
                substeps,
                ..spec.clone()
            },
            &u0,
            300,
        );
        let error = error_of_one_frame(&spec, &developed, substeps);
        assert!(error <= 1.05 * tolerance, "{substeps} substeps: {error:e}"); // an estimate
        assert!(
            (error / measured.error - 1.0).abs() < 0.3,
            "{measured:?}, true error {error:e}"
        );
        let half = error_of_one_frame(&spec, &developed, (substeps / 2).max(1));
        assert!(
            substeps == 1 || half > tolerance,
            "{} would do: {half:e}",
            substeps / 2
        );
    }
}

#[test]
fn spin_up_that_diverges_is_repeated_with_more_substeps() {
    let spec = simulation("burgers", 0.02, (256, TAU), 2.0);
    let u0: Vec<f64> = initial(&spec, 0).iter().map(|u| 10.0 * u).collect();
    let single = spec.run(&u0, 3, 1, &mut |_, _| ControlFlow::Continue(()));
    assert!(
        single.is_err(),
        "one substep is too few for this test to mean something"
    );
    let measured = substeps_for(&spec, &u0, &[3], 1e-4).expect("more substeps are enough");
    assert!(measured.substeps > 1, "{measured:?}");
}

/// Strong waves at first, which a front soon damps: their steps are not the steps of the end.
#[test]
fn the_answer_does_not_diverge_on_the_way_to_the_states() {
    let spec = simulation("burgers", 0.02, (256, TAU), 2.0);
    let u0: Vec<f64> = initial(&spec, 0).iter().map(|u| 10.0 * u).collect();
    let measured = substeps_for(&spec, &u0, &[40], 1e-2).expect("more substeps are enough");
    let substeps = measured.substeps;
    let steady = SimulationSpec { substeps, ..spec };
    let run = steady.run(&u0, 40, 2, &mut |_, _| ControlFlow::Continue(()));
    assert!(run.is_ok(), "{measured:?}: {run:?}");
    assert!(measured.error <= 1e-2, "{measured:?}");
}

#[test]
fn a_search_ends_at_any_frame_at_which_it_is_told_to() {
    let spec = simulation("kuramoto_sivashinsky", 1.0, (32, 22.0), 0.2);
    let u0 = initial(&spec, 0);
    let heard_until = |end: usize| {
        let mut heard = 0;
        let found = substeps_watched(&spec, &u0, &[0, 10], 1e-6, &mut |_| {
            heard += 1;
            if heard < end {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        (found.expect("within reach"), heard)
    };
    let (found, all) = heard_until(usize::MAX);
    assert!(found.is_some() && all > 11, "{found:?} after {all}"); // beyond the way to the states
    for end in 1..=all {
        assert_eq!(heard_until(end), (None, end));
    }
}

#[test]
fn linear_equations_need_one_substep() {
    let spec = simulation("advection", 1.0, (64, TAU), 0.5);
    let measured = substeps_for(&spec, &initial(&spec, 0), &[10], 1e-12).expect("exact");
    assert_eq!(measured.substeps, 1);
}

#[test]
fn a_tolerance_below_rounding_is_an_error_with_its_numbers() {
    let spec = simulation("kdv", 0.0, (32, 20.0), 0.1);
    let error = substeps_for(&spec, &initial(&spec, 0), &[0], 0.0).expect_err("rounding remains");
    assert!(
        matches!(
            error,
            SolverError::AccuracyNotReached { substeps: 4096, .. }
        ),
        "{error}"
    );
    let said = error.to_string();
    assert!(said.contains("write a larger `tolerance`"), "{said}");
    assert!(
        said.contains("substeps = 4096") && !said.contains("integrator`"),
        "{said}"
    );
}

#[test]
fn an_unresolved_flame_asks_for_points_and_not_for_what_it_has_already() {
    let spec = simulation("kuramoto_sivashinsky", 1e-3, (256, 64.0), 0.5);
    let error = substeps_for(&spec, &initial(&spec, 0), &[0, 100], 1e-6).expect_err("unresolved");
    let said = error.to_string();
    assert!(said.contains("use more grid points"), "{said}");
    assert!(said.contains("substeps = 4096"), "{said}");
    assert!(
        !said.contains("integrator`") && !said.contains("raise `substeps`"),
        "{said}"
    );
}

#[test]
fn single_precision_adds_its_rounding_to_the_error() {
    let spec = simulation("kuramoto_sivashinsky", 1.0, (128, 64.0), 0.2);
    let u0 = initial(&spec, 0);
    let single = SimulationSpec {
        precision: Precision::F32,
        ..spec.clone()
    };
    let [double, single] =
        [spec, single].map(|spec| substeps_for(&spec, &u0, &[50], 1e-9).expect("within reach"));
    assert_eq!(single.substeps, double.substeps);
    assert!(single.error > 1e-8 && single.error < 1e-5, "{single:?}");
}

#[test]
fn the_hardest_of_several_states_decides() {
    // A front forms, and later it is gone.
    let spec = simulation("burgers", 0.01, (256, 1.0), 0.05);
    let u0 = initial(&spec, 0);
    let alone = |frame: usize| substeps_for(&spec, &u0, &[frame], 1e-6).expect("within reach");
    let frames = [0, 2, 5, 40];
    let hardest = frames.map(|frame| alone(frame).substeps).into_iter().max();
    assert!(hardest > Some(alone(40).substeps));
    let together = substeps_for(&spec, &u0, &frames, 1e-6).expect("within reach");
    assert_eq!(Some(together.substeps), hardest);
    assert!(together.error <= 1e-6);
}

#[test]
fn errors_of_a_state_and_of_its_negative_are_the_same() {
    let spec = simulation("allen_cahn", 0.05, (64, TAU), 0.5); // u and −u are solved alike
    let u0 = initial(&spec, 3);
    let negative: Vec<f64> = u0.iter().map(|u| -u).collect();
    let [found, mirrored] =
        [&u0, &negative].map(|u| substeps_for(&spec, u, &[0, 10], 1e-8).expect("within reach"));
    assert!(found.substeps > 1 && found.error > 0.0, "{found:?}");
    assert_eq!(found, mirrored);
}
