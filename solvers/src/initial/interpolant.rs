//! Trigonometric interpolation: `u(x) = Σⱼ u(xⱼ) D(N x/L − j)` along each axis, `xⱼ = j L/N`.
//!
//! `D(s) = sin πs / (N tan(πs/N))` for even `N`, with the highest mode as a cosine, and
//! `D(s) = sin πs / (N sin(πs/N))` for odd `N`: the periodic functions through the values that use
//! the fewest modes, exact for band-limited states. L. N. Trefethen, "Spectral Methods in MATLAB"
//! (2000), eqs. 3.7 and 3.8. On a grid the sums are taken one axis after the other, so any grid
//! will do, finer or coarser, commensurable or not.

use std::f64::consts::PI;

use super::Field;
use crate::Grid;

/// A state known at the points of a grid, as a periodic function of `x/L`.
///
/// ```
/// use ondine_solvers::{Field, initial::Interpolant};
///
/// let known = Interpolant::new(&[4], &[1.0], vec![0.0, 1.0, 0.0, -1.0]); // sin 2πx
/// assert!((known.at(0, &[0.125]) - 0.5_f64.sqrt()).abs() < 1e-15);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Interpolant {
    points: Vec<usize>,
    length: Vec<f64>,
    values: Vec<f64>,
}

impl Interpolant {
    /// The function on a box of this `length` with `values` at `points` per axis, channel after
    /// channel, the last axis fastest.
    ///
    /// # Panics
    ///
    /// When there is not one length per axis, or not one value per point and channel.
    #[must_use]
    pub fn new(points: &[usize], length: &[f64], values: Vec<f64>) -> Self {
        assert_eq!(points.len(), length.len(), "every axis has a length");
        let num_points: usize = points.iter().product();
        assert!(
            values.len().is_multiple_of(num_points),
            "every channel has a value at every point"
        );
        Self {
            points: points.to_vec(),
            length: length.to_vec(),
            values,
        }
    }

    /// Values of a channel at all combinations of the positions along each axis.
    fn values_at(&self, channel: usize, positions: &[Vec<f64>]) -> Vec<f64> {
        let num_points: usize = self.points.iter().product();
        let mut u = self.values[channel * num_points..][..num_points].to_vec();
        let mut inner = 1; // positions along the axes that are done
        for (axis, positions) in positions.iter().enumerate().rev() {
            let n = self.points[axis];
            let weights = weights(n, self.length[axis], positions);
            let mut next = Vec::with_capacity(u.len() / n * positions.len());
            for block in u.chunks_exact(n * inner) {
                for weights in weights.chunks_exact(n) {
                    next.extend(combine(weights, block, inner));
                }
            }
            u = next;
            inner *= positions.len();
        }
        u
    }
}

impl Field for Interpolant {
    fn at(&self, channel: usize, x: &[f64]) -> f64 {
        let positions: Vec<_> = x.iter().map(|&x| vec![x]).collect();
        self.values_at(channel, &positions)[0]
    }

    fn sample(&self, grid: &Grid, channels: usize) -> Vec<f64> {
        let positions: Vec<_> = (0..grid.dims())
            .map(|axis| grid.coordinates(axis))
            .collect();
        (0..channels)
            .flat_map(|channel| self.values_at(channel, &positions))
            .collect()
    }
}

/// `D(N x/L − j)`: one row per position, one column per point.
fn weights(n: usize, length: f64, positions: &[f64]) -> Vec<f64> {
    let row = |&x: &f64| (0..n).map(move |j| kernel(n, x / length * n as f64 - j as f64));
    positions.iter().flat_map(row).collect()
}

/// `D(s)`, `s` in spacings of the points.
fn kernel(n: usize, s: f64) -> f64 {
    let period = n as f64;
    let s = s - period * (s / period).round();
    let phase = PI * s / period;
    let below = if n.is_multiple_of(2) {
        phase.tan()
    } else {
        phase.sin()
    };
    // Closer than this the quotient is 1 to rounding.
    if s.abs() < 1e-9 {
        1.0
    } else {
        (PI * s).sin() / (period * below)
    }
}

/// `Σⱼ weights[j] block[j]`, where `block` holds `inner` values for each `j`.
fn combine(weights: &[f64], block: &[f64], inner: usize) -> Vec<f64> {
    let mut sum = vec![0.0; inner];
    for (weight, values) in weights.iter().zip(block.chunks_exact(inner)) {
        for (sum, value) in sum.iter_mut().zip(values) {
            *sum += weight * value;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    /// Waves of either sign with at most two periods along each axis.
    fn waves(x: &[f64], length: &[f64]) -> f64 {
        let along = |m: [f64; 3]| -> f64 {
            let axes = x.iter().zip(m).zip(length);
            axes.map(|((x, m), l)| TAU * m * x / l).sum()
        };
        0.5 + along([1.0, -2.0, 1.0]).sin() - along([2.0, 1.0, -2.0]).cos()
    }

    #[test]
    fn band_limited_states_are_exact_on_any_grid_in_every_dimension() {
        let length = [1.0, 2.0, 3.0];
        for points in [vec![5], vec![8], vec![7, 6], vec![6, 9], vec![6, 5, 8]] {
            let length = &length[..points.len()];
            let at: Vec<_> = (0..points.len())
                .map(|a| {
                    (0..points[a])
                        .map(|j| j as f64 * length[a] / points[a] as f64)
                        .collect()
                })
                .collect();
            let values = at_all(&at, length);
            let known = Interpolant::new(&points, length, [values.clone(), values].concat());
            for count in [4, 6, 10, 16] {
                let grid = Grid::new(&vec![count; points.len()], length).expect("valid");
                let axes: Vec<_> = (0..grid.dims())
                    .map(|axis| grid.coordinates(axis))
                    .collect();
                let exact = at_all(&axes, length);
                let found = known.sample(&grid, 2);
                for (found, exact) in found.iter().zip(exact.iter().cycle()) {
                    assert!((found - exact).abs() < 1e-13, "{points:?}: {found} {exact}"); // rounding
                }
            }
            let x: Vec<f64> = length.iter().map(|l| 7.3 * l).collect(); // outside the box
            let error = (known.at(1, &x) - waves(&x, length)).abs();
            assert!(error < 1e-12, "{points:?}: {error:e}"); // rounding of 7.3 periods
        }
    }

    /// The waves at all combinations of positions, the last axis fastest.
    fn at_all(axes: &[Vec<f64>], length: &[f64]) -> Vec<f64> {
        let num_points: usize = axes.iter().map(Vec::len).product();
        let value = |mut point: usize| {
            let mut x = vec![0.0; axes.len()];
            for (x, axis) in x.iter_mut().zip(axes).rev() {
                *x = axis[point % axis.len()];
                point /= axis.len();
            }
            waves(&x, length)
        };
        (0..num_points).map(value).collect()
    }

    #[test]
    fn values_at_the_points_stay_whatever_they_are() {
        let values: Vec<f64> = (0..48).map(|i| f64::from(i * i % 17)).collect();
        let known = Interpolant::new(&[6, 8], &[1.0, 5.0], values.clone());
        let again = known.sample(&Grid::new(&[6, 8], &[1.0, 5.0]).expect("valid"), 1);
        for (a, b) in values.iter().zip(&again) {
            assert!((a - b).abs() < 1e-12, "{a} became {b}"); // rounding of positions times 16
        }
    }
}
