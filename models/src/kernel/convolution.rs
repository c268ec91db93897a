//! `y_x = b + Σ_t x_(s x + d (t − k/2)) W_t` and its derivatives as matrix products.
//!
//! Which products is chosen by the shape: over padded images whose rows overlap ([`sliding`](super::sliding)), over
//! tiles of 2 points per axis where there are many channels ([`winograd`](super::winograd)), or over rows that are
//! gathered where points are skipped ([`gathering`](super::gathering)).

use super::gathering::{Gathering, Points};
use super::memory::{numbers, tensor, tensor_like};
use super::product::Matrix;
use super::sliding::Sliding;
use super::sum::over_rows;
use super::window::Geometry;
use super::winograd::Winograd;
use crate::block::Padding;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};
use burn::tensor::Shape;
use rayon::prelude::*;
use std::sync::Arc;

/// A convolution of fields with the channels last.
#[backend_extension(Flex, Autodiff)]
pub(crate) trait Convolve: Backend {
    /// Rows are added to all points of one field each, or one row to all fields.
    ///
    /// # Shapes   x: `[batch, point, inputs]`, weight: `[tap, inputs, outputs]`, rows: `[batch or 1, outputs]` →
    /// `[batch, point after, outputs]`
    fn convolve(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        rows: FloatTensor<Self>,
        geometry: Geometry,
        planes: Planes,
    ) -> FloatTensor<Self>;
}

/// The weights of a convolution on tiles, where they were made once for all its uses, from the given place on: that of a line of
/// the cache.
#[derive(Debug, Clone, Default)]
pub(crate) struct Planes(Option<Arc<(Vec<f32>, usize)>>);

/// Numbers in a line of the cache.
const LINE: usize = 16;

impl Planes {
    /// Those of `weight`, `[tap, inputs, outputs]`; none where the shape of the convolution has none.
    pub(crate) fn new(weight: &[f32], inputs: usize, outputs: usize, geometry: Geometry) -> Self {
        let layer = Layer {
            geometry,
            inputs,
            outputs,
            weight,
            planes: None,
        };
        Self(Winograd::new(&layer).map(|winograd| Arc::new(aligned(&winograd.settled_weights()))))
    }

    fn numbers(&self) -> Option<&[f32]> {
        let (values, start) = &**self.0.as_ref()?;
        Some(&values[*start..])
    }
}

/// The numbers from the first place of a line of the cache on, and that place.
fn aligned(numbers: &[f32]) -> (Vec<f32>, usize) {
    let mut values: Vec<f32> = Vec::with_capacity(numbers.len() + LINE);
    let start = values.as_ptr().align_offset(size_of::<f32>() * LINE) % LINE;
    values.resize(start, 0.0);
    values.extend_from_slice(numbers);
    (values, start)
}

impl Geometry {
    /// Whether the gradients of this convolution are written here.
    pub(crate) fn is_fused(&self) -> bool {
        self.padding != Padding::Reflect
    }
}

impl Convolve for Flex {
    fn convolve(
        x: FlexTensor,
        weight: FlexTensor,
        rows: FlexTensor,
        geometry: Geometry,
        planes: Planes,
    ) -> FlexTensor {
        let [x, weight, rows] = [x, weight, rows].map(|tensor| tensor.to_contiguous());
        let mut layer = Layer::new(&weight, geometry);
        layer.planes = planes.numbers();
        let batch = x.layout().shape()[0];
        let y = layer.values(numbers(&x), numbers(&rows), batch);
        let points = geometry.after().iter().product();
        tensor(y, Shape::new([batch, points, layer.outputs]))
    }
}

impl<C: CheckpointStrategy> Convolve for Autodiff<Flex, C> {
    fn convolve(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        rows: FloatTensor<Self>,
        geometry: Geometry,
        planes: Planes,
    ) -> FloatTensor<Self> {
        let derivative = Derivative.prepare::<C>([x.node(), weight.node(), rows.node()]);
        let [x, weight, rows] = [x, weight, rows].map(|tensor| tensor.into_primitive());
        let [x, weight] = [x, weight].map(|tensor| tensor.to_contiguous());
        let shape = rows.layout().shape().clone();
        let y = Flex::convolve(x.clone(), weight.clone(), rows, geometry, planes);
        match derivative.compute_bound().stateful() {
            OpsKind::Tracked(derivative) => derivative.finish((x, weight, shape, geometry), y),
            OpsKind::UnTracked(derivative) => derivative.finish(y),
        }
    }
}

