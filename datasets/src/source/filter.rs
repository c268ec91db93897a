//! The way of states from one grid to another: sums of modes cut off, or averages over cells.

use ondine_solvers::equation::EquationEntry;
use ondine_solvers::{CellAverages, Resample};

/// The way from a grid of an equation to another one.
pub(super) enum Filter {
    /// By modes, where states are sums of those.
    Modes(Box<Resample>),
    /// By averages over cells, where those are what the solver follows; beside them the last state.
    Averages(CellAverages, Vec<f64>),
}

impl Filter {
    /// From a grid of `from` points per axis to one of `to`.
    pub(super) fn new(equation: &EquationEntry, from: &[usize], to: &[usize]) -> Self {
        if equation.chooses_steps {
            Self::Averages(CellAverages::new(&equation.axes, from, to), Vec::new())
        } else {
            Self::Modes(Box::new(Resample::along(&equation.axes, from, to)))
        }
    }

    /// The state `u`, channel after channel, on the other grid.
    pub(super) fn apply(&mut self, u: &[f64]) -> &[f64] {
        match self {
            Self::Modes(modes) => modes.apply(u),
            Self::Averages(cells, state) => {
                *state = cells.coarser(u);
                state
            }
        }
    }
}
