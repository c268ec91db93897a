//! Fourier transforms of several simulations at once: every number of a butterfly is a vector, and its lanes are as many
//! transforms.
//!
//! Passes of radix 4, 8, 2, 3, 5 and any other prime in T. G. Stockham's order, which sorts itself: P. N. Swarztrauber,
//! J. Comput. Phys. 47, 1 (1982). With `n = R m` a pass makes of `x` at stride `s`
//!
//! ```text
//! y[q + s (R p + k)] = w^{pk} Σⱼ x[q + s (p + m j)] e^{∓2πijk/R},   w = e^{∓2πi/n},   p < m,  q < s
//! ```
//!
//! and the next one goes on with `n ← m`, `s ← R s`.

use std::f64::consts::TAU;

use pulp::Simd;

use super::butterfly::butterfly;
use super::complex::{C, Pair};
use super::lane::Lane;
use crate::Complex64;

/// A complex transform of `n` numbers one way.
pub(super) struct Fft<T> {
    passes: Vec<Pass<T>>,
    pub(super) points: usize,
}

struct Pass<T> {
    radix: usize,
    m: usize,
    s: usize,
    /// `w^{pk}`, `k = 1 … R − 1` for each `p`.
    twiddles: Vec<[T; 2]>,
    /// `e^{∓2πij/R}` of a radix without a butterfly of its own.
    roots: Vec<[T; 2]>,
}

/// Numbers in memory, some places apart.
pub(super) struct Strided<'a, P> {
    pub(super) numbers: &'a [P],
    pub(super) stride: usize,
}

/// As [`Strided`].
pub(super) struct StridedMut<'a, P> {
    pub(super) numbers: &'a mut [P],
    pub(super) stride: usize,
}

impl<T: Lane> Fft<T> {
    pub(super) fn new(points: usize, inverse: bool) -> Self {
        let (mut n, mut s, mut passes) = (points, 1, Vec::new());
        for radix in radices(points) {
            passes.push(Pass::new(radix, n, s, inverse));
            (n, s) = (n / radix, s * radix);
        }
        Self { passes, points }
    }

    /// All passes but the first, of numbers that stand in vectors of so many lanes side by side.
    pub(super) fn behind_first(points: usize, lanes: usize, inverse: bool) -> Self {
        let mut all = Self::new(points, inverse);
        all.passes.remove(0);
        for pass in &mut all.passes {
            pass.s /= lanes;
        }
        Self {
            points: points / lanes,
            ..all
        }
    }

    /// Transforms `from` to `to` by way of two memories of as many numbers.
    #[inline(always)]
    pub(super) fn run<S: Simd, const INVERSE: bool>(
        &self,
        simd: S,
        from: Strided<'_, Pair<T, S>>,
        to: StridedMut<'_, Pair<T, S>>,
        scratch: &mut [Pair<T, S>],
    ) {
        let (mut read, mut write) = scratch.split_at_mut(self.points);
        let numbers = to.numbers;
        let last = self.passes.len() - 1;
        for (i, pass) in self.passes.iter().enumerate() {
            let (x, x_stride) = if i == 0 {
                (from.numbers, from.stride)
            } else {
                (&*read, 1)
            };
            let (y, y_stride) = if i == last {
                (&mut *numbers, to.stride)
            } else {
                (&mut *write, 1)
            };
            let x = Strided {
                numbers: x,
                stride: x_stride,
            };
            let y = StridedMut {
                numbers: y,
                stride: y_stride,
            };
            pass.run::<S, INVERSE>(simd, x, y);
            std::mem::swap(&mut read, &mut write);
        }
    }
}

impl<T: Lane> Pass<T> {
    fn new(radix: usize, n: usize, s: usize, inverse: bool) -> Self {
        let root = |j: usize, n: usize| root(j, n, inverse);
        let m = n / radix;
        let powers = (0..m).flat_map(|p| (1..radix).map(move |k| p * k));
        let own = radix > 5 && radix != 8;
        Self {
            radix,
            m,
            s,
            twiddles: powers.map(|power| root(power, n)).collect(),
            roots: (0..if own { radix } else { 0 })
                .map(|j| root(j, radix))
                .collect(),
        }
    }

    #[inline(always)]
    fn run<S: Simd, const INVERSE: bool>(
        &self,
        simd: S,
        x: Strided<'_, Pair<T, S>>,
        y: StridedMut<'_, Pair<T, S>>,
    ) {
        match self.radix {
            2 => self.radix::<S, 2, INVERSE>(simd, x, y),
            3 => self.radix::<S, 3, INVERSE>(simd, x, y),
            4 => self.radix::<S, 4, INVERSE>(simd, x, y),
            5 => self.radix::<S, 5, INVERSE>(simd, x, y),
            8 => self.radix::<S, 8, INVERSE>(simd, x, y),
            _ => self.any_radix(simd, x, y),
        }
    }

    #[inline(always)]
    fn radix<S: Simd, const R: usize, const INVERSE: bool>(
        &self,
        simd: S,
        x: Strided<'_, Pair<T, S>>,
        y: StridedMut<'_, Pair<T, S>>,
    ) {
        let apart = x.stride > 1 || y.stride > 1;
        if self.m == 1 && (apart || self.s == 1) {
            self.last::<S, R, INVERSE>(simd, x, y);
        } else if self.s == 1 {
            self.first::<S, R, INVERSE>(simd, x, y.numbers);
        } else {
            self.middle::<S, R, INVERSE>(simd, x.numbers, y.numbers);
        }
    }

