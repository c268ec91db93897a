//! A function and its slope applied to every number, on every core and with the widest vectors of the processor.
//!
//! The loops are compiled once for each set of vector instructions and chosen when they run. Sums and products are not
//! contracted, so the results do not depend on the processor.

use super::memory::{CHUNK, Pieces, collect_beside, numbers, owned, tensor_like, writable};
use burn::backend::flex::FlexTensor;
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;
use std::marker::PhantomData;
use std::mem::MaybeUninit;

/// A smooth function of one number. Methods are to be inlined always, into the loops that are compiled several times.
pub(crate) trait Smooth: Send + Sync + 'static {
    /// `f(x)`.
    fn value(x: f32) -> f32;

    /// `df/dx`.
    fn slope(x: f32) -> f32;
}

/// `f(x) = x`.
pub(crate) struct Identity;

impl Smooth for Identity {
    #[inline(always)]
    fn value(x: f32) -> f32 {
        x
    }

    #[inline(always)]
    fn slope(_x: f32) -> f32 {
        1.0
    }
}

/// `f(x) = max(x, 0)`, with slope 0 where it has none.
pub(crate) struct Relu;

impl Smooth for Relu {
    #[inline(always)]
    fn value(x: f32) -> f32 {
        if x < 0.0 { 0.0 } else { x } // NaN stays
    }

    #[inline(always)]
    fn slope(x: f32) -> f32 {
        if x > 0.0 { 1.0 } else { 0.0 }
    }
}

/// `f(x)` for every number, in place where nothing else holds `x`.
pub(super) fn values<F: Smooth>(x: FlexTensor) -> FlexTensor {
    let mut x = x.to_contiguous();
    if let Some(x) = owned(&mut x) {
        let pieces = x.par_chunks_mut(CHUNK);
        pieces.for_each(replace::<F>);
    } else {
        let source = numbers(&x);
        let y = Pieces::of(source.len()).collect(
            || (),
            |(), place, y| {
                let x = &source[place.start..place.start + y.len()];
                Arch::new().dispatch(Values(x, y, PhantomData::<F>));
            },
        );
        x = tensor_like(y, &x);
    }
    x
}

/// `f(x)` in place of every number.
pub(crate) fn replace<F: Smooth>(x: &mut [f32]) {
    Arch::new().dispatch(Replace(x, PhantomData::<F>));
}

/// `f(x)` and `f'(x)` for every number, the slopes in place of `x` where nothing else holds it.
pub(super) fn values_and_slopes<F: Smooth>(x: FlexTensor) -> [FlexTensor; 2] {
    let mut slopes = writable(x);
    let numbers = owned(&mut slopes).expect("it was copied if need be");
    let y = collect_beside(numbers, |x, y| {
        Arch::new().dispatch(Both(x, y, PhantomData::<F>));
    });
    [tensor_like(y, &slopes), slopes]
}

/// The products of all pairs of numbers.
pub(super) fn products(x: FlexTensor, factors: &FlexTensor) -> FlexTensor {
    let mut x = writable(x);
    let pieces = owned(&mut x).expect("it was copied if need be");
    let pairs = pieces
        .par_chunks_mut(CHUNK)
        .zip(numbers(factors).par_chunks(CHUNK));
    pairs.for_each(|(x, factors)| x.iter_mut().zip(factors).for_each(|(x, f)| *x *= f));
    x
}

struct Replace<'a, F>(&'a mut [f32], PhantomData<F>);

impl<F: Smooth> WithSimd for Replace<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        self.0.iter_mut().for_each(|x| *x = F::value(*x));
    }
}

struct Values<'a, F>(&'a [f32], &'a mut [MaybeUninit<f32>], PhantomData<F>);

impl<F: Smooth> WithSimd for Values<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        for (y, &x) in self.1.iter_mut().zip(self.0) {
            y.write(F::value(x));
        }
    }
}

struct Both<'a, F>(&'a mut [f32], &'a mut [MaybeUninit<f32>], PhantomData<F>);

impl<F: Smooth> WithSimd for Both<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        for (y, x) in self.1.iter_mut().zip(self.0) {
            let value = F::value(*x);
            *x = F::slope(*x);
            y.write(value);
        }
    }
}
