//! Finer grids that have all points of the grid.
//!
//! On a periodic axis, `x = jL/N`, twice the points do. Between walls, `x = (j + 1)L/(N + 1)`, the
//! spacing has to shrink by a whole number too; halving makes the number of points odd, which no
//! grid has, so it is a third: `3N + 2` points.

use crate::{Grid, SimulationSpec, SolverError};

/// A simulation on a finer grid.
pub(super) struct Refinement {
    /// The simulation, with twice the substeps.
    pub(super) spec: SimulationSpec,
    /// Where the points of the coarser grid are.
    pub(super) shared: Shared,
    /// Estimated error of the coarser grid over the distance of the two.
    pub(super) extrapolation: f64,
}

/// Of the points of an axis, every `ratio`-th from `first` on.
struct Every {
    ratio: usize,
    first: usize,
}

const PERIODIC: Every = Every { ratio: 2, first: 0 };
const WALLS: Every = Every { ratio: 3, first: 2 };

/// Differences between walls are of second order: `1 / (1 − 3⁻²)`. Waves converge faster than any
/// order, and what is left on the finer grid does not count.
const WALLS_EXTRAPOLATION: f64 = 9.0 / 8.0;

impl Refinement {
    pub(super) fn of(spec: &SimulationSpec) -> Result<Self, SolverError> {
        let every = every(spec);
        let points = spec.grid.points().iter();
        let points: Vec<usize> = points.map(|n| n * every.ratio + every.first).collect();
        let grid = Grid::new(&points, spec.grid.length())?;
        Ok(Self {
            shared: Shared::new(&grid, &every),
            extrapolation: match spec.equation.direct {
                None => 1.0,
                Some(_) => WALLS_EXTRAPOLATION,
            },
            spec: SimulationSpec {
                grid,
                substeps: 2 * spec.substeps,
                ..spec.clone()
            },
        })
    }
}

fn every(spec: &SimulationSpec) -> Every {
    match spec.equation.direct {
        None => PERIODIC,
        Some(_) => WALLS,
    }
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
        Self::new(grid, &Every { ratio: 1, first: 0 })
    }

    fn new(grid: &Grid, every: &Every) -> Self {
        let mut indices = vec![0];
        for &n in grid.points() {
            let line = |row: &usize| (row * n..(row + 1) * n).skip(every.first);
            let rows = indices.iter();
            indices = rows
                .flat_map(|row| line(row).step_by(every.ratio))
                .collect();
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
    use crate::{Integrator, Precision};

    #[test]
    fn finer_grids_of_every_equation_have_the_points_of_the_grid() {
        for entry in EQUATIONS {
            for &dims in entry.dims {
                let values = entry.values_in(dims).map(|parameter| parameter.good[0]);
                let spec = SimulationSpec {
                    equation: entry,
                    parameters: values.collect(),
                    drawn: vec![],
                    grid: Grid::new(&vec![32; dims], &vec![2.0; dims]).expect("valid"),
                    dt: 0.1,
                    substeps: 1,
                    integrator: Integrator::Etdrk4,
                    precision: Precision::F64,
                    threads: 1,
                };
                let finer = Refinement::of(&spec).unwrap_or_else(|error| panic!("{error}"));
                let steppers = [&spec, &finer.spec].map(SimulationSpec::stepper);
                let [here, there] = steppers.map(|s| s.unwrap_or_else(|error| panic!("{error}")));
                let Every { ratio, first } = every(&spec);
                for axis in 0..dims {
                    let here = here.coordinates(axis);
                    let there = there.coordinates(axis).into_iter();
                    let there: Vec<f64> = there.skip(first).step_by(ratio).collect();
                    assert_eq!(here.len(), there.len(), "{} in {dims}-D", entry.kind);
                    for (a, b) in here.iter().zip(&there) {
                        assert!((a - b).abs() < 1e-14, "{}: {a}, {b}", entry.kind); // rounding
                    }
                }
                let u = vec![0.0; finer.spec.grid.num_points()];
                assert_eq!(finer.shared.of(&u).len(), spec.grid.num_points());
            }
        }
    }

    #[test]
    fn points_are_shared_channel_by_channel() {
        let grid = Grid::new(&[4, 4], &[1.0, 1.0]).expect("valid");
        let u: Vec<f64> = (0..32).map(f64::from).collect();
        let shared = Shared::new(&grid, &PERIODIC);
        assert_eq!(shared.of(&u), [0., 2., 8., 10., 16., 18., 24., 26.]);
        assert_eq!(Shared::all(&grid).of(&u), u);
    }
}
