//! The numbers of burn's CPU tensors as slices.

use burn::backend::flex::{FlexTensor, Layout};
use burn::tensor::{Bytes, DType, Shape};
use rayon::prelude::*;
use std::mem::{MaybeUninit, take};
use std::ops::Range;

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

/// A contiguous tensor that can be written on: `x`, or a copy where `x` shares its memory with another.
pub(super) fn writable(x: FlexTensor) -> FlexTensor {
    let mut x = x.to_contiguous();
    if owned(&mut x).is_some() {
        x
    } else {
        tensor_like(copied(numbers(&x)), &x)
    }
}

/// As many numbers as `others`, written by `fill`, which is given a piece of those and writes the whole of the piece beside it.
pub(super) fn collect_beside(
    others: &mut [f32],
    fill: impl Fn(&mut [f32], &mut [MaybeUninit<f32>]) + Sync,
) -> Vec<f32> {
    let len = others.len();
    let mut values = Vec::with_capacity(len);
    let pieces = values.spare_capacity_mut()[..len].par_chunks_mut(CHUNK);
    let pairs = others.par_chunks_mut(CHUNK).zip(pieces);
    pairs.for_each(|(others, values)| fill(others, values));
    #[allow(unsafe_code, reason = "writing zeros first costs a third of the time")]
    // SAFETY: the pieces cover the first `len` places, and `fill` writes the whole of every piece.
    unsafe {
        values.set_len(len);
    }
    values
}

/// Arrays of fields of `lens` numbers each, written by `fill` for groups of so many fields, with what it answers for each group:
/// it is given the fields and their places in every array, and writes the whole of them.
pub(super) fn collect_fields<const N: usize, R: Send>(
    fields: usize,
    group: usize,
    lens: [usize; N],
    fill: impl Fn(Range<usize>, [&mut [MaybeUninit<f32>]; N]) -> R + Sync,
) -> ([Vec<f32>; N], Vec<R>) {
    let mut arrays = lens.map(|len| Vec::with_capacity(fields * len));
    let mut rests = arrays.each_mut().map(Vec::spare_capacity_mut);
    let mut parts = Vec::new();
    for start in (0..fields).step_by(group) {
        let range = start..fields.min(start + group);
        let pieces: [_; N] = std::array::from_fn(|i| {
            let (piece, rest) = take(&mut rests[i]).split_at_mut(range.len() * lens[i]);
            rests[i] = rest;
            piece
        });
        parts.push((range, pieces));
    }
    let parts = parts.into_par_iter();
    let answers = parts.map(|(range, pieces)| fill(range, pieces)).collect();
    for (array, len) in arrays.iter_mut().zip(lens) {
        #[allow(unsafe_code, reason = "writing zeros first costs a third of the time")]
        // SAFETY: the pieces cover the first places of all fields, and `fill` writes the whole of every piece.
        unsafe {
            array.set_len(fields * len);
        }
    }
    (arrays, answers)
}

/// A copy, made on every core where that pays.
fn copied(x: &[f32]) -> Vec<f32> {
    Pieces::of(x.len()).collect(
        || (),
        |(), place, y| {
            y.write_copy_of_slice(&x[place.start..][..y.len()]);
        },
    )
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

/// A place in an array of fields: which field, and where in it.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) field: usize,
    pub(super) start: usize,
}

/// An array of `len` numbers, cut into fields of equal length, and those into pieces.
#[derive(Clone, Copy)]
pub(super) struct Pieces {
    pub(super) len: usize,
    pub(super) field: usize,
    pub(super) piece: usize,
}

impl Pieces {
    /// One field in pieces of [`CHUNK`] numbers.
    pub(super) fn of(len: usize) -> Self {
        Self {
            len,
            field: len,
            piece: CHUNK,
        }
    }

    /// Pieces of whole rows of `row` numbers, about [`CHUNK`] long.
    pub(super) fn of_rows(len: usize, field: usize, row: usize) -> Self {
        Self {
            len,
            field,
            piece: row * (CHUNK / row).max(1),
        }
    }

    /// The numbers written by `fill`, which is given something of its thread, a place and the piece that starts there,
    /// and writes the whole of it.
    pub(super) fn collect<S>(
        self,
        own: impl Fn() -> S + Sync + Send,
        fill: impl Fn(&mut S, Place, &mut [MaybeUninit<f32>]) + Sync,
    ) -> Vec<f32> {
        let (field, piece) = (self.field.max(1), self.piece.max(1));
        let mut values = Vec::with_capacity(self.len);
        let fields = values.spare_capacity_mut()[..self.len].par_chunks_mut(field);
        let pieces = fields.enumerate().flat_map(|(field, values)| {
            let place = move |i| Place {
                field,
                start: i * piece,
            };
            let pieces = values.par_chunks_mut(piece).enumerate();
            pieces.map(move |(i, values)| (place(i), values))
        });
        pieces.for_each_init(own, |own, (place, values)| fill(own, place, values));
        #[allow(unsafe_code, reason = "writing zeros first costs a third of the time")]
        // SAFETY: the pieces cover the first `len` places, and `fill` writes the whole of every piece.
        unsafe {
            values.set_len(self.len);
        }
        values
    }
}
