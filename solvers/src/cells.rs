//! States of averages over cells on coarser grids and back, for any ratio of the numbers of cells.
//!
//! Along each axis a cell is cut into equal parts, whose averages are those of the polynomial of fourth degree with the averages of five
//! cells, and as many parts as there are to a cell of the other grid are averaged: `p` of `q` parts each where `p` cells lie on `q` others.
//! Means over the box stay. Where parts of five cells without a negative value would be negative, as beside a jump, they have the
//! average of their cell.

use crate::AxisKind;

/// Cells that a polynomial has the averages of, and their faces.
const CELLS: usize = 5;
const FACES: usize = CELLS + 1;

/// The way of averages over cells from a grid to another one, and back.
///
/// ```
/// use ondine_solvers::{AxisKind, CellAverages};
///
/// let cells = CellAverages::new(&[AxisKind::OPEN], &[4], &[2]);
/// assert_eq!(cells.coarser(&[1.0, 3.0, 5.0, 7.0]), [2.0, 6.0]);
/// ```
#[derive(Debug, Clone)]
pub struct CellAverages {
    kinds: Vec<AxisKind>,
    fine: Vec<usize>,
    coarse: Vec<usize>,
}

impl CellAverages {
    /// From a grid of `fine` cells per axis with axes of these kinds to that of `coarse` ones.
    #[must_use]
    pub fn new(kinds: &[AxisKind], fine: &[usize], coarse: &[usize]) -> Self {
        Self {
            kinds: kinds.to_vec(),
            fine: fine.to_vec(),
            coarse: coarse.to_vec(),
        }
    }

    /// The state `u` of the finer grid on the coarser one, channel after channel.
    #[must_use]
    pub fn coarser(&self, u: &[f64]) -> Vec<f64> {
        self.between(u, &self.fine, &self.coarse)
    }

    /// The state `u` of the coarser grid on the finer one.
    #[must_use]
    pub fn finer(&self, u: &[f64]) -> Vec<f64> {
        self.between(u, &self.coarse, &self.fine)
    }

    fn between(&self, u: &[f64], from: &[usize], to: &[usize]) -> Vec<f64> {
        let (mut points, mut u) = (from.to_vec(), u.to_vec());
        for (axis, kind) in self.kinds.iter().enumerate().take(points.len()) {
            let (cut, periodic) = (Cut::new(from[axis], to[axis]), kind.is_periodic());
            u = along(&u, &points, axis, |line| cut.apply(line, periodic));
            points[axis] = to[axis];
        }
        u
    }
}

/// Every line of an axis changed.
fn along(
    u: &[f64],
    points: &[usize],
    axis: usize,
    change: impl Fn(&[f64]) -> Vec<f64>,
) -> Vec<f64> {
    let (n, inner) = (points[axis], points[axis + 1..].iter().product::<usize>());
    let mut changed = Vec::new();
    for block in u.chunks_exact(n * inner) {
        let lines = (0..inner).map(|i| {
            let line: Vec<f64> = block[i..].iter().step_by(inner).copied().collect();
            change(&line)
        });
        let lines: Vec<Vec<f64>> = lines.collect();
        changed.extend((0..lines[0].len()).flat_map(|j| lines.iter().map(move |line| line[j])));
    }
    changed
}

/// The cells of a line cut into parts, and these joined.
struct Cut {
    /// Weights of the five cells in every part of the middle one.
    parts: Vec<[f64; CELLS]>,
    /// Parts of a cell of the other line.
    joined: usize,
}

impl Cut {
    /// From a line of `from` cells to one of `to` cells.
    fn new(from: usize, to: usize) -> Self {
        let divisor = num_integer::gcd(from, to);
        let parts = to / divisor;
        Self {
            parts: (0..parts).map(|part| weights(part, parts)).collect(),
            joined: from / divisor,
        }
    }

    fn apply(&self, line: &[f64], periodic: bool) -> Vec<f64> {
        let cut = (0..line.len()).flat_map(|i| self.cut(around(line, i, periodic)));
        let parts: Vec<f64> = cut.collect();
        let cells = parts.chunks_exact(self.joined);
        cells
            .map(|cell| cell.iter().sum::<f64>() / self.joined as f64)
            .collect()
    }

    /// The parts of the middle one of five cells.
    fn cut(&self, cells: [f64; CELLS]) -> Vec<f64> {
        let part = |weights: &[f64; CELLS]| weights.iter().zip(cells).map(|(w, u)| w * u).sum();
        let parts: Vec<f64> = self.parts.iter().map(part).collect();
        if parts.iter().any(|u| *u < 0.0) && cells.iter().all(|u| *u >= 0.0) {
            return vec![cells[CELLS / 2]; parts.len()];
        }
        parts
    }
}

