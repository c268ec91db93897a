//! Quantities that the equations conserve or only lose, for any smooth state.

use std::f64::consts::TAU;

use crate::common::{cube, energy, initial, mean, simulation, simulation_on, trajectory};
use ondine_solvers::{Complex64, Dealias, SimulationSpec, Transform};
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

    #[test]
    fn flow_without_viscosity_keeps_energy_and_enstrophy(seed: u64) {
        let mut spec = simulation_on("navier_stokes", &[0.0, 0.0], cube(2, 32, TAU), 0.1);
        spec.substeps = 20;
        let states = trajectory(&spec, &initial(&spec, seed), 5);
        let (first, last) = (&states[0], &states[5]);
        let drift = mean(last) - mean(first);
        prop_assert!(drift.abs() < 1e-14, "the mean drifts by {drift:e}"); // rounding
        let enstrophy = energy(last) / energy(first) - 1.0;
        prop_assert!(enstrophy.abs() < 1e-7, "enstrophy changes by {enstrophy:e}"); // error in time
        let change = kinetic_energy(&spec, last) / kinetic_energy(&spec, first) - 1.0;
        prop_assert!(change.abs() < 1e-7, "energy changes by {change:e}"); // error in time
    }

    #[test]
    fn viscosity_and_drag_take_energy_and_enstrophy(seed: u64, viscosity in 0.001..0.1, drag in 0.0..0.2) {
        let mut spec = simulation_on("navier_stokes", &[viscosity, drag], cube(2, 32, TAU), 0.1);
        spec.substeps = 10;
        for pair in trajectory(&spec, &initial(&spec, seed), 5).windows(2) {
            prop_assert!(energy(&pair[1]) < energy(&pair[0]));
            prop_assert!(kinetic_energy(&spec, &pair[1]) < kinetic_energy(&spec, &pair[0]));
        }
    }

    #[test]
    fn waves_keep_their_energy(seed: u64, speed in 0.5..2.0) {
        let spec = simulation_on("wave", &[speed], cube(2, 16, TAU), 0.7);
        let states = trajectory(&spec, &initial(&spec, seed), 20);
        let total = |state: &[f64]| {
            let (u, v) = state.split_at(spec.grid.num_points());
            energy(v) + speed * speed * square_of_slopes(&spec, u)
        };
        let change = total(&states[20]) / total(&states[0]) - 1.0;
        prop_assert!(change.abs() < 1e-12, "energy changes by {change:e}"); // rounding
    }

    #[test]
    fn cahn_hilliard_keeps_its_mass_and_loses_free_energy(seed: u64) {
        let values = [0.1, 0.05];
        let mut spec = simulation_on("cahn_hilliard", &values, cube(2, 48, TAU), 0.05);
        spec.substeps = 20;
        let free_energy = |u: &[f64]| {
            let wells = u.iter().map(|u| 0.25 * (u * u - 1.0).powi(2));
            wells.sum::<f64>() / u.len() as f64 + 0.5 * values[1] * square_of_slopes(&spec, u)
        };
        let u0: Vec<f64> = initial(&spec, seed).iter().map(|u| 0.3 * u).collect();
        for pair in trajectory(&spec, &u0, 10).windows(2) {
            let drift = mean(&pair[1]) - mean(&pair[0]);
            prop_assert!(drift.abs() < 1e-14, "the mass drifts by {drift:e}"); // rounding
            prop_assert!(free_energy(&pair[1]) < free_energy(&pair[0]));
        }
    }

    #[test]
    fn fisher_kpp_stays_between_nothing_and_its_capacity(seed: u64) {
        let mut spec = simulation("fisher_kpp", 0.0, (128, TAU), 0.2);
        (spec.parameters, spec.substeps) = (vec![0.05, 1.0], 20);
        let u0 = initial(&spec, seed);
        let peak = u0.iter().fold(0.0, |peak: f64, u| peak.max(u.abs()));
        let u0: Vec<f64> = u0.iter().map(|u| 0.5 + 0.5 * u / peak).collect();
        for state in trajectory(&spec, &u0, 10) {
            prop_assert!(state.iter().all(|u| (-1e-9..=1.0 + 1e-9).contains(u))); // error in time
        }
    }

    #[test]
    fn potential_and_conservative_kuramoto_sivashinsky_agree(seed: u64, viscosity in 0.5..1.5) {
        let mut potential = simulation("kuramoto_sivashinsky_potential", viscosity, (128, 32.0), 0.2);
        let mut slope = simulation("kuramoto_sivashinsky", viscosity, (128, 32.0), 0.2);
        (potential.substeps, slope.substeps) = (20, 20);
        let u0 = initial(&potential, seed);
        let from_potential = derivative(&potential, &trajectory(&potential, &u0, 10)[10], 0);
        let from_slope = &trajectory(&slope, &derivative(&slope, &u0, 0), 10)[10];
        let error = crate::common::difference(&from_potential, from_slope);
        prop_assert!(error < 1e-6, "{error:e}"); // both errors in time
    }
}

/// Values of the derivative of a field along `axis`.
fn derivative(spec: &SimulationSpec, u: &[f64], axis: usize) -> Vec<f64> {
    let mut transform = Transform::new(&spec.grid, Dealias::None).expect("periodic");
    let mut u_hat = vec![Complex64::ZERO; transform.num_modes()];
    transform.forward(u, &mut u_hat);
    let k = transform.vectors().clone();
    for (u_hat, &k) in u_hat.iter_mut().zip(k.derivative(axis)) {
        *u_hat *= Complex64::new(0.0, k);
    }
    let mut slope = vec![0.0; u.len()];
    transform.inverse(&u_hat, &mut slope);
    slope
}

/// Mean of `|∇u|²`.
fn square_of_slopes(spec: &SimulationSpec, u: &[f64]) -> f64 {
    (0..spec.grid.dims())
        .map(|axis| energy(&derivative(spec, u, axis)))
        .sum()
}

/// Mean of `|∇ψ|²` with `∆ψ = −w`, twice the kinetic energy.
fn kinetic_energy(spec: &SimulationSpec, w: &[f64]) -> f64 {
    let mut transform = Transform::new(&spec.grid, Dealias::None).expect("periodic");
    let mut w_hat = vec![Complex64::ZERO; transform.num_modes()];
    transform.forward(w, &mut w_hat);
    let inverse_square = transform.vectors().inverse_square().to_vec();
    for (w_hat, inverse_square) in w_hat.iter_mut().zip(inverse_square) {
        *w_hat *= inverse_square;
    }
    let mut psi = vec![0.0; w.len()];
    transform.inverse(&w_hat, &mut psi);
    square_of_slopes(spec, &psi)
}
