//! `û(t) → û(t + dt)`: an exponential integrator as a [`Stepper`], its state in Fourier space.

use std::fmt;

use super::coefficients::{Coefficients, Factor};
use super::coupled::Coupled;
use super::etdrk1::Etdrk1;
use super::etdrk2::Etdrk2;
use super::etdrk3::Etdrk3;
use super::etdrk4::Etdrk4;
use super::exact::Exact;
use super::{Integrator, Scheme, Semilinear};
use crate::real::zero;
use crate::stepper::check_time_step;
use crate::{Complex, Equation, Grid, Real, SolverError, Stepper, Threads};

/// Advances an equation on a grid by a fixed time step. No step allocates.
///
/// The state is kept in numbers of the type `T`; it comes and goes as `f64`.
pub struct Etdrk<T: Real = f64> {
    grid: Grid,
    dt: f64,
    equation: Semilinear<T>,
    scheme: Box<dyn Scheme<T>>,
    u: Vec<T>,
    u_hat: Vec<Complex<T>>,
}

impl<T: Real> Etdrk<T> {
    /// Computes the coefficients of `integrator` for `equation` on `grid` with time step `dt`;
    /// the state is zero until [`Stepper::start`]. `threads` share the work of a large grid.
    ///
    /// # Errors
    ///
    /// [`SolverError::OutOfRange`] when `dt` is not positive and finite,
    /// and what [`Equation::check`] finds wrong with the grid.
    pub fn new(
        equation: Box<dyn Equation>,
        grid: &Grid,
        dt: f64,
        integrator: Integrator,
        threads: Threads,
    ) -> Result<Self, SolverError> {
        check_time_step("time", dt)?;
        let equation = Semilinear::new(equation, grid, dt, threads)?;
        let coefficients = Coefficients::new(&equation.symbols(grid), dt);
        Ok(Self {
            grid: grid.clone(),
            dt,
            scheme: scheme(integrator, grid, &equation, &coefficients),
            u: vec![T::zero(); grid.num_points()],
            u_hat: vec![zero(); coefficients.len()],
            equation,
        })
    }
}

impl<T: Real> Stepper for Etdrk<T> {
    fn grid(&self) -> &Grid {
        &self.grid
    }

    fn channels(&self) -> usize {
        self.equation.equation().channels()
    }

    fn dt(&self) -> f64 {
        self.dt
    }

    fn start(&mut self, u: &[f64]) {
        self.start_at(0.0, u);
    }

    fn start_at(&mut self, time: f64, u: &[f64]) {
        let (points, modes) = (self.grid.num_points(), self.equation.num_modes());
        assert_eq!(
            u.len(),
            self.channels() * points,
            "the state has the stepper's size"
        );
        self.equation.restart(time);
        let transform = self.equation.transform();
        let u_hat = self.u_hat.chunks_exact_mut(modes);
        for (u, u_hat) in u.chunks_exact(points).zip(u_hat) {
            for (rounded, &u) in self.u.iter_mut().zip(u) {
                *rounded = T::of(u);
            }
            transform.forward(&self.u, u_hat);
        }
    }

    fn step(&mut self) {
        let threads = self.equation.threads().clone();
        threads.enter(|| {
            self.scheme.advance(&mut self.equation, &mut self.u_hat);
            self.equation.tick();
            let modes = self.equation.num_modes();
            for u_hat in self.u_hat.chunks_exact_mut(modes) {
                self.equation.transform().make_real(u_hat);
            }
        });
    }

    fn read(&mut self, u: &mut [f64]) {
        let (points, modes) = (self.grid.num_points(), self.equation.num_modes());
        assert_eq!(
            u.len(),
            self.channels() * points,
            "the state has the stepper's size"
        );
        drop_vanished(&mut self.u_hat);
        let transform = self.equation.transform();
        let u_hat = self.u_hat.chunks_exact(modes);
        for (u, u_hat) in u.chunks_exact_mut(points).zip(u_hat) {
            transform.inverse(u_hat, &mut self.u);
            for (u, &rounded) in u.iter_mut().zip(&self.u) {
                *u = rounded.into();
            }
        }
    }
}

impl<T: Real> fmt::Debug for Etdrk<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Etdrk")
            .field("equation", &self.equation.equation().kind())
            .field("grid", &self.grid)
            .field("dt", &self.dt)
            .finish_non_exhaustive()
    }
}

fn scheme<T: Real>(
    integrator: Integrator,
    grid: &Grid,
    equation: &Semilinear<T>,
    coefficients: &Coefficients,
) -> Box<dyn Scheme<T>> {
    let linear = equation.equation().is_linear();
    match equation.propagators(grid) {
        Some(entries) => Box::new(Coupled::new(entries, coefficients.len())),
        None if coefficients.are_real() => scheme_in::<T, T>(integrator, linear, coefficients),
        None => scheme_in::<T, Complex<T>>(integrator, linear, coefficients),
    }
}

/// A scheme with weights of type `F`.
fn scheme_in<T: Real, F: Factor<T>>(
    integrator: Integrator,
    linear: bool,
    coefficients: &Coefficients,
) -> Box<dyn Scheme<T>> {
    if linear {
        return Box::new(Exact::<F>::new(coefficients));
    }
    match integrator {
        Integrator::Etdrk1 => Box::new(Etdrk1::<T, F>::new(coefficients)),
        Integrator::Etdrk2 => Box::new(Etdrk2::<T, F>::new(coefficients)),
        Integrator::Etdrk3 => Box::new(Etdrk3::<T, F>::new(coefficients)),
        Integrator::Etdrk4 => Box::new(Etdrk4::<T, F>::new(coefficients)),
    }
}

/// Sets modes to zero whose square underflows. Damped modes would otherwise decay to subnormal
/// numbers and stay there, and many processors compute with those a hundred times slower.
fn drop_vanished<T: Real>(u_hat: &mut [Complex<T>]) {
    for u_hat in u_hat {
        if u_hat.norm_sqr() < T::min_positive_value() {
            *u_hat = zero();
        }
    }
}
