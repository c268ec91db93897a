//! `y_x = Σ_t x_(s x + d (t − k/2)) W_t` and its derivatives as matrix products over padded images.
//!
//! The gradient of `x` is the convolution of that of `y`, spread out to the grid, with the taps in reverse order and
//! their matrices transposed; this holds for fields that continue periodically or by zeros.

use super::memory::{numbers, tensor};
use super::product::{Matrix, Target, product};
use super::window::Geometry;
use crate::block::Padding;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};
use burn::tensor::Shape;
use rayon::prelude::*;

/// Groups of images whose weight gradients are summed apart, whatever the number of threads.
const GROUPS: usize = 8;

/// A convolution of fields with the channels last.
#[backend_extension(Flex, Autodiff)]
pub(crate) trait Convolve: Backend {
    /// # Shapes   x: `[batch, point, inputs]`, weight: `[tap, inputs, outputs]` → `[batch, point after, outputs]`
    fn convolve(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        geometry: Geometry,
    ) -> FloatTensor<Self>;
}

impl Geometry {
    /// Whether the gradients of this convolution are written here.
    pub(crate) fn is_fused(&self) -> bool {
        self.padding != Padding::Reflect
    }
}

impl Convolve for Flex {
    fn convolve(x: FlexTensor, weight: FlexTensor, geometry: Geometry) -> FlexTensor {
        let (x, weight) = (x.to_contiguous(), weight.to_contiguous());
        let (batch, [_, inputs, outputs]) = (x.layout().shape()[0], sizes(&weight));
        let layer = Layer {
            geometry,
            inputs,
            outputs,
            weight: numbers(&weight),
        };
        let y = layer.correlate(numbers(&x), 1, batch);
        let points = geometry.after().iter().product();
        tensor(y, Shape::new([batch, points, outputs]))
    }
}

impl<C: CheckpointStrategy> Convolve for Autodiff<Flex, C> {
    fn convolve(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        geometry: Geometry,
    ) -> FloatTensor<Self> {
        let derivative = Derivative.prepare::<C>([x.node(), weight.node()]);
        let [x, weight] = [x, weight].map(|tensor| tensor.into_primitive().to_contiguous());
        let y = Flex::convolve(x.clone(), weight.clone(), geometry);
        match derivative.compute_bound().stateful() {
            OpsKind::Tracked(derivative) => derivative.finish((x, weight, geometry), y),
            OpsKind::UnTracked(derivative) => derivative.finish(y),
        }
    }
}

#[derive(Debug)]
struct Derivative;

impl Backward<Flex, 2> for Derivative {
    type State = (FlexTensor, FlexTensor, Geometry);

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let [x_node, weight_node] = ops.parents;
        let (x, weight, geometry) = ops.state;
        let gradient = gradients.consume::<Flex>(&ops.node).to_contiguous();
        let (batch, [taps, inputs, outputs]) = (x.layout().shape()[0], sizes(&weight));
        if let Some(node) = x_node {
            let reversed = reversed(numbers(&weight), taps, inputs, outputs);
            let layer = Layer {
                geometry: geometry.dense(),
                inputs: outputs,
                outputs: inputs,
                weight: &reversed,
            };
            let values = layer.correlate(numbers(&gradient), geometry.stride, batch);
            gradients.register::<Flex>(node.id, tensor(values, x.layout().shape().clone()));
        }
        if let Some(node) = weight_node {
            let layer = Layer {
                geometry,
                inputs,
                outputs,
                weight: numbers(&weight),
            };
            let values = layer.weight_gradient(numbers(&x), numbers(&gradient), batch);
            gradients.register::<Flex>(node.id, tensor(values, weight.layout().shape().clone()));
        }
    }
}

/// A convolution with its weights, `[tap, inputs, outputs]`.
struct Layer<'a> {
    geometry: Geometry,
    inputs: usize,
    outputs: usize,
    weight: &'a [f32],
}

