//! Numbers of points that spectral methods have.

use super::basis::Basis;
use crate::{Grid, SolverError};

/// Fewest points along an axis: below it no mode lies under the aliasing bound.
const MIN_POINTS: usize = 4;

/// Checks that an axis with so many points has a spectrum: an even number, at least four.
///
/// The number is even, so that every spectrum ends with the wave of `N/2` periods: its derivative
/// is zero, it stands for itself alone, and finer or coarser grids split it in two. An odd number
/// would need all of that a second time, for one mode less than the next even one.
///
/// # Errors
///
/// [`SolverError::Points`] for other numbers, with the number of the axis.
pub fn check_points(axis: usize, points: usize) -> Result<(), SolverError> {
    if points >= MIN_POINTS && points.is_multiple_of(2) {
        return Ok(());
    }
    let nearest = points.next_multiple_of(2).max(MIN_POINTS);
    Err(SolverError::Points {
        axis,
        points,
        nearest,
    })
}

/// Checks that every axis of a grid has a spectrum: waves on a periodic axis with points that
/// [`check_points`] allows, cosines or sines between two walls with at least four points.
///
/// # Errors
///
/// [`SolverError::NoTransform`] for an axis with an open end, [`SolverError::Points`] and
/// [`SolverError::FewPoints`].
pub fn check_grid(grid: &Grid) -> Result<(), SolverError> {
    for (axis, along) in grid.axes().enumerate() {
        let (points, kind) = (along.points, along.kind);
        match Basis::of(kind) {
            None => return Err(SolverError::NoTransform { axis, kind }),
            Some(Basis::Fourier) => check_points(axis, points)?,
            Some(_) if points < MIN_POINTS => {
                return Err(SolverError::FewPoints { axis, points });
            }
            Some(_) => {}
        }
    }
    Ok(())
}
