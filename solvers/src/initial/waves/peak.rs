//! The largest `|u|` of a sum of waves anywhere in the box, between the points of a grid too.
//!
//! On the dense grid a parabola along each axis estimates the height of every local maximum. The
//! highest ones are then climbed: best of the points around, half the distance, and so on.

use super::Waves;
use crate::Grid;

/// Points on each side of the best one, along each axis.
const REACH: i32 = 4;

/// Number of times that distances are halved: `2⁻²⁶` of a spacing leaves a relative error of about `2⁻⁵²`.
const HALVINGS: usize = 26;

/// Local maxima whose estimate is at least this part of the highest one are climbed: estimates
/// with eight points per shortest wave are good to a hundredth or two per axis.
const CANDIDATE: f64 = 0.93;

impl Waves {
    /// The largest `|u|` of a channel.
    pub(in crate::initial) fn peak(&self, channel: usize) -> f64 {
        let field = &self.fields[channel];
        let grid = self.dense_grid();
        let positions: Vec<_> = (0..grid.dims())
            .map(|axis| grid.coordinates(axis))
            .collect();
        let heights: Vec<f64> = self
            .sum(field, &positions)
            .iter()
            .map(|u| u.abs())
            .collect();
        let maxima = maxima(&grid, &heights);
        let highest = maxima
            .iter()
            .fold(0.0, |most: f64, (_, height)| most.max(*height));
        let candidates = maxima
            .iter()
            .filter(|(_, height)| *height >= CANDIDATE * highest);
        let climbed = candidates.map(|(index, _)| self.climb(channel, place(&grid, *index), &grid));
        climbed.fold(0.0, f64::max)
    }

    /// The height of the local maximum near `x`, at most a spacing of `grid` away.
    fn climb(&self, channel: usize, mut x: Vec<f64>, grid: &Grid) -> f64 {
        let mut steps: Vec<f64> = (0..grid.dims())
            .map(|axis| grid.spacing(axis) / f64::from(REACH))
            .collect();
        let mut height = 0.0;
        for _ in 0..HALVINGS {
            let line = |(x, step): (&f64, &f64)| {
                let around = (-REACH..=REACH).map(|i| x + f64::from(i) * step);
                around.collect::<Vec<f64>>()
            };
            let positions: Vec<_> = x.iter().zip(&steps).map(line).collect();
            let values = self.sum(&self.fields[channel], &positions);
            let heights = values.iter().map(|u| u.abs()).enumerate();
            let best = heights.max_by(|a, b| a.1.total_cmp(&b.1));
            let (mut index, best) = best.expect("there are points");
            height = best;
            for (x, positions) in x.iter_mut().zip(&positions).rev() {
                *x = positions[index % positions.len()];
                index /= positions.len();
            }
            steps.iter_mut().for_each(|step| *step *= 0.5);
        }
        height
    }
}

/// Points no lower than their neighbours along each axis, with the estimated height of the maximum
/// near them.
fn maxima(grid: &Grid, heights: &[f64]) -> Vec<(usize, f64)> {
    let estimate = |index: usize| {
        let here = heights[index];
        let mut estimate = here;
        for axis in 0..grid.dims() {
            let [below, above] = neighbours(grid, index, axis).map(|index| heights[index]);
            if below > here || above > here {
                return None;
            }
            let (slope, curvature) = (0.5 * (above - below), 2.0 * here - above - below);
            if curvature > 0.0 {
                estimate += 0.5 * slope * slope / curvature;
            }
        }
        Some((index, estimate))
    };
    (0..heights.len()).filter_map(estimate).collect()
}

/// The points before and after a point along an axis.
fn neighbours(grid: &Grid, index: usize, axis: usize) -> [usize; 2] {
    let n = grid.points()[axis];
    let stride: usize = grid.points()[axis + 1..].iter().product();
    let along = index / stride % n;
    let first = index - along * stride;
    [(along + n - 1) % n, (along + 1) % n].map(|along| first + along * stride)
}

fn place(grid: &Grid, mut index: usize) -> Vec<f64> {
    let mut x = vec![0.0; grid.dims()];
    for (axis, x) in x.iter_mut().enumerate().rev() {
        let n = grid.points()[axis];
        *x = (index % n) as f64 * grid.spacing(axis);
        index /= n;
    }
    x
}
