use super::*;
use ondine_solvers::AxisKind;
use ondine_solvers::problem::{Axis, Field};
use std::f64::consts::TAU;

fn problem() -> Problem {
    let axis = Axis::new("x", 16, 1.0, AxisKind::PERIODIC);
    let field = Field {
        conserved: true,
        ..Field::scalar("u")
    };
    Problem::new("waves", [axis], [field], 0.1, 10).condition("speed", [1.0, 2.0])
}

fn wave(size: f64, mean: f64) -> Vec<f64> {
    (0..16)
        .map(|i| mean + size * (TAU * f64::from(i) / 16.0).sin())
        .collect()
}

/// A gate after errors that grow by 0.02 per step, calibrated on waves of sizes from 1 to 2.
fn gate(policy: &str) -> Gate {
    let states: Vec<Vec<f64>> = (10..=20)
        .map(|size| wave(f64::from(size) / 10.0, 0.0))
        .collect();
    let states = states.iter().map(Vec::as_slice);
    let calibration = Calibration::new(&problem(), &[16], states).expect("a grid");
    let mut calibration = calibration.expect("states");
    for lead in 1..=20 {
        (0..60).for_each(|_| calibration.add(lead, 0.02 * lead as f64, None));
    }
    let policy = Policy::parse(policy).expect("a policy");
    Gate::new(policy, calibration, &problem(), &[16]).expect("it fits")
}

fn decide(gate: &mut Gate, after: &[f64], speed: f64) -> Decision {
    let before = wave(1.5, 0.0);
    let step = Step {
        before: &before,
        after,
        conditions: &[speed, 1.0, 0.1],
        spread: None,
    };
    gate.decide(&step).decision
}

#[test]
fn states_are_accepted_until_the_bound_of_their_error_reaches_the_tolerance() {
    let mut gate = gate("tolerance = 0.11\nsolver_steps = 2");
    let good = wave(1.5, 0.0);
    let decisions: Vec<Decision> = (0..9).map(|_| decide(&mut gate, &good, 1.5)).collect();
    let [accepted, made] = [Decision::Accept, Decision::Solver];
    // Five steps, the bound of the sixth is 0.12; then two of the solver, and five again.
    let expected = [&[accepted; 5][..], &[made; 2], &[accepted; 2]].concat();
    assert_eq!(decisions, expected);
}

#[test]
fn the_horizon_ends_what_the_errors_would_allow() {
    let mut gate = gate("tolerance = 10.0\nhorizon = 3");
    let good = wave(1.5, 0.0);
    let accepted = (0..8).filter(|_| decide(&mut gate, &good, 1.5) == Decision::Accept);
    assert_eq!(accepted.count(), 6); // three, one of the solver, three, one of the solver
}

#[test]
fn strange_states_conditions_and_drifts_are_left_to_the_solver() {
    let mut gate = gate("");
    let good = wave(1.5, 0.0);
    for (what, after, speed) in [
        ("a state too large", wave(4.0, 0.0), 1.5),
        ("a mean that drifts", wave(1.5, 0.1), 1.5),
        ("a state that is none", vec![f64::NAN; 16], 1.5),
        ("a condition outside", good.clone(), 2.01),
        ("a condition that is none", good.clone(), f64::NAN),
    ] {
        assert_ne!(decide(&mut gate, &after, speed), Decision::Accept, "{what}");
    }
    assert_eq!(decide(&mut gate, &good, 1.5), Decision::Accept);
}

#[test]
fn a_state_that_no_solver_gives_stops_the_code() {
    let mut gate = gate("");
    for broken in [wave(1e6, 0.0), vec![f64::NAN; 16]] {
        let step = Step {
            before: &broken,
            after: &broken,
            conditions: &[1.5, 1.0, 0.1],
            spread: None,
        };
        assert_eq!(gate.decide(&step).decision, Decision::Stop);
    }
}

#[test]
fn truths_that_are_worse_than_expected_tighten_the_gate() {
    let mut gate = gate("tolerance = 0.05\nalpha = 0.2");
    let (good, bad) = (wave(1.5, 0.0), wave(2.0, 0.0));
    assert_eq!(decide(&mut gate, &good, 1.5), Decision::Accept);
    for _ in 0..30 {
        gate.truth(&bad, &good);
    }
    assert_eq!(decide(&mut gate, &good, 1.5), Decision::Solver);
}

#[test]
fn the_spread_of_members_scales_the_bound() {
    let states = [wave(1.0, 0.0), wave(2.0, 0.0)];
    let states = states.iter().map(Vec::as_slice);
    let calibration = Calibration::new(&problem(), &[16], states).expect("a grid");
    let mut calibration = calibration.expect("states");
    (0..60).for_each(|_| calibration.add(1, 0.04, Some(0.02)));
    let doubled = calibration.bound(1, 0.05, Some(0.03));
    assert!(
        (doubled - 0.06).abs() < 1e-12,
        "errors are twice the spread: {doubled}"
    );
    assert!(calibration.bound(1, 0.05, None).is_infinite());
    assert!(calibration.bound(2, 0.05, Some(0.03)).is_infinite());
}
