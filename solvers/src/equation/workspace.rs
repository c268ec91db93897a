//! Memory of a nonlinear term: a transform, fields at the points and modes, allocated once.

use std::sync::Arc;

use crate::real::zero;
use crate::spectral::Wavenumbers;
use crate::{Complex, Equation, Grid, Real, SolverError, Threads, Transform};

/// Memory that [`Nonlinear::nonlinear`](crate::Nonlinear::nonlinear) may use and overwrite.
#[derive(Debug)]
pub struct Workspace<T: Real = f64> {
    /// The transform of the grid, with the dealiasing of the equation.
    pub transform: Transform<T>,
    /// The wavenumbers of its modes.
    pub k: Arc<Wavenumbers<T>>,
    /// Fields at the points, [`Equation::num_products`] of them one after the other; what they
    /// hold is arbitrary.
    pub points: Vec<T>,
    /// The modes of one field; what they hold is arbitrary.
    pub modes: Vec<Complex<T>>,
    /// Time since the start of the simulation.
    pub time: f64,
    /// The threads that loops over a large grid are shared out to.
    pub threads: Threads,
}

impl<T: Real> Workspace<T> {
    /// Memory for `equation` on `grid`.
    ///
    /// # Errors
    ///
    /// As [`Transform::new`].
    pub fn new(
        equation: &dyn Equation,
        grid: &Grid,
        threads: Threads,
    ) -> Result<Self, SolverError> {
        let transform = Transform::on(threads.clone(), grid, equation.dealias())?;
        Ok(Self {
            k: transform.vectors().clone(),
            points: vec![T::zero(); equation.num_products() * grid.num_points()],
            modes: vec![zero(); transform.num_modes()],
            transform,
            time: 0.0,
            threads,
        })
    }
}
