//! Each integrator converges at the order it states, for damped and for dispersive operators.

use std::f64::consts::TAU;

use crate::common::{difference, final_state, simulation};
use ondine_solvers::{Integrator, SimulationSpec};

/// Distance of a measured slope from the order that still passes.
const MARGIN: f64 = 0.15;

/// Errors after one frame for each number of substeps.
fn errors(spec: &SimulationSpec, u0: &[f64], substeps: &[usize], exact: &[f64]) -> Vec<f64> {
    let error = |&substeps: &usize| {
        let spec = SimulationSpec {
            substeps,
            ..spec.clone()
        };
        difference(&final_state(&spec, u0, 1), exact)
    };
    substeps.iter().map(error).collect()
}

/// Least-squares slope of `log error` against `log dt`.
fn slope(substeps: &[usize], errors: &[f64]) -> f64 {
    let x: Vec<f64> = substeps.iter().map(|&n| -(n as f64).ln()).collect();
    let y: Vec<f64> = errors.iter().map(|error| error.ln()).collect();
    let (mx, my) = (crate::common::mean(&x), crate::common::mean(&y));
    let covariance: f64 = x.iter().zip(&y).map(|(x, y)| (x - mx) * (y - my)).sum();
    covariance / x.iter().map(|x| (x - mx).powi(2)).sum::<f64>()
}

fn every_integrator_shows_its_order(spec: SimulationSpec, ranges: [[usize; 4]; 4], fine: usize) {
    let u0 = crate::common::at_points(&spec.grid, |x| {
        let y = x.get(1).copied().unwrap_or(0.0);
        (x[0] + 2.0 * y).sin() + 0.5 * (2.0 * x[0] - y + 1.0).cos()
    });
    let fine = SimulationSpec {
        substeps: fine,
        ..spec.clone()
    };
    let exact = final_state(&fine, &u0, 1);
    for (integrator, substeps) in Integrator::ALL.into_iter().zip(ranges) {
        let spec = SimulationSpec {
            integrator,
            ..spec.clone()
        };
        let errors = errors(&spec, &u0, &substeps, &exact);
        let slope = slope(&substeps, &errors);
        let kind = spec.equation.kind;
        let digits: Vec<String> = errors.iter().map(|error| format!("{error:.1e}")).collect();
        let line = format!(
            "{kind} {integrator}: {slope:.3}, errors {}",
            digits.join(" ")
        );
        println!("{line}");
        let distance = (slope - f64::from(integrator.order())).abs();
        assert!(distance < MARGIN, "{line} at {substeps:?} substeps");
    }
}

#[test]
fn every_integrator_converges_at_its_order_on_burgers() {
    let spec = simulation("burgers", 0.1, (64, TAU), 0.5);
    let range = [64, 128, 256, 512];
    every_integrator_shows_its_order(spec, [range; 4], 16_384);
}

/// Taking the real part of the complex coefficients leaves first order here, whatever the scheme.
#[test]
fn every_integrator_converges_at_its_order_on_kdv() {
    let spec = simulation("kdv", 0.0, (64, TAU), 0.25);
    let fine = [1024, 2048, 4096, 8192];
    let above_rounding = [512, 1024, 2048, 4096];
    every_integrator_shows_its_order(spec, [fine, fine, fine, above_rounding], 16_384);
}

#[test]
fn every_integrator_converges_at_its_order_on_kolmogorov_flow() {
    let grid = crate::common::cube(2, 32, TAU);
    let spec = crate::common::simulation_on("kolmogorov_flow", &[0.02, 0.1, 4.0, 1.0], grid, 1.0);
    every_integrator_shows_its_order(spec, [[32, 64, 128, 256]; 4], 2048);
}
