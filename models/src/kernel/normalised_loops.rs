//! The loops before and behind the convolution of [`normalised`](super::normalised), over the points of one field.

use super::elementwise::{Identity, Relu, Smooth};
use super::gelu::Gelu;
use super::normalisation::After;
use super::normalisation_loops::Line;
use super::silu::Silu;
use pulp::{Arch, Simd, WithSimd};
use std::marker::PhantomData;
use std::mem::MaybeUninit;

/// `h = f(z)` of the points `x` of a field, with `z` as its `line` says, and `f'(z)` where there is a place for slopes.
pub(super) fn activate(after: After, x: &[f32], line: Line<'_>, h: &mut [f32], slopes: &mut [f32]) {
    match after {
        After::Nothing => Arch::new().dispatch(Before::<Identity>(x, line, h, slopes, PhantomData)),
        After::Gelu => Arch::new().dispatch(Before::<Gelu>(x, line, h, slopes, PhantomData)),
        After::Silu => Arch::new().dispatch(Before::<Silu>(x, line, h, slopes, PhantomData)),
        After::Relu => Arch::new().dispatch(Before::<Relu>(x, line, h, slopes, PhantomData)),
    }
}

struct Before<'a, F>(
    &'a [f32],
    Line<'a>,
    &'a mut [f32],
    &'a mut [f32],
    PhantomData<F>,
);

impl<F: Smooth> WithSimd for Before<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self(x, line, h, slopes, _) = self;
        let channels = line.mean.len();
        let rows = h.chunks_exact_mut(channels).zip(x.chunks_exact(channels));
        if slopes.is_empty() {
            for (h, x) in rows {
                let z = normalised(x, line);
                h.iter_mut().zip(z).for_each(|(h, z)| *h = F::value(z));
            }
            return;
        }
        for ((h, x), slopes) in rows.zip(slopes.chunks_exact_mut(channels)) {
            let z = normalised(x, line);
            for ((h, slope), z) in h.iter_mut().zip(slopes).zip(z) {
                *h = F::value(z);
                *slope = F::slope(z);
            }
        }
    }
}

/// `z = (x − μ) · γ r + β` of one point.
#[inline(always)]
fn normalised<'a>(x: &'a [f32], line: Line<'a>) -> impl Iterator<Item = f32> + 'a {
    let line = line.mean.iter().zip(line.factor).zip(line.shift);
    let numbers = x.iter().zip(line);
    numbers.map(|(x, ((mean, factor), shift))| (x - mean) * factor + shift)
}

/// `y = g(z + r)` with the row `r` of a field, and `g'(z + r)` where there is a place for slopes.
pub(super) fn finish(
    behind: After,
    z: &[f32],
    row: &[f32],
    y: &mut [MaybeUninit<f32>],
    slopes: &mut [MaybeUninit<f32>],
) {
    match behind {
        After::Nothing => Arch::new().dispatch(Behind::<Identity>(z, row, y, slopes, PhantomData)),
        After::Gelu => Arch::new().dispatch(Behind::<Gelu>(z, row, y, slopes, PhantomData)),
        After::Silu => Arch::new().dispatch(Behind::<Silu>(z, row, y, slopes, PhantomData)),
        After::Relu => Arch::new().dispatch(Behind::<Relu>(z, row, y, slopes, PhantomData)),
    }
}

struct Behind<'a, F>(
    &'a [f32],
    &'a [f32],
    &'a mut [MaybeUninit<f32>],
    &'a mut [MaybeUninit<f32>],
    PhantomData<F>,
);

impl<F: Smooth> WithSimd for Behind<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self(z, row, y, slopes, _) = self;
        let points = y.chunks_exact_mut(row.len()).zip(z.chunks_exact(row.len()));
        if slopes.is_empty() {
            for (y, z) in points {
                for ((y, z), r) in y.iter_mut().zip(z).zip(row) {
                    y.write(F::value(z + r));
                }
            }
            return;
        }
        for ((y, z), slopes) in points.zip(slopes.chunks_exact_mut(row.len())) {
            for (((y, slope), z), r) in y.iter_mut().zip(slopes).zip(z).zip(row) {
                y.write(F::value(z + r));
                slope.write(F::slope(z + r));
            }
        }
    }
}

/// The products of all pairs of numbers in place of `x`.
pub(super) fn multiply(x: &mut [f32], factors: &[f32]) {
    Arch::new().dispatch(Multiply(x, factors));
}

struct Multiply<'a>(&'a mut [f32], &'a [f32]);

impl WithSimd for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        self.0.iter_mut().zip(self.1).for_each(|(x, f)| *x *= f);
    }
}

/// `a b` for all pairs of numbers.
pub(super) fn write_products(y: &mut [f32], a: &[f32], b: &[f32]) {
    Arch::new().dispatch(Products(y, a, b));
}

struct Products<'a>(&'a mut [f32], &'a [f32], &'a [f32]);

impl WithSimd for Products<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self(y, a, b) = self;
        for (y, (a, b)) in y.iter_mut().zip(a.iter().zip(b)) {
            *y = a * b;
        }
    }
}
