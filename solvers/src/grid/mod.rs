//! Grids of equally spaced points: axes with ends and points each, periodic ones first.

mod axis;
mod boundary;
mod obstacle;
mod placement;

pub use axis::{Axis, AxisError, AxisKind};
pub use boundary::{Boundary, Ends};
pub use obstacle::Obstacle;
pub use placement::Placement;

use crate::{SolverError, spectral};
use std::sync::Arc;

/// A box of one to three axes with equally spaced points.
///
/// Values on a grid are stored in row-major order: the last axis runs fastest.
///
/// ```
/// use ondine_solvers::{Axis, AxisKind, Grid};
///
/// let grid = Grid::new(&[4], &[2.0])?;
/// assert_eq!(grid.coordinates(0), [0.0, 0.5, 1.0, 1.5]);
///
/// let across = Axis { points: 3, length: 2.0, kind: AxisKind::FIXED_WALLS };
/// let channel = Grid::of(&[grid.axis(0), across])?;
/// assert_eq!(channel.coordinates(1), [0.5, 1.0, 1.5]);
/// assert!(!channel.is_periodic());
/// # Ok::<(), ondine_solvers::SolverError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    points: Vec<usize>,
    length: Vec<f64>,
    kinds: Vec<AxisKind>,
    obstacles: Arc<[Obstacle]>,
}

impl Grid {
    /// The periodic grid of spectral methods, with nodes, one entry of `points` and `length` per
    /// axis, one to three axes.
    ///
    /// # Errors
    ///
    /// [`SolverError::Axes`] when the numbers of entries are unequal or not 1, 2 or 3;
    /// [`SolverError::Points`] for an odd number of points or fewer than four, which
    /// [`spectral::check_points`] explains; [`SolverError::Length`] for a length that is not
    /// positive and finite.
    pub fn new(points: &[usize], length: &[f64]) -> Result<Self, SolverError> {
        check_entries(points, length)?;
        for (axis, (&points, &length)) in points.iter().zip(length).enumerate() {
            spectral::check_points(axis, points)?;
            check_length(axis, length)?;
        }
        Ok(Self {
            points: points.to_vec(),
            length: length.to_vec(),
            kinds: vec![AxisKind::PERIODIC; points.len()],
            obstacles: Arc::default(),
        })
    }

    /// A grid of one to three axes of any kind.
    ///
    /// # Errors
    ///
    /// [`SolverError::Axes`] for another number of axes, [`SolverError::NoPoints`] for an axis
    /// without points, [`SolverError::Length`] for a length that is not positive and finite.
    pub fn of(axes: &[Axis]) -> Result<Self, SolverError> {
        let points: Vec<usize> = axes.iter().map(|axis| axis.points).collect();
        let length: Vec<f64> = axes.iter().map(|axis| axis.length).collect();
        check_entries(&points, &length)?;
        for (axis, (&points, &length)) in points.iter().zip(&length).enumerate() {
            if points == 0 {
                return Err(SolverError::NoPoints { axis });
            }
            check_length(axis, length)?;
        }
        Ok(Self {
            points,
            length,
            kinds: axes.iter().map(|axis| axis.kind).collect(),
            obstacles: Arc::default(),
        })
    }

    /// A grid with axes of these kinds, as many as there are entries of `points` and `length`.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of), and [`SolverError::Axes`] when the numbers of entries are unequal.
    pub fn of_kinds(
        points: &[usize],
        length: &[f64],
        kinds: &[AxisKind; 3],
    ) -> Result<Self, SolverError> {
        check_entries(points, length)?;
        let all = points.iter().zip(length).zip(kinds);
        let axes = all.map(|((&points, &length), &kind)| Axis {
            points,
            length,
            kind,
        });
        Self::of(&axes.collect::<Vec<_>>())
    }

    /// Number of points along each axis.
    #[must_use]
    pub fn points(&self) -> &[usize] {
        &self.points
    }

    /// Length `L` of the box along each axis.
    #[must_use]
    pub fn length(&self) -> &[f64] {
        &self.length
    }

    /// Ends and placement of each axis.
    #[must_use]
    pub fn kinds(&self) -> &[AxisKind] {
        &self.kinds
    }

    /// Number of axes: 1, 2 or 3.
    #[must_use]
    pub fn dims(&self) -> usize {
        self.points.len()
    }

    /// Number of points of the whole grid, the product over its axes.
    #[must_use]
    pub fn num_points(&self) -> usize {
        self.points.iter().product()
    }

    /// An axis.
    ///
    /// # Panics
    ///
    /// When there is no such axis.
    #[must_use]
    pub fn axis(&self, axis: usize) -> Axis {
        Axis {
            points: self.points[axis],
            length: self.length[axis],
            kind: self.kinds[axis],
        }
    }

