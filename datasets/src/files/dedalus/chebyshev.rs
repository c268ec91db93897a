//! Axes of Chebyshev polynomials, brought to the centres of as many even cells by the polynomial through their points.
//!
//! The points of `N` polynomials on `[a, b]` are `(a + b)/2 − (b − a)/2 cos(π (2j + 1)/2N)`, those of the first kind. The
//! interpolant at `x` is `Σ wⱼ uⱼ/(x − xⱼ) / Σ wⱼ/(x − xⱼ)` with `wⱼ = (−1)ʲ sin(π (2j + 1)/2N)`: Berrut & Trefethen (2004),
//! eq. 4.2 and 5.3. It is exact for what the polynomials resolve.

use super::super::arranged::Arranged;
use super::super::{Axis, AxisKind, DatasetError, DatasetInfo, DatasetReader, Varying};
use std::f64::consts::PI;
use std::ops::Range;

/// Distance of a point from its place, in units of the interval: files keep them in 64 or 32 bits.
const ROUNDING: f64 = 1e-6;

/// The points of an axis of Chebyshev polynomials.
pub(super) struct Chebyshev {
    /// Ends of the interval.
    ends: [f64; 2],
    /// Values at the centres of cells from those at the points, row after row.
    matrix: Vec<f64>,
    points: usize,
}

impl Chebyshev {
    /// The axis of these points; none where they lie otherwise.
    pub(super) fn of(x: &[f64]) -> Option<Self> {
        let n = x.len();
        if n < 4 {
            return None; // three lie evenly
        }
        let angle = |j: usize| PI * (2 * j + 1) as f64 / (2 * n) as f64;
        let middle = 0.5 * (x[0] + x[n - 1]);
        let half = 0.5 * (x[n - 1] - x[0]) / angle(0).cos();
        let off = |j: usize| (x[j] - (middle - half * angle(j).cos())).abs();
        if half <= 0.0 || (0..n).any(|j| off(j) > ROUNDING * half) {
            return None;
        }
        let weight = |j: usize| if j.is_multiple_of(2) { 1.0 } else { -1.0 } * angle(j).sin();
        let cell = |i: usize| middle + half * ((2 * i + 1) as f64 / n as f64 - 1.0);
        let mut matrix = Vec::with_capacity(n * n);
        for at in (0..n).map(cell) {
            matrix.extend(row(x, at, weight));
        }
        Some(Self {
            ends: [middle - half, middle + half],
            matrix,
            points: n,
        })
    }

    /// The axis of the cells, between walls.
    pub(super) fn axis(&self) -> Axis {
        Axis {
            points: self.points,
            length: Varying::Same(self.ends[1] - self.ends[0]),
            kind: AxisKind::WALLS,
        }
    }

    /// Values at the centres of the cells, along an axis whose points lie `inner` apart.
    fn apply(&self, values: &[f64], inner: usize) -> Vec<f64> {
        let mut out = Vec::with_capacity(values.len());
        for block in values.chunks(self.points * inner) {
            for row in self.matrix.chunks(self.points) {
                for start in 0..inner {
                    let along = block[start..].iter().step_by(inner);
                    out.push(row.iter().zip(along).map(|(m, u)| m * u).sum());
                }
            }
        }
        out
    }
}

/// The weights of the values at the points `x` in the interpolant at `at`.
fn row(x: &[f64], at: f64, weight: impl Fn(usize) -> f64) -> Vec<f64> {
    if let Some(place) = x.iter().position(|x| (at - x).abs() <= 0.0) {
        return (0..x.len()).map(|j| f64::from(j == place)).collect();
    }
    let parts: Vec<f64> = x
        .iter()
        .enumerate()
        .map(|(j, x)| weight(j) / (at - x))
        .collect();
    let sum: f64 = parts.iter().sum();
    parts.into_iter().map(|part| part / sum).collect()
}

/// A run some of whose axes are those of Chebyshev polynomials, on even cells.
pub(super) struct OnCells {
    pub(super) reader: Arranged,
    /// Of every axis, where it is one of them.
    pub(super) axes: Vec<Option<Chebyshev>>,
}

impl OnCells {
    fn resampled(&self, mut values: Vec<f64>) -> Vec<f64> {
        let points = self.reader.info().points();
        for (place, axis) in self.axes.iter().enumerate() {
            if let Some(axis) = axis {
                values = axis.apply(&values, points[place + 1..].iter().product());
            }
        }
        values
    }
}

impl DatasetReader for OnCells {
    fn info(&self) -> &DatasetInfo {
        self.reader.info()
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        Ok(self.resampled(self.reader.frames(trajectory, frames)?))
    }

    fn stored_together(&self) -> [usize; 2] {
        self.reader.stored_together()
    }

    fn cached_bytes(&self) -> usize {
        self.reader.cached_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(n: usize, [a, b]: [f64; 2]) -> Vec<f64> {
        let angle = |j: usize| PI * (2 * j + 1) as f64 / (2 * n) as f64;
        (0..n)
            .map(|j| 0.5 * (a + b) - 0.5 * (b - a) * angle(j).cos())
            .collect()
    }

    #[test]
    fn polynomials_are_known_at_the_centres_of_cells() {
        let polynomial = |x: f64| 1.0 - 2.0 * x + 3.0 * x.powi(7);
        for n in [8, 9, 33] {
            let x = points(n, [-1.5, 1.0]);
            let axis = Chebyshev::of(&x).expect("Chebyshev points");
            assert!((axis.ends[0] + 1.5).abs() < 1e-12 && (axis.ends[1] - 1.0).abs() < 1e-12);
            let values: Vec<f64> = x.iter().flat_map(|&x| [polynomial(x), -x]).collect();
            let found = axis.apply(&values, 2);
            let cells = axis.axis().kind.coordinates(n, 2.5);
            for (cell, found) in cells.iter().zip(found.chunks(2)) {
                let at = cell - 1.5;
                assert!((found[0] - polynomial(at)).abs() < 1e-10, "{n} {at}"); // values up to 50
                assert!((found[1] + at).abs() < 1e-12, "{n} {at}");
            }
        }
    }

    #[test]
    fn other_points_are_none() {
        let even: Vec<f64> = (0..8).map(f64::from).collect();
        let mut moved = points(8, [0.0, 1.0]);
        moved[3] += 1e-4;
        assert!(Chebyshev::of(&even).is_none() && Chebyshev::of(&moved).is_none());
        assert!(Chebyshev::of(&[0.0, 1.0]).is_none());
        let falling: Vec<f64> = points(8, [0.0, 1.0]).into_iter().rev().collect();
        assert!(Chebyshev::of(&falling).is_none());
    }
}
