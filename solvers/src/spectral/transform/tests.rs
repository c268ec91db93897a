use std::f64::consts::TAU;

use super::*;
use crate::Complex64;

fn transform(n: usize, dealias: Dealias) -> Transform {
    let grid = Grid::new(&[n], &[TAU]).expect("valid");
    Transform::new(&grid, dealias).expect("one axis")
}

fn wave(n: usize, k: usize) -> Vec<f64> {
    (0..n)
        .map(|j| (TAU * (k * j) as f64 / n as f64).cos())
        .collect()
}

fn modes_of(transform: &mut Transform, u: &[f64]) -> Vec<Complex64> {
    let mut u_hat = vec![Complex64::ZERO; transform.num_modes()];
    transform.to_modes(&mut u.to_vec(), &mut u_hat);
    u_hat
}

#[test]
fn masked_pair_returns_what_it_was_given() {
    let mut transform = transform(24, Dealias::TwoThirds);
    let u_hat = modes_of(&mut transform, &wave(24, 7));
    let mut u = vec![0.0; 24];
    transform.to_points(&u_hat, &mut u);
    let again = modes_of(&mut transform, &u);
    for (a, b) in u_hat.iter().zip(&again) {
        assert!((a - b).norm() < 1e-13, "{a} became {b}"); // rounding of two transforms
    }
}

#[test]
fn square_of_the_highest_kept_wave_is_free_of_aliasing() {
    for n in [24, 26, 28, 64] {
        let mut transform = transform(n, Dealias::TwoThirds);
        let highest = transform.num_kept_modes() - 1;
        let square: Vec<f64> = wave(n, highest).iter().map(|u| u * u).collect();
        let u_hat = modes_of(&mut transform, &square);
        let aliased = u_hat[1..].iter().map(|a| a.norm()).fold(0.0, f64::max);
        assert!(aliased < 1e-12, "{n} points: {aliased}"); // only the mean ½ is below the bound
    }
}

#[test]
fn derivative_of_a_wave_is_exact() {
    let n = 16;
    let mut transform = transform(n, Dealias::None);
    let mut u_hat = modes_of(&mut transform, &wave(n, 3));
    for (u_hat, &k) in u_hat.iter_mut().zip(transform.vectors().derivative(0)) {
        *u_hat *= Complex64::new(0.0, k);
    }
    let mut du = vec![0.0; n];
    transform.inverse(&u_hat, &mut du);
    for (j, du) in du.iter().enumerate() {
        let exact = -3.0 * (TAU * 3.0 * j as f64 / n as f64).sin();
        assert!((du - exact).abs() < 1e-13, "point {j}"); // rounding of two transforms
    }
}

/// Smooth values on the points of `grid` with waves of either sign on every axis.
fn values(grid: &Grid) -> Vec<f64> {
    let value = |j: usize| ((j * 7919 % 1013) as f64 / 1013.0 - 0.5) * 2.0;
    (0..grid.num_points()).map(value).collect()
}

/// The definition, point by point.
fn mode_by_definition(grid: &Grid, u: &[f64], k: &[f64]) -> Complex64 {
    let term = |j: usize| {
        let mut rest = j;
        let mut phase = 0.0;
        for axis in (0..grid.dims()).rev() {
            let n = grid.points()[axis];
            phase += k[axis] * (rest % n) as f64 * grid.spacing(axis);
            rest /= n;
        }
        Complex64::from_polar(u[j], -phase)
    };
    (0..u.len()).map(term).sum()
}

fn grids() -> [Grid; 4] {
    [
        Grid::new(&[12], &[1.0]).expect("valid"),
        Grid::new(&[10, 8], &[1.0, 2.0]).expect("valid"),
        Grid::new(&[12, 22], &[3.0, 2.0]).expect("valid"),
        Grid::new(&[8, 10, 12], &[1.0, 2.0, 3.0]).expect("valid"),
    ]
}

#[test]
fn modes_are_those_of_the_definition_in_every_dimension() {
    for grid in grids() {
        let mut transform = Transform::new(&grid, Dealias::TwoThirds).expect("periodic");
        let u = values(&grid);
        let mut all = vec![Complex64::ZERO; transform.num_modes()];
        transform.forward(&u, &mut all);
        let kept = modes_of(&mut transform, &u);
        for mode in 0..all.len() {
            let vectors = transform.vectors();
            let k: Vec<f64> = (0..grid.dims()).map(|a| vectors.axis(a)[mode]).collect();
            let exact = mode_by_definition(&grid, &u, &k);
            assert!((all[mode] - exact).norm() < 1e-11, "{grid:?} {k:?}"); // rounding
            let below = |(axis, k): (usize, &f64)| {
                let l = (k * grid.length()[axis] / TAU).abs().round() as usize;
                3 * l < grid.points()[axis]
            };
            let inside = k.iter().enumerate().all(below);
            let exact = if inside { exact } else { Complex64::ZERO };
            assert!((kept[mode] - exact).norm() < 1e-11, "{grid:?} {k:?}"); // rounding
        }
    }
}

#[test]
fn inverse_returns_the_values_in_every_dimension() {
    for grid in grids() {
        for dealias in [Dealias::None, Dealias::TwoThirds, Dealias::Half] {
            let mut transform = Transform::new(&grid, dealias).expect("periodic");
            let u = values(&grid);
            let mut u_hat = vec![Complex64::ZERO; transform.num_modes()];
            let mut again = vec![0.0; u.len()];
            transform.forward(&u, &mut u_hat);
            transform.inverse(&u_hat, &mut again);
            for (a, b) in u.iter().zip(&again) {
                assert!((a - b).abs() < 1e-14, "{grid:?}: {a} became {b}"); // rounding
            }
            let kept = modes_of(&mut transform, &u);
            transform.to_points(&u_hat, &mut again);
            let again = modes_of(&mut transform, &again);
            for (a, b) in kept.iter().zip(&again) {
                assert!((a - b).norm() < 1e-12, "{grid:?} {dealias:?}"); // rounding
            }
        }
    }
}

#[test]
fn modes_of_real_fields_are_left_alone_and_others_made_so() {
    for grid in grids() {
        let mut transform = Transform::new(&grid, Dealias::None).expect("periodic");
        let u_hat = modes_of(&mut transform, &values(&grid));
        let mut real = u_hat.clone();
        transform.make_real(&mut real);
        for (a, b) in u_hat.iter().zip(&real) {
            assert!((a - b).norm() < 1e-13, "{a} became {b}"); // rounding
        }
        let mut other: Vec<_> = u_hat.iter().map(|a| a * Complex64::I).collect();
        let mut at_points = vec![0.0; grid.num_points()];
        transform.make_real(&mut other);
        transform.inverse(&other, &mut at_points);
        for (a, b) in other.iter().zip(&modes_of(&mut transform, &at_points)) {
            assert!((a - b).norm() < 1e-12, "{a} became {b}"); // rounding
        }
    }
}