#[derive(Debug)]
struct Derivative;

impl Backward<Flex, 3> for Derivative {
    type State = (FlexTensor, FlexTensor, Shape, Geometry);

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let [x_node, weight_node, rows_node] = ops.parents;
        let (x, weight, shape, geometry) = ops.state;
        let gradient = gradients.consume::<Flex>(&ops.node).to_contiguous();
        let (layer, y_bar) = (Layer::new(&weight, geometry), numbers(&gradient));
        let batch = x.layout().shape()[0];
        if let Some(node) = rows_node {
            let rows = tensor(field_sums(y_bar, &shape), shape);
            gradients.register::<Flex>(node.id, rows);
        }
        if let Some(node) = x_node {
            let x_bar = layer.input_gradient(y_bar, batch);
            gradients.register::<Flex>(node.id, tensor_like(x_bar, &x));
        }
        if let Some(node) = weight_node {
            let weight_bar = layer.weight_gradient(numbers(&x), y_bar, batch);
            gradients.register::<Flex>(node.id, tensor_like(weight_bar, &weight));
        }
    }
}

/// The sum over the points of every field, or of all fields, as rows of `shape` say.
pub(super) fn field_sums(y_bar: &[f32], shape: &Shape) -> Vec<f32> {
    let [rows, outputs] = [shape[0], shape[1]];
    let fields = y_bar.par_chunks((y_bar.len() / rows).max(1));
    let sums: Vec<Vec<f32>> = fields.map(|field| over_rows(field, outputs)).collect();
    sums.concat()
}

/// Shift of all points of a field: its row, the one row of all fields, or none.
pub(super) fn row_of(rows: &[f32], outputs: usize, field: usize) -> &[f32] {
    match rows.len() / outputs {
        0 | 1 => rows,
        _ => &rows[field * outputs..][..outputs],
    }
}

/// A convolution with its weights, `[tap, inputs, outputs]`.
pub(super) struct Layer<'a> {
    pub(super) geometry: Geometry,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) weight: &'a [f32],
    /// Those on tiles, where they were made before.
    pub(super) planes: Option<&'a [f32]>,
}

impl<'a> Layer<'a> {
    pub(super) fn new(weight: &'a FlexTensor, geometry: Geometry) -> Self {
        let shape = weight.layout().shape();
        Self {
            geometry,
            inputs: shape[1],
            outputs: shape[2],
            weight: numbers(weight),
            planes: None,
        }
    }

    fn values(&self, x: &[f32], rows: &[f32], batch: usize) -> Vec<f32> {
        if let Some(gathering) = self.gathering() {
            return gathering.gathered(x, self.matrix(), rows, batch);
        }
        match Winograd::new(self) {
            Some(winograd) => winograd.values(x, rows, batch),
            None => Sliding(self).values(x, rows, batch),
        }
    }

    fn input_gradient(&self, y_bar: &[f32], batch: usize) -> Vec<f32> {
        if let Some(gathering) = self.gathering() {
            return gathering.scattered(y_bar, self.matrix().transposed(), &[], batch);
        }
        match Winograd::new(self) {
            Some(winograd) => winograd.input_gradient(y_bar, batch),
            None => Sliding(self).input_gradient(y_bar, batch),
        }
    }

    fn weight_gradient(&self, x: &[f32], y_bar: &[f32], batch: usize) -> Vec<f32> {
        if let Some(gathering) = self.gathering() {
            return gathering.products(x, y_bar, batch);
        }
        match Winograd::new(self) {
            Some(winograd) => winograd.weight_gradient(x, y_bar, batch),
            None => Sliding(self).weight_gradient(x, y_bar, batch),
        }
    }

    /// Points under the taps, where points are skipped.
    fn gathering(&self) -> Option<Gathering> {
        let geometry = self.geometry;
        let points = Points {
            fine: geometry.grid,
            coarse: geometry.after(),
            kernel: geometry.kernel,
            stride: geometry.stride,
            dilation: geometry.dilation,
            margin: [0, 1, 2].map(|axis| geometry.margin(axis)),
            padding: geometry.padding,
        };
        (geometry.stride > 1).then(|| Gathering::new(points, self.inputs))
    }

    /// The weights of all taps one below the other, `[tap · inputs, outputs]`.
    fn matrix(&self) -> Matrix<'_> {
        let taps = self.geometry.taps();
        Matrix::new(self.weight, taps * self.inputs, self.outputs)
    }
}
