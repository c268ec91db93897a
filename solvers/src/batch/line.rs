//! Real transforms of lines: `N` real numbers are `N/2` complex ones, whose transform holds that of the even and of the
//! odd points, sum and difference of a mode and its image.
//!
//! ```text
//! X(k) = ½ (Z(k) + Z(M−k)*) − ½ i e^{−2πik/N} (Z(k) − Z(M−k)*),   M = N/2
//! ```
//!
//! Only modes `k < kept` are computed or used.

use std::f64::consts::TAU;

use pulp::Simd;

use super::complex::{C, Pair};
use super::fft::{Fft, Strided, StridedMut};
use super::lane::{Lane, Wide};
use crate::Complex64;

/// Transform of one line of all lanes.
pub(super) struct Line<T> {
    forward: Fft<T>,
    inverse: Fft<T>,
    /// `−½ i e^{−2πik/N}` and `i e^{2πik/N}`.
    twiddles: [Vec<[T; 2]>; 2],
    kept: usize,
}

impl<T: Lane> Line<T> {
    pub(super) fn new(points: usize, kept: usize) -> Self {
        let half = points / 2;
        Self {
            forward: Fft::new(half, false),
            inverse: Fft::new(half, true),
            twiddles: [twiddles(points, -0.5, -1.0), twiddles(points, 1.0, 1.0)],
            kept,
        }
    }

    /// Complex numbers of scratch.
    pub(super) fn scratch(&self) -> usize {
        3 * self.forward.points
    }

    /// Modes of the points `u`, two of which are a pair.
    #[inline(always)]
    pub(super) fn forward<S: Simd>(
        &self,
        simd: S,
        u: &[Pair<T, S>],
        u_hat: &mut [Pair<T, S>],
        scratch: &mut [Pair<T, S>],
    ) {
        let half = self.forward.points;
        let (z, scratch) = scratch.split_at_mut(half);
        let from = Strided {
            numbers: u,
            stride: 1,
        };
        let to = StridedMut {
            numbers: &mut *z,
            stride: 1,
        };
        self.forward.run::<S, false>(simd, from, to, scratch);
        let first = C::<T, S>::load(simd, z[0]);
        let nothing = Wide::<T, S>::splat(simd, T::zero());
        let ends = [first.re + first.im, first.re - first.im];
        for (k, re) in [0, half].into_iter().zip(ends) {
            if k < self.kept {
                u_hat[k] = C { re, im: nothing }.store();
            }
        }
        let a_half = Wide::<T, S>::splat(simd, T::of(0.5));
        for k in 1..=half / 2 {
            let (z, image) = (
                C::<T, S>::load(simd, z[k]),
                C::<T, S>::load(simd, z[half - k]).conj(),
            );
            let odd = (z - image).times(C::<T, S>::splat(simd, self.twiddles[0][k]));
            let even = (z + image).scaled(a_half);
            if k < self.kept {
                u_hat[k] = (even + odd).store();
            }
            if half - k < self.kept {
                u_hat[half - k] = (even - odd).conj().store();
            }
        }
    }

    /// Points of the modes `u_hat`, those from `kept` on being zero.
    #[inline(always)]
    pub(super) fn inverse<S: Simd>(
        &self,
        simd: S,
        u_hat: &[Pair<T, S>],
        u: &mut [Pair<T, S>],
        scratch: &mut [Pair<T, S>],
    ) {
        let half = self.inverse.points;
        let (z, scratch) = scratch.split_at_mut(half);
        let load = |k: usize| {
            if k < self.kept {
                C::<T, S>::load(simd, u_hat[k])
            } else {
                C::<T, S>::zero(simd)
            }
        };
        let (first, last) = (load(0).re, load(half).re);
        z[0] = C {
            re: first + last,
            im: first - last,
        }
        .store();
        for k in 1..=half / 2 {
            let (x, image) = (load(k), load(half - k).conj());
            let even = x + image;
            let odd = (x - image).times(C::<T, S>::splat(simd, self.twiddles[1][k]));
            z[k] = (even + odd).store();
            z[half - k] = (even - odd).conj().store();
        }
        let from = Strided {
            numbers: z,
            stride: 1,
        };
        let to = StridedMut {
            numbers: u,
            stride: 1,
        };
        self.inverse.run::<S, true>(simd, from, to, scratch);
    }
}

/// `c i e^{±2πik/N}` up to the middle of the modes, with a factor `c`.
pub(super) fn twiddles<T: Lane>(points: usize, factor: f64, sign: f64) -> Vec<[T; 2]> {
    let at = |k: usize| {
        let root = Complex64::cis(sign * TAU * k as f64 / points as f64);
        let factor = Complex64::new(0.0, factor) * root;
        [T::of(factor.re), T::of(factor.im)]
    };
    (0..=points / 4).map(at).collect()
}
