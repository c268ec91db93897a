//! Sums of waves: `u(x) = Re Σₘ aₘ e^{2πi m·x/L}` over all `|mᵢ| ≤ M`.
//!
//! On a grid the sum is taken one axis after the other, `O(M N²)` instead of `O(M² N²)` in two
//! dimensions; no transform is involved, so any grid will do, also one coarser than the waves.

mod peak;

use std::f64::consts::TAU;

use super::Field;
use crate::{Complex64, Grid};

/// A number for each wave `m`.
pub(super) type Factor<'a> = &'a dyn Fn(&[f64]) -> Complex64;

/// A field for each channel, all of them with waves up to `M` periods per axis.
pub(super) struct Waves {
    length: Vec<f64>,
    max: usize,
    /// `aₘ` of each channel, `m` from `(−M, …, −M)` to `(M, …, M)`, the last axis fastest.
    fields: Vec<Vec<Complex64>>,
}

impl Waves {
    /// Asks `amplitude` for each channel and wave, with `m` in units of one period per axis.
    pub(super) fn new(
        length: &[f64],
        channels: usize,
        max: usize,
        mut amplitude: impl FnMut(usize, &[f64]) -> Complex64,
    ) -> Self {
        let waves = waves(length.len(), max);
        let mut field = |channel| waves.iter().map(|m| amplitude(channel, m)).collect();
        Self {
            length: length.to_vec(),
            max,
            fields: (0..channels).map(&mut field).collect(),
        }
    }

    /// The waves of one channel with their amplitudes multiplied, a field for each factor.
    pub(super) fn times(&self, channel: usize, factors: &[Factor<'_>]) -> Self {
        let waves = waves(self.length.len(), self.max);
        let old = &self.fields[channel];
        let field = |factor: &Factor<'_>| {
            let waves = waves.iter().zip(old);
            waves.map(|(m, amplitude)| factor(m) * amplitude).collect()
        };
        Self {
            length: self.length.clone(),
            max: self.max,
            fields: factors.iter().map(field).collect(),
        }
    }

    /// Multiplies a channel by a number.
    pub(super) fn scale(&mut self, channel: usize, factor: f64) {
        for amplitude in &mut self.fields[channel] {
            *amplitude *= factor;
        }
    }

    /// Values on a grid of its own, eight points per shortest wave where that is affordable: where
    /// the largest value is taken, whatever grid the state is wanted on.
    pub(super) fn dense(&self) -> Vec<f64> {
        self.sample(&self.dense_grid(), self.fields.len())
    }

    fn dense_grid(&self) -> Grid {
        let dims = self.length.len();
        let most = [1024, 256, 64][dims - 1];
        let points = vec![(8 * self.max).clamp(16, most); dims];
        Grid::new(&points, &self.length).expect("a box has lengths above zero")
    }

    /// `e^{2πi m x/L}`: one row per position, one column per `m = −M … M`.
    fn basis(&self, axis: usize, positions: &[f64]) -> Vec<Complex64> {
        let max = self.max as i64;
        let k = TAU / self.length[axis];
        let row = |&x: &f64| (-max..=max).map(move |m| Complex64::cis(m as f64 * k * x));
        positions.iter().flat_map(row).collect()
    }

    /// The sum over one field at the positions along each axis.
    fn sum(&self, field: &[Complex64], positions: &[Vec<f64>]) -> Vec<f64> {
        let count = 2 * self.max + 1;
        let mut sums = field.to_vec();
        let mut inner = 1; // points of the axes that are done
        for (axis, positions) in positions.iter().enumerate().rev() {
            let basis = self.basis(axis, positions);
            let mut next = Vec::with_capacity(sums.len() / count * positions.len());
            for block in sums.chunks_exact(count * inner) {
                for row in basis.chunks_exact(count) {
                    next.extend(combine(row, block, inner));
                }
            }
            sums = next;
            inner *= positions.len();
        }
        sums.into_iter().map(|sum| sum.re).collect()
    }
}

impl Field for Waves {
    fn at(&self, channel: usize, x: &[f64]) -> f64 {
        let positions: Vec<_> = x.iter().map(|&x| vec![x]).collect();
        self.sum(&self.fields[channel], &positions)[0]
    }

    fn sample(&self, grid: &Grid, channels: usize) -> Vec<f64> {
        let positions: Vec<_> = (0..grid.dims())
            .map(|axis| grid.coordinates(axis))
            .collect();
        let fields = self.fields[..channels].iter();
        fields
            .flat_map(|field| self.sum(field, &positions))
            .collect()
    }
}

/// `Σₘ row[m] block[m]`, where `block` holds `inner` values for each `m`.
fn combine(row: &[Complex64], block: &[Complex64], inner: usize) -> Vec<Complex64> {
    let mut sum = vec![Complex64::ZERO; inner];
    for (factor, values) in row.iter().zip(block.chunks_exact(inner)) {
        for (sum, value) in sum.iter_mut().zip(values) {
            *sum += factor * value;
        }
    }
    sum
}

/// All `m` with `|mᵢ| ≤ M`, the last axis fastest.
fn waves(dims: usize, max: usize) -> Vec<Vec<f64>> {
    let count = 2 * max + 1;
    let wave = |index: usize| {
        let stride = |axis: usize| count.pow((dims - 1 - axis) as u32);
        let along = |axis| (index / stride(axis) % count) as f64 - max as f64;
        (0..dims).map(along).collect()
    };
    (0..count.pow(dims as u32)).map(wave).collect()
}
