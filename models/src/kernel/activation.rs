//! Activations and their derivatives in one pass each.

use super::elementwise::{Smooth, pull_back, values};
use super::gelu::Gelu;
use super::silu::Silu;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind, unary};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};
use std::fmt;
use std::marker::PhantomData;

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

/// `f(x)`, which keeps `x` for its derivative where one is asked for.
fn recorded<F: Smooth, C: CheckpointStrategy>(
    x: FloatTensor<Autodiff<Flex, C>>,
) -> FloatTensor<Autodiff<Flex, C>> {
    let derivative = Derivative::<F>(PhantomData).prepare::<C>([x.node()]);
    let x = x.into_primitive();
    match derivative.compute_bound().stateful() {
        OpsKind::Tracked(derivative) => derivative.finish(x.clone(), values::<F>(x)),
        OpsKind::UnTracked(derivative) => derivative.finish(values::<F>(x)),
    }
}

struct Derivative<F>(PhantomData<F>);

impl<F> fmt::Debug for Derivative<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("derivative of an activation")
    }
}

impl<F: Smooth> Backward<Flex, 1> for Derivative<F> {
    type State = FlexTensor;

    fn backward(
        self,
        ops: Ops<FlexTensor, 1>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        unary::<Flex, _>(ops.parents, ops.node, gradients, |gradient| {
            pull_back::<F>(ops.state, gradient)
        });
    }
}
