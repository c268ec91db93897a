//! Orthonormal waves along an axis of any number of points, as the rows of a matrix: a Fourier transform of real numbers.

use crate::block::products;
use burn::tensor::{Device, Shape, Tensor, TensorData};
use std::f64::consts::TAU;

/// The number of wave `row`: 0, 1, 1, 2, 2 …
pub(crate) fn wavenumber(row: usize) -> usize {
    row.div_ceil(2)
}

/// Orthonormal waves along an axis of `n` points, one per row: the constant, then cosine and sine of every wavenumber.
pub(crate) fn waves(n: usize, device: &Device) -> Tensor<2> {
    let table: Vec<(f64, f64)> = (0..n)
        .map(|i| (TAU * i as f64 / n as f64).sin_cos())
        .collect();
    let size = (2.0 / n as f64).sqrt();
    let value = |row: usize, x: usize| {
        let k = wavenumber(row);
        let (sin, cos) = table[k * x % n];
        let value = match row {
            0 => std::f64::consts::FRAC_1_SQRT_2,
            _ if 2 * k == n => std::f64::consts::FRAC_1_SQRT_2 * cos,
            _ if row % 2 == 1 => cos,
            _ => sin,
        };
        (size * value) as f32
    };
    let values: Vec<f32> = (0..n * n).map(|i| value(i / n, i % n)).collect();
    Tensor::from_data(TensorData::new(values, Shape::new([n, n])), device)
}

/// Amplitudes of the orthonormal waves of the whole grid; the wave that a point stands for has along every axis the number
/// [`wavenumber`] of the point's place there.
///
/// # Shapes   u: `[batch, point, channel]` → the same
pub(crate) fn amplitudes(u: Tensor<3>, grid: &[usize]) -> Tensor<3> {
    let [batch, points, channels] = u.dims();
    let device = u.device().without_autodiff();
    let (mut before, mut after) = (batch, points * channels);
    let mut u = u;
    for &n in grid {
        after /= n;
        let lines = u.reshape([before, n, after]);
        u = products(waves(n, &device).unsqueeze(), lines);
        before *= n;
    }
    u.reshape([batch, points, channels])
}
