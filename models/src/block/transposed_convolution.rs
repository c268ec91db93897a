//! Transposed convolution that doubles a grid: `y_o = b + Σ x_i W_t` over all `2 i + t − 1 = o`.
//!
//! The adjoint of a convolution with stride 2 (Dumoulin & Visin 2016). With 4 taps per axis every point of the fine
//! grid receives two of them, with 3 taps per axis one or two. All taps are one matrix product.

use super::Padding;
use super::edge::Margins;
use crate::Init;
use crate::kernel::{self, gathering::Points, transposed::ConvolveTransposed};
use burn::backend::Dispatch;
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
    /// Taps per axis, 3 or 4.
    pub kernel: usize,
    /// The values beyond the edges of the coarse grid.
    pub padding: Padding,
}

/// From a grid to one of twice as many points per axis.
#[derive(Module, Debug)]
pub struct TransposedConvolution {
    /// One matrix a tap, the last axis of the kernel fastest: `[inputs, tap, outputs]`.
    pub weight: Param<Tensor<3>>,
    /// Bias of every channel, `[outputs]`.
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
        let points = x.dims()[1];
        assert_eq!(grid.len(), self.config.dims, "axes of the grid");
        assert_eq!(grid.iter().product::<usize>(), points, "points of the grid");
        if let Some(margins) = Margins::of(self.config.padding, grid, 1) {
            let y = self.on_grid(margins.extend(x, grid), &margins.grid);
            let [before, after] = [&margins.grid[..], grid].map(|grid| grid.iter().map(|n| 2 * n));
            return margins.cut(
                y,
                &before.collect::<Vec<_>>(),
                &after.collect::<Vec<_>>(),
                2,
            );
        }
        self.on_grid(x, grid)
    }

    /// [`Self::forward`] where no axis has to be continued first.
    fn on_grid(&self, x: Tensor<3>, grid: &[usize]) -> Tensor<3> {
        if kernel::takes(&x) && self.config.padding != Padding::Reflect {
            let (x, weight) = (x.into_dispatch(), self.weight.val().into_dispatch());
            let row = self.bias.val().unsqueeze::<2>().into_dispatch();
            let points = self.points(grid);
            let y = <Dispatch as ConvolveTransposed>::convolve_transposed(x, weight, row, points);
            return Tensor::from_dispatch(y);
        }
        self.composed(x, grid)
    }

    fn points(&self, grid: &[usize]) -> Points {
        let of_axes = |other: usize, value: &dyn Fn(usize) -> usize| {
            let mut all = [other; 3];
            let axes = all[3 - grid.len()..].iter_mut().zip(grid);
            axes.for_each(|(all, n)| *all = value(*n));
            all
        };
        Points {
            fine: of_axes(1, &|n| 2 * n),
            coarse: of_axes(1, &|n| n),
            kernel: of_axes(1, &|_| self.config.kernel),
            stride: 2,
            dilation: 1,
            margin: of_axes(0, &|_| 1),
            padding: self.config.padding,
        }
    }

    /// [`Self::forward`] in burn's operations: what belongs to even and odd points is summed axis by axis.
    fn composed(&self, x: Tensor<3>, grid: &[usize]) -> Tensor<3> {
        let [batch, points, inputs] = x.dims();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SurrogateRng;
    use burn::tensor::Device;

    /// An answer `y` of a layer to `x`, and the gradients of a function of it by `x`, weights and bias.
    fn results(layer: &TransposedConvolution, x: &Tensor<3>, y: Tensor<3>) -> [Tensor<1>; 4] {
        let weights = Tensor::from_inner(y.clone().inner().sin());
        let gradients = (y.clone() * weights).sum().backward();
        let x = x.grad(&gradients).expect("it is tracked");
        let weight = layer.weight.val().grad(&gradients);
        let bias = layer.bias.val().grad(&gradients);
        let [y, x] = [y.inner(), x].map(|tensor| tensor.flatten::<1>(0, 2));
        let weight = weight.expect("it is tracked").flatten(0, 2);
        [y, x, weight, bias.expect("it is tracked")]
    }

    #[test]
    fn the_fused_operation_and_its_gradients_equal_the_composed_ones() {
        let device = Device::flex().autodiff();
        let mut draws = SurrogateRng::new(1);
        let few = [&[9][..], &[1], &[5, 4], &[1, 3], &[2, 3, 4]].map(|grid| (grid, 5));
        let slabs = [&[17, 20][..], &[9, 5, 4]].map(|grid| (grid, 16));
        for (grid, outputs) in few.into_iter().chain(slabs) {
            let paddings = [Padding::Periodic, Padding::Zero].into_iter();
            for (padding, kernel) in paddings.flat_map(|padding| [3, 4].map(|taps| (padding, taps)))
            {
                let config = TransposedConfig {
                    dims: grid.len(),
                    inputs: 6,
                    outputs,
                    kernel,
                    padding,
                };
                let layer = TransposedConvolution::new(&config, &mut Init::new(2, &device));
                let shape = [11, grid.iter().product(), 6];
                let x = Tensor::from_inner(draws.normal(shape, &device)).require_grad();
                let fused = results(&layer, &x, layer.forward(x.clone(), grid));
                let composed = results(&layer, &x, layer.composed(x.clone(), grid));
                for (fused, composed) in fused.into_iter().zip(composed) {
                    let size = composed.clone().abs().max().into_scalar::<f32>();
                    let error = (fused - composed).abs().max().into_scalar::<f32>() / size;
                    assert!(error < 1e-5, "{config:?} on {grid:?}: {error}");
                }
            }
        }
    }

    #[test]
    fn a_field_alone_has_the_answer_of_a_batch_to_the_bit() {
        let device = Device::flex();
        let mut draws = SurrogateRng::new(1);
        for grid in [&[8, 8][..], &[16, 16], &[40, 24], &[9, 5, 4], &[70]] {
            for channels in [5, 16, 64] {
                let config = TransposedConfig {
                    dims: grid.len(),
                    inputs: channels,
                    outputs: channels,
                    kernel: 4,
                    padding: Padding::Periodic,
                };
                let layer = TransposedConvolution::new(&config, &mut Init::new(2, &device));
                let x = draws.normal([9, grid.iter().product(), channels], &device);
                let all = layer.forward(x.clone(), grid).narrow(0, 4, 1);
                let alone = layer.forward(x.narrow(0, 4, 1), grid);
                assert!(all.to_data() == alone.to_data(), "{config:?} on {grid:?}");
            }
        }
    }
}
