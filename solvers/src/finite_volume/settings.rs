//! Settings of a solver by finite volumes, and their checks.

use super::solver::Solver;
use super::{Law, Reconstruction};
use crate::stepper::check_time_step;
use crate::{AxisKind, Grid, Placement, SolverError, Stepper};

/// Settings of a solver by finite volumes.
///
/// ```
/// use ondine_solvers::finite_volume::{Euler, FiniteVolumes, VanLeer};
/// use ondine_solvers::{AxisKind, Grid};
///
/// // Sod's shock tube.
/// let grid = Grid::of_kinds(&[100], &[1.0], &[AxisKind::OPEN; 3])?;
/// let gas = Euler { gamma: 1.4 };
/// let mut tube = FiniteVolumes::<_, 3, 3, 0>::new("tube", gas, &grid, 0.2).build(VanLeer)?;
/// let (left, right) = ([1.0, 0.0, 2.5], [0.125, 0.0, 0.25]);
/// let mut u: Vec<f64> = (0..3).flat_map(|c| (0..100).map(move |i| if i < 50 { left[c] } else { right[c] })).collect();
/// tube.start(&u);
/// tube.step();
/// tube.read(&mut u);
/// assert!((u[80] - 0.266).abs() < 0.01); // density behind the shock
/// # Ok::<(), ondine_solvers::SolverError>(())
/// ```
pub struct FiniteVolumes<L, const N: usize, const M: usize, const A: usize> {
    pub(super) owner: &'static str,
    pub(super) law: L,
    pub(super) grid: Grid,
    pub(super) dt: f64,
    pub(super) still: Vec<f64>,
    pub(super) solid: Vec<bool>,
}

impl<L, const N: usize, const M: usize, const A: usize> FiniteVolumes<L, N, M, A>
where
    L: Law<N, M, A> + 'static,
{
    /// A solver of `law` with frames `dt` apart, around the obstacles of the grid. `owner` is the equation named in errors.
    #[must_use]
    pub fn new(owner: &'static str, law: L, grid: &Grid, dt: f64) -> Self {
        Self {
            owner,
            law,
            grid: grid.clone(),
            dt,
            still: Vec::new(),
            solid: grid.solid(),
        }
    }

    /// The coefficients of the cells, `A` fields one after the other, for a law that has some.
    #[must_use]
    pub fn still(mut self, fields: &[f64]) -> Self {
        self.still = fields.to_vec();
        self
    }

    /// Cells that are solid, in the place of those in obstacles of the grid: nothing passes their faces, and their states stay what they are.
    #[must_use]
    pub fn solid(mut self, cells: &[bool]) -> Self {
        self.solid = cells.to_vec();
        self
    }

    /// The solver with these states at the faces, a frame per step.
    ///
    /// # Errors
    ///
    /// [`SolverError::OutOfRange`] for a `dt` that is not above 0, [`SolverError::NotCells`] for a grid of nodes,
    /// [`SolverError::State`] for a mask without fluid.
    ///
    /// # Panics
    ///
    /// When a mask or coefficients do not have one value per cell.
    pub fn build<S>(self, reconstruction: S) -> Result<Box<dyn Stepper>, SolverError>
    where
        S: Reconstruction + 'static,
    {
        self.check()?;
        Ok(Box::new(Solver::new(self, reconstruction)))
    }

    fn check(&self) -> Result<(), SolverError> {
        let owner = self.owner;
        let (points, mask) = (self.grid.num_points(), self.solid.len());
        assert_eq!(self.still.len(), A * points, "coefficients of all cells");
        assert!(mask == 0 || mask == points, "a mask of all cells");
        check_time_step(owner, self.dt)?;
        let is_cells = |kind: &AxisKind| kind.placement() == Placement::CellCentres;
        if !self.grid.kinds().iter().all(is_cells) {
            return Err(SolverError::NotCells { owner });
        }
        if mask > 0 && self.solid.iter().all(|solid| *solid) {
            let what = format!("{owner}: all cells of the mask are solid: leave some to the fluid");
            return Err(SolverError::State { what });
        }
        Ok(())
    }
}
