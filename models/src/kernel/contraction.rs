//! `y_(o, p, s) = Σ_r x_(p, r, o) f_(s, r)`: the second axis of an array times a matrix, moved behind the others.
//!
//! Products write the order of axes that is asked for, so nothing is turned before or after them.

use super::memory::{CHUNK, Pieces, numbers, tensor};
use super::product::{Matrix, Target, product, shared_product, spaced_product};
use super::scratch::with_numbers;
use super::sum::over_items;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};
use burn::tensor::Shape;

/// Contractions of an array with a matrix.
#[backend_extension(Flex, Autodiff)]
pub(crate) trait Contract: Backend {
    /// # Shapes   x: `[part, rank, others]`, factor: `[size, rank]` → `[others, part, size]`
    fn contract(x: FloatTensor<Self>, factor: FloatTensor<Self>) -> FloatTensor<Self>;
}

impl Contract for Flex {
    fn contract(x: FlexTensor, factor: FlexTensor) -> FlexTensor {
        let [x, factor] = [x, factor].map(|tensor| tensor.to_contiguous());
        let sizes = Sizes::new(&x, &factor);
        let y = sizes.values(numbers(&x), numbers(&factor));
        tensor(y, Shape::new([sizes.others, sizes.parts, sizes.size]))
    }
}

impl<C: CheckpointStrategy> Contract for Autodiff<Flex, C> {
    fn contract(x: FloatTensor<Self>, factor: FloatTensor<Self>) -> FloatTensor<Self> {
        let derivative = Derivative.prepare::<C>([x.node(), factor.node()]);
        let [x, factor] = [x, factor].map(|tensor| tensor.into_primitive().to_contiguous());
        let y = Flex::contract(x.clone(), factor.clone());
        match derivative.compute_bound().stateful() {
            OpsKind::Tracked(derivative) => derivative.finish([x, factor], y),
            OpsKind::UnTracked(derivative) => derivative.finish(y),
        }
    }
}

#[derive(Debug)]
struct Derivative;

impl Backward<Flex, 2> for Derivative {
    type State = [FlexTensor; 2];

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let ([x, factor], [x_node, factor_node]) = (ops.state, ops.parents);
        let y_bar = gradients.consume::<Flex>(&ops.node).to_contiguous();
        let (sizes, y_bar) = (Sizes::new(&x, &factor), numbers(&y_bar));
        if let Some(node) = x_node {
            let x_bar = sizes.array_gradient(y_bar, numbers(&factor));
            gradients.register::<Flex>(node.id, tensor(x_bar, x.layout().shape().clone()));
        }
        if let Some(node) = factor_node {
            let factor_bar = sizes.factor_gradient(y_bar, numbers(&x));
            let shape = factor.layout().shape().clone();
            gradients.register::<Flex>(node.id, tensor(factor_bar, shape));
        }
    }
}

/// Lengths of the axes.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    parts: usize,
    rank: usize,
    others: usize,
    size: usize,
}

impl Sizes {
    fn new(x: &FlexTensor, factor: &FlexTensor) -> Self {
        let (shape, factor) = (x.layout().shape(), factor.layout().shape());
        assert_eq!(shape[1], factor[1], "a rank that both have");
        Self {
            parts: shape[0],
            rank: shape[1],
            others: shape[2],
            size: factor[0],
        }
    }

    /// Numbers of `y` that belong to one of the others.
    fn row(&self) -> usize {
        self.parts * self.size
    }

    /// `x_p` of some of the others, `[rank, others]`.
    fn array<'a>(&self, x: &'a [f32], part: usize, first: usize, count: usize) -> Matrix<'a> {
        let x = &x[part * self.rank * self.others + first..];
        Matrix::with_stride(x, self.rank, count, self.others)
    }

    /// `ȳ_p` of some of the others, `[others, size]`.
    fn answer<'a>(&self, y: &'a [f32], part: usize, first: usize, count: usize) -> Matrix<'a> {
        let y = &y[first * self.row() + part * self.size..];
        Matrix::with_stride(y, count, self.size, self.row())
    }

    fn values(&self, x: &[f32], factor: &[f32]) -> Vec<f32> {
        let (row, factor) = (self.row(), Matrix::new(factor, self.size, self.rank));
        let rows = Pieces {
            len: self.others * row,
            field: self.others * row,
            piece: row * (4 * CHUNK / row).max(1),
        };
        let own = || ();
        rows.collect(own, |(), place, y| {
            let (first, count) = (place.start / row, y.len() / row);
            with_numbers(y.len(), |products| {
                for part in 0..self.parts {
                    let x = self.array(x, part, first, count).transposed();
                    let products = &mut products[part * self.size..];
                    spaced_product(products, row, x, factor.transposed());
                }
                y.write_copy_of_slice(products);
            });
        })
    }

    /// `x̄_(p, r, o) = Σ_s f_(s, r) ȳ_(o, p, s)`.
    fn array_gradient(&self, y_bar: &[f32], factor: &[f32]) -> Vec<f32> {
        let factor = Matrix::new(factor, self.size, self.rank).transposed();
        let mut x_bar = vec![0.0; self.parts * self.rank * self.others];
        for (part, x_bar) in x_bar.chunks_mut(self.rank * self.others).enumerate() {
            let y_bar = self.answer(y_bar, part, 0, self.others);
            shared_product(x_bar, factor, y_bar.transposed());
        }
        x_bar
    }

    /// `f̄_(s, r) = Σ_(o, p) ȳ_(o, p, s) x_(p, r, o)`.
    fn factor_gradient(&self, y_bar: &[f32], x: &[f32]) -> Vec<f32> {
        over_items(self.others, self.size * self.rank, |others, sum| {
            let (first, count) = (others.start, others.len());
            for part in 0..self.parts {
                let y_bar = self.answer(y_bar, part, first, count).transposed();
                let x = self.array(x, part, first, count).transposed();
                product(sum, Target::Add, y_bar, x);
            }
        })
    }
}
