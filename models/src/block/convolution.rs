//! Convolution with a small kernel over any number of axes: `y_x = b + Σ_t x_(s x + d (t − k/2)) W_t`.
//!
//! The cross-correlation that deep learning calls a convolution, with stride `s`, dilation `d` and an odd kernel of `k`
//! taps per axis; `W_t` is a matrix over channels for every tap `t`.

use super::Padding;
use super::edge::Margins;
use super::pointwise::dense;
use crate::Init;
use crate::inference::host;
use crate::kernel::convolution::{Convolve, Planes};
use crate::kernel::normalised::Chain;
use crate::kernel::{self, window::Geometry};
use burn::backend::Dispatch;
use burn::module::{Module, Param};
use burn::tensor::{Slice, Tensor};

/// The shape of a convolution; the default is three taps on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConvolutionConfig {
    /// Number of axes, 1 to 3.
    pub dims: usize,
    /// Channels in.
    pub inputs: usize,
    /// Channels out.
    pub outputs: usize,
    /// Taps per axis, odd.
    pub kernel: usize,
    /// Spacing of the taps in points, at least 1.
    pub dilation: usize,
    /// Spacing of the points that are computed, at least 1; 2 halves every axis.
    pub stride: usize,
    /// The values beyond the edges.
    pub padding: Padding,
    /// Whether a constant is added to every channel.
    pub bias: bool,
}

impl Default for ConvolutionConfig {
    fn default() -> Self {
        Self {
            dims: 1,
            inputs: 1,
            outputs: 1,
            kernel: 3,
            dilation: 1,
            stride: 1,
            padding: Padding::Periodic,
            bias: true,
        }
    }
}

impl ConvolutionConfig {
    fn taps(&self) -> usize {
        self.kernel.pow(self.dims as u32)
    }

    /// Points added at both ends of an axis, so that a stride of 1 keeps the grid.
    fn margin(&self) -> usize {
        self.dilation * (self.kernel / 2)
    }

    fn assert_valid(&self) {
        assert!((1..=3).contains(&self.dims), "1 to 3 axes");
        assert!(self.kernel % 2 == 1, "an odd number of taps has a middle");
        assert!(
            self.dilation > 0 && self.stride > 0,
            "spacings are positive"
        );
    }
}

/// A matrix over channels for every tap of a small kernel.
#[derive(Module, Debug)]
pub struct Convolution {
    /// One matrix a tap, the last axis of the kernel fastest: `[tap, inputs, outputs]`.
    pub weight: Param<Tensor<3>>,
    /// Bias of every channel, `[outputs]`.
    pub bias: Option<Param<Tensor<1>>>,
    #[module(skip)]
    config: ConvolutionConfig,
    #[module(skip)]
    planes: Planes,
}

impl Convolution {
    /// A convolution with weights and biases from `U(-1/√(inputs · taps), 1/√(inputs · taps))`, as in `PyTorch`.
    ///
    /// # Panics
    /// When the kernel is even, a spacing zero, or the number of axes not 1, 2 or 3.
    pub fn new(config: &ConvolutionConfig, init: &mut Init) -> Self {
        let bound = 1.0 / ((config.inputs * config.taps()) as f64).sqrt();
        Self::with_bound(config, bound, init)
    }

    /// A convolution of zeros: a branch that starts as if it were not there.
    ///
    /// # Panics
    /// As [`Self::new`].
    pub fn zero(config: &ConvolutionConfig, init: &mut Init) -> Self {
        Self::with_bound(config, 0.0, init)
    }

    fn with_bound(config: &ConvolutionConfig, bound: f64, init: &mut Init) -> Self {
        config.assert_valid();
        let shape = [config.taps(), config.inputs, config.outputs];
        Self {
            weight: init.uniform(shape, bound),
            bias: config.bias.then(|| init.uniform([config.outputs], bound)),
            config: *config,
            planes: Planes::default(),
        }
    }

    /// Makes once what other weights would need anew; the weights are not to change from now on.
    pub(crate) fn settle(&mut self) {
        let [_, inputs, outputs] = self.weight.dims();
        let shortest = vec![2 * self.config.dilation; self.config.dims];
        let geometry = self.geometry(&shortest); // of every grid with tiles
        self.planes = Planes::new(&host(self.weight.val()), inputs, outputs, geometry);
    }

    /// Number of axes.
    pub(crate) fn dims(&self) -> usize {
        self.config.dims
    }

    /// The grid of the answer: as it was for a stride of 1, else every axis divided by the stride and rounded up.
    pub fn grid_after(&self, grid: &[usize]) -> Vec<usize> {
        let stride = self.config.stride;
        grid.iter().map(|n| n.div_ceil(stride)).collect()
    }

    /// The row of the bias, zeros where there is none, and what is added to it for every field.
    pub(crate) fn rows(&self, rows: Option<Tensor<2>>) -> Tensor<2> {
        match (rows, &self.bias) {
            (Some(rows), Some(bias)) => rows + bias.val().unsqueeze(),
            (Some(rows), None) => rows,
            (None, Some(bias)) => bias.val().unsqueeze(),
            (None, None) => Tensor::zeros([1, self.config.outputs], &self.weight.val().device()),
        }
    }

