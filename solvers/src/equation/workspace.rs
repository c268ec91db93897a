//! Memory of a nonlinear term: a transform, fields at the points and modes, allocated once.

use std::sync::Arc;

use crate::spectral::Wavenumbers;
use crate::{Complex64, Equation, Grid, SolverError, Transform};

/// What [`Equation::nonlinear`] may use and overwrite.
#[derive(Debug)]
pub struct Workspace {
    /// The transform of the grid, with the dealiasing of the equation.
    pub transform: Transform,
    /// The wavenumbers of its modes.
    pub k: Arc<Wavenumbers>,
    /// Fields at the points, [`Equation::num_products`] of them one after the other; what they
    /// hold is arbitrary.
    pub points: Vec<f64>,
    /// The modes of one field; what they hold is arbitrary.
    pub modes: Vec<Complex64>,
}

impl Workspace {
    /// Memory for `equation` on `grid`.
    ///
    /// # Errors
    ///
    /// As [`Transform::new`].
    pub fn new(equation: &dyn Equation, grid: &Grid) -> Result<Self, SolverError> {
        let transform = Transform::new(grid, equation.dealias())?;
        Ok(Self {
            k: transform.vectors().clone(),
            points: vec![0.0; equation.num_products() * grid.num_points()],
            modes: vec![Complex64::ZERO; transform.num_modes()],
            transform,
        })
    }
}