    /// The first of several passes, `s = 1`; it alone reads numbers that stand apart.
    #[inline(always)]
    fn first<S: Simd, const R: usize, const INVERSE: bool>(
        &self,
        simd: S,
        x: Strided<'_, Pair<T, S>>,
        y: &mut [Pair<T, S>],
    ) {
        let parts: [&[Pair<T, S>]; R] =
            std::array::from_fn(|j| &x.numbers[self.m * j * x.stride..]);
        let twiddles = self.twiddles.chunks_exact(R - 1);
        for ((p, y), w) in (0..self.m).zip(y.chunks_exact_mut(R)).zip(twiddles) {
            let a = std::array::from_fn(|j| C::<T, S>::load(simd, parts[j][p * x.stride]));
            let b = butterfly::<T, S, R, INVERSE>(simd, a);
            y[0] = b[0].store();
            for k in 1..R {
                y[k] = b[k].times(C::<T, S>::splat(simd, w[k - 1])).store();
            }
        }
    }

    /// A pass behind the first, of numbers side by side.
    #[inline(always)]
    fn middle<S: Simd, const R: usize, const INVERSE: bool>(
        &self,
        simd: S,
        x: &[Pair<T, S>],
        y: &mut [Pair<T, S>],
    ) {
        let (m, s) = (self.m, self.s);
        let twiddles = self.twiddles.chunks_exact(R - 1);
        for ((p, y), w) in (0..m).zip(y.chunks_exact_mut(R * s)).zip(twiddles) {
            let (mut parts, mut turns) = ([&x[..0]; R], [C::<T, S>::zero(simd); R]);
            for (j, part) in parts.iter_mut().enumerate() {
                *part = &x[s * (p + m * j)..][..s];
            }
            for (turn, w) in turns[1..].iter_mut().zip(w) {
                *turn = C::<T, S>::splat(simd, *w);
            }
            for q in 0..s {
                let a = std::array::from_fn(|j| C::<T, S>::load(simd, parts[j][q]));
                let b = butterfly::<T, S, R, INVERSE>(simd, a);
                y[q] = b[0].store();
                for k in 1..R {
                    let turned = if p == 0 { b[k] } else { b[k].times(turns[k]) };
                    y[q + s * k] = turned.store();
                }
            }
        }
    }

    /// The last pass where numbers stand apart, or the only one: `m = 1`, without twiddle factors. Results are looked at where they
    /// are: taken out of their array they would go through memory.
    #[inline(always)]
    fn last<S: Simd, const R: usize, const INVERSE: bool>(
        &self,
        simd: S,
        x: Strided<'_, Pair<T, S>>,
        y: StridedMut<'_, Pair<T, S>>,
    ) {
        let (s, y_stride) = (self.s, y.stride);
        let parts: [&[Pair<T, S>]; R] = std::array::from_fn(|j| &x.numbers[s * j * x.stride..]);
        for q in 0..s {
            let a = std::array::from_fn(|j| C::<T, S>::load(simd, parts[j][q * x.stride]));
            let b = butterfly::<T, S, R, INVERSE>(simd, a);
            for (k, b) in b.iter().enumerate() {
                y.numbers[(q + s * k) * y_stride] = b.store();
            }
        }
    }

    /// Sums of all terms.
    #[inline(always)]
    fn any_radix<S: Simd>(
        &self,
        simd: S,
        x: Strided<'_, Pair<T, S>>,
        y: StridedMut<'_, Pair<T, S>>,
    ) {
        let (r, m, s) = (self.radix, self.m, self.s);
        for (p, q) in (0..m).flat_map(|p| (0..s).map(move |q| (p, q))) {
            for k in 0..r {
                let mut sum = C::<T, S>::zero(simd);
                for j in 0..r {
                    let a = C::<T, S>::load(simd, x.numbers[(q + s * (p + m * j)) * x.stride]);
                    sum = a.times_add(C::<T, S>::splat(simd, self.roots[j * k % r]), sum);
                }
                if k > 0 {
                    sum = sum.times(C::<T, S>::splat(simd, self.twiddles[p * (r - 1) + k - 1]));
                }
                y.numbers[(q + s * (r * p + k)) * y.stride] = sum.store();
            }
        }
    }
}

/// `e^{∓2πij/n}`.
pub(super) fn root<T: Lane>(j: usize, n: usize, inverse: bool) -> [T; 2] {
    let sign = if inverse { 1.0 } else { -1.0 };
    let root = Complex64::cis(sign * TAU * (j % n) as f64 / n as f64);
    [T::of(root.re), T::of(root.im)]
}

/// Factors of `n`: eights, then the rest of a power of two, then other primes.
pub(super) fn radices(n: usize) -> Vec<usize> {
    let twos = n.trailing_zeros() as usize;
    let (eights, others): (usize, &[usize]) = match (twos / 3, twos % 3) {
        (eights, 0) => (eights, &[]),
        (eights, 2) => (eights, &[4]),
        (0, _) => (0, &[2]),
        (eights, _) => (eights - 1, &[4, 4]),
    };
    let mut radices = [&vec![8; eights], others].concat();
    let (mut rest, mut radix) = (n >> twos, 3);
    while rest > 1 {
        while rest.is_multiple_of(radix) {
            radices.push(radix);
            rest /= radix;
        }
        radix += 2;
    }
    radices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn radices_are_factors() {
        let cases: [(usize, &[usize]); 7] = [
            (2, &[2]),
            (8, &[8]),
            (128, &[8, 4, 4]),
            (64, &[8, 8]),
            (48, &[4, 4, 3]),
            (105, &[3, 5, 7]),
            (74, &[2, 37]),
        ];
        for (n, expected) in cases {
            assert_eq!(radices(n), expected, "{n}");
        }
    }
}
