//! Two tensors as one: their channels side by side, or their sum.

use super::memory::{CHUNK, Pieces, numbers, owned, tensor, writable};
use super::sum::add_rows;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};
use burn::tensor::Shape;
use rayon::prelude::*;
use std::mem::MaybeUninit;
use std::ops::Range;

/// Joints of two tensors, on every core.
#[backend_extension(Flex, Autodiff)]
pub(crate) trait Join: Backend {
    /// # Shapes   a: `[batch, point, m]`, b: `[batch, point, n]` → `[batch, point, m + n]`
    fn beside(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self>;

    /// # Shapes   a, b: `[batch, point, channel]` → the same
    fn sum_of(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self>;
}

impl Join for Flex {
    fn beside(a: FlexTensor, b: FlexTensor) -> FlexTensor {
        let [a, b] = [a, b].map(|tensor| tensor.to_contiguous());
        let shape = a.layout().shape().clone();
        let (m, n) = (shape[2], b.layout().shape()[2]);
        let y = joined(numbers(&a), numbers(&b), [m, n]);
        tensor(y, Shape::new([shape[0], shape[1], m + n]))
    }

    fn sum_of(a: FlexTensor, b: FlexTensor) -> FlexTensor {
        let (a, mut sum) = (a.to_contiguous(), writable(b));
        let pieces = owned(&mut sum).expect("it was copied if need be");
        let pieces = pieces.par_chunks_mut(CHUNK);
        let pairs = pieces.zip(numbers(&a).par_chunks(CHUNK));
        pairs.for_each(|(sum, a)| add_rows(sum, a));
        sum
    }
}

impl<C: CheckpointStrategy> Join for Autodiff<Flex, C> {
    fn beside(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
        let derivative = Beside.prepare::<C>([a.node(), b.node()]);
        let [a, b] = [a, b].map(|tensor| tensor.into_primitive());
        let shapes = [&a, &b].map(|tensor| tensor.layout().shape().clone());
        let y = Flex::beside(a, b);
        match derivative.compute_bound().stateful() {
            OpsKind::Tracked(derivative) => derivative.finish(shapes, y),
            OpsKind::UnTracked(derivative) => derivative.finish(y),
        }
    }

    fn sum_of(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
        let derivative = Sum.prepare::<C>([a.node(), b.node()]);
        let [a, b] = [a, b].map(|tensor| tensor.into_primitive());
        let y = Flex::sum_of(a, b);
        match derivative.compute_bound().stateful() {
            OpsKind::Tracked(derivative) => derivative.finish((), y),
            OpsKind::UnTracked(derivative) => derivative.finish(y),
        }
    }
}

#[derive(Debug)]
struct Beside;

impl Backward<Flex, 2> for Beside {
    type State = [Shape; 2];

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let y_bar = gradients.consume::<Flex>(&ops.node).to_contiguous();
        let width = ops.state.each_ref().map(|shape| shape[2]);
        let row = width[0] + width[1];
        let parts = ops.parents.into_iter().zip(ops.state);
        for ((node, shape), first) in parts.zip([0, width[0]]) {
            if let Some(node) = node {
                let part = part(numbers(&y_bar), row, first..first + shape[2]);
                gradients.register::<Flex>(node.id, tensor(part, shape));
            }
        }
    }
}

#[derive(Debug)]
struct Sum;

impl Backward<Flex, 2> for Sum {
    type State = ();

    fn backward(
        self,
        ops: Ops<(), 2>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let y_bar = gradients.consume::<Flex>(&ops.node);
        for node in ops.parents.into_iter().flatten() {
            gradients.register::<Flex>(node.id, y_bar.clone());
        }
    }
}

/// Rows of `m` numbers of `a` and `n` of `b` in turn.
fn joined(a: &[f32], b: &[f32], [m, n]: [usize; 2]) -> Vec<f32> {
    let rows = Pieces::of_rows(a.len() + b.len(), a.len() + b.len(), m + n);
    rows.collect(
        || (),
        |(), place, y| {
            let first = place.start / (m + n);
            let parts = a[first * m..]
                .chunks_exact(m)
                .zip(b[first * n..].chunks_exact(n));
            for (y, (a, b)) in y.chunks_exact_mut(m + n).zip(parts) {
                let (left, right) = y.split_at_mut(m);
                left.write_copy_of_slice(a);
                right.write_copy_of_slice(b);
            }
        },
    )
}

/// Some numbers of every row of `row` numbers.
fn part(y: &[f32], row: usize, columns: Range<usize>) -> Vec<f32> {
    let (count, len) = (columns.len(), y.len() / row * columns.len());
    Pieces::of_rows(len, len, count).collect(
        || (),
        |(), place, part: &mut [MaybeUninit<f32>]| {
            let rows = y[place.start / count * row..].chunks_exact(row);
            for (part, y) in part.chunks_exact_mut(count).zip(rows) {
                part.write_copy_of_slice(&y[columns.clone()]);
            }
        },
    )
}
