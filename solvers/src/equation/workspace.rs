//! Memory of a nonlinear term: a transform, fields at the points and modes, allocated once.

use std::sync::Arc;

use crate::real::zero;
use crate::spectral::Wavenumbers;
use crate::{Complex, Equation, Grid, Real, SolverError, Threads, Transform};

/// Memory that a nonlinear term may use and overwrite.
#[derive(Debug)]
pub struct Workspace<T: Real = f64> {
    /// The transform of the grid, with the dealiasing of the equation.
    pub transform: Transform<T>,
    /// The wavenumbers of its modes.
    pub k: Arc<Wavenumbers<T>>,
    /// Number of points of a field.
    pub num_points: usize,
    /// Fields at the points, as many as the term holds at once, one after the other; what they
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
        let own = equation.own_term().map(|term| term.num_fields());
        let fields = equation.nonlinear().map(|term| term.function.num_fields());
        let (fields, num_points) = (fields.or(own).unwrap_or(0), grid.num_points());
        Ok(Self {
            k: transform.vectors().clone(),
            num_points,
            points: vec![T::zero(); fields * num_points],
            modes: vec![zero(); transform.num_modes()],
            transform,
            time: 0.0,
            threads,
        })
    }
}
