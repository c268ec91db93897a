//! Mean errors of averages over cells, where solutions may jump: `Σ|u − v| / Σ|v|` on the grid and on one of twice its
//! spacing, beside the averages of a grid of a third of the spacing, and the order that follows from both.
//!
//! At a shock a scheme of any order errs by about the jump in the few cells of its width, so that the mean error falls with
//! the first power of the spacing, and the L² error with the square root: R. J. `LeVeque`, *Finite Volume Methods for
//! Hyperbolic Problems* (2002), §8.7.

use crate::{
    Axis, CellAverages, Divergence, Grid, Placement, SimulationSpec, SolverError, Stepper,
};

/// Cells of the finest grid in one of the grid, per axis.
const FINER: usize = 3;

/// Fewest cells per axis of the coarser grid.
const FEWEST: usize = 8;

/// Relative L¹ errors of the averages over cells, frame after frame from the first kept one on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CellErrors {
    /// Distance of the averages from those of the finest grid.
    pub grid: Vec<f64>,
    /// The same for half as many cells along every axis.
    pub coarser: Vec<f64>,
}

impl CellErrors {
    /// The order in L¹ that these distances follow: the `p` with `(2ᵖ − 3⁻ᵖ) / (1 − 3⁻ᵖ)` times the distance on twice the
    /// spacing, summed over all frames of `all`. 0 where errors do not fall; absent where there are none.
    #[must_use]
    pub fn order<'a>(all: impl IntoIterator<Item = &'a Self>) -> Option<f64> {
        let sums = all.into_iter().fold([0.0; 2], |[grid, coarser], errors| {
            let more: [f64; 2] = [&errors.grid, &errors.coarser].map(|errors| errors.iter().sum());
            [grid + more[0], coarser + more[1]]
        });
        (sums[0] > 0.0).then(|| order(sums[1] / sums[0]))
    }

    /// Error over distance on the grid for a method of order `p`: `1 / (1 − 3⁻ᵖ)`.
    #[must_use]
    pub fn extrapolation(order: f64) -> f64 {
        1.0 / (1.0 - (FINER as f64).powf(-order))
    }
}

/// The order at which distances have this ratio, up to 8.
fn order(ratio: f64) -> f64 {
    let of = |p: f64| {
        let finest = (FINER as f64).powf(-p);
        (2.0_f64.powf(p) - finest) / (1.0 - finest)
    };
    let (mut low, mut high) = (1e-3, 8.0);
    if ratio <= of(low) {
        return 0.0;
    }
    for _ in 0..50 {
        let middle = 0.5 * (low + high);
        if of(middle) < ratio {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// Runs on the grid and on the coarser one from averages of the first state of the finest.
pub(super) struct Averages {
    runs: [Run; 2],
    pub(super) errors: CellErrors,
}

/// A run on averages over cells of the finest grid.
struct Run {
    spec: SimulationSpec,
    stepper: Box<dyn Stepper>,
    cells: CellAverages,
}

impl Averages {
    /// The runs of an equation that is solved by averages over cells, from the state `start` of `finest`; nothing where the
    /// grid can't be halved, or has solid cells, which halves of it cut otherwise.
    pub(super) fn new(
        spec: &SimulationSpec,
        finest: &Grid,
        start: &[f64],
    ) -> Result<Option<Self>, SolverError> {
        if !spec.equation.chooses_steps || spec.grid.solid().contains(&true) {
            return Ok(None);
        }
        let Some(half) = halved(&spec.grid)? else {
            return Ok(None);
        };
        let run = |grid: &Grid| Run::new(spec, grid, finest, start);
        Ok(Some(Self {
            runs: [run(&spec.grid)?, run(&half)?],
            errors: CellErrors::default(),
        }))
    }

    /// One frame further, at whose end the finest run is in the state `finest`.
    pub(super) fn advance(&mut self, finest: &[f64]) -> Result<(), SolverError> {
        let frames = self.errors.grid.len() + 1;
        let [grid, coarser] = &mut self.runs;
        self.errors.grid.push(grid.advance(finest, frames)?);
        self.errors.coarser.push(coarser.advance(finest, frames)?);
        Ok(())
    }
}

impl Run {
    fn new(
        spec: &SimulationSpec,
        grid: &Grid,
        finest: &Grid,
        start: &[f64],
    ) -> Result<Self, SolverError> {
        let cells = CellAverages::new(grid.kinds(), finest.points(), grid.points());
        let spec = SimulationSpec {
            grid: grid.clone(),
            ..spec.clone()
        };
        let mut stepper = spec.stepper()?;
        stepper.start(&cells.coarser(start));
        Ok(Self {
            spec,
            stepper,
            cells,
        })
    }

    /// The distance from the averages of the finest state, after one more frame.
    fn advance(&mut self, finest: &[f64], frames: usize) -> Result<f64, SolverError> {
        let truth = self.cells.coarser(finest);
        let mut state = vec![0.0; truth.len()];
        self.stepper.step();
        self.stepper.read(&mut state);
        if !state.iter().all(|u| u.is_finite()) {
            return Err(self.spec.diverged(Divergence {
                time: frames as f64 * self.spec.dt,
                peak: f64::INFINITY,
            }));
        }
        let apart: f64 = state.iter().zip(&truth).map(|(u, v)| (u - v).abs()).sum();
        let size: f64 = truth.iter().map(|v| v.abs()).sum();
        Ok(apart / size.max(f64::MIN_POSITIVE))
    }
}

/// The grid with half as many cells along every axis, where that is a whole number and enough of them.
fn halved(grid: &Grid) -> Result<Option<Grid>, SolverError> {
    let fits = |axis: Axis| {
        let cells = axis.kind.placement() == Placement::CellCentres;
        cells && axis.points.is_multiple_of(2) && axis.points >= 2 * FEWEST
    };
    if !grid.axes().all(fits) {
        return Ok(None);
    }
    let half = |axis: Axis| Axis {
        points: axis.points / 2,
        ..axis
    };
    Grid::of(&grid.axes().map(half).collect::<Vec<_>>()).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AxisKind;

    #[test]
    fn orders_are_those_of_errors_that_are_powers_of_the_spacing() {
        for p in [0.5_f64, 1.0, 2.0, 5.0] {
            let error = |h: f64| h.powf(p);
            let finest = error(1.0 / 3.0);
            let errors = CellErrors {
                grid: vec![error(1.0) - finest; 3],
                coarser: vec![error(2.0) - finest; 3],
            };
            let found = CellErrors::order([&errors]).expect("errors");
            assert!((found - p).abs() < 1e-9, "{found} for {p}");
            let whole = CellErrors::extrapolation(found) * errors.grid[0];
            assert!((whole - 1.0).abs() < 1e-9, "{whole}");
        }
        let grows = CellErrors {
            grid: vec![1.0],
            coarser: vec![0.9],
        };
        assert_eq!(CellErrors::order([&grows]), Some(0.0));
        assert_eq!(CellErrors::order([&CellErrors::default()]), None);
    }

    #[test]
    fn grids_that_are_too_small_or_odd_are_not_halved() {
        let of = |points: &[usize]| {
            let grid = Grid::of_kinds(points, &[1.0, 1.0], &[AxisKind::WALLS; 3]).expect("valid");
            let half = halved(&grid).expect("valid");
            half.map(|half| half.points().to_vec())
        };
        assert_eq!(of(&[16, 20]), Some(vec![8, 10]));
        assert_eq!(of(&[14, 20]), None);
        assert_eq!(of(&[17, 20]), None);
    }
}
