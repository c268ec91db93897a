//! Parity: terms whose states between walls stay even or odd about them.
//!
//! A state without flux through a wall goes on behind it as its mirror image, one of value 0 as the negative of that.
//! Constants, products of any degree and even derivatives of even states are even. Of odd states only products of an odd
//! number of factors and even derivatives are odd; a constant is not.

use super::Equation;
use crate::{Grid, Placement, SolverError};

/// Mirror images that a nonlinear term keeps.
///
/// ```
/// use ondine_solvers::equation::{Equation, FisherKpp, Parity};
///
/// let fisher_kpp = FisherKpp { diffusivity: 0.1, growth_rate: 1.0 };
/// assert_eq!(fisher_kpp.parity(), Parity::Even); // u² is even whatever u is
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parity {
    /// None: periodic axes alone.
    Neither,
    /// Even states stay even: walls without flux.
    Even,
    /// Even states stay even, and odd ones odd: walls without flux and walls of value 0.
    Both,
}

impl Parity {
    fn keeps(self, placement: Placement) -> bool {
        match placement {
            Placement::CellCentres => self != Self::Neither,
            _ => self == Self::Both,
        }
    }
}

/// Checks that the terms of `equation` keep states between the walls of `grid` what they are.
pub(crate) fn check(equation: &dyn Equation, grid: &Grid, dt: f64) -> Result<(), SolverError> {
    for (axis, along) in grid.axes().enumerate() {
        let (kind, placement) = (along.kind, along.kind.placement());
        let kept = equation.parity().keeps(placement) && is_even(equation, grid.dims(), axis, dt);
        if !kind.is_periodic() && !kept {
            return Err(SolverError::Parity {
                owner: equation.kind(),
                axis,
                kind,
                parity: if placement == Placement::CellCentres {
                    "even"
                } else {
                    "odd"
                },
            });
        }
    }
    Ok(())
}

/// Whether the linear operator has no derivatives of odd order along an axis: its symbol is the same at `k` and `−k`.
fn is_even(equation: &dyn Equation, dims: usize, axis: usize, dt: f64) -> bool {
    let at: Vec<f64> = (0..dims).map(|axis| 0.7 + 0.2 * axis as f64).collect();
    let mut image = at.clone();
    image[axis] = -image[axis];
    let symbols = |k: &[f64]| {
        let of_channel = |channel| equation.linear(channel, k);
        let own: Vec<_> = (0..equation.channels()).map(of_channel).collect();
        (own, equation.propagator(k, dt))
    };
    symbols(&at) == symbols(&image)
}
