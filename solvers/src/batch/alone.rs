//! Real transforms of the lines of one simulation, with a vector's lanes side by side along the line.
//!
//! The operations are those of `line.rs`, of which `lanes` neighbours are done at once, so every number has the same bits. In
//! the first pass of a transform, `s = 1`, neighbours `p` go through one butterfly, and their results are turned to stand side
//! by side; from then on `s` is a multiple of the lanes, and a pass is that of vectors at stride `s / lanes`. Points come and
//! go as pairs of vectors, even ones in the first and odd ones in the second, and modes as real and imaginary parts.
//!
//! With `w(k)* = w(N/2 − k)` for `k ≥ N/4`, one formula gives every mode:
//!
//! ```text
//! X(k) = ½ (Z(k) + Z(M−k)*) + w(k) (Z(k) − Z(M−k)*),   M = N/2
//! ```

use pulp::Simd;

use super::butterfly::butterfly;
use super::complex::{C, Pair, pairs, pairs_mut};
use super::fft::{Fft, Strided, StridedMut, radices, root};
use super::lane::{Lane, Wide, reversed, turned};
use super::line::twiddles;
use super::row::Row;

/// Transform of a line.
pub(super) struct LineAlone<T> {
    forward: Split<T>,
    inverse: Split<T>,
    /// Factors of the modes of a line, see `line.rs`, in vectors.
    twiddles: [Row<T>; 2],
    half: usize,
    kept: usize,
    lanes: usize,
}

impl<T: Lane> LineAlone<T> {
    pub(super) fn new(points: usize, kept: usize, lanes: usize) -> Self {
        let half = points / 2;
        let factors = |[of_first, sign]: [f64; 2]| {
            let known = twiddles::<T>(points, of_first, sign);
            let at = |k: usize| {
                if k < half.div_ceil(2) {
                    known[k]
                } else {
                    let [re, im] = known[half - k];
                    [re, -im]
                }
            };
            in_vectors(lanes, (0..half).map(at).collect())
        };
        Self {
            forward: Split::new(half, lanes, false),
            inverse: Split::new(half, lanes, true),
            twiddles: [factors([-0.5, -1.0]), factors([1.0, 1.0])],
            half,
            kept,
            lanes,
        }
    }

    /// Pairs of vectors of scratch.
    pub(super) fn scratch(&self) -> usize {
        4 * self.half / self.lanes
    }

    /// Modes of the points `u`.
    #[inline(always)]
    pub(super) fn forward<S: Simd>(
        &self,
        simd: S,
        u: &[T],
        u_hat: &mut [T],
        scratch: &mut [Pair<T, S>],
    ) {
        let (z, scratch) = scratch.split_at_mut(self.half / self.lanes);
        self.forward
            .run::<S, false>(simd, pairs::<T, S>(u), z, scratch);
        let kept = self.kept.div_ceil(self.lanes);
        let (modes, twiddles) = (pairs_mut::<T, S>(u_hat), pairs::<T, S>(&self.twiddles[0]));
        let a_half = Wide::<T, S>::splat(simd, T::of(0.5));
        for ((i, mode), w) in (0..z.len()).zip(&mut modes[..kept]).zip(twiddles) {
            let next = if i == 0 { z[0] } else { z[z.len() - i] };
            let image = image(simd, next, z[z.len() - 1 - i]);
            let z = C::<T, S>::load(simd, z[i]);
            let odd = (z - image).times(C::<T, S>::load(simd, *w));
            *mode = ((z + image).scaled(a_half) + odd).store();
        }
        let first: [T; 2] = [T::first::<S>(z[0][0]), T::first::<S>(z[0][1])];
        self.set(u_hat, 0, [first[0] + first[1], T::zero()]);
        if self.half < self.kept {
            let block = 2 * self.half;
            u_hat[block..block + 2 * self.lanes].fill(T::zero());
            self.set(u_hat, self.half, [first[0] - first[1], T::zero()]);
        }
    }

    /// Points of the modes `u_hat`, those from `kept` on being zero.
    #[inline(always)]
    pub(super) fn inverse<S: Simd>(
        &self,
        simd: S,
        u_hat: &[T],
        u: &mut [T],
        scratch: &mut [Pair<T, S>],
    ) {
        let blocks = self.half / self.lanes;
        let (z, scratch) = scratch.split_at_mut(blocks);
        let modes = &pairs::<T, S>(u_hat)[..self.kept.div_ceil(self.lanes)];
        let nothing = C::<T, S>::zero(simd).store();
        let load = |i: usize| modes.get(i).copied().unwrap_or(nothing);
        let twiddles = pairs::<T, S>(&self.twiddles[1]);
        for ((i, z), w) in z.iter_mut().enumerate().zip(twiddles) {
            let image = image(simd, load(blocks - i), load(blocks - 1 - i));
            let mode = C::<T, S>::load(simd, load(i));
            let odd = (mode - image).times(C::<T, S>::load(simd, *w));
            *z = (mode + image + odd).store();
        }
        let first = u_hat[0];
        let last = if self.half < self.kept {
            u_hat[2 * self.half]
        } else {
            T::zero()
        };
        z[0] = [
            T::with_first::<S>(z[0][0], first + last),
            T::with_first::<S>(z[0][1], first - last),
        ];
        self.inverse
            .run::<S, true>(simd, z, pairs_mut::<T, S>(u), scratch);
    }

