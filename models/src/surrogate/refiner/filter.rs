//! Factors of Fourier modes, for every axis: `û_k ← Π_j f(k_j) û_k`.
//!
//! An axis of a few hundred points is transformed by the matrix of its waves, which every device multiplies.

use crate::block::products;
use crate::waves::{wavenumber, waves};
use burn::tensor::{Device, Shape, Tensor, TensorData};

/// `u` with the amplitudes along every axis multiplied: `factors` is given the wavenumbers of an axis as shares of its
/// highest, `[wave]` in `[0, 1]`, and answers with `[batch or 1, wave]`.
///
/// # Shapes   u: `[batch, point, channel]` → the same
pub(super) fn filtered(
    u: Tensor<3>,
    grid: &[usize],
    factors: impl Fn(Tensor<1>) -> Tensor<2>,
) -> Tensor<3> {
    let [batch, points, channels] = u.dims();
    let device = u.device().without_autodiff();
    let (mut before, mut after) = (1, points * channels);
    let mut u = u;
    for &n in grid {
        after /= n;
        let lines = u.reshape([batch * before, n, after]);
        let waves = waves(n, &device).unsqueeze::<3>();
        let factors = factors(shares(n, &device)).reshape([-1, 1, n as i32, 1]);
        let amplitudes = products(waves.clone(), lines);
        let amplitudes = amplitudes.reshape([batch, before, n, after]) * factors;
        let amplitudes = amplitudes.reshape([batch * before, n, after]);
        u = products(waves.swap_dims(1, 2), amplitudes);
        before *= n;
    }
    u.reshape([batch, points, channels])
}

/// Wavenumbers of all rows as shares of `n/2`.
fn shares(n: usize, device: &Device) -> Tensor<1> {
    let shares: Vec<f32> = (0..n)
        .map(|row| 2.0 * wavenumber(row) as f32 / n as f32)
        .collect();
    Tensor::from_data(TensorData::new(shares, Shape::new([n])), device)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    #[test]
    fn every_wave_is_multiplied_by_the_factors_of_its_wavenumbers() {
        let device = Device::flex();
        let factor = |k: usize, n: usize| 1.0 - 0.9 * 2.0 * k as f64 / n as f64;
        for (grid, modes) in [
            (&[9][..], &[4][..]),
            (&[8], &[4]),
            (&[1], &[0]),
            (&[6, 10], &[2, 5]),
            (&[4, 5, 6], &[0, 2, 3]),
        ] {
            let points: usize = grid.iter().product();
            let wave = |point: usize| {
                let mut rest = point;
                let axes = grid.iter().zip(modes).rev();
                let phases = axes.map(|(n, k)| {
                    let x = rest % n;
                    rest /= n;
                    let shift = if 2 * k == *n { 0.0 } else { 0.3 };
                    (TAU * (k * x) as f64 / *n as f64 + shift).cos()
                });
                phases.product::<f64>() as f32
            };
            let values: Vec<f32> = (0..points).flat_map(|i| [wave(i), 2.0 * wave(i)]).collect();
            let state = Tensor::<3>::from_data(TensorData::new(values, [1, points, 2]), &device);
            let u = Tensor::cat(vec![state.clone(), state.clone()], 0);
            // The second state of the batch is left alone.
            let strengths = Tensor::<2>::from_data([[0.9], [0.0]], &device);
            let out = filtered(u, grid, |shares| {
                1.0 - strengths.clone() * shares.unsqueeze()
            });
            let size: f64 = grid
                .iter()
                .zip(modes)
                .map(|(n, k)| factor(*k, *n))
                .product();
            let expected = Tensor::cat(vec![state.clone() * size, state], 0);
            let error = (out - expected).abs().max().into_scalar::<f32>();
            assert!(error < 1e-5, "{grid:?}: {error}"); // single precision
        }
    }
}
