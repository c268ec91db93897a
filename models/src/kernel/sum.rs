//! Sums in an order that does not depend on the number of threads.

use super::memory::CHUNK;
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;
use std::ops::Range;

/// Groups whose sums are taken apart, whatever the number of threads.
const GROUPS: usize = 8;

/// `len` sums over `count` items: `add` adds those of a range of items.
pub(super) fn over_items(
    count: usize,
    len: usize,
    add: impl Fn(Range<usize>, &mut [f32]) + Sync,
) -> Vec<f32> {
    let size = count.div_ceil(GROUPS).max(1);
    let groups: Vec<usize> = (0..count).step_by(size).collect();
    let sums = groups.into_par_iter().map(|start| {
        let mut sum = vec![0.0; len];
        add(start..count.min(start + size), &mut sum);
        sum
    });
    total(sums.collect::<Vec<_>>(), len)
}

/// The sum of all rows of `len` numbers.
pub(super) fn over_rows(x: &[f32], len: usize) -> Vec<f32> {
    let piece = len * CHUNK.div_ceil(len);
    let sums = x.par_chunks(piece).map(|rows| {
        let mut sum = vec![0.0; len];
        add_rows(&mut sum, rows);
        sum
    });
    total(sums.collect::<Vec<_>>(), len)
}

/// The sum of arrays of `len` numbers, in their order.
pub(super) fn total(sums: impl IntoIterator<Item = Vec<f32>>, len: usize) -> Vec<f32> {
    let mut sums = sums.into_iter();
    let mut total = sums.next().unwrap_or_else(|| vec![0.0; len]);
    sums.for_each(|sum| add_rows(&mut total, &sum));
    total
}

/// Adds rows as long as `sum` to it.
pub(super) fn add_rows(sum: &mut [f32], rows: &[f32]) {
    Arch::new().dispatch(AddRows(sum, rows));
}

struct AddRows<'a>(&'a mut [f32], &'a [f32]);

impl WithSimd for AddRows<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        for row in self.1.chunks_exact(self.0.len()) {
            for (sum, x) in self.0.iter_mut().zip(row) {
                *sum += x;
            }
        }
    }
}

/// Adds to `sum` the numbers of `source` that begin at each offset, times its factor.
pub(super) fn add_terms(sum: &mut [f32], source: &[f32], terms: &[(usize, f32)]) {
    Arch::new().dispatch(AddTerms(sum, source, terms));
}

struct AddTerms<'a>(&'a mut [f32], &'a [f32], &'a [(usize, f32)]);

impl WithSimd for AddTerms<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self(sum, source, terms) = self;
        let len = sum.len();
        let part = |(offset, factor): (usize, f32)| (&source[offset..offset + len], factor);
        let mut rest = terms;
        while let [first, second, third, fourth, others @ ..] = rest {
            let [(a, f_a), (b, f_b)] = [part(*first), part(*second)];
            let [(c, f_c), (d, f_d)] = [part(*third), part(*fourth)];
            let parts = a.iter().zip(b).zip(c.iter().zip(d));
            for (sum, ((a, b), (c, d))) in sum.iter_mut().zip(parts) {
                *sum += (f_a * a + f_b * b) + (f_c * c + f_d * d);
            }
            rest = others;
        }
        for term in rest {
            let (a, factor) = part(*term);
            for (sum, a) in sum.iter_mut().zip(a) {
                *sum += factor * a;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_over_rows_and_items_have_every_row_once() {
        let x: Vec<f32> = (0..3 * 7000).map(|i| (i % 3) as f32).collect();
        let expected = [0.0, 7000.0, 14000.0]; // whole numbers: exact
        assert_eq!(over_rows(&x, 3), expected);
        let sum = over_items(7000, 3, |rows, sum| {
            add_rows(sum, &x[3 * rows.start..3 * rows.end]);
        });
        assert_eq!(sum, expected);
        assert_eq!(over_items(0, 2, |_, _| unreachable!("no items")), [0.0; 2]);
    }

    #[test]
    fn terms_are_added_with_their_factors() {
        let source: Vec<f32> = (0..10).map(|i| i as f32).collect();
        for count in 0..9 {
            let terms: Vec<(usize, f32)> = (0..count).map(|i| (i, 1.0 - 0.5 * i as f32)).collect();
            let mut sum = [1.0, 2.0];
            add_terms(&mut sum, &source, &terms);
            let expected = [0, 1].map(|j| {
                let terms = terms.iter().map(|(i, factor)| factor * source[i + j]);
                1.0 + j as f32 + terms.sum::<f32>()
            });
            let pairs = sum.iter().zip(&expected);
            let errors = pairs.map(|(a, b)| (a - b).abs());
            assert!(errors.fold(0.0, f32::max) <= 0.0, "{sum:?} {expected:?}"); // multiples of a half: exact
        }
    }
}
