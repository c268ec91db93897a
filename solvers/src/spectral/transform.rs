//! Real Fourier transform `û(k) = Σⱼ u(xⱼ) e^{−ik·xⱼ}`, `u(xⱼ) = (1/N) Σₖ û(k) e^{ik·xⱼ}`.
//!
//! A real field has `û(−k) = û(k)*`, so along the last axis only `k = 0 … N/2` is stored. The
//! forward transform is not normalised, the inverse divides by the number of points.
//!
//! Modes are stored in the reverse order of the points: with points `[x, y, z]`, the mode
//! `(k_x, k_y, k_z)` is number `(k_z N_y + k_y) N_x + k_x`, negative ones counted from the end.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::check_points;
use super::plan::{Part, Plan, kept_runs, num_modes, within};
use crate::real::zero;
use crate::spectral::Wavenumbers;
use crate::{Complex, Dealias, Grid, Real, SolverError, Threads};

/// Transforms between the points and the modes of one grid, with their plans and scratch.
///
/// [`to_points`](Self::to_points) and [`to_modes`](Self::to_modes) drop the modes above the
/// [`Dealias`] bound of any axis, so a nonlinear term written with them is free of aliasing. The
/// pair [`forward`](Self::forward) and [`inverse`](Self::inverse) keeps every mode, for states on
/// their way in and out. No call allocates.
pub struct Transform<T: Real = f64> {
    plan: Plan<T>,
    grid: Grid,
    threads: Threads,
    wavenumbers: Arc<Wavenumbers<T>>,
    points: Vec<T>,
    modes: Vec<Complex<T>>,
    kept: Vec<Range<usize>>,
    dropped: Vec<Range<usize>>,
    conjugates: Vec<[usize; 2]>,
}

impl<T: Real> Transform<T> {
    /// Plans the transforms of `grid`.
    ///
    /// # Errors
    ///
    /// [`SolverError::NoTransform`] when an axis is not periodic, and [`SolverError::Points`] when it
    /// has an odd number of points or fewer than four.
    pub fn new(grid: &Grid, dealias: Dealias) -> Result<Self, SolverError> {
        Self::on(Threads::one(), grid, dealias)
    }

