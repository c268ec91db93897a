//! Norms of an error on a periodic grid: mean squares, of the error alone or of its derivatives too, and relative ones.
//!
//! `‖d‖² = Σₙ (1 + w (|n|² + … + |n|²ˢ)) |d̂ₙ|²`, `d̂ = fft(d)/N`, `n` the numbers of wavelengths over the box: a Sobolev norm
//! of order `s`, which a rough error makes larger than a smooth one of the same mean square. Li et al. (2022), Learning
//! chaotic dynamics in dissipative systems (the Markov neural operator), §3.2, with `w = 1`; `w = 0` or `s = 0` is the mean
//! square. Derivatives are by `x/L` in units of `2π`, so the weight has no unit and a box of another length or a state with
//! more points is weighed alike; a weight `v` of derivatives by `x` itself is `w = (2π/L)² v` for `s = 1`.
//!
//! The sum is over all waves of the grid, the highest of an even number of points included.

use crate::waves::{amplitudes, wavenumber};
use burn::tensor::{Shape, Tensor, TensorData};

/// The norm in which errors count.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Norm {
    /// The mean square.
    #[default]
    L2,
    /// The root of the mean square over that of the true state: the relative `L²` error of Li et al. (2021), Fourier Neural
    /// Operator for Parametric Partial Differential Equations, which every state counts alike in, however large it is.
    Relative,
    /// The mean square, and those of derivatives.
    Sobolev {
        /// Largest order `s` of the derivatives.
        order: u32,
        /// Weight `w` of their squares.
        weight: f64,
    },
}

/// Smallest mean square of a true state that errors are divided by, in units of training; errors below its root have no slope.
const LEAST: f64 = 1e-12;

impl Norm {
    /// The losses of errors whose true states, in the same units, are `truth`: squared norms, or relative errors.
    ///
    /// # Shapes   errors, truth: `[batch, point, channel]` → `[batch]`
    pub fn losses(
        &self,
        errors: Tensor<3>,
        truth: impl FnOnce() -> Tensor<3>,
        grid: &[usize],
    ) -> Tensor<1> {
        match self {
            Self::Relative => {
                let size = mean_square(truth()).clamp_min(LEAST);
                (mean_square(errors) / size).clamp_min(LEAST).sqrt()
            }
            Self::L2 | Self::Sobolev { .. } => self.square(errors, grid),
        }
    }

    /// The squared norm of every error over all its channels, divided by their number; that of [`Self::Relative`] is the mean
    /// square.
    ///
    /// # Shapes   errors: `[batch, point, channel]` → `[batch]`
    pub fn square(&self, errors: Tensor<3>, grid: &[usize]) -> Tensor<1> {
        match *self {
            Self::L2 | Self::Relative => mean_square(errors),
            Self::Sobolev { order, weight } => {
                let device = errors.device().without_autodiff();
                let roots: Vec<f32> = factors(grid, order, weight)
                    .map(|factor| factor.sqrt() as f32)
                    .collect();
                let shape = Shape::new([1, roots.len(), 1]);
                let roots = Tensor::<3>::from_data(TensorData::new(roots, shape), &device);
                mean_square(amplitudes(errors, grid) * roots)
            }
        }
    }
}

/// The mean square of every state.
///
/// # Shapes   `[batch, point, channel]` → `[batch]`
pub(crate) fn mean_square(states: Tensor<3>) -> Tensor<1> {
    let squares: Tensor<2> = states.square().flatten(1, 2);
    squares.mean_dim(1).squeeze_dim(1)
}