impl Layer<'_> {
    /// The convolution of images of which every `spacing`-th point of the grid is given.
    fn correlate(&self, x: &[f32], spacing: usize, batch: usize) -> Vec<f32> {
        let points: usize = self.geometry.after().iter().product();
        let mut y = vec![0.0; batch * points * self.outputs];
        let images = y.par_chunks_mut(points * self.outputs);
        let sources = x.par_chunks(x.len() / batch);
        images.zip(sources).for_each_init(
            || (Vec::new(), Vec::new()),
            |(padded, rows), (y, x)| {
                self.geometry.pad(x, spacing, self.inputs, padded);
                if !self.geometry.has_gaps() {
                    return self.products(padded, y);
                }
                rows.resize(self.geometry.segments()[0].rows * self.outputs, 0.0);
                self.products(padded, rows);
                let line = self.geometry.after()[2] * self.outputs;
                for (y, row) in y.chunks_mut(line).zip(self.geometry.lines()) {
                    let start = row * self.outputs;
                    y.copy_from_slice(&rows[start..start + line]);
                }
            },
        );
        y
    }

    /// The rows of one image.
    fn products(&self, padded: &[f32], rows: &mut [f32]) {
        let windows = self.geometry.windows();
        for segment in self.geometry.segments() {
            let start = segment.row * self.outputs;
            let rows = &mut rows[start..start + segment.rows * self.outputs];
            for (i, window) in windows.iter().enumerate() {
                let target = if i == 0 { Target::Replace } else { Target::Add };
                let size = window.taps * self.inputs;
                let weight = &self.weight[window.first * self.inputs * self.outputs..];
                let weight = Matrix::new(weight, size, self.outputs);
                let values = &padded[(segment.start + window.offset) * self.inputs..];
                let stride = self.geometry.stride * self.inputs;
                let values = Matrix::with_stride(values, segment.rows, size, stride);
                product(rows, target, values, weight);
            }
        }
    }

    /// The gradient of the weights: sums over groups of images, and then over the groups.
    fn weight_gradient(&self, x: &[f32], y_bar: &[f32], batch: usize) -> Vec<f32> {
        let images = batch.div_ceil(GROUPS);
        let groups = x
            .par_chunks(images * (x.len() / batch))
            .zip(y_bar.par_chunks(images * (y_bar.len() / batch)));
        let sums: Vec<Vec<f32>> = groups
            .map(|(x, y_bar)| {
                let mut sum = vec![0.0; self.geometry.taps() * self.inputs * self.outputs];
                let (mut padded, mut rows) = (Vec::new(), Vec::new());
                let points: usize = self.geometry.grid.iter().product();
                let after: usize = self.geometry.after().iter().product();
                let sources = x.chunks(points * self.inputs);
                for (x, y_bar) in sources.zip(y_bar.chunks(after * self.outputs)) {
                    self.geometry.pad(x, 1, self.inputs, &mut padded);
                    self.add_weight_gradient(&padded, self.with_gaps(y_bar, &mut rows), &mut sum);
                }
                sum
            })
            .collect();
        let mut sums = sums.into_iter();
        let first = sums.next().unwrap_or_default();
        sums.fold(first, |mut total, sum| {
            total
                .iter_mut()
                .zip(sum)
                .for_each(|(total, sum)| *total += sum);
            total
        })
    }

    /// The rows of an image as far apart as its products left them, zeros between the lines.
    fn with_gaps<'a>(&self, y: &'a [f32], rows: &'a mut Vec<f32>) -> &'a [f32] {
        if !self.geometry.has_gaps() {
            return y;
        }
        rows.clear();
        rows.resize(self.geometry.segments()[0].rows * self.outputs, 0.0);
        let line = self.geometry.after()[2] * self.outputs;
        for (y, row) in y.chunks(line).zip(self.geometry.lines()) {
            let start = row * self.outputs;
            rows[start..start + line].copy_from_slice(y);
        }
        rows
    }

    /// Adds what one image gives.
    fn add_weight_gradient(&self, padded: &[f32], rows: &[f32], sum: &mut [f32]) {
        let windows = self.geometry.windows();
        for segment in self.geometry.segments() {
            let rows = &rows[segment.row * self.outputs..];
            let rows = Matrix::new(rows, segment.rows, self.outputs);
            for window in &windows {
                let size = window.taps * self.inputs;
                let values = &padded[(segment.start + window.offset) * self.inputs..];
                let stride = self.geometry.stride * self.inputs;
                let values = Matrix::with_stride(values, segment.rows, size, stride);
                let start = window.first * self.inputs * self.outputs;
                let sum = &mut sum[start..start + size * self.outputs];
                product(sum, Target::Add, values.transposed(), rows);
            }
        }
    }
}

/// The taps in reverse order, their matrices transposed: `[tap, inputs, outputs]` → `[tap, outputs, inputs]`.
fn reversed(weight: &[f32], taps: usize, inputs: usize, outputs: usize) -> Vec<f32> {
    let mut reversed = Vec::with_capacity(weight.len());
    for tap in (0..taps).rev() {
        let matrix = &weight[tap * inputs * outputs..(tap + 1) * inputs * outputs];
        for output in 0..outputs {
            reversed.extend((0..inputs).map(|input| matrix[input * outputs + output]));
        }
    }
    reversed
}

fn sizes(weight: &FlexTensor) -> [usize; 3] {
    let shape = weight.layout().shape();
    [shape[0], shape[1], shape[2]]
}
