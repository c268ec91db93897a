//! Fourier transforms of real fields as products with matrices of cosines and sines, of the modes that are wanted alone.
//!
//! ```text
//! û(k) = 1/N Σⱼ u(xⱼ) e^{−ik·xⱼ}          u(xⱼ) = Σₖ wₖ Re û(k) e^{ik·xⱼ}
//! ```
//!
//! `wₖ` is 2 where a mode stands for its image `−k` too. Real and imaginary parts are two rows, as burn has no complex numbers.
//! Axes are transformed one after the other, the last one first, each where it lies last: one product of two matrices.

use std::f64::consts::TAU;

use burn::tensor::{Device, Tensor, TensorData};
use ondine_solvers::tables::Waves;

/// Transforms of a grid.
#[derive(Debug, Clone)]
pub(crate) struct Fourier {
    waves: Waves,
    axes: Vec<Axis>,
}

#[derive(Debug, Clone)]
struct Axis {
    points: usize,
    modes: usize,
    /// `[2 · point, 2 · mode]`, or `[point, 2 · mode]` of the last axis, where fields are real.
    forward: Tensor<2>,
    /// `[2 · mode, 2 · point]`, or `[2 · mode, point]`.
    inverse: Tensor<2>,
}

impl Fourier {
    /// Transforms of fields on `points` of modes of a grid of `of` points. Where the two differ, no wave has half as many
    /// periods as either or more.
    pub(crate) fn new(points: &[usize], of: &[usize], waves: &Waves, device: &Device) -> Self {
        let last = points.len() - 1;
        let axes = points.iter().zip(of).zip(&waves.axes).enumerate();
        let axes = axes.map(|(axis, ((&points, &of), waves))| {
            let bound = points.min(of) as i64;
            let shared = |wave: i64| points == of || 2 * wave.abs() < bound;
            Axis::new(points, waves, shared, axis == last, device)
        });
        Self {
            axes: axes.collect(),
            waves: waves.clone(),
        }
    }

    /// The same modes of a grid of `of` points for fields on `points`.
    pub(crate) fn on(&self, points: &[usize], of: &[usize], device: &Device) -> Self {
        Self::new(points, of, &self.waves, device)
    }

    /// The modes of fields.
    ///
    /// # Shapes   `[batch, field, point]` → `[batch, field, 2, mode]`, real and imaginary parts
    pub(crate) fn forward(&self, u: Tensor<3>) -> Tensor<4> {
        let [batch, fields, _] = u.dims();
        let (last, others) = self.axes.split_last().expect("a grid has an axis");
        let mut outer = batch * fields * others.iter().map(|axis| axis.points).product::<usize>();
        let (mut rest, mut modes) = (1, last.modes);
        let mut u_hat = u.reshape([outer, last.points]).matmul(last.forward.clone());
        for axis in others.iter().rev() {
            outer /= axis.points;
            let lines = u_hat.reshape([outer, axis.points, rest, 2, modes]);
            rest *= modes;
            modes = axis.modes;
            let lines = lines.permute([0, 2, 4, 3, 1]); // the axis last, behind its two parts
            let lines = lines.reshape([outer * rest, 2 * axis.points]);
            u_hat = lines.matmul(axis.forward.clone());
        }
        let u_hat = u_hat.reshape([outer, rest, 2, modes]).permute([0, 2, 1, 3]);
        u_hat.reshape([batch, fields, 2, rest * modes])
    }

    /// The fields of modes.
    ///
    /// # Shapes   `[batch, field, 2, mode]` → `[batch, field, point]`
    pub(crate) fn inverse(&self, u_hat: Tensor<4>) -> Tensor<3> {
        let [batch, fields, _, all] = u_hat.dims();
        let (last, others) = self.axes.split_last().expect("a grid has an axis");
        let (mut outer, mut modes) = (batch * fields, self.axes[0].modes);
        let mut rest = all / modes;
        let parts = u_hat.reshape([outer, 2, rest, modes]).permute([0, 2, 1, 3]);
        let mut u = parts.reshape([outer * rest, 2 * modes]);
        for (axis, next) in others.iter().zip(&self.axes[1..]) {
            modes = next.modes;
            rest /= modes;
            let lines = u.matmul(axis.inverse.clone());
            let lines = lines.reshape([outer, rest, modes, 2, axis.points]);
            outer *= axis.points;
            let lines = lines.permute([0, 4, 1, 3, 2]); // the next axis last
            u = lines.reshape([outer * rest, 2 * modes]);
        }
        let u = u.matmul(last.inverse.clone());
        u.reshape([batch, fields, outer / (batch * fields) * last.points])
    }
}

impl Axis {
    /// Transforms of the waves that are `shared`; the factors of others are 0.
    fn new(
        points: usize,
        waves: &[i64],
        shared: impl Fn(i64) -> bool,
        last: bool,
        device: &Device,
    ) -> Self {
        let (modes, n) = (waves.len(), points as f64);
        let (mut forward, mut inverse) = (Matrix::new(points, modes), Matrix::new(modes, points));
        let all = waves.iter().enumerate();
        for (m, &wave) in all.filter(|(_, wave)| shared(**wave)) {
            let alone = !last || wave == 0 || 2 * wave.unsigned_abs() == points as u64;
            let weight = if alone { 1.0 } else { 2.0 };
            for j in 0..points {
                // Whole turns are left out in whole numbers, so that the angle has no rounding of its own.
                let turns = (wave * j as i64).rem_euclid(points as i64) as f64 / n;
                let (sin, cos) = (TAU * turns).sin_cos();
                forward.set([j, m], [cos / n, -sin / n]);
                inverse.set([m, j], [weight * cos, weight * sin]);
            }
        }
        Self {
            points,
            modes,
            forward: forward.rows(if last { 1 } else { 2 }, 2, device),
            inverse: inverse.rows(2, if last { 1 } else { 2 }, device),
        }
    }
}

/// A matrix of complex numbers `c + i s`.
struct Matrix {
    columns: usize,
    values: Vec<[f64; 2]>,
}

impl Matrix {
    fn new(rows: usize, columns: usize) -> Self {
        Self {
            columns,
            values: vec![[0.0; 2]; rows * columns],
        }
    }

    fn set(&mut self, [row, column]: [usize; 2], value: [f64; 2]) {
        self.values[row * self.columns + column] = value;
    }

    /// Its product with a row of real and then imaginary parts, of which there may be the real ones alone on either side.
    fn rows(&self, parts_in: usize, parts_out: usize, device: &Device) -> Tensor<2> {
        let rows = self.values.len() / self.columns;
        let mut values = Vec::with_capacity(parts_in * parts_out * self.values.len());
        for (part_in, row) in (0..parts_in).flat_map(|part| (0..rows).map(move |row| (part, row))) {
            for part_out in 0..parts_out {
                let row = &self.values[row * self.columns..][..self.columns];
                values.extend(row.iter().map(|[c, s]| match (part_in, part_out) {
                    (0, 0) | (1, 1) => *c,
                    (0, _) => *s,
                    _ => -s,
                }));
            }
        }
        let shape = [parts_in * rows, parts_out * self.columns];
        Tensor::from_data(TensorData::new(values, shape), device)
    }
}
