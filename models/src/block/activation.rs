//! Smooth activations.

use crate::kernel::{self, activation::Activations};
use burn::backend::Dispatch;
use burn::tensor::Tensor;
use burn::tensor::activation as composed;

/// `x Φ(x)` with the distribution function `Φ` of a standard normal variable, in its exact form as `PyTorch`'s default.
///
/// Hendrycks & Gimpel (2016), §2.
pub fn gelu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    if kernel::takes(&x) {
        Tensor::from_dispatch(<Dispatch as Activations>::fused_gelu(x.into_dispatch()))
    } else {
        composed::gelu(x)
    }
}

/// `x / (1 + exp(−x))`, also called swish.
///
/// Elfwing, Uchibe & Doya (2018), eq. 6.
pub fn silu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    if kernel::takes(&x) {
        Tensor::from_dispatch(<Dispatch as Activations>::fused_silu(x.into_dispatch()))
    } else {
        composed::silu(x)
    }
}
