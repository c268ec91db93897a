//! A function and its slope applied to every number, on every core and with the widest vectors of the processor.
//!
//! The loops are compiled once for each set of vector instructions and chosen when they run. Sums and products are not
//! contracted, so the results do not depend on the processor.

use super::memory::{CHUNK, Pieces, numbers, owned, tensor_like, writable};
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

/// `f'(x) g` for every pair of an argument and the gradient of its value.
pub(super) fn pull_back<F: Smooth>(x: FlexTensor, gradient: FlexTensor) -> FlexTensor {
    let (x, mut gradient) = (x.to_contiguous(), writable(gradient));
    let pieces = owned(&mut gradient).expect("it was copied if need be");
    let pairs = pieces
        .par_chunks_mut(CHUNK)
        .zip(numbers(&x).par_chunks(CHUNK));
    pairs.for_each(|(g, x)| Arch::new().dispatch(PullBack(x, g, PhantomData::<F>)));
    gradient
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

struct PullBack<'a, F>(&'a [f32], &'a mut [f32], PhantomData<F>);

impl<F: Smooth> WithSimd for PullBack<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        for (gradient, &x) in self.1.iter_mut().zip(self.0) {
            *gradient *= F::slope(x);
        }
    }
}
