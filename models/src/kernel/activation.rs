//! Activations and their derivatives in one pass each.

use super::elementwise::{Smooth, products, values, values_and_slopes};
use super::gelu::Gelu;
use super::silu::Silu;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind, unary};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};

/// Activations of numbers in single precision.
#[backend_extension(Flex, Autodiff)]
pub(crate) trait Activations: Backend {
    /// `x Φ(x)`.
    fn fused_gelu(x: FloatTensor<Self>) -> FloatTensor<Self>;

    /// `x / (1 + exp(−x))`.
    fn fused_silu(x: FloatTensor<Self>) -> FloatTensor<Self>;
}

impl Activations for Flex {
    fn fused_gelu(x: FlexTensor) -> FlexTensor {
        values::<Gelu>(x)
    }

    fn fused_silu(x: FlexTensor) -> FlexTensor {
        values::<Silu>(x)
    }
}

impl<C: CheckpointStrategy> Activations for Autodiff<Flex, C> {
    fn fused_gelu(x: FloatTensor<Self>) -> FloatTensor<Self> {
        recorded::<Gelu, C>(x)
    }

    fn fused_silu(x: FloatTensor<Self>) -> FloatTensor<Self> {
        recorded::<Silu, C>(x)
    }
}

/// `f(x)`, which keeps `f'(x)` for its derivative where one is asked for: both have most of their steps in common.
fn recorded<F: Smooth, C: CheckpointStrategy>(
    x: FloatTensor<Autodiff<Flex, C>>,
) -> FloatTensor<Autodiff<Flex, C>> {
    let derivative = Derivative.prepare::<C>([x.node()]);
    let x = x.into_primitive();
    match derivative.compute_bound().stateful() {
        OpsKind::Tracked(derivative) => {
            let [y, slopes] = values_and_slopes::<F>(x);
            derivative.finish(slopes, y)
        }
        OpsKind::UnTracked(derivative) => derivative.finish(values::<F>(x)),
    }
}

#[derive(Debug)]
struct Derivative;

impl Backward<Flex, 1> for Derivative {
    type State = FlexTensor;

    fn backward(
        self,
        ops: Ops<FlexTensor, 1>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        unary::<Flex, _>(ops.parents, ops.node, gradients, |gradient| {
            products(gradient, &ops.state)
        });
    }
}
