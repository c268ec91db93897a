//! Operations that burn's CPU backend would take several passes over memory for, in one pass each.
//!
//! They are extensions of the `flex` backend with derivatives of their own, and are called for numbers in single
//! precision on that backend; every other case is left to burn's operations. One operation a file.

pub(crate) mod activation;
pub(crate) mod convolution;
mod elementwise;
mod function;
mod gelu;
mod memory;
pub(crate) mod mixing;
mod product;
pub(crate) mod rows;
mod silu;
pub(crate) mod window;

use burn::tensor::{DType, Device, Tensor};

/// Whether the operations of this module take `x`.
pub(crate) fn takes<const D: usize>(x: &Tensor<D>) -> bool {
    x.dtype() == DType::F32 && x.device() == Device::flex()
}
