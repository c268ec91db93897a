//! Transposed convolution `y_o = b + Σ x_i W_t` over all `stride i + t − margin = o`, and its derivatives.
//!
//! The adjoint of a convolution with a stride: its gradients are that convolution and the same products of rows.

use super::convolution::field_sums;
use super::gathering::{Gathering, Points};
use super::memory::{numbers, tensor, tensor_like};
use super::product::Matrix;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};
use burn::tensor::Shape;

/// From coarse grids to fine ones.
#[backend_extension(Flex, Autodiff)]
pub(crate) trait ConvolveTransposed: Backend {
    /// # Shapes   x: `[batch, coarse point, inputs]`, weight: `[inputs, tap, outputs]`, rows: `[1, outputs]` →
    /// `[batch, fine point, outputs]`
    fn convolve_transposed(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        rows: FloatTensor<Self>,
        points: Points,
    ) -> FloatTensor<Self>;
}

impl ConvolveTransposed for Flex {
    fn convolve_transposed(
        x: FlexTensor,
        weight: FlexTensor,
        rows: FlexTensor,
        points: Points,
    ) -> FlexTensor {
        let [x, weight, rows] = [x, weight, rows].map(|tensor| tensor.to_contiguous());
        let (batch, outputs) = (x.layout().shape()[0], weight.layout().shape()[2]);
        let gathering = Gathering::new(points, outputs);
        let y = gathering.scattered(numbers(&x), matrix(&weight), numbers(&rows), batch);
        let fine = points.fine.iter().product();
        tensor(y, Shape::new([batch, fine, outputs]))
    }
}

impl<C: CheckpointStrategy> ConvolveTransposed for Autodiff<Flex, C> {
    fn convolve_transposed(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        rows: FloatTensor<Self>,
        points: Points,
    ) -> FloatTensor<Self> {
        let derivative = Derivative.prepare::<C>([x.node(), weight.node(), rows.node()]);
        let [x, weight, rows] = [x, weight, rows].map(|tensor| tensor.into_primitive());
        let [x, weight] = [x, weight].map(|tensor| tensor.to_contiguous());
        let shape = rows.layout().shape().clone();
        let y = Flex::convolve_transposed(x.clone(), weight.clone(), rows, points);
        match derivative.compute_bound().stateful() {
            OpsKind::Tracked(derivative) => derivative.finish((x, weight, shape, points), y),
            OpsKind::UnTracked(derivative) => derivative.finish(y),
        }
    }
}

#[derive(Debug)]
struct Derivative;

impl Backward<Flex, 3> for Derivative {
    type State = (FlexTensor, FlexTensor, Shape, Points);

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let [x_node, weight_node, rows_node] = ops.parents;
        let (x, weight, shape, points) = ops.state;
        let gradient = gradients.consume::<Flex>(&ops.node).to_contiguous();
        let y_bar = numbers(&gradient);
        let (batch, outputs) = (x.layout().shape()[0], weight.layout().shape()[2]);
        let gathering = Gathering::new(points, outputs);
        if let Some(node) = rows_node {
            let rows = tensor(field_sums(y_bar, &shape), shape);
            gradients.register::<Flex>(node.id, rows);
        }
        if let Some(node) = x_node {
            let x_bar = gathering.gathered(y_bar, matrix(&weight).transposed(), &[], batch);
            gradients.register::<Flex>(node.id, tensor_like(x_bar, &x));
        }
        if let Some(node) = weight_node {
            let weight_bar = gathering.products_transposed(y_bar, numbers(&x), batch);
            gradients.register::<Flex>(node.id, tensor_like(weight_bar, &weight));
        }
    }
}

/// The weights of all taps side by side, `[inputs, tap · outputs]`.
fn matrix(weight: &FlexTensor) -> Matrix<'_> {
    let shape = weight.layout().shape();
    Matrix::new(numbers(weight), shape[0], shape[1] * shape[2])
}
