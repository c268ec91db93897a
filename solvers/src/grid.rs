//! Equally spaced points `xⱼ = j L / N`, `j = 0 … N−1`, on a periodic box.

use crate::SolverError;

/// Periodic box: `points[d]` equally spaced points on `[0, length[d])` along axis `d`.
///
/// The left end is a point, the right end is its periodic image and is not. Values on a grid
/// are stored in row-major order: the last axis runs fastest.
///
/// The number of points is even, so that every spectrum ends with the wave of `N/2` periods: its
/// derivative is zero, it stands for itself alone, and finer or coarser grids split it in two. An
/// odd number would need all of that a second time, for one mode less than the next even one.
///
/// ```
/// let grid = ondine_solvers::Grid::new(&[4], &[2.0])?;
/// assert_eq!(grid.coordinates(0), [0.0, 0.5, 1.0, 1.5]);
/// # Ok::<(), ondine_solvers::SolverError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    points: Vec<usize>,
    length: Vec<f64>,
}

/// Fewest points along an axis: below it no mode lies under the aliasing bound.
const MIN_POINTS: usize = 4;

impl Grid {
    /// A box with one entry of `points` and `length` per axis, one to three axes.
    ///
    /// # Errors
    ///
    /// [`SolverError::Axes`] when the numbers of entries are unequal or not 1, 2 or 3;
    /// [`SolverError::Points`] for an odd number of points or fewer than four;
    /// [`SolverError::Length`] for a length that is not positive and finite.
    pub fn new(points: &[usize], length: &[f64]) -> Result<Self, SolverError> {
        if points.len() != length.len() || !(1..=3).contains(&points.len()) {
            return Err(SolverError::Axes {
                points: points.len(),
                length: length.len(),
            });
        }
        for (axis, (&points, &length)) in points.iter().zip(length).enumerate() {
            check_points(axis, points)?;
            check_length(axis, length)?;
        }
        Ok(Self {
            points: points.to_vec(),
            length: length.to_vec(),
        })
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

    /// Distance `L / N` between neighbours along `axis`.
    #[must_use]
    pub fn spacing(&self, axis: usize) -> f64 {
        self.length[axis] / self.points[axis] as f64
    }

    /// The positions `xⱼ = j L / N` along `axis`.
    #[must_use]
    pub fn coordinates(&self, axis: usize) -> Vec<f64> {
        let (n, length) = (self.points[axis], self.length[axis]);
        (0..n).map(|j| j as f64 * length / n as f64).collect()
    }
}

fn check_points(axis: usize, points: usize) -> Result<(), SolverError> {
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
}
