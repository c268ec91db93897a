//! The loops of a normalisation over the points of one field, compiled for every set of vector instructions.

use super::elementwise::Smooth;
use pulp::{Simd, WithSimd};
use std::marker::PhantomData;
use std::mem::MaybeUninit;

/// Mean, factor and shift of every channel of a field: `z = (x − μ) · γ r + β`.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) mean: &'a [f32],
    pub(super) factor: &'a [f32],
    pub(super) shift: &'a [f32],
}

/// `y = f(z)`.
pub(super) struct Activate<'a, F> {
    x: &'a [f32],
    y: &'a mut [MaybeUninit<f32>],
    line: Line<'a>,
    function: PhantomData<F>,
}

impl<'a, F> Activate<'a, F> {
    pub(super) fn new(x: &'a [f32], y: &'a mut [MaybeUninit<f32>], line: Line<'a>) -> Self {
        Self {
            x,
            y,
            line,
            function: PhantomData,
        }
    }
}

impl<F: Smooth> WithSimd for Activate<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Line {
            mean,
            factor,
            shift,
        } = self.line;
        let rows = self.y.chunks_exact_mut(mean.len());
        for (y, x) in rows.zip(self.x.chunks_exact(mean.len())) {
            let line = mean.iter().zip(factor).zip(shift);
            for ((y, x), ((mean, factor), shift)) in y.iter_mut().zip(x).zip(line) {
                y.write(F::value((x - mean) * factor + shift));
            }
        }
    }
}

/// `h = f'(z) ȳ` in place of `ȳ`, with `Σ h` and `Σ h (x − μ)`.
pub(super) struct Pull<'a, F> {
    x: &'a [f32],
    y_bar: &'a mut [f32],
    line: Line<'a>,
    sums: &'a mut [f32],
    function: PhantomData<F>,
}

impl<'a, F> Pull<'a, F> {
    pub(super) fn new(
        x: &'a [f32],
        y_bar: &'a mut [f32],
        line: Line<'a>,
        sums: &'a mut [f32],
    ) -> Self {
        Self {
            x,
            y_bar,
            line,
            sums,
            function: PhantomData,
        }
    }
}

impl<F: Smooth> WithSimd for Pull<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Line {
            mean,
            factor,
            shift,
        } = self.line;
        let (plain, weighted) = self.sums.split_at_mut(mean.len());
        let rows = self.y_bar.chunks_exact_mut(mean.len());
        for (y_bar, x) in rows.zip(self.x.chunks_exact(mean.len())) {
            let sums = plain.iter_mut().zip(weighted.iter_mut());
            let line = mean.iter().zip(factor).zip(shift);
            let numbers = y_bar.iter_mut().zip(x).zip(line);
            for ((plain, weighted), ((y_bar, x), ((mean, factor), shift))) in sums.zip(numbers) {
                let centered = x - mean;
                *y_bar *= F::slope(centered * factor + shift);
                *plain += *y_bar;
                *weighted += *y_bar * centered;
            }
        }
    }
}

/// `a h − b − c (x − μ)` in place of `h`, with `μ`, `a`, `b` and `c` of every channel.
pub(super) struct Gradient<'a> {
    pub(super) x: &'a [f32],
    pub(super) h: &'a mut [f32],
    pub(super) channels: &'a [Vec<f32>; 4],
}

impl WithSimd for Gradient<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let [mean, a, b, c] = self.channels;
        let rows = self.h.chunks_exact_mut(mean.len());
        for (h, x) in rows.zip(self.x.chunks_exact(mean.len())) {
            let channels = mean.iter().zip(a).zip(b.iter().zip(c));
            for ((h, x), ((mean, a), (b, c))) in h.iter_mut().zip(x).zip(channels) {
                *h = *h * a - b - (x - mean) * c;
            }
        }
    }
}
