//! Solutions that are known in closed form.

mod common;

use std::f64::consts::TAU;

use common::{difference, draw, final_state, initial, simulation};
use ondine_solvers::Integrator;

#[test]
fn advection_is_exact_in_time() {
    let (velocity, dt, frames) = (0.7, 0.37, 20);
    let spec = simulation("advection", velocity, (64, TAU), dt);
    let profile = draw(1, TAU);
    let moved = |x: &f64| profile(0, &[x - velocity * dt * f64::from(frames)]);
    let exact: Vec<f64> = spec.grid.coordinates(0).iter().map(moved).collect();
    let found = final_state(&spec, &initial(&spec, 1), frames as usize);
    let error = difference(&found, &exact);
    println!("advection after {frames} frames: error {error:.1e}");
    assert!(error < 1e-12, "{error:e}"); // rounding of the transforms and of 20 products
}

#[test]
fn linear_equations_do_not_depend_on_the_order() {
    let mut spec = simulation("advection", -1.3, (32, 2.0), 0.1);
    let u0 = initial(&spec, 2);
    let fourth = final_state(&spec, &u0, 5);
    for integrator in Integrator::ALL {
        spec.integrator = integrator;
        let error = difference(&final_state(&spec, &u0, 5), &fourth);
        assert!(error < 1e-15, "{integrator}: {error:e}"); // the same operations
    }
}

#[test]
fn soliton_of_kdv_keeps_its_shape_and_moves_at_its_speed() {
    // u = (c/2) sech²(√c (x − x₀ − ct) / 2); its periodic images are e⁻³⁰ small.
    let (length, speed, dt, frames) = (60.0_f64, 1.0_f64, 0.1, 50);
    let soliton = |x: f64, t: f64| {
        let distance = (x - 20.0 - speed * t + length / 2.0).rem_euclid(length) - length / 2.0;
        0.5 * speed / (0.5 * speed.sqrt() * distance).cosh().powi(2)
    };
    let mut spec = simulation("kdv", 0.0, (256, length), dt);
    spec.substeps = 20;
    let at = |t: f64| -> Vec<f64> {
        spec.grid
            .coordinates(0)
            .iter()
            .map(|&x| soliton(x, t))
            .collect()
    };
    let error = difference(
        &final_state(&spec, &at(0.0), frames),
        &at(dt * frames as f64),
    );
    println!("soliton after {frames} frames: error {error:.1e}");
    assert!(error < 1e-9, "{error:e}"); // fourth order in time, dt = 0.005
}
