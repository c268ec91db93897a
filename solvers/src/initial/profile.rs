//! A drawn state `u(c, x)`, and its values `u(c, xⱼ)` on a grid.

use crate::Grid;

/// A state as a function of channel and position (one coordinate per axis).
pub type Profile = Box<dyn Fn(usize, &[f64]) -> f64 + Send>;

/// Values of `profile` at the points of `grid`, channel after channel, the last axis fastest.
#[must_use]
pub fn sample(profile: &Profile, grid: &Grid, channels: usize) -> Vec<f64> {
    let positions = positions(grid);
    let field = |channel| positions.iter().map(move |x| profile(channel, x));
    (0..channels).flat_map(field).collect()
}

/// The position of every point, in the order of the grid.
fn positions(grid: &Grid) -> Vec<Vec<f64>> {
    (0..grid.dims()).fold(vec![vec![]], |prefixes, axis| {
        let coordinates = grid.coordinates(axis);
        let extend = |prefix: &Vec<f64>, x: &f64| [prefix.as_slice(), &[*x]].concat();
        let along = |prefix| coordinates.iter().map(move |x| extend(prefix, x));
        prefixes.iter().flat_map(along).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_run_over_channels_then_axes_with_the_last_one_fastest() {
        let grid = Grid::new(&[4, 4], &[4.0, 4.0]).expect("valid");
        let profile: Profile = Box::new(|c, x| 100.0 * c as f64 + 10.0 * x[0] + x[1]);
        let u = sample(&profile, &grid, 2);
        assert_eq!(u[..5], [0.0, 1.0, 2.0, 3.0, 10.0]);
        assert_eq!((u.len(), u[16], u[31]), (32, 100.0, 133.0));
    }
}
