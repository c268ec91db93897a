//! Real Fourier transform `û(k) = Σⱼ u(xⱼ) e^{−ikxⱼ}`, `u(xⱼ) = (1/N) Σₖ û(k) e^{ikxⱼ}`.
//!
//! Only `k = 0 … N/2` (times `2π/L`) is stored; a real field has `û(−k) = û(k)*`. The forward
//! transform is not normalised, the inverse divides by `N`.

use std::f64::consts::TAU;
use std::fmt;
use std::sync::Arc;

use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use crate::{Complex64, Dealias, Grid, SolverError};

/// Transforms between the points and the modes of one grid, with their plans and scratch.
///
/// [`to_points`](Self::to_points) and [`to_modes`](Self::to_modes) drop the modes above the
/// [`Dealias`] bound, so a nonlinear term written with them is free of aliasing. The pair
/// [`forward`](Self::forward) and [`inverse`](Self::inverse) keeps every mode, for states on
/// their way in and out. No call allocates.
pub struct Transform {
    real_to_complex: Arc<dyn RealToComplex<f64>>,
    complex_to_real: Arc<dyn ComplexToReal<f64>>,
    points: Vec<f64>,
    modes: Vec<Complex64>,
    scratch: Vec<Complex64>,
    wavenumbers: Vec<f64>,
    derivative: Vec<Complex64>,
    kept: usize,
}

impl Transform {
    /// Plans the transforms of `grid`.
    ///
    /// # Errors
    ///
    /// [`SolverError::Dimension`] when the grid has more than one axis.
    pub fn new(grid: &Grid, dealias: Dealias) -> Result<Self, SolverError> {
        if grid.dims() != 1 {
            return Err(SolverError::Dimension {
                owner: "spectral transform",
                dims: grid.dims(),
                supported: &[1],
            });
        }
        let n = grid.num_points();
        let wavenumbers = wavenumbers(n, grid.length()[0]);
        let mut planner = RealFftPlanner::new();
        let real_to_complex = planner.plan_fft_forward(n);
        let complex_to_real = planner.plan_fft_inverse(n);
        let scratch = real_to_complex
            .get_scratch_len()
            .max(complex_to_real.get_scratch_len());
        Ok(Self {
            points: vec![0.0; n],
            modes: vec![Complex64::ZERO; n / 2 + 1],
            scratch: vec![Complex64::ZERO; scratch],
            derivative: derivative(&wavenumbers),
            kept: dealias.num_modes(n),
            real_to_complex,
            complex_to_real,
            wavenumbers,
        })
    }

    /// Values at the points of the modes below the dealiasing bound.
    ///
    /// # Panics
    ///
    /// When `u_hat` or `u` does not have the size of the grid.
    pub fn to_points(&mut self, u_hat: &[Complex64], u: &mut [f64]) {
        self.inverse_of(self.kept, u_hat, u);
    }

    /// Modes of the values `u`, zero from the dealiasing bound upwards.
    ///
    /// # Panics
    ///
    /// When `u_hat` or `u` does not have the size of the grid.
    pub fn to_modes(&mut self, u: &[f64], u_hat: &mut [Complex64]) {
        self.forward(u, u_hat);
        u_hat[self.kept..].fill(Complex64::ZERO);
    }

    /// All modes of the values `u`.
    ///
    /// # Panics
    ///
    /// When `u_hat` or `u` does not have the size of the grid.
    pub fn forward(&mut self, u: &[f64], u_hat: &mut [Complex64]) {
        self.points.copy_from_slice(u);
        self.real_to_complex
            .process_with_scratch(&mut self.points, u_hat, &mut self.scratch)
            .expect("the buffers have the sizes of the plan");
    }

    /// Values at the points of all modes.
    ///
    /// # Panics
    ///
    /// When `u_hat` or `u` does not have the size of the grid.
    pub fn inverse(&mut self, u_hat: &[Complex64], u: &mut [f64]) {
        self.inverse_of(self.modes.len(), u_hat, u);
    }

    /// Wavenumbers `2πk/L`, `k = 0 … N/2`.
    #[must_use]
    pub fn wavenumbers(&self) -> &[f64] {
        &self.wavenumbers
    }

    /// Symbol `ik` of the derivative `∂/∂x`, zero for the highest mode `k = N/2`.
    ///
    /// On the grid that mode is `(−1)ʲ`, the sum of the waves `+N/2` and `−N/2` in equal parts:
    /// their derivatives cancel at every point, and `ik û` would not be a real field.
    #[must_use]
    pub fn derivative(&self) -> &[Complex64] {
        &self.derivative
    }

    /// Number of stored modes, `N/2 + 1`.
    #[must_use]
    pub fn num_modes(&self) -> usize {
        self.modes.len()
    }

    /// Number of modes below the dealiasing bound, counted from `k = 0`.
    #[must_use]
    pub fn num_kept_modes(&self) -> usize {
        self.kept
    }

    fn inverse_of(&mut self, kept: usize, u_hat: &[Complex64], u: &mut [f64]) {
        assert_eq!(
            u_hat.len(),
            self.modes.len(),
            "the field has the modes of the grid"
        );
        let scale = 1.0 / self.points.len() as f64;
        for (mode, u_hat) in self.modes[..kept].iter_mut().zip(u_hat) {
            *mode = u_hat * scale;
        }
        self.modes[kept..].fill(Complex64::ZERO);
        // Rounding may leave an imaginary part in the two modes that are real for a real field.
        self.modes[0].im = 0.0;
        self.modes.last_mut().expect("a grid has modes").im = 0.0;
        self.complex_to_real
            .process_with_scratch(&mut self.modes, u, &mut self.scratch)
            .expect("the buffers have the sizes of the plan");
    }
}

impl fmt::Debug for Transform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transform")
            .field("num_points", &self.points.len())
            .field("num_kept_modes", &self.kept)
            .finish_non_exhaustive()
    }
}

fn wavenumbers(num_points: usize, length: f64) -> Vec<f64> {
    (0..=num_points / 2)
        .map(|k| TAU * k as f64 / length)
        .collect()
}

fn derivative(wavenumbers: &[f64]) -> Vec<Complex64> {
    let mut symbol: Vec<_> = wavenumbers
        .iter()
        .map(|&k| Complex64::new(0.0, k))
        .collect();
    symbol[wavenumbers.len() - 1] = Complex64::ZERO;
    symbol
}

#[cfg(test)]
mod tests {
    use super::*;

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
        transform.to_modes(u, &mut u_hat);
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
        for (u_hat, ik) in u_hat.iter_mut().zip(transform.derivative()) {
            *u_hat *= ik;
        }
        let mut du = vec![0.0; n];
        transform.inverse(&u_hat, &mut du);
        for (j, du) in du.iter().enumerate() {
            let exact = -3.0 * (TAU * 3.0 * j as f64 / n as f64).sin();
            assert!((du - exact).abs() < 1e-13, "point {j}"); // rounding of two transforms
        }
    }

    #[test]
    fn two_axes_are_an_error() {
        let grid = Grid::new(&[8, 8], &[1.0, 1.0]).expect("valid");
        let error = Transform::new(&grid, Dealias::None).expect_err("one axis only");
        assert!(error.to_string().contains("2 axes"), "{error}");
    }
}