/// Cell `i` in the middle of its neighbours; beyond ends the last one goes on.
fn around(line: &[f64], i: usize, periodic: bool) -> [f64; CELLS] {
    let (n, half) = (line.len(), CELLS / 2);
    std::array::from_fn(|cell| {
        if periodic {
            line[(i + cell + half * n - half) % n]
        } else {
            line[(i + cell).saturating_sub(half).min(n - 1)]
        }
    })
}

/// Weights of five cells in a part of the middle one: the difference of the integral of their polynomial, which is known at their
/// faces, between the ends of the part.
fn weights(part: usize, parts: usize) -> [f64; CELLS] {
    let end = |part: usize| lagrange((CELLS / 2) as f64 + part as f64 / parts as f64);
    let (low, high) = (end(part), end(part + 1));
    std::array::from_fn(|cell| {
        let above = cell + 1..FACES; // faces up to which the cell is in the integral
        parts as f64 * above.map(|face| high[face] - low[face]).sum::<f64>()
    })
}

/// Values at `x` of the polynomials that are 1 at one of the faces, `0, 1, …`, and 0 at the others.
fn lagrange(x: f64) -> [f64; FACES] {
    std::array::from_fn(|face| {
        let others = (0..FACES).filter(|other| *other != face);
        let factor = |other: usize| (x - other as f64) / (face as f64 - other as f64);
        others.map(factor).product()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Averages of `x⁴` over `n` cells of the unit line.
    fn fourth_power(n: usize) -> Vec<f64> {
        let integral = |face: usize| (face as f64 / n as f64).powi(5) / 5.0;
        let cell = |i: usize| (integral(i + 1) - integral(i)) * n as f64;
        (0..n).map(cell).collect()
    }

    #[test]
    fn averages_of_a_polynomial_of_fourth_degree_are_exact_away_from_ends() {
        for (fine, coarse) in [(32, 16), (32, 24), (32, 8), (36, 24)] {
            let cells = CellAverages::new(&[AxisKind::OPEN], &[fine], &[coarse]);
            let ways = [
                (cells.finer(&fourth_power(coarse)), fourth_power(fine)),
                (cells.coarser(&fourth_power(fine)), fourth_power(coarse)),
            ];
            for (found, expected) in ways {
                let n = found.len();
                assert_eq!(n, expected.len());
                let away = 3 * n / 8..5 * n / 8;
                let pairs = found[away.clone()].iter().zip(&expected[away]);
                let error = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                assert!(error < 1e-13, "{fine} {coarse}: {error}"); // rounding
            }
        }
    }

    #[test]
    fn a_coarser_cell_has_the_mean_of_its_parts_and_a_jump_stays_positive() {
        let kinds = [AxisKind::PERIODIC_CELLS, AxisKind::OPEN];
        let cells = CellAverages::new(&kinds, &[4, 8], &[2, 4]);
        let u: Vec<f64> = (0..64).map(|i| f64::from(i % 8)).collect(); // two channels, a ramp along the second axis
        let coarse = cells.coarser(&u);
        assert_eq!(coarse[..4], [0.5, 2.5, 4.5, 6.5]);
        assert_eq!(coarse.len(), 16);
        let jump = CellAverages::new(&[AxisKind::OPEN], &[16], &[8]);
        let fine = jump.finer(&[1.0, 1.0, 1.0, 1.0, 1e-3, 1e-3, 1e-3, 1e-3]);
        assert!(fine.iter().all(|u| *u > 0.0), "{fine:?}");
        assert_eq!(fine[8..10], [1e-3, 1e-3]); // the polynomial undershoots there
    }

    #[test]
    fn means_over_a_box_stay() {
        let noise: Vec<f64> = (0..32).map(|i| f64::from(i * i % 17)).collect();
        let mean = |u: &[f64]| u.iter().sum::<f64>() / u.len() as f64;
        for coarse in [[1, 2], [2, 4], [3, 6], [4, 8]] {
            for kinds in [[AxisKind::PERIODIC_CELLS; 2], [AxisKind::OPEN; 2]] {
                let cells = CellAverages::new(&kinds, &[4, 8], &coarse);
                let there = cells.coarser(&noise);
                let back = cells.finer(&there);
                let error =
                    (mean(&there) - mean(&noise)).abs() + (mean(&back) - mean(&noise)).abs();
                assert!(error < 1e-12, "{coarse:?}: {back:?}"); // rounding
                assert!(back.iter().all(|u| *u >= 0.0), "{back:?}");
            }
        }
    }
}
