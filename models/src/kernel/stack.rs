//! `y_i = a_i b_i`: products of two stacks of matrices, shared out to threads.

use super::memory::{numbers, tensor};
use super::product::{Matrix, Target, product, shared_product};
use super::sum::over_items;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};
use burn::tensor::Shape;
use rayon::prelude::*;

/// Products of stacks.
#[backend_extension(Flex, Autodiff)]
pub(crate) trait MultiplyStacks: Backend {
    /// A stack of one matrix has it for every matrix of the other.
    ///
    /// # Shapes   a: `[n or 1, rows, inner]`, b: `[n or 1, inner, columns]` → `[n, rows, columns]`
    fn multiply_stacks(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self>;
}

impl MultiplyStacks for Flex {
    fn multiply_stacks(a: FlexTensor, b: FlexTensor) -> FlexTensor {
        let [a, b] = [a, b].map(|tensor| tensor.to_contiguous());
        let (a, b) = (Stack::new(&a), Stack::new(&b));
        let shape = Shape::new([a.count.max(b.count), a.rows, b.columns]);
        tensor(products(a, b), shape)
    }
}

impl<C: CheckpointStrategy> MultiplyStacks for Autodiff<Flex, C> {
    fn multiply_stacks(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
        let derivative = Derivative.prepare::<C>([a.node(), b.node()]);
        let needed = [b.is_tracked(), a.is_tracked()];
        let [a, b] = [a, b].map(|tensor| tensor.into_primitive().to_contiguous());
        let y = Flex::multiply_stacks(a.clone(), b.clone());
        match derivative.compute_bound().stateful() {
            OpsKind::Tracked(derivative) => {
                let shapes = [&a, &b].map(|tensor| tensor.layout().shape().clone());
                let factors = [needed[0].then_some(a), needed[1].then_some(b)];
                derivative.finish((factors, shapes), y)
            }
            OpsKind::UnTracked(derivative) => derivative.finish(y),
        }
    }
}

#[derive(Debug)]
struct Derivative;

impl Backward<Flex, 2> for Derivative {
    /// Each factor where the gradient of the other one needs it, and the shapes of both.
    type State = ([Option<FlexTensor>; 2], [Shape; 2]);

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let ([a, b], [a_shape, b_shape]) = ops.state;
        let [a_node, b_node] = ops.parents;
        let y_bar = gradients.consume::<Flex>(&ops.node).to_contiguous();
        let y_bar = Stack::new(&y_bar);
        if let (Some(node), Some(b)) = (a_node, &b) {
            let a_bar = gradient(y_bar, Stack::new(b).transposed(), a_shape[0]);
            gradients.register::<Flex>(node.id, tensor(a_bar, a_shape));
        }
        if let (Some(node), Some(a)) = (b_node, &a) {
            let b_bar = gradient(Stack::new(a).transposed(), y_bar, b_shape[0]);
            gradients.register::<Flex>(node.id, tensor(b_bar, b_shape));
        }
    }
}

/// Matrices of one size, one after the other, or the transposes of such.
#[derive(Clone, Copy)]
struct Stack<'a> {
    values: &'a [f32],
    count: usize,
    rows: usize,
    columns: usize,
    is_transposed: bool,
}

impl<'a> Stack<'a> {
    /// The matrices of a contiguous tensor, `[count, rows, columns]`.
    fn new(x: &'a FlexTensor) -> Self {
        let shape = x.layout().shape();
        Self {
            values: numbers(x),
            count: shape[0],
            rows: shape[1],
            columns: shape[2],
            is_transposed: false,
        }
    }

    /// Rows for columns.
    fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            is_transposed: !self.is_transposed,
            ..self
        }
    }

    /// Matrix `i`, or the only one.
    fn matrix(&self, i: usize) -> Matrix<'a> {
        let len = self.rows * self.columns;
        let values = &self.values[i % self.count * len..][..len];
        if self.is_transposed {
            Matrix::new(values, self.columns, self.rows).transposed()
        } else {
            Matrix::new(values, self.rows, self.columns)
        }
    }
}

/// `a_i b_i` of all matrices.
fn products(a: Stack<'_>, b: Stack<'_>) -> Vec<f32> {
    let (count, len) = (a.count.max(b.count), a.rows * b.columns);
    let mut y = vec![0.0; count * len];
    if count == 1 {
        shared_product(&mut y, a.matrix(0), b.matrix(0));
    } else {
        let items = y.par_chunks_mut(len).enumerate();
        items.for_each(|(i, y)| product(y, Target::Replace, a.matrix(i), b.matrix(i)));
    }
    y
}

/// The gradient of a stack of `count` matrices: `a_i b_i`, or their sum where one matrix served all.
fn gradient(a: Stack<'_>, b: Stack<'_>, count: usize) -> Vec<f32> {
    let items = a.count.max(b.count);
    if count == items {
        return products(a, b);
    }
    over_items(items, a.rows * b.columns, |items, sum| {
        items.for_each(|i| product(sum, Target::Add, a.matrix(i), b.matrix(i)));
    })
}