    /// The shape of this convolution where it can be one operation with what stands before and behind it.
    pub(crate) fn joined(&self, x: &Tensor<3>, grid: &[usize]) -> Option<Geometry> {
        let (config, geometry) = (&self.config, self.geometry(grid));
        let plain = Margins::of(config.padding, grid, config.margin()).is_none();
        let (inputs, outputs, batch) = (config.inputs, config.outputs, x.dims()[0]);
        let joins = kernel::takes(x)
            && geometry.is_fused()
            && Chain::is_for(geometry, inputs, outputs, batch);
        (plain && joins).then_some(geometry)
    }

    /// # Shapes   x: `[batch, point, inputs]` → `[batch, point of `[`Self::grid_after`]`, outputs]`
    ///
    /// # Panics
    /// When the grid has not the axes, or `x` not the points, that the convolution was told.
    pub fn forward(&self, x: Tensor<3>, grid: &[usize]) -> Tensor<3> {
        self.with_rows(x, grid, self.rows(None))
    }

    /// [`Self::forward`] with a row added to all points of every field, which costs no further pass.
    ///
    /// # Shapes   x: `[batch, point, inputs]`, rows: `[batch, outputs]` → `[batch, point after, outputs]`
    pub(crate) fn forward_with(&self, x: Tensor<3>, grid: &[usize], rows: Tensor<2>) -> Tensor<3> {
        self.with_rows(x, grid, self.rows(Some(rows)))
    }

    /// # Shapes   x: `[batch, point, inputs]`, rows: `[batch or 1, outputs]` → `[batch, point after, outputs]`
    fn with_rows(&self, x: Tensor<3>, grid: &[usize], rows: Tensor<2>) -> Tensor<3> {
        let points = x.dims()[1];
        assert_eq!(grid.len(), self.config.dims, "axes of the grid");
        assert_eq!(grid.iter().product::<usize>(), points, "points of the grid");
        let margin = self.config.margin().next_multiple_of(self.config.stride);
        if let Some(margins) = Margins::of(self.config.padding, grid, margin) {
            let y = self.on_grid(margins.extend(x, grid), &margins.grid, rows);
            let [before, after] = [&margins.grid[..], grid].map(|grid| self.grid_after(grid));
            return margins.cut(y, &before, &after, margin / self.config.stride);
        }
        self.on_grid(x, grid, rows)
    }

    /// [`Self::with_rows`] where no axis has to be continued first.
    fn on_grid(&self, x: Tensor<3>, grid: &[usize], rows: Tensor<2>) -> Tensor<3> {
        let [batch, points, channels] = x.dims();
        let geometry = self.geometry(grid);
        if (self.config.kernel, self.config.stride, rows.dims()[0]) == (1, 1, 1) {
            let weight = self.weight.val().squeeze_dim::<2>(0);
            let y = dense(x.reshape([batch * points, channels]), weight, rows);
            return y.reshape([batch as i32, points as i32, -1]);
        }
        if kernel::takes(&x) && geometry.is_fused() {
            let (x, weight) = (x.into_dispatch(), self.weight.val().into_dispatch());
            let rows = rows.into_dispatch();
            let y =
                <Dispatch as Convolve>::convolve(x, weight, rows, geometry, self.planes.clone());
            return Tensor::from_dispatch(y);
        }
        let after = self.grid_after(grid);
        let y = self.composed(x.reshape(with_grid(batch, grid, channels)), &after);
        let points = after.iter().product::<usize>();
        y.reshape([batch as i32, points as i32, -1]) + rows.unsqueeze_dim::<3>(1)
    }

    fn geometry(&self, grid: &[usize]) -> Geometry {
        let mut geometry = Geometry {
            grid: [1; 3],
            kernel: [1; 3],
            dilation: self.config.dilation,
            stride: self.config.stride,
            padding: self.config.padding,
        };
        geometry.grid[3 - grid.len()..].copy_from_slice(grid);
        geometry.kernel[3 - grid.len()..].fill(self.config.kernel);
        geometry
    }

    /// The convolution in burn's operations: `[batch, axes …, inputs]` → `[batch · point, outputs]`.
    fn composed(&self, x: Tensor<5>, after: &[usize]) -> Tensor<2> {
        let [taps, inputs, outputs] = self.weight.dims();
        let weight = self.weight.val().reshape([taps * inputs, outputs]);
        self.columns(x, after).matmul(weight)
    }

    /// The values under every tap, side by side: `[batch, axes …, inputs]` → `[batch · point, tap · inputs]`.
    fn columns(&self, x: Tensor<5>, after: &[usize]) -> Tensor<2> {
        let config = &self.config;
        let first = 4 - config.dims; // axes 1 to 3 of the tensor hold the grid, aligned to the end
        let padded = (first..4).fold(x, |x, axis| config.padding.extend(x, axis, config.margin()));
        let tap = |tap: usize| {
            let mut slices = [Slice::full(); 5];
            let mut rest = tap;
            for axis in (first..4).rev() {
                let start = config.dilation * (rest % config.kernel);
                let last = start + config.stride * (after[axis - first] - 1);
                let end = Some(last as isize + 1);
                slices[axis] = Slice::new(start as isize, end, config.stride as isize);
                rest /= config.kernel;
            }
            padded.clone().slice(slices)
        };
        let columns = Tensor::cat((0..config.taps()).map(tap).collect(), 4);
        columns.flatten::<2>(0, 3)
    }
}

/// `[batch, n₁, n₂, n₃, channel]` with ones in front of the axes of `grid`.
fn with_grid(batch: usize, grid: &[usize], channels: usize) -> [usize; 5] {
    let mut shape = [batch, 1, 1, 1, channels];
    shape[4 - grid.len()..4].copy_from_slice(grid);
    shape
}

#[cfg(test)]
mod tests;
