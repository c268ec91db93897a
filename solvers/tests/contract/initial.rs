//! Properties that the initial states claim.

use std::f64::consts::TAU;

use crate::common::{cube, energy, mean};
use ondine_solvers::initial::{self, Options};
use ondine_solvers::{Complex64, Dealias, Grid, Profile, Rng, Stream, Transform, sample};

fn draw(kind: &str, options: &str, grid: &Grid, channels: usize, seed: u64) -> Profile {
    let entry = initial::find(kind).expect("in the list");
    let state = (entry.decode)(Options::parse(options).expect("TOML"));
    let state = state.unwrap_or_else(|error| panic!("{error}"));
    state.draw(
        grid.length(),
        channels,
        &mut Rng::stream(seed, Stream::Initial, 0),
    )
}

fn largest(u: &[f64]) -> f64 {
    u.iter().fold(0.0, |peak, u| peak.max(u.abs()))
}

#[test]
fn fourier_series_has_no_mean_and_no_wave_above_its_cutoff() {
    for dims in 1..=3 {
        let grid = cube(dims, 40, 2.0);
        let u = sample(&draw("fourier_series", "{}", &grid, 1, 3), &grid, 1);
        assert!(mean(&u).abs() < 1e-14, "{dims}-D: mean {:e}", mean(&u)); // rounding
        let mut transform = Transform::new(&grid, Dealias::None).expect("periodic");
        let mut u_hat = vec![Complex64::ZERO; transform.num_modes()];
        transform.forward(&u, &mut u_hat);
        for (mode, u_hat) in u_hat.iter().enumerate() {
            let periods = |axis| transform.vectors().axis(axis)[mode].abs() * 2.0 / TAU;
            let outside = (0..dims).any(|axis| periods(axis) > 5.5);
            assert!(!outside || u_hat.norm() < 1e-9, "{dims}-D: {u_hat}"); // rounding
        }
    }
}

/// A fine grid misses the maximum by `½ |∂²u| (h/2)²` per axis at most.
#[test]
fn fourier_series_reaches_one_and_no_point_of_any_grid_is_above() {
    for (dims, points) in [(1, [30, 4000]), (2, [30, 400]), (3, [24, 80])] {
        let [coarse, fine] = points.map(|points| cube(dims, points, 2.0));
        for seed in 0..8 {
            let profile = draw("fourier_series", "{ cutoff = 3 }", &fine, 1, seed);
            let [coarse, fine] = [&coarse, &fine].map(|grid| largest(&sample(&profile, grid, 1)));
            let rounding = 1.0 + 1e-12;
            assert!(
                coarse <= rounding && fine <= rounding,
                "{dims}-D: {coarse}, {fine}"
            );
            let missed = 0.5 * (TAU * 3.0 * 0.5 / points[1] as f64).powi(2) * dims as f64;
            assert!(fine > 1.0 - missed, "{dims}-D: peak {fine}");
        }
    }
}

#[test]
fn gaussian_random_fields_have_the_deviation_that_was_asked_for() {
    let grid = cube(2, 16, 1.0);
    let options = "{ exponent = 1.0, cutoff = 6, deviation = 0.5 }";
    let energy = |seed| {
        energy(&sample(
            &draw("gaussian_random_field", options, &grid, 1, seed),
            &grid,
            1,
        ))
    };
    let variance = (0..200).map(energy).sum::<f64>() / 200.0;
    assert!((variance / 0.25 - 1.0).abs() < 0.1, "{variance}"); // several standard errors
}

/// The velocity is recovered from the vorticity by `∆ψ = −w`, `(u, v) = (ψ_y, −ψ_x)`.
#[test]
fn filtered_velocity_has_its_largest_speed_and_its_energy_near_the_peak() {
    let grid = cube(2, 128, TAU);
    let w = sample(&draw("filtered_velocity", "{}", &grid, 1, 1), &grid, 1);
    let mut transform = Transform::new(&grid, Dealias::None).expect("periodic");
    let mut w_hat = vec![Complex64::ZERO; transform.num_modes()];
    transform.forward(&w, &mut w_hat);
    let k = transform.vectors().clone();
    let mut velocity = |axis: usize, sign: f64| {
        let psi = |(mode, w): (usize, &Complex64)| w * k.inverse_square()[mode];
        let u_hat = w_hat
            .iter()
            .enumerate()
            .map(|mode| Complex64::new(0.0, sign * k.derivative(axis)[mode.0]) * psi(mode));
        let u_hat: Vec<_> = u_hat.collect();
        let mut u = vec![0.0; grid.num_points()];
        transform.inverse(&u_hat, &mut u);
        u
    };
    let (u, v) = (velocity(1, 1.0), velocity(0, -1.0));
    let speed: Vec<_> = u.iter().zip(&v).map(|(u, v)| u.hypot(*v)).collect();
    assert!(
        (largest(&speed) / 7.0 - 1.0).abs() < 0.02,
        "{}",
        largest(&speed)
    ); // between points
    let near = |low: f64, high: f64| -> f64 {
        let modes = w_hat.iter().zip(k.magnitude()).zip(k.inverse_square());
        let modes = modes.filter(|((_, k), _)| (low..high).contains(*k));
        modes.map(|((w, _), inverse)| w.norm_sqr() * inverse).sum()
    };
    let (around, all) = (near(2.0, 9.0), near(0.0, 1e9));
    assert!(around > 0.7 * all, "{around:e} of {all:e}");
}

#[test]
fn blobs_put_v_into_a_sea_of_u() {
    let grid = cube(2, 64, 1.0);
    let state = sample(&draw("blobs", "{}", &grid, 2, 0), &grid, 2);
    let (u, v) = state.split_at(grid.num_points());
    assert!(u.iter().zip(v).all(|(u, v)| (u + v - 1.0).abs() < 1e-15)); // rounding
    assert!(v.iter().all(|v| (0.0..=0.5).contains(v)) && largest(v) > 0.4);
}

#[test]
fn a_shock_has_two_heights() {
    let grid = cube(1, 512, 2.0);
    let u = sample(&draw("shock", "{ width = 0.01 }", &grid, 1, 2), &grid, 1);
    let (low, high) = u
        .iter()
        .fold((f64::MAX, f64::MIN), |(l, h), u| (l.min(*u), h.max(*u)));
    let close = |u: &&f64| (**u - low).min(high - **u) < 0.01 * (high - low);
    assert!(
        u.iter().filter(close).count() > 450,
        "most points are at one of the heights"
    );
}

#[test]
fn a_sine_is_an_eigenfunction_of_diffusion() {
    let grid = cube(2, 32, TAU);
    let u0 = sample(&draw("sine", "{ wavenumber = 3 }", &grid, 1, 0), &grid, 1);
    let spec = crate::common::simulation_on("diffusion", &[0.1], grid, 0.5);
    let u = crate::common::final_state(&spec, &u0, 1);
    let exact: Vec<_> = u0
        .iter()
        .map(|u| u * (-0.1_f64 * 18.0 * 0.5).exp())
        .collect();
    assert!(crate::common::difference(&u, &exact) < 1e-13); // rounding
}