    /// All axes, the slowest first.
    pub fn axes(&self) -> impl Iterator<Item = Axis> {
        (0..self.dims()).map(|axis| self.axis(axis))
    }

    /// Whether all axes are periodic.
    #[must_use]
    pub fn is_periodic(&self) -> bool {
        self.kinds.iter().all(|kind| kind.is_periodic())
    }

    /// Checks that the axes have the ends and points that `owner` needs.
    pub(crate) fn check_kinds(
        &self,
        owner: &'static str,
        kinds: &[AxisKind; 3],
    ) -> Result<(), SolverError> {
        let mut pairs = self.kinds.iter().zip(kinds).enumerate();
        match pairs.find(|(_, (found, expected))| found != expected) {
            None => Ok(()),
            Some((axis, (&found, &expected))) => Err(SolverError::AxisKind {
                owner,
                axis,
                found,
                expected,
            }),
        }
    }

    /// Distance of neighbouring points along `axis`.
    #[must_use]
    pub fn spacing(&self, axis: usize) -> f64 {
        self.axis(axis).spacing()
    }

    /// The positions of the points along `axis`.
    #[must_use]
    pub fn coordinates(&self, axis: usize) -> Vec<f64> {
        self.axis(axis).coordinates()
    }
}

fn check_entries(points: &[usize], length: &[f64]) -> Result<(), SolverError> {
    if points.len() == length.len() && (1..=3).contains(&points.len()) {
        return Ok(());
    }
    Err(SolverError::Axes {
        points: points.len(),
        length: length.len(),
    })
}

fn check_length(axis: usize, length: f64) -> Result<(), SolverError> {
    if length.is_finite() && length > 0.0 {
        return Ok(());
    }
    Err(SolverError::Length { axis, length })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(points: &[usize], length: &[f64]) -> String {
        Grid::new(points, length)
            .expect_err("the grid is wrong")
            .to_string()
    }

    #[test]
    fn points_start_at_zero_and_leave_out_the_right_end() {
        let grid = Grid::new(&[4, 8], &[1.0, 4.0]).expect("valid");
        assert_eq!((grid.dims(), grid.num_points()), (2, 32));
        assert_eq!(grid.coordinates(0), [0.0, 0.25, 0.5, 0.75]);
        assert!((grid.spacing(1) - 0.5).abs() < 1e-15); // 4 / 8 is exact in binary
        assert!(grid.is_periodic());
    }

    #[test]
    fn errors_name_the_axis_the_value_and_the_remedy() {
        let odd = message(&[64, 63], &[1.0, 1.0]);
        assert!(
            odd.contains("axis 1") && odd.contains("63") && odd.contains("64"),
            "{odd}"
        );
        assert!(odd.contains("the wave of points/2 periods"), "{odd}");
        let few = message(&[2], &[1.0]);
        assert!(few.contains("at least 4") && !few.contains("odd"), "{few}");
        let negative = message(&[64], &[-2.0]);
        assert!(
            negative.contains("axis 0") && negative.contains("-2"),
            "{negative}"
        );
        let axes = message(&[64, 64], &[1.0]);
        assert!(axes.contains('2') && axes.contains('1'), "{axes}");
        assert!(message(&[], &[]).contains("1, 2 or 3"));
        assert!(message(&[8], &[f64::NAN]).contains("NaN"));
    }

    #[test]
    fn a_grid_has_axes_of_every_kind_with_any_number_of_points() {
        let kinds = [AxisKind::PERIODIC, AxisKind::WALLS, AxisKind::FIXED_WALLS];
        let grid = Grid::of_kinds(&[7, 1, 3], &[7.0, 2.0, 2.0], &kinds).expect("valid");
        assert_eq!(grid.kinds(), kinds);
        assert_eq!((grid.num_points(), grid.is_periodic()), (21, false));
        let x: Vec<Vec<f64>> = grid.axes().map(|axis| axis.coordinates()).collect();
        assert_eq!(x[0], [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!((&x[1][..], &x[2][..]), (&[1.0][..], &[0.5, 1.0, 1.5][..]));
        let line = Grid::of_kinds(&[2], &[1.0], &kinds).expect("valid");
        assert_eq!(line.kinds(), [AxisKind::PERIODIC]);
        let refused = |points: &[usize], length: &[f64]| {
            let grid = Grid::of_kinds(points, length, &kinds);
            grid.expect_err("the grid is wrong").to_string()
        };
        assert!(refused(&[4, 0], &[1.0, 1.0]).contains("axis 1 has no points"));
        assert!(refused(&[4], &[0.0]).contains("length 0"));
        assert!(refused(&[4], &[]).contains("1, 2 or 3"));
    }
}
