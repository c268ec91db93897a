//! The numbers of burn's CPU tensors as slices.

use burn::backend::flex::{FlexTensor, Layout};
use burn::tensor::{Bytes, DType, Shape};
use rayon::prelude::*;
use std::mem::MaybeUninit;

/// Numbers a task takes: large enough to hide its cost, small enough to stay in a core's cache.
pub(super) const CHUNK: usize = 1 << 13;

/// The numbers of a contiguous tensor.
pub(super) fn numbers(x: &FlexTensor) -> &[f32] {
    x.as_slice()
        .expect("contiguous numbers in single precision")
}

/// The numbers of a tensor that fills its memory and shares it with no other.
pub(super) fn owned(x: &mut FlexTensor) -> Option<&mut [f32]> {
    let len = x.layout().num_elements();
    x.try_storage_mut().filter(|values| values.len() == len)
}

/// A tensor of `values` with the shape of `like`.
pub(super) fn tensor_like(values: Vec<f32>, like: &FlexTensor) -> FlexTensor {
    tensor(values, like.layout().shape().clone())
}

/// A tensor of `values`.
pub(super) fn tensor(values: Vec<f32>, shape: Shape) -> FlexTensor {
    FlexTensor::new(
        Bytes::from_elems(values),
        Layout::contiguous(shape),
        DType::F32,
    )
}

/// `len` numbers written by `fill`, which is given where a piece starts and the piece, and writes the whole of it.
pub(super) fn collect(
    len: usize,
    fill: impl Fn(usize, &mut [MaybeUninit<f32>]) + Sync,
) -> Vec<f32> {
    let mut values = Vec::with_capacity(len);
    let pieces = values.spare_capacity_mut()[..len].par_chunks_mut(CHUNK);
    pieces
        .enumerate()
        .for_each(|(i, piece)| fill(i * CHUNK, piece));
    #[allow(unsafe_code, reason = "writing zeros first costs a third of the time")]
    // SAFETY: the pieces cover the first `len` places, and `fill` writes the whole of every piece.
    unsafe {
        values.set_len(len);
    }
    values
}
