//! What becomes of the modes of all lanes in a stage of an integrator.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::complex::{C, Pair, pairs, pairs_mut};
use super::lane::{Lane, Wide};

/// What a mode `u` becomes, of weights `w` and stages `n`.
#[derive(Debug, Clone, Copy)]
pub(super) enum Formula {
    /// `w₀ u`.
    Decay,
    /// `w₀ u + w₁ n₀`.
    One,
    /// `u + w₀ (n₁ − n₀)`.
    Correction,
    /// `w₀ u + w₁ (2 n₁ − n₀)`.
    Twice,
    /// `w₀ u + w₁ n₀ + w₂ n₁ + w₃ n₂`.
    Three,
    /// `w₀ u + w₁ n₀ + w₂ (n₁ + n₂) + w₃ n₃`.
    Four,
}

/// A formula at all modes of some runs.
pub(super) struct Update<'a, T> {
    pub(super) formula: Formula,
    pub(super) complex: bool,
    pub(super) runs: &'a [Range<usize>],
    pub(super) x: &'a mut [T],
    /// The modes `u`, unless they are `x` itself.
    pub(super) base: Option<&'a [T]>,
    pub(super) weights: [&'a [T]; 4],
    pub(super) stages: [&'a [T]; 4],
}

impl<T: Lane> WithSimd for Update<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        if self.complex {
            self.with::<S, Turning>(simd);
        } else {
            self.with::<S, Plain>(simd);
        }
    }
}

impl<T: Lane> Update<'_, T> {
    #[inline(always)]
    fn with<S: Simd, F: Factor>(mut self, simd: S) {
        match self.formula {
            Formula::Decay => self.each::<S, F, 1, 0>(simd, |u, [e], []| F::of(e, u)),
            Formula::One => {
                let f = |u, [e, w]: [C<T, S>; 2], [n]: [_; 1]| F::add(w, n, F::of(e, u));
                self.each::<S, F, 2, 1>(simd, f);
            }
            Formula::Correction => {
                let f = |u, [w]: [C<T, S>; 1], [n, m]: [C<T, S>; 2]| F::add(w, m - n, u);
                self.each::<S, F, 1, 2>(simd, f);
            }
            Formula::Twice => {
                let f = |u, [e, w]: [C<T, S>; 2], [n, m]: [C<T, S>; 2]| {
                    F::add(w, m + m - n, F::of(e, u))
                };
                self.each::<S, F, 2, 2>(simd, f);
            }
            Formula::Three => {
                self.each::<S, F, 4, 3>(simd, |u, [e, a, b, c], n| {
                    F::add(c, n[2], F::add(b, n[1], F::add(a, n[0], F::of(e, u))))
                });
            }
            Formula::Four => {
                self.each::<S, F, 4, 4>(simd, |u, [e, a, b, c], n| {
                    F::add(
                        c,
                        n[3],
                        F::add(b, n[1] + n[2], F::add(a, n[0], F::of(e, u))),
                    )
                });
            }
        }
    }

    #[inline(always)]
    fn each<S: Simd, F: Factor, const W: usize, const N: usize>(
        &mut self,
        simd: S,
        f: impl Fn(C<T, S>, [C<T, S>; W], [C<T, S>; N]) -> C<T, S>,
    ) {
        for run in self.runs {
            let x = &mut pairs_mut::<T, S>(self.x)[run.clone()];
            let base = self.base.map(|base| &pairs::<T, S>(base)[run.clone()]);
            let weights: [&[T::Vector<S>]; W] = std::array::from_fn(|j| {
                let weights = T::vectors::<S>(self.weights[j]);
                &weights[run.start * F::VECTORS..run.end * F::VECTORS]
            });
            let stages: [&[Pair<T, S>]; N] =
                std::array::from_fn(|j| &pairs::<T, S>(self.stages[j])[run.clone()]);
            for (i, x) in x.iter_mut().enumerate() {
                let u = C::<T, S>::load(simd, base.map_or(*x, |base| base[i]));
                let weights = std::array::from_fn(|j| F::load(simd, weights[j], i));
                let stages = std::array::from_fn(|j| C::<T, S>::load(simd, stages[j][i]));
                *x = f(u, weights, stages).store();
            }
        }
    }
}

/// Weights as real or as complex numbers.
trait Factor {
    /// Vectors of a weight in memory.
    const VECTORS: usize;

    fn load<T: Lane, S: Simd>(simd: S, weights: &[T::Vector<S>], i: usize) -> C<T, S>;

    /// `w z`.
    fn of<T: Lane, S: Simd>(w: C<T, S>, z: C<T, S>) -> C<T, S>;

    /// `w z + sum`.
    fn add<T: Lane, S: Simd>(w: C<T, S>, z: C<T, S>, sum: C<T, S>) -> C<T, S>;
}

/// Real weights; the imaginary part is not looked at.
struct Plain;

impl Factor for Plain {
    const VECTORS: usize = 1;

    #[inline(always)]
    fn load<T: Lane, S: Simd>(simd: S, weights: &[T::Vector<S>], i: usize) -> C<T, S> {
        let re = Wide::<T, S>::new(simd, weights[i]);
        C { re, im: re }
    }

    #[inline(always)]
    fn of<T: Lane, S: Simd>(w: C<T, S>, z: C<T, S>) -> C<T, S> {
        z.scaled(w.re)
    }

    #[inline(always)]
    fn add<T: Lane, S: Simd>(w: C<T, S>, z: C<T, S>, sum: C<T, S>) -> C<T, S> {
        z.scaled_add(w.re, sum)
    }
}

/// Complex weights.
struct Turning;

impl Factor for Turning {
    const VECTORS: usize = 2;

    #[inline(always)]
    fn load<T: Lane, S: Simd>(simd: S, weights: &[T::Vector<S>], i: usize) -> C<T, S> {
        C::<T, S>::load(simd, [weights[2 * i], weights[2 * i + 1]])
    }

    #[inline(always)]
    fn of<T: Lane, S: Simd>(w: C<T, S>, z: C<T, S>) -> C<T, S> {
        z.times(w)
    }

    #[inline(always)]
    fn add<T: Lane, S: Simd>(w: C<T, S>, z: C<T, S>, sum: C<T, S>) -> C<T, S> {
        z.times_add(w, sum)
    }
}

/// One entry of the matrices of coupled channels: a row's field gets its column's.
pub(super) struct Entry<'a, T> {
    pub(super) place: [usize; 2],
    pub(super) channels: usize,
    pub(super) complex: bool,
    pub(super) entry: &'a [T],
    pub(super) old: &'a [T],
    pub(super) u: &'a mut [T],
}

impl<T: Lane> WithSimd for Entry<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        if self.complex {
            self.with::<S, Turning>(simd);
        } else {
            self.with::<S, Plain>(simd);
        }
    }
}

impl<T: Lane> Entry<'_, T> {
    #[inline(always)]
    fn with<S: Simd, F: Factor>(self, simd: S) {
        let [row, column] = self.place;
        let (old, u) = (pairs::<T, S>(self.old), pairs_mut::<T, S>(self.u));
        let modes = old.len() / self.channels;
        let (old, u) = (&old[column * modes..], &mut u[row * modes..]);
        let weights = T::vectors::<S>(self.entry);
        for (i, (u, old)) in u[..modes].iter_mut().zip(old).enumerate() {
            let (w, old) = (F::load(simd, weights, i), C::<T, S>::load(simd, *old));
            *u = if column == 0 {
                F::of(w, old).store()
            } else {
                F::add(w, old, C::<T, S>::load(simd, *u)).store()
            };
        }
    }
}
