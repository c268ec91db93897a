//! Memory of a nonlinear term: a transform and fields at the points, allocated once.

use crate::{Equation, Grid, SolverError, Transform};

/// What [`Equation::nonlinear`] may use and overwrite.
#[derive(Debug)]
pub struct Workspace {
    /// The transform of the grid, with the dealiasing of the equation.
    pub transform: Transform,
    /// One field at the points per channel, channel after channel; what it holds is arbitrary.
    pub points: Vec<f64>,
}

impl Workspace {
    /// Memory for `equation` on `grid`.
    ///
    /// # Errors
    ///
    /// [`SolverError::Dimension`] when the grid has more axes than the transform supports.
    pub fn new(equation: &dyn Equation, grid: &Grid) -> Result<Self, SolverError> {
        Ok(Self {
            transform: Transform::new(grid, equation.dealias())?,
            points: vec![0.0; equation.channels() * grid.num_points()],
        })
    }
}
