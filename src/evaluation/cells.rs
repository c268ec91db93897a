//! States of averages over cells on grids of half the cells per axis, a quarter, … and back.
//!
//! A coarser cell has the mean of its parts. A finer one has `¾` of the value of its cell and `¼` of that of the neighbour on its side, per
//! axis: lines between the centres, which keep means over periodic axes and what is positive.

use ondine_solvers::AxisKind;

/// The way from a grid to one of fewer cells, and back.
pub(super) struct Cells {
    kinds: Vec<AxisKind>,
    points: Vec<usize>,
    times: u32,
}

impl Cells {
    /// From a grid of `points` with axes of these kinds to that of `coarse`, half as many along each axis some times over.
    pub(super) fn new(kinds: &[AxisKind], points: &[usize], coarse: &[usize]) -> Self {
        Self {
            kinds: kinds.to_vec(),
            points: points.to_vec(),
            times: (points[0] / coarse[0]).ilog2(),
        }
    }

    /// The state `u` of the finer grid on the coarser one, channel after channel.
    pub(super) fn coarser(&self, u: &[f64]) -> Vec<f64> {
        let mut points = self.points.clone();
        let mut u = u.to_vec();
        for _ in 0..self.times {
            for axis in 0..points.len() {
                u = along(&u, &points, axis, halve);
                points[axis] /= 2;
            }
        }
        u
    }

    /// The state `u` of the coarser grid on the finer one.
    pub(super) fn finer(&self, u: &[f64]) -> Vec<f64> {
        let mut points: Vec<usize> = self.points.iter().map(|n| n >> self.times).collect();
        let mut u = u.to_vec();
        for _ in 0..self.times {
            for (axis, kind) in self.kinds.iter().enumerate().take(points.len()) {
                let periodic = kind.is_periodic();
                u = along(&u, &points, axis, |line| double(line, periodic));
                points[axis] *= 2;
            }
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

fn halve(line: &[f64]) -> Vec<f64> {
    line.chunks_exact(2)
        .map(|pair| 0.5 * (pair[0] + pair[1]))
        .collect()
}

fn double(line: &[f64], periodic: bool) -> Vec<f64> {
    let n = line.len();
    let (before, after) = if periodic {
        (line[n - 1], line[0])
    } else {
        (line[0], line[n - 1])
    };
    let value = |i: usize| {
        let low = if i == 0 { before } else { line[i - 1] };
        let high = line.get(i + 1).copied().unwrap_or(after);
        [0.75 * line[i] + 0.25 * low, 0.75 * line[i] + 0.25 * high]
    };
    (0..n).flat_map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_stay_and_lines_are_lines_again() {
        let kinds = [AxisKind::PERIODIC_CELLS, AxisKind::OPEN];
        let cells = Cells::new(&kinds, &[4, 8], &[2, 4]);
        let u: Vec<f64> = (0..64).map(|i| f64::from(i % 8)).collect(); // two channels, a ramp along the second axis
        let coarse = cells.coarser(&u);
        assert_eq!(coarse[..4], [0.5, 2.5, 4.5, 6.5]);
        assert_eq!(coarse.len(), 16);
        let fine = cells.finer(&coarse);
        assert_eq!(fine[..8], [0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 6.5]); // flat beyond the open ends
        let noise: Vec<f64> = (0..32).map(|i| f64::from(i * i % 17)).collect();
        let periodic = Cells::new(&[AxisKind::PERIODIC_CELLS; 2], &[4, 8], &[1, 2]);
        let mean = |u: &[f64]| u.iter().sum::<f64>() / u.len() as f64;
        let back = periodic.finer(&periodic.coarser(&noise));
        assert!((mean(&back) - mean(&noise)).abs() < 1e-12, "{back:?}"); // rounding
        let peak = |u: &[f64]| u.iter().copied().fold(0.0, f64::max);
        assert!(peak(&back) <= peak(&noise) && back.iter().all(|u| *u >= 0.0));
    }
}
