//! `y_i = x_i W + b_(i mod r)`: a dense layer over the rows of a matrix, with `r` rows added again and again.
//!
//! A bias is one row; one row per state is what depends on the parameters of the states when they vary fastest.

use super::memory::{CHUNK, Pieces, numbers, tensor, tensor_like};
use super::product::{Matrix, Target, product};
use super::sum::{over_items, over_rows};
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};
use burn::tensor::Shape;
use std::mem::MaybeUninit;

/// Numbers of the answer that a task computes by the crate of matrix products: enough rows to pay for the packing of the matrix.
const PIECE: usize = 1 << 15;

/// Dense layers.
#[backend_extension(Flex, Autodiff)]
pub(crate) trait Dense: Backend {
    /// # Shapes   x: `[n · r, inputs]`, weight: `[inputs, outputs]`, rows: `[r, outputs]` → `[n · r, outputs]`
    fn dense(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        rows: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

impl Dense for Flex {
    fn dense(x: FlexTensor, weight: FlexTensor, rows: FlexTensor) -> FlexTensor {
        let [x, weight, rows] = [x, weight, rows].map(|tensor| tensor.to_contiguous());
        let [inputs, outputs] = sizes(&weight);
        let matrix = Matrix::new(numbers(&weight), inputs, outputs);
        let y = mapped(numbers(&x), matrix, numbers(&rows));
        tensor(y, Shape::new([x.layout().shape()[0], outputs]))
    }
}

impl<C: CheckpointStrategy> Dense for Autodiff<Flex, C> {
    fn dense(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        rows: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let derivative = Derivative.prepare::<C>([x.node(), weight.node(), rows.node()]);
        let [x, weight, rows] = [x, weight, rows].map(|tensor| tensor.into_primitive());
        let [x, weight] = [x, weight].map(|tensor| tensor.to_contiguous());
        let shape = rows.layout().shape().clone();
        let y = Flex::dense(x.clone(), weight.clone(), rows);
        match derivative.compute_bound().stateful() {
            OpsKind::Tracked(derivative) => derivative.finish((x, weight, shape), y),
            OpsKind::UnTracked(derivative) => derivative.finish(y),
        }
    }
}

#[derive(Debug)]
struct Derivative;

impl Backward<Flex, 3> for Derivative {
    type State = (FlexTensor, FlexTensor, Shape);

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let [x_node, weight_node, rows_node] = ops.parents;
        let (x, weight, shape) = ops.state;
        let gradient = gradients.consume::<Flex>(&ops.node).to_contiguous();
        let [inputs, outputs] = sizes(&weight);
        let y_bar = numbers(&gradient);
        if let Some(node) = x_node {
            let matrix = Matrix::new(numbers(&weight), inputs, outputs).transposed();
            let x_bar = mapped(y_bar, matrix, &[]);
            gradients.register::<Flex>(node.id, tensor_like(x_bar, &x));
        }
        if let Some(node) = weight_node {
            let weight_bar = weight_gradient(numbers(&x), y_bar, [inputs, outputs]);
            gradients.register::<Flex>(node.id, tensor_like(weight_bar, &weight));
        }
        if let Some(node) = rows_node {
            let rows_bar = over_rows(y_bar, shape.num_elements());
            gradients.register::<Flex>(node.id, tensor(rows_bar, shape));
        }
    }
}

/// `x_i W`, and the given rows added in turn, if there are some.
fn mapped(x: &[f32], matrix: Matrix<'_>, rows: &[f32]) -> Vec<f32> {
    let [inputs, outputs] = matrix.sizes();
    let len = x.len() / inputs * outputs;
    let cycle = outputs.max(rows.len());
    let piece = if matrix.is_tiled() { CHUNK } else { PIECE };
    let pieces = Pieces {
        len,
        field: len,
        piece: cycle * (piece / cycle).max(1),
    };
    pieces.collect(Vec::new, |products, place, y| {
        let (first, count) = (place.start / outputs, y.len() / outputs);
        let x = &x[first * inputs..(first + count) * inputs];
        products.resize(y.len(), 0.0);
        product(
            products,
            Target::Replace,
            Matrix::new(x, count, inputs),
            matrix,
        );
        write_sum(y, products, rows);
    })
}

/// Writes `x` with rows added in turn, if there are some.
pub(super) fn write_sum(y: &mut [MaybeUninit<f32>], x: &[f32], rows: &[f32]) {
    if rows.is_empty() {
        y.write_copy_of_slice(x);
        return;
    }
    for (y, x) in y.chunks_mut(rows.len()).zip(x.chunks(rows.len())) {
        for ((y, x), row) in y.iter_mut().zip(x).zip(rows) {
            y.write(x + row);
        }
    }
}

/// `Σ_i x_iᵀ ȳ_i`.
fn weight_gradient(x: &[f32], y_bar: &[f32], [inputs, outputs]: [usize; 2]) -> Vec<f32> {
    over_items(x.len() / inputs, inputs * outputs, |rows, sum| {
        let (first, count) = (rows.start, rows.len());
        let x = Matrix::new(&x[first * inputs..], count, inputs);
        let y_bar = Matrix::new(&y_bar[first * outputs..], count, outputs);
        product(sum, Target::Add, x.transposed(), y_bar);
    })
}

fn sizes(weight: &FlexTensor) -> [usize; 2] {
    let shape = weight.layout().shape();
    [shape[0], shape[1]]
}
