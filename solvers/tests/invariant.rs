//! Quantities that the equations conserve or only lose, for any smooth state.

mod common;

use std::f64::consts::TAU;

use common::{energy, initial, mean, simulation, trajectory};
use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, RngSeed};

/// The same dozen states each time; those that fail are kept beside this file and tried first.
fn config() -> ProptestConfig {
    let kept = FileFailurePersistence::Direct("tests/invariant.regressions");
    ProptestConfig {
        failure_persistence: Some(Box::new(kept)),
        rng_seed: RngSeed::Fixed(0),
        ..ProptestConfig::with_cases(12)
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn burgers_conserves_its_mean_and_never_gains_energy(seed: u64, viscosity in 0.02..0.2) {
        let mut spec = simulation("burgers", viscosity, (128, TAU), 0.02);
        spec.substeps = 4;
        let states = trajectory(&spec, &initial(&spec, seed), 25);
        for pair in states.windows(2) {
            let drift = mean(&pair[1]) - mean(&pair[0]);
            prop_assert!(drift.abs() < 1e-14, "the mean drifts by {drift:e}"); // rounding
            let (before, after) = (energy(&pair[0]), energy(&pair[1]));
            prop_assert!(after <= before, "energy grows from {before} to {after}");
        }
    }

    #[test]
    fn kdv_conserves_mean_and_energy(seed: u64) {
        let mut spec = simulation("kdv", 0.0, (128, 40.0), 0.1);
        spec.substeps = 200;
        let states = trajectory(&spec, &initial(&spec, seed), 10);
        let (first, last) = (&states[0], &states[10]);
        let drift = mean(last) - mean(first);
        prop_assert!(drift.abs() < 1e-14, "the mean drifts by {drift:e}"); // rounding
        let change = energy(last) / energy(first) - 1.0;
        prop_assert!(change.abs() < 1e-7, "energy changes by {change:e}"); // error in time
    }

    #[test]
    fn hyper_viscosity_takes_energy_from_kdv(seed: u64) {
        let mut spec = simulation("kdv", 0.01, (128, 40.0), 0.1);
        spec.substeps = 50;
        let states = trajectory(&spec, &initial(&spec, seed), 10);
        prop_assert!(energy(&states[10]) < energy(&states[0]));
    }

    #[test]
    fn kuramoto_sivashinsky_conserves_its_mean(seed: u64, viscosity in 0.5..1.5) {
        let mut spec = simulation("kuramoto_sivashinsky", viscosity, (128, 32.0), 0.2);
        spec.substeps = 4;
        let states = trajectory(&spec, &initial(&spec, seed), 100);
        let drift = mean(&states[100]) - mean(&states[0]);
        prop_assert!(drift.abs() < 1e-13, "the mean drifts by {drift:e}"); // rounding
    }
}