    /// Sets the first mode of a pair of vectors.
    fn set(&self, u_hat: &mut [T], mode: usize, [re, im]: [T; 2]) {
        u_hat[2 * mode] = re;
        u_hat[2 * mode + self.lanes] = im;
    }
}

/// The conjugates of the numbers that mirror those of a pair of vectors: they stand in reverse, the first in the pair behind.
#[inline(always)]
fn image<T: Lane, S: Simd>(simd: S, next: Pair<T, S>, block: Pair<T, S>) -> C<T, S> {
    let parts = [0, 1].map(|part| reversed::<T, S>(next[part], block[part]));
    C::<T, S>::load(simd, parts).conj()
}

/// Complex numbers in pairs of vectors.
fn in_vectors<T: Lane>(lanes: usize, numbers: Vec<[T; 2]>) -> Row<T> {
    let blocks = numbers.chunks_exact(lanes);
    Row::of(blocks.flat_map(|block| {
        let part = |part: usize| block.iter().map(move |number| number[part]);
        part(0).chain(part(1)).collect::<Vec<_>>()
    }))
}

/// A complex transform whose first pass is by itself.
struct Split<T> {
    radix: usize,
    m: usize,
    /// Factors `w^{pk}`, of neighbours `p` in vectors, `k = 1 … R − 1` behind one another.
    twiddles: Row<T>,
    rest: Fft<T>,
}

impl<T: Lane> Split<T> {
    fn new(points: usize, lanes: usize, inverse: bool) -> Self {
        let radix = radices(points)[0];
        let m = points / radix;
        assert!(
            m.is_multiple_of(lanes) && [4, 8].contains(&radix),
            "a line has many points"
        );
        let block = |p: usize| {
            (1..radix).flat_map(move |k| {
                let lane = move |lane: usize| root::<T>((p + lane) * k, points, inverse);
                (0..lanes).map(lane)
            })
        };
        let factors = (0..m).step_by(lanes).flat_map(block);
        Self {
            radix,
            m,
            twiddles: in_vectors(lanes, factors.collect()),
            rest: Fft::behind_first(points, lanes, inverse),
        }
    }

    #[inline(always)]
    fn run<S: Simd, const INVERSE: bool>(
        &self,
        simd: S,
        from: &[Pair<T, S>],
        to: &mut [Pair<T, S>],
        scratch: &mut [Pair<T, S>],
    ) {
        let (first, scratch) = scratch.split_at_mut(self.rest.points);
        if self.radix == 8 {
            self.first::<S, 8, INVERSE>(simd, from, first);
        } else {
            self.first::<S, 4, INVERSE>(simd, from, first);
        }
        let from = Strided {
            numbers: &*first,
            stride: 1,
        };
        let to = StridedMut {
            numbers: to,
            stride: 1,
        };
        self.rest.run::<S, INVERSE>(simd, from, to, scratch);
    }

    /// The pass of stride 1.
    #[inline(always)]
    fn first<S: Simd, const R: usize, const INVERSE: bool>(
        &self,
        simd: S,
        x: &[Pair<T, S>],
        y: &mut [Pair<T, S>],
    ) {
        let blocks = self.m / T::lanes::<S>();
        let twiddles = pairs::<T, S>(&self.twiddles).chunks_exact(R - 1);
        for ((p, y), w) in (0..blocks).zip(y.chunks_exact_mut(R)).zip(twiddles) {
            let a = std::array::from_fn(|j| C::<T, S>::load(simd, x[p + blocks * j]));
            let mut b = butterfly::<T, S, R, INVERSE>(simd, a);
            for k in 1..R {
                b[k] = b[k].times(C::<T, S>::load(simd, w[k - 1]));
            }
            let parts = b.map(C::store);
            let re = turned::<T, S, R>(parts.map(|[re, _]| re));
            let im = turned::<T, S, R>(parts.map(|[_, im]| im));
            for ((y, re), im) in y.iter_mut().zip(re).zip(im) {
                *y = [re, im];
            }
        }
    }
}
