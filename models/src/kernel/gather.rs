//! Lines of numbers that are sums of up to four others, and a function of them.

use super::elementwise::Smooth;
use super::tile::LANES;
use pulp::{Arch, Simd, WithSimd};
use std::marker::PhantomData;

/// A line and its factor.
pub(super) type Term = (usize, f32);

/// Four terms, those that are not there with the factor 0.
pub(super) fn terms(all: &[Term]) -> [Term; 4] {
    let mut terms = [(all.first().map_or(0, |term| term.0), 0.0); 4];
    terms[..all.len()].copy_from_slice(all);
    terms
}

/// Sums of lines of `columns` numbers that start `stride` numbers apart in `source`.
pub(super) struct Gather<'a, F> {
    source: &'a [f32],
    stride: usize,
    columns: usize,
    terms: &'a [[Term; 4]],
    function: PhantomData<F>,
}

impl<'a, F: Smooth> Gather<'a, F> {
    pub(super) fn new(
        source: &'a [f32],
        stride: usize,
        columns: usize,
        terms: &'a [[Term; 4]],
    ) -> Self {
        Self {
            source,
            stride,
            columns,
            terms,
            function: PhantomData,
        }
    }

    /// The line of a term in whole vectors, and its factor.
    #[inline(always)]
    fn part(&self, (line, factor): Term) -> (&[[f32; LANES]], f32) {
        let start = line * self.stride;
        let (vectors, _) = self.source[start..start + self.columns].as_chunks();
        (vectors, factor)
    }

    /// Writes `f(sum)` to lines that start `stride` numbers apart.
    pub(super) fn write(&self, y: &mut [f32], stride: usize) {
        Arch::new().dispatch(Lines::<F, false>(self, y, stride));
    }

    /// Writes `f(y + sum)` in place of lines that stand one after the other.
    pub(super) fn add(&self, y: &mut [f32]) {
        Arch::new().dispatch(Lines::<F, true>(self, y, self.columns));
    }
}

struct Lines<'a, F, const ADD: bool>(&'a Gather<'a, F>, &'a mut [f32], usize);

impl<F: Smooth, const ADD: bool> WithSimd for Lines<'_, F, ADD> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self(gather, y, stride) = self;
        for (y, terms) in y.chunks_mut(stride).zip(gather.terms) {
            let [a, b, c, d] = *terms;
            let ((a, f_a), (b, f_b)) = (gather.part(a), gather.part(b));
            let ((c, f_c), (d, f_d)) = (gather.part(c), gather.part(d));
            let (y, _) = y[..gather.columns].as_chunks_mut::<LANES>();
            let parts = a.iter().zip(b).zip(c.iter().zip(d));
            for (y, ((a, b), (c, d))) in y.iter_mut().zip(parts) {
                for i in 0..LANES {
                    let sum = (f_a * a[i] + f_b * b[i]) + (f_c * c[i] + f_d * d[i]);
                    y[i] = F::value(if ADD { y[i] + sum } else { sum });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::elementwise::{Identity, Relu};

    #[test]
    fn lines_are_sums_of_terms_and_what_was_there() {
        let source: Vec<f32> = (0..5 * LANES).map(|i| i as f32).collect();
        let all = [
            terms(&[(0, 1.0), (4, -1.0)]),
            terms(&[(1, 1.0)]),
            terms(&[]),
        ];
        let mut y = vec![100.0; 3 * LANES];
        Gather::<Relu>::new(&source, LANES, LANES, &all).add(&mut y);
        let expected = |i: usize| match i / LANES {
            0 => 36.0, // 100 - 4 · 16
            1 => 100.0 + i as f32,
            _ => 100.0,
        };
        assert!(
            y.iter()
                .enumerate()
                .all(|(i, y)| (y - expected(i)).abs() <= 0.0)
        );
        let mut y = vec![7.0; 5 * LANES];
        Gather::<Identity>::new(&source, LANES, LANES, &all).write(&mut y, 2 * LANES);
        assert!(
            (y[LANES] - 7.0).abs() <= 0.0,
            "between the lines nothing is written"
        );
        assert!((y[2 * LANES] - 16.0).abs() <= 0.0);
    }
}
