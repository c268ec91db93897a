//! Finer grids that have all points of the grid: of half the spacing where all points are nodes, of
//! a third otherwise.
//!
//! Cell centres lie in the middle of thirds, but beside those of halves. Half the spacing between
//! interior nodes would make an even number of points odd, which networks and spectra can't have.

use crate::{Grid, Placement, Resample, SimulationSpec, SolverError};

/// A simulation on a finer grid.
pub(super) struct Refinement {
    /// The simulation, with twice the substeps.
    pub(super) spec: SimulationSpec,
    /// Points of the finer grid that are points of the coarser one.
    pub(super) shared: Shared,
    /// Estimated error of the coarser grid over the distance of the two.
    pub(super) extrapolation: f64,
}

impl Refinement {
    pub(super) fn of(spec: &SimulationSpec) -> Result<Self, SolverError> {
        let ratio = ratio(&spec.grid);
        let grid = spec.grid.refined(ratio)?;
        Ok(Self {
            shared: Shared::new(&grid, ratio),
            extrapolation: extrapolation(spec, ratio),
            spec: SimulationSpec {
                grid,
                substeps: 2 * spec.substeps,
                ..spec.clone()
            },
        })
    }
}

/// The way of states from the grid of a simulation to that of a finer one, by their modes.
pub(super) fn between(spec: &SimulationSpec, finer: &SimulationSpec) -> Resample {
    Resample::along(spec.grid.kinds(), spec.grid.points(), finer.grid.points())
}

/// Spacings of the finer grid in one of the grid.
fn ratio(grid: &Grid) -> usize {
    let mut kinds = grid.kinds().iter();
    if kinds.all(|kind| kind.placement() == Placement::Nodes) {
        2
    } else {
        3
    }
}

/// `1 / (1 − ratio⁻ᵖ)` for a method of order `p` in space. Waves converge faster than any order, and
/// what is left on the finer grid does not count.
fn extrapolation(spec: &SimulationSpec, ratio: usize) -> f64 {
    let Some(own) = spec.equation.own_stepper else {
        return 1.0;
    };
    let factor = (ratio as f64).powi(own.order_in_space as i32);
    factor / (factor - 1.0)
}

/// Points of a grid that another one has too.
pub(super) struct Shared {
    /// Points of the whole grid.
    num_points: usize,
    indices: Vec<usize>,
}

impl Shared {
    /// All points of `grid`.
    pub(super) fn all(grid: &Grid) -> Self {
        Self::new(grid, 1)
    }

    /// Points that `grid` shares with the one of `ratio` times its spacing.
    fn new(grid: &Grid, ratio: usize) -> Self {
        let mut indices = vec![0];
        for axis in grid.axes() {
            let (n, first) = (axis.points, axis.kind.placement().first_shared(ratio));
            let line = |row: &usize| (row * n..(row + 1) * n).skip(first);
            let rows = indices.iter();
            indices = rows.flat_map(|row| line(row).step_by(ratio)).collect();
        }
        Self {
            num_points: grid.num_points(),
            indices,
        }
    }

    /// The values of `u`, channel after channel, at the shared points.
    pub(super) fn of(&self, u: &[f64]) -> Vec<f64> {
        let channels = u.chunks_exact(self.num_points);
        channels
            .flat_map(|u| self.indices.iter().map(|&i| u[i]))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::equation::EQUATIONS;
    use crate::{AxisKind, Field, Integrator, Precision};

    /// Positions `100 x + 10 y + z` of the points of a grid: a state that tells where it is.
    fn positions(grid: &Grid) -> Vec<f64> {
        let place = |_: usize, x: &[f64]| x.iter().fold(0.0, |sum, x| 10.0 * sum + x);
        place.sample(grid, 1)
    }

    #[track_caller]
    fn coincide(coarse: &Grid, fine: &Grid, ratio: usize) {
        let (here, there) = (positions(coarse), positions(fine));
        let there = Shared::new(fine, ratio).of(&there);
        assert_eq!(here.len(), there.len(), "{:?}", coarse.kinds());
        for (a, b) in here.iter().zip(&there) {
            assert!((a - b).abs() < 1e-12, "{:?}: {a}, {b}", coarse.kinds()); // rounding
        }
    }

    #[test]
    fn finer_grids_of_every_equation_have_the_points_of_the_grid() {
        for entry in EQUATIONS {
            for &dims in entry.dims {
                let values = entry.values_in(dims).map(|parameter| parameter.good[0]);
                let spec = SimulationSpec {
                    equation: entry,
                    parameters: values.collect(),
                    drawn: vec![],
                    grid: entry
                        .grid(&vec![32; dims], &vec![2.0; dims])
                        .expect("valid"),
                    dt: 0.1,
                    substeps: 1,
                    integrator: Integrator::Etdrk4,
                    precision: Precision::F64,
                    threads: 1,
                };
                let finer = Refinement::of(&spec).unwrap_or_else(|error| panic!("{error}"));
                let stepper = finer.spec.stepper();
                let stepper = stepper.unwrap_or_else(|error| panic!("{error}"));
                coincide(&spec.grid, stepper.grid(), ratio(&spec.grid));
            }
        }
    }

    #[test]
    fn points_of_every_placement_coincide_with_those_of_the_finer_grid() {
        let kinds = [
            AxisKind::PERIODIC,
            AxisKind::PERIODIC_CELLS,
            AxisKind::WALLS,
            AxisKind::FIXED_WALLS,
            AxisKind::OPEN,
        ];
        for first in kinds {
            for last in kinds {
                let all = [first, last, first];
                let grid = Grid::of_kinds(&[5, 4], &[1.0, 3.0], &all).expect("valid");
                let ratio = ratio(&grid);
                let finer: Vec<_> = grid.axes().map(|axis| axis.refined(ratio)).collect();
                coincide(&grid, &Grid::of(&finer).expect("valid"), ratio);
            }
        }
    }

    #[test]
    fn points_are_shared_channel_by_channel() {
        let grid = Grid::new(&[4, 4], &[1.0, 1.0]).expect("valid");
        let u: Vec<f64> = (0..32).map(f64::from).collect();
        let shared = Shared::new(&grid, 2);
        assert_eq!(shared.of(&u), [0., 2., 8., 10., 16., 18., 24., 26.]);
        assert_eq!(Shared::all(&grid).of(&u), u);
        let cells = [
            AxisKind::PERIODIC_CELLS,
            AxisKind::FIXED_WALLS,
            AxisKind::WALLS,
        ];
        let grid = Grid::of_kinds(&[3, 5], &[1.0, 1.0], &cells).expect("valid");
        let u: Vec<f64> = (0..15).map(f64::from).collect();
        assert_eq!(Shared::new(&grid, 3).of(&u), [7.0]); // row 1 of 3, point 2 of 5
    }
}
