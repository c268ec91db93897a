//! A drawn state `u(c, x)`, and its values `u(c, xⱼ)` on a grid.

use crate::Grid;

/// A state as a function of channel and position; functions of the two are fields.
///
/// ```
/// use ondine_solvers::{Grid, Profile, sample};
///
/// let ramp: Profile = Box::new(|_channel: usize, x: &[f64]| x[0]);
/// assert_eq!(sample(&ramp, &Grid::new(&[4], &[2.0])?, 1), [0.0, 0.5, 1.0, 1.5]);
/// # Ok::<(), ondine_solvers::SolverError>(())
/// ```
pub trait Field: Send {
    /// The value of a channel at a position, one coordinate per axis.
    fn at(&self, channel: usize, x: &[f64]) -> f64;

    /// Values at the points of `grid`, channel after channel, the last axis fastest. Sums of many
    /// waves do better than point by point.
    fn sample(&self, grid: &Grid, channels: usize) -> Vec<f64> {
        let axes: Vec<_> = (0..grid.dims())
            .map(|axis| grid.coordinates(axis))
            .collect();
        let mut x = vec![0.0; axes.len()];
        let mut values = Vec::with_capacity(channels * grid.num_points());
        for channel in 0..channels {
            for mut point in 0..grid.num_points() {
                for (x, axis) in x.iter_mut().zip(&axes).rev() {
                    *x = axis[point % axis.len()];
                    point /= axis.len();
                }
                values.push(self.at(channel, &x));
            }
        }
        values
    }
}

impl<F: Fn(usize, &[f64]) -> f64 + Send> Field for F {
    fn at(&self, channel: usize, x: &[f64]) -> f64 {
        self(channel, x)
    }
}

/// A drawn state.
pub type Profile = Box<dyn Field>;

/// Values of `profile` at the points of `grid`, channel after channel, the last axis fastest.
#[must_use]
pub fn sample(profile: &Profile, grid: &Grid, channels: usize) -> Vec<f64> {
    profile.sample(grid, channels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_run_over_channels_then_axes_with_the_last_one_fastest() {
        let grid = Grid::new(&[4, 4], &[4.0, 4.0]).expect("valid");
        let profile: Profile =
            Box::new(|c: usize, x: &[f64]| 100.0 * c as f64 + 10.0 * x[0] + x[1]);
        let u = sample(&profile, &grid, 2);
        assert_eq!(u[..5], [0.0, 1.0, 2.0, 3.0, 10.0]);
        assert_eq!((u.len(), u[16], u[31]), (32, 100.0, 133.0));
    }
}
