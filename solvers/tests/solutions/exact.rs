//! Solutions that are known in closed form.

use std::f64::consts::TAU;

use crate::common::{
    at_points, cube, difference, draw, final_state, initial, simulation, simulation_on,
};
use ondine_solvers::Integrator;

#[test]
fn advection_is_exact_in_time() {
    let (velocity, dt, frames) = (0.7, 0.37, 20);
    let spec = simulation("advection", velocity, (64, TAU), dt);
    let profile = draw(1, TAU);
    let moved = |x: &f64| profile.at(0, &[x - velocity * dt * f64::from(frames)]);
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
fn soliton_of_kdv_keeps_its_shape_and_its_speed_over_forty_time_units() {
    // u = (c/2) sech²(√c (x − x₀ − ct) / 2); its periodic images are e⁻³⁰ small.
    let (length, speed, dt, frames) = (60.0_f64, 1.0_f64, 0.1, 400);
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
    assert!(error < 1e-8, "{error:e}"); // fourth order in time, dt = 0.005
}

/// Any plane wave `k` of a linear equation turns and decays as its symbol says.
#[test]
fn linear_equations_are_exact_in_every_dimension() {
    let waves = [[1.0, -2.0, 3.0], [3.0, 1.0, -1.0]];
    let velocity = [0.7, -0.4, 0.3];
    let rates = |kind: &str, k: &[f64]| -> (f64, f64) {
        let square: f64 = k.iter().map(|k| k * k).sum();
        let turn: f64 = k.iter().zip(&velocity).map(|(k, c)| k * c).sum();
        match kind {
            "advection" => (0.0, turn),
            "diffusion" => (0.05 * square, 0.0),
            "advection_diffusion" => (0.05 * square, turn),
            "hyper_diffusion" => (0.05 * square * square, 0.0),
            _ => (0.0, 0.05 * k[0].powi(3)),
        }
    };
    for (kind, dims) in [
        ("dispersion", 1),
        ("advection", 1),
        ("advection", 2),
        ("advection", 3),
        ("diffusion", 1),
        ("diffusion", 2),
        ("diffusion", 3),
        ("advection_diffusion", 1),
        ("advection_diffusion", 2),
        ("advection_diffusion", 3),
        ("hyper_diffusion", 2),
    ] {
        let mut values = match kind {
            "advection" | "advection_diffusion" => velocity[..dims].to_vec(),
            _ => vec![],
        };
        if kind != "advection" {
            values.push(0.05);
        }
        let spec = simulation_on(kind, &values, cube(dims, 16, TAU), 0.5);
        let solution = |t: f64| {
            at_points(&spec.grid, |x| {
                let wave = |k: &[f64; 3]| {
                    let (decay, turn) = rates(kind, &k[..dims]);
                    let k_dot_x: f64 = k.iter().zip(x).map(|(k, x)| k * x).sum();
                    (-decay * t).exp() * (k_dot_x - turn * t).cos()
                };
                0.3 + waves.iter().map(wave).sum::<f64>()
            })
        };
        let error = difference(&final_state(&spec, &solution(0.0), 4), &solution(2.0));
        println!("{kind} in {dims}-D: error {error:.1e}");
        assert!(error < 1e-12, "{kind} in {dims}-D: {error:e}"); // rounding
    }
}

#[test]
fn waves_stand_and_move_with_their_speed_and_keep_their_energy() {
    let (speed, dt, frames) = (1.5, 0.3, 20);
    let spec = simulation_on("wave", &[speed], cube(2, 32, TAU), dt);
    let k = [2.0_f64, -1.0];
    let omega = speed * k[0].hypot(k[1]);
    // A moving wave, and a mean that grows at a constant rate.
    let solution = |t: f64| {
        let phase = |x: &[f64]| k[0] * x[0] + k[1] * x[1] - omega * t;
        let u = at_points(&spec.grid, |x| phase(x).cos() + 0.2 * t);
        let v = at_points(&spec.grid, |x| omega * phase(x).sin() + 0.2);
        [u, v].concat()
    };
    let found = final_state(&spec, &solution(0.0), frames);
    let error = difference(&found, &solution(dt * frames as f64));
    println!("wave after {frames} frames: error {error:.1e}");
    assert!(error < 1e-12, "{error:e}"); // rounding
}

/// `w = 2 cos x cos y` only decays: its own velocity carries it along its contours.
#[test]
fn taylor_green_vortices_decay_at_their_rate() {
    let (viscosity, drag, time) = (0.1, 0.05, 2.0);
    let spec = simulation_on(
        "navier_stokes",
        &[viscosity, drag],
        cube(2, 32, TAU),
        time / 20.0,
    );
    let u0 = at_points(&spec.grid, |x| 2.0 * x[0].cos() * x[1].cos());
    let decay = (-(2.0_f64 * viscosity + drag) * time).exp();
    let exact: Vec<_> = u0.iter().map(|u| u * decay).collect();
    let error = difference(&final_state(&spec, &u0, 20), &exact);
    println!("Taylor-Green: error {error:.1e}");
    assert!(error < 1e-12, "{error:e}"); // rounding
}

/// `w = −(A/(νk² + a)) k cos(k y)`: the flow in which the force balances viscosity and drag.
#[test]
fn laminar_kolmogorov_flow_is_steady_with_the_stated_sign() {
    let (viscosity, drag, n, amplitude) = (0.1, 0.2, 2.0, 1.5);
    let grid = ondine_solvers::Grid::new(&[32, 48], &[TAU, 3.0]).expect("valid");
    let k = TAU * n / 3.0;
    let values = [viscosity, drag, n, amplitude];
    let spec = simulation_on("kolmogorov_flow", &values, grid, 0.05);
    let height = -amplitude * k / (viscosity * k * k + drag);
    let steady = at_points(&spec.grid, |x| height * (k * x[1]).cos());
    let error = difference(&final_state(&spec, &steady, 40), &steady);
    println!("laminar Kolmogorov flow: error {error:.1e}");
    assert!(error < 1e-12, "{error:e}"); // rounding
}

/// Cole-Hopf: `u = −2ν φₓ / φ` with `φₜ = ν ∆φ`, here `φ = 2 + e^{−νk²t} cos(k·x)`, and so in
/// every dimension because `u` is a gradient.
#[test]
fn burgers_follows_the_cole_hopf_solution_in_every_dimension() {
    let viscosity = 0.2;
    for (dims, points) in [(1, 128), (2, 64), (3, 32)] {
        let k = [1.0, -1.0, 1.0];
        let mut spec = simulation_on("burgers", &[viscosity], cube(dims, points, TAU), 0.5);
        spec.substeps = 50;
        let solution = |t: f64| {
            let height = (-viscosity * dims as f64 * t).exp();
            let component = |axis: usize| {
                at_points(&spec.grid, |x| {
                    let phase: f64 = k.iter().zip(x).map(|(k, x)| k * x).sum();
                    let phi = 2.0 + height * phase.cos();
                    2.0 * viscosity * height * k[axis] * phase.sin() / phi
                })
            };
            (0..dims).flat_map(component).collect::<Vec<_>>()
        };
        let error = difference(&final_state(&spec, &solution(0.0), 2), &solution(1.0));
        println!("Cole-Hopf in {dims}-D: error {error:.1e}");
        assert!(error < 2e-7, "{dims}-D: {error:e}"); // space in 3-D, time in the others
    }
}
