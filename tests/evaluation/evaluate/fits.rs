//! Forecasts without a network, fitted to training simulations.

use super::baselines;
use ondine::evaluation::{Baseline, BaselineKind, HeldOut};

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
