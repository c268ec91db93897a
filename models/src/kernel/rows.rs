//! `y_i = x_i + b_(i mod r)`: `r` rows added to a matrix again and again, in place where nothing else holds it.
//!
//! A bias is one row; one row a state is what depends on the parameters of the states when they vary fastest.

use super::memory::{CHUNK, numbers, owned, tensor, tensor_like};
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};
use burn::tensor::Shape;
use rayon::prelude::*;

/// Rows added to a matrix.
#[backend_extension(Flex, Autodiff)]
pub(crate) trait AddRows: Backend {
    /// # Shapes   x: `[n · r, column]`, rows: `[r, column]` → `[n · r, column]`
    fn add_rows(x: FloatTensor<Self>, rows: FloatTensor<Self>) -> FloatTensor<Self>;
}

impl AddRows for Flex {
    fn add_rows(x: FlexTensor, rows: FlexTensor) -> FlexTensor {
        let (mut x, rows) = (x.to_contiguous(), rows.to_contiguous());
        if owned(&mut x).is_none() {
            x = tensor_like(numbers(&x).to_vec(), &x);
        }
        let rows = numbers(&rows);
        let y = owned(&mut x).expect("it was copied if need be");
        y.par_chunks_mut(piece(rows.len())).for_each(|y| {
            for y in y.chunks_exact_mut(rows.len()) {
                y.iter_mut().zip(rows).for_each(|(y, row)| *y += row);
            }
        });
        x
    }
}

impl<C: CheckpointStrategy> AddRows for Autodiff<Flex, C> {
    fn add_rows(x: FloatTensor<Self>, rows: FloatTensor<Self>) -> FloatTensor<Self> {
        let derivative = Derivative.prepare::<C>([x.node(), rows.node()]);
        let (x, rows) = (x.into_primitive(), rows.into_primitive());
        let shape = rows.layout().shape().clone();
        let y = Flex::add_rows(x, rows);
        match derivative.compute_bound().stateful() {
            OpsKind::Tracked(derivative) => derivative.finish(shape, y),
            OpsKind::UnTracked(derivative) => derivative.finish(y),
        }
    }
}

#[derive(Debug)]
struct Derivative;

impl Backward<Flex, 2> for Derivative {
    type State = Shape;

    fn backward(
        self,
        ops: Ops<Shape, 2>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let [x, rows] = ops.parents;
        let gradient = gradients.consume::<Flex>(&ops.node);
        if let Some(rows) = rows {
            let sum = sum_rows(&gradient, ops.state);
            gradients.register::<Flex>(rows.id, sum);
        }
        if let Some(x) = x {
            gradients.register::<Flex>(x.id, gradient);
        }
    }
}

/// The sum of every `r`-th row, in an order that does not depend on the number of threads.
fn sum_rows(x: &FlexTensor, shape: Shape) -> FlexTensor {
    let len = shape.num_elements();
    let x = x.to_contiguous();
    let sum_piece = |piece: &[f32]| {
        let mut sum = vec![0.0; len];
        for rows in piece.chunks_exact(len) {
            add(&mut sum, rows);
        }
        sum
    };
    let pieces = numbers(&x).par_chunks(piece(len));
    let sums: Vec<Vec<f32>> = pieces.map(sum_piece).collect();
    let mut total = vec![0.0; len];
    for sum in sums {
        add(&mut total, &sum);
    }
    tensor(total, shape)
}

fn add(sum: &mut [f32], rows: &[f32]) {
    sum.iter_mut().zip(rows).for_each(|(sum, x)| *sum += x);
}

/// Numbers a task takes, a multiple of `len`.
fn piece(len: usize) -> usize {
    len * CHUNK.div_ceil(len)
}