    /// As [`new`](Self::new), with the lines of a grid of two or three axes shared out to
    /// `threads`. What comes out is the same for any number of them.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn on(threads: Threads, grid: &Grid, dealias: Dealias) -> Result<Self, SolverError> {
        check(grid)?;
        let points = grid.points();
        let kept = kept_runs(points, dealias);
        Ok(Self {
            plan: Plan::new(points, dealias, &threads),
            grid: grid.clone(),
            threads,
            wavenumbers: Arc::new(Wavenumbers::new(grid)),
            points: vec![T::zero(); grid.num_points()],
            modes: vec![zero(); num_modes(points)],
            dropped: gaps(&kept, num_modes(points)),
            kept,
            conjugates: conjugates(&points[..points.len() - 1]),
        })
    }

    /// Values at the points of the modes below the dealiasing bound.
    ///
    /// # Panics
    ///
    /// When `u_hat` or `u` does not have the size of the grid.
    pub fn to_points(&mut self, u_hat: &[Complex<T>], u: &mut [T]) {
        assert_eq!(u_hat.len(), self.modes.len(), "{FIELD}");
        self.to_points_of(|mode| u_hat[mode], u);
    }

    /// Values at the points of the modes `u_hat(mode)`, of which only those below the dealiasing
    /// bound are asked for: a derivative, say, needs no field of its own.
    ///
    /// # Panics
    ///
    /// When `u` does not have the size of the grid.
    pub fn to_points_of(&mut self, u_hat: impl Fn(usize) -> Complex<T> + Sync, u: &mut [T]) {
        let scale = self.scale();
        let (kept, dropped) = (&self.kept, &self.dropped);
        self.threads.each(&mut self.modes, |start, modes| {
            for run in within(kept, start, modes.len()) {
                let part = &mut modes[run.start - start..run.end - start];
                for (mode, i) in part.iter_mut().zip(run) {
                    *mode = u_hat(i) * scale;
                }
            }
            for gap in within(dropped, start, modes.len()) {
                modes[gap.start - start..gap.end - start].fill(zero());
            }
        });
        self.plan.inverse(Part::Kept, &mut self.modes, u);
    }

    /// Modes of the values `u`, zero from the dealiasing bound upwards; `u` is used up.
    ///
    /// # Panics
    ///
    /// When `u_hat` or `u` does not have the size of the grid.
    pub fn to_modes(&mut self, u: &mut [T], u_hat: &mut [Complex<T>]) {
        assert_eq!(u_hat.len(), self.modes.len(), "{FIELD}");
        self.plan.forward(Part::Kept, u, u_hat);
        for gap in &self.dropped {
            u_hat[gap.clone()].fill(zero());
        }
    }

    /// All modes of the values `u`.
    ///
    /// # Panics
    ///
    /// When `u_hat` or `u` does not have the size of the grid.
    pub fn forward(&mut self, u: &[T], u_hat: &mut [Complex<T>]) {
        self.points.copy_from_slice(u);
        self.plan.forward(Part::All, &mut self.points, u_hat);
    }

    /// Values at the points of all modes.
    ///
    /// # Panics
    ///
    /// When `u_hat` or `u` does not have the size of the grid.
    pub fn inverse(&mut self, u_hat: &[Complex<T>], u: &mut [T]) {
        let scale = self.scale();
        assert_eq!(u_hat.len(), self.modes.len(), "{FIELD}");
        for (mode, &u_hat) in self.modes.iter_mut().zip(u_hat) {
            *mode = u_hat * scale;
        }
        self.plan.inverse(Part::All, &mut self.modes, u);
    }

    /// Replaces `û(k)` and `û(−k)`, where both are stored, by their mean `½ (û(k) + û(−k)*)`.
    ///
    /// They differ by rounding. The difference is invisible at the points, so nothing but this
    /// keeps it small when the linear operator lets it grow.
    pub fn make_real(&self, u_hat: &mut [Complex<T>]) {
        let points = self.grid.points();
        let plane: usize = points[..points.len() - 1].iter().product();
        let highest = u_hat.len() - plane;
        for start in [0, highest] {
            let plane = &mut u_hat[start..start + plane];
            for &[a, b] in &self.conjugates {
                let mean = (plane[a] + plane[b].conj()) * T::of(0.5);
                plane[a] = mean;
                plane[b] = mean.conj();
            }
        }
    }

    /// Magnitude `|k|` of every mode; in one dimension `2πk/L`, `k = 0 … N/2`.
    #[must_use]
    pub fn wavenumbers(&self) -> &[T] {
        self.wavenumbers.magnitude()
    }

    /// The wavenumber vectors of the modes.
    #[must_use]
    pub fn vectors(&self) -> &Arc<Wavenumbers<T>> {
        &self.wavenumbers
    }

    /// The threads that share the work.
    #[must_use]
    pub fn threads(&self) -> &Threads {
        &self.threads
    }

    /// Number of stored modes.
    #[must_use]
    pub fn num_modes(&self) -> usize {
        self.modes.len()
    }

    /// Position of the mode with `periods` across the box along each axis, none of them negative.
    #[must_use]
    pub fn mode(&self, periods: &[usize]) -> usize {
        let axes = periods.iter().zip(self.grid.points()).rev();
        axes.fold(0, |mode, (periods, points)| mode * points + periods)
    }

    /// Number of modes up to the last one below the dealiasing bound: from there on all are zero
    /// after [`to_modes`](Self::to_modes). In one dimension, all before it are below the bound.
    #[must_use]
    pub fn num_kept_modes(&self) -> usize {
        self.kept.last().map_or(0, |run| run.end)
    }

    /// What the inverse divides by.
    fn scale(&self) -> T {
        T::of(1.0 / self.points.len() as f64)
    }
}

/// What the sizes of arguments have to be.
const FIELD: &str = "the field has the modes of the grid";

impl<T: Real> fmt::Debug for Transform<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transform")
            .field("grid", &self.grid)
            .field("num_kept_modes", &self.num_kept_modes())
            .finish_non_exhaustive()
    }
}

/// Whether the grid has a transform.
fn check(grid: &Grid) -> Result<(), SolverError> {
    for (number, axis) in grid.axes().enumerate() {
        let kind = axis.kind;
        if !kind.is_periodic() {
            return Err(SolverError::NoTransform { axis: number, kind });
        }
        check_points(number, axis.points)?;
    }
    Ok(())
}

/// What lies between `runs`, up to `end`.
fn gaps(runs: &[Range<usize>], end: usize) -> Vec<Range<usize>> {
    let starts = [0].into_iter().chain(runs.iter().map(|run| run.end));
    let ends = runs.iter().map(|run| run.start).chain([end]);
    let gaps = starts.zip(ends).map(|(start, end)| start..end);
    gaps.filter(|gap| !gap.is_empty()).collect()
}

/// Pairs `(k, −k)` of the modes of all axes but the last, the first axis fastest.
fn conjugates(points: &[usize]) -> Vec<[usize; 2]> {
    let opposite = |mode: usize| {
        let (mut rest, mut stride, mut found) = (mode, 1, 0);
        for n in points {
            found += (n - rest % n) % n * stride;
            rest /= n;
            stride *= n;
        }
        found
    };
    let pairs = (0..points.iter().product()).map(|mode| [mode, opposite(mode)]);
    pairs.filter(|[a, b]| a <= b).collect()
}

#[cfg(test)]
mod tests {
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
}