/// `1 + w (|n|² + … + |n|²ˢ)` of every wave of the grid.
fn factors(grid: &[usize], order: u32, weight: f64) -> impl Iterator<Item = f64> {
    let points: usize = grid.iter().product();
    (0..points).map(move |point| {
        let mut rest = point;
        let axes = grid.iter().rev();
        let numbers = axes.map(|n| {
            let number = wavenumber(rest % n) as f64;
            rest /= n;
            number
        });
        let square: f64 = numbers.map(|n| n * n).sum();
        1.0 + weight * (1..=order as i32).map(|j| square.powi(j)).sum::<f64>()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;
    use std::f64::consts::TAU;

    /// A function of the place in `[0, 1)` an axis at every point.
    fn sampled(grid: &[usize], f: impl Fn(&[f64]) -> f64) -> Tensor<3> {
        let points: usize = grid.iter().product();
        let value = |point: usize| {
            let mut rest = point;
            let mut place = vec![0.0; grid.len()];
            for (x, n) in place.iter_mut().zip(grid).rev() {
                *x = (rest % n) as f64 / *n as f64;
                rest /= n;
            }
            f(&place) as f32
        };
        let values: Vec<f32> = (0..points).map(value).collect();
        Tensor::from_data(TensorData::new(values, [1, points, 1]), &Device::flex())
    }

    fn squares(norm: Norm, errors: Tensor<3>, grid: &[usize]) -> Vec<f64> {
        let squares = norm.square(errors, grid).into_data();
        let squares = squares.try_to_vec::<f32>().expect("f32");
        squares.into_iter().map(f64::from).collect()
    }

    #[test]
    fn every_wave_is_weighed_by_its_numbers_of_wavelengths() {
        // Of the highest wave of an even axis only the cosine is there, of size 1.
        for (grid, modes, mean) in [
            (&[9][..], &[4.0][..], 0.5),
            (&[8], &[4.0], 1.0),
            (&[8], &[0.0], 1.0),
            (&[1], &[0.0], 1.0),
            (&[6, 10], &[2.0, 5.0], 0.5),
            (&[7, 12], &[3.0, 4.0], 0.25),
            (&[5, 6, 4], &[2.0, 1.0, 1.0], 0.125),
        ] {
            let wave = sampled(grid, |x| {
                let axes = x.iter().zip(modes).zip(grid);
                let factor = |((x, k), n): ((&f64, &f64), &usize)| {
                    let phase = if *k > 0.0 && 2.0 * k < *n as f64 {
                        0.3
                    } else {
                        0.0
                    };
                    (TAU * k * x + phase).cos()
                };
                axes.map(factor).product()
            });
            let zero = wave.zeros_like();
            let two = Tensor::cat(vec![wave.clone() * 2.0, zero], 2); // two channels
            let square: f64 = modes.iter().map(|k| k * k).sum();
            for (order, derivatives) in [(0, 0.0), (1, square), (2, square + square * square)] {
                let norm = Norm::Sobolev { order, weight: 0.1 };
                let expected = mean * (1.0 + 0.1 * derivatives);
                for (errors, expected) in [(&wave, expected), (&two, 2.0 * expected)] {
                    let found = squares(norm, errors.clone(), grid)[0];
                    let error = (found / expected - 1.0).abs();
                    assert!(error < 1e-5, "{grid:?}, {order}: {found}, {expected}"); // f32
                }
            }
        }
    }

    #[test]
    fn the_norm_of_first_order_is_that_of_the_function_and_its_slope() {
        // d = e^{sin 2πx}, d′/2π = cos(2πx) d; the trapezoidal rule is exact to rounding on many points.
        let d = |x: f64| (TAU * x).sin().exp();
        let mean = |f: &dyn Fn(f64) -> f64| {
            (0..4096).map(|i| f(f64::from(i) / 4096.0)).sum::<f64>() / 4096.0
        };
        let [height, slope] = [
            mean(&|x| d(x) * d(x)),
            mean(&|x| ((TAU * x).cos() * d(x)).powi(2)),
        ];
        for points in [31, 32, 200] {
            let norm = Norm::Sobolev {
                order: 1,
                weight: 0.7,
            };
            let found = squares(norm, sampled(&[points], |x| d(x[0])), &[points])[0];
            let expected = height + 0.7 * slope;
            assert!(
                (found / expected - 1.0).abs() < 1e-5,
                "{points}: {found}, {expected}"
            ); // f32
        }
    }

    #[test]
    fn a_relative_error_does_not_know_the_size_of_the_state() {
        let truth = sampled(&[8], |x| 2.0 + x[0]);
        let both = Tensor::cat(vec![truth.clone(), truth.clone() * 1000.0, truth * 0.0], 0);
        let errors = both.clone() * 0.3;
        let losses = Norm::Relative.losses(errors, || both, &[8]).into_data();
        let losses = losses.try_to_vec::<f32>().expect("f32");
        for (found, expected) in losses.iter().zip([0.3, 0.3, 1e-6]) {
            assert!((found / expected - 1.0).abs() < 1e-5, "{losses:?}"); // f32
        }
    }

    #[test]
    fn without_weight_it_is_the_mean_square_of_every_state() {
        let one = sampled(&[6, 5], |x| x[0] - 3.0 * x[1]);
        let both = Tensor::cat(vec![one.clone(), one * -2.0], 0);
        let norm = Norm::Sobolev {
            order: 1,
            weight: 0.0,
        };
        let found = squares(norm, both.clone(), &[6, 5]);
        for (found, expected) in found.iter().zip(squares(Norm::L2, both, &[6, 5])) {
            assert!((found / expected - 1.0).abs() < 1e-5, "{found}, {expected}"); // f32
        }
    }
}
