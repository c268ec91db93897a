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
use crate::{Complex64, Equation, Grid, SolverError, Stepper};

/// Advances an equation on a grid by a fixed time step. No step allocates.
pub struct Etdrk {
    grid: Grid,
    dt: f64,
    equation: Semilinear,
    scheme: Box<dyn Scheme>,
    u_hat: Vec<Complex64>,
}

impl Etdrk {
    /// Computes the coefficients of `integrator` for `equation` on `grid` with time step `dt`;
    /// the state is zero until [`Stepper::start`].
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
    ) -> Result<Self, SolverError> {
        check_time_step(dt)?;
        let equation = Semilinear::new(equation, grid)?;
        let coefficients = Coefficients::new(&equation.symbols(), dt);
        Ok(Self {
            grid: grid.clone(),
            dt,
            scheme: scheme(integrator, &equation, &coefficients),
            u_hat: vec![Complex64::ZERO; coefficients.len()],
            equation,
        })
    }
}

impl Stepper for Etdrk {
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
        let (points, modes) = (self.grid.num_points(), self.equation.num_modes());
        assert_eq!(
            u.len(),
            self.channels() * points,
            "the state has the stepper's size"
        );
        let transform = self.equation.transform();
        for (u, u_hat) in u
            .chunks_exact(points)
            .zip(self.u_hat.chunks_exact_mut(modes))
        {
            transform.forward(u, u_hat);
        }
    }

    fn step(&mut self) {
        self.scheme.advance(&mut self.equation, &mut self.u_hat);
        let modes = self.equation.num_modes();
        for u_hat in self.u_hat.chunks_exact_mut(modes) {
            self.equation.transform().make_real(u_hat);
        }
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
        for (u, u_hat) in u
            .chunks_exact_mut(points)
            .zip(self.u_hat.chunks_exact(modes))
        {
            transform.inverse(u_hat, u);
        }
    }
}

impl fmt::Debug for Etdrk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Etdrk")
            .field("equation", &self.equation.equation().kind())
            .field("grid", &self.grid)
            .field("dt", &self.dt)
            .finish_non_exhaustive()
    }
}

fn scheme(
    integrator: Integrator,
    equation: &Semilinear,
    coefficients: &Coefficients,
) -> Box<dyn Scheme> {
    let linear = equation.equation().is_linear();
    match equation.propagators(coefficients.dt()) {
        Some(entries) => Box::new(Coupled::new(entries, coefficients.len())),
        None if coefficients.are_real() => scheme_in::<f64>(integrator, linear, coefficients),
        None => scheme_in::<Complex64>(integrator, linear, coefficients),
    }
}

/// A scheme with weights of type `F`.
fn scheme_in<F: Factor>(
    integrator: Integrator,
    linear: bool,
    coefficients: &Coefficients,
) -> Box<dyn Scheme> {
    if linear {
        return Box::new(Exact::<F>::new(coefficients));
    }
    match integrator {
        Integrator::Etdrk1 => Box::new(Etdrk1::<F>::new(coefficients)),
        Integrator::Etdrk2 => Box::new(Etdrk2::<F>::new(coefficients)),
        Integrator::Etdrk3 => Box::new(Etdrk3::<F>::new(coefficients)),
        Integrator::Etdrk4 => Box::new(Etdrk4::<F>::new(coefficients)),
    }
}

/// Sets modes to zero whose square underflows. Damped modes would otherwise decay to subnormal
/// numbers and stay there, and many processors compute with those a hundred times slower.
fn drop_vanished(u_hat: &mut [Complex64]) {
    for u_hat in u_hat {
        if u_hat.norm_sqr() < f64::MIN_POSITIVE {
            *u_hat = Complex64::ZERO;
        }
    }
}

fn check_time_step(dt: f64) -> Result<(), SolverError> {
    if dt.is_finite() && dt > 0.0 {
        return Ok(());
    }
    Err(SolverError::OutOfRange {
        owner: "time",
        name: "dt",
        value: dt,
        min: f64::MIN_POSITIVE,
        max: f64::INFINITY,
    })
}
