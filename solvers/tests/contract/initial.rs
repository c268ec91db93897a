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

/// Absolute values, windows and scaling of the waves, by their bounds and how often they are drawn.
#[test]
fn shaped_waves_are_as_often_absolute_and_cut_as_asked_for_and_stay_between_0_and_1_where_scaled() {
    let grid = cube(1, 400, 2.0);
    let drawn = |options: &str, seed| {
        let waves = format!("{{ terms = 2, amplitude = 1.0, wavenumbers = [1, 8], {options} }}");
        sample(&draw("sine_series", &waves, &grid, 1, seed), &grid, 1)
    };
    let share = |options: &str, is: &dyn Fn(&[f64]) -> bool| {
        let found = (0..400).filter(|&seed| is(&drawn(options, seed))).count();
        found as f64 / 400.0
    };
    let one_sign = |u: &[f64]| u.iter().all(|u| *u >= 0.0) || u.iter().all(|u| *u <= 0.0);
    // Three standard errors of 400 draws are 0.075 at most.
    let absolute = share("absolute = 0.4", &one_sign);
    assert!((absolute - 0.4).abs() < 0.075, "{absolute}");
    // Beyond 0.9 of the box every window has fallen to 3e-5 at 0.95.
    let cut = |u: &[f64]| u[380..].iter().all(|u| u.abs() < 1e-3);
    let windowed = share("windowed = 0.3", &cut);
    assert!((windowed - 0.3).abs() < 0.075, "{windowed}");
    let positive = share("absolute = 1.0", &|u| u.iter().all(|u| *u >= 0.0));
    assert!((positive - 0.5).abs() < 0.075, "{positive}");
    for seed in 0..50 {
        let u = drawn("absolute = 0.3, windowed = 0.3, scaled = true", seed);
        let (low, high) = u.iter().fold((1.0_f64, 0.0_f64), |(low, high), &u| {
            (low.min(u), high.max(u))
        });
        assert!(
            (0.0..0.08).contains(&low) && (0.98..=1.0).contains(&high),
            "{low}, {high}"
        );
    }
    assert_eq!(drawn("absolute = 0.0", 7), drawn("scaled = false", 7));
    let finer = cube(1, 800, 2.0);
    let options = "{ terms = 2, absolute = 1.0, windowed = 1.0, scaled = true }";
    let [coarse, fine] =
        [&grid, &finer].map(|grid| sample(&draw("sine_series", options, grid, 1, 5), grid, 1));
    let shared: Vec<f64> = fine.into_iter().step_by(2).collect();
    assert_eq!(coarse, shared);
}

#[test]
fn shapes_that_are_no_probabilities_are_refused() {
    let entry = initial::find("sine_series").expect("in the list");
    for options in ["{ absolute = 1.5 }", "{ windowed = -0.1 }"] {
        let refused = (entry.decode)(Options::parse(options).expect("TOML")).err();
        let said = refused.expect("refused").to_string();
        assert!(said.contains("no probability"), "{said}");
    }
}
