//! Transposed convolution that doubles a grid: `y_o = b + Σ x_i W_t` over all `2 i + t − 1 = o`.
//!
//! The adjoint of a convolution with stride 2 (Dumoulin & Visin 2016). With 4 taps an axis every point of the fine
//! grid receives two of them, with 3 taps an axis one or two. All taps are one matrix product; what belongs to even and
//! odd points is then summed axis by axis.

use super::Padding;
use crate::Init;
use burn::module::{Module, Param};
use burn::tensor::Tensor;

/// The shape of a transposed convolution with stride 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransposedConfig {
    /// Number of axes, 1 to 3.
    pub dims: usize,
    /// Channels in.
    pub inputs: usize,
    /// Channels out.
    pub outputs: usize,
    /// Taps an axis, 3 or 4.
    pub kernel: usize,
    /// The values beyond the edges of the coarse grid.
    pub padding: Padding,
}

/// From a grid to one of twice as many points an axis.
#[derive(Module, Debug)]
pub struct TransposedConvolution {
    /// One matrix a tap, the last axis of the kernel fastest: `[inputs, tap, outputs]`.
    pub weight: Param<Tensor<3>>,
    /// What is added to every channel, `[outputs]`.
    pub bias: Param<Tensor<1>>,
    #[module(skip)]
    config: TransposedConfig,
}

impl TransposedConvolution {
    /// Weights and biases from `U(-1/√n, 1/√n)`, where `n` is the mean number of terms in an entry of the answer.
    ///
    /// # Panics
    /// When the kernel has neither 3 nor 4 taps, or the number of axes is not 1, 2 or 3.
    pub fn new(config: &TransposedConfig, init: &mut Init) -> Self {
        assert!((1..=3).contains(&config.dims), "1 to 3 axes");
        assert!(matches!(config.kernel, 3 | 4), "3 or 4 taps");
        let terms = config.inputs as f64 * (config.kernel as f64 / 2.0).powi(config.dims as i32);
        let taps = config.kernel.pow(config.dims as u32);
        Self {
            weight: init.uniform([config.inputs, taps, config.outputs], 1.0 / terms.sqrt()),
            bias: init.uniform([config.outputs], 1.0 / terms.sqrt()),
            config: *config,
        }
    }

    /// # Shapes   x: `[batch, point, inputs]` → `[batch, 2^axes · point, outputs]`
    ///
    /// # Panics
    /// When the grid has not the axes, or `x` not the points, that it was told.
    pub fn forward(&self, x: Tensor<3>, grid: &[usize]) -> Tensor<3> {
        let [batch, points, inputs] = x.dims();
        assert_eq!(grid.len(), self.config.dims, "axes of the grid");
        assert_eq!(grid.iter().product::<usize>(), points, "points of the grid");
        let [_, taps, outputs] = self.weight.dims();
        let weight = self.weight.val().reshape([inputs, taps * outputs]);
        let mut products = x.reshape([batch * points, inputs]).matmul(weight);
        let (mut before, mut after, mut rest) = (batch, points, taps * outputs);
        for &n in grid {
            after /= n;
            rest /= self.config.kernel;
            let taps = products.reshape([before, n, after, self.config.kernel, rest]);
            products = self.double(taps).reshape([before * 2 * n * after, rest]);
            before *= 2 * n;
        }
        let y = products + self.bias.val().unsqueeze();
        y.reshape([batch as i32, -1, outputs as i32])
    }

    /// Sums the taps of the second axis and interleaves even and odd points.
    ///
    /// # Shapes   taps: `[before, n, after, tap, rest]` → `[before, n, 2, after, rest]`
    fn double(&self, taps: Tensor<5>) -> Tensor<5> {
        let [before, n, after, kernel, rest] = taps.dims();
        let tap = |t: usize, shift: isize| {
            let values = taps
                .clone()
                .narrow(3, t, 1)
                .reshape([before, n, 1, after, rest]);
            self.shifted(values, shift)
        };
        // Output 2 i + t − 1: taps 1 and 3 reach even points, taps 0 and 2 odd ones.
        let even = match kernel {
            3 => tap(1, 0),
            _ => tap(1, 0) + tap(3, -1),
        };
        let odd = tap(2, 0) + tap(0, 1);
        Tensor::cat(vec![even, odd], 2)
    }

    /// The values `shift` points further along the second axis.
    fn shifted(&self, values: Tensor<5>, shift: isize) -> Tensor<5> {
        if shift == 0 {
            return values;
        }
        let n = values.dims()[1];
        let extended = self.config.padding.extend(values, 1, 1);
        extended.narrow(1, 1_usize.wrapping_add_signed(shift), n)
    }
}
