//! Operations that burn's CPU backend would take several passes over memory for, in one pass each.
//!
//! They are extensions of the `flex` backend with derivatives of their own, and are called for numbers in single
//! precision on that backend; every other case is left to burn's operations. One operation a file. The loops and products
//! beneath them serve [`inference`](crate::inference), too.

pub(crate) mod activation;
pub(crate) mod contraction;
pub(crate) mod convolution;
pub(crate) mod dense;
pub(crate) mod elementwise;
pub(crate) mod folding;
mod function;
mod gather;
pub(crate) mod gathering;
pub(crate) mod gelu;
pub(crate) mod joining;
mod memory;
pub(crate) mod mixing;
mod moments;
pub(crate) mod normalisation;
mod normalisation_loops;
pub(crate) mod normalised;
mod normalised_loops;
mod product;
pub(crate) mod scratch;
pub(crate) mod signs;
mod silu;
mod sliding;
pub(crate) mod stack;
mod sum;
pub(crate) mod tile;
pub(crate) mod transposed;
pub(crate) mod updates;
mod vectors;
pub(crate) mod window;
mod winograd;

use burn::tensor::{DType, Device, Tensor};

/// Whether the operations of this module take `x`.
pub(crate) fn takes<const D: usize>(x: &Tensor<D>) -> bool {
    x.dtype() == DType::F32 && x.device() == Device::flex()
}
