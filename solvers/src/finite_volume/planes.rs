//! Primitive variables of planes of cells, and what is seen of them on the way.

use pulp::{Arch, Simd, WithSimd};

use super::layout::{Layout, places};
use super::number::{Wide, each};
use super::{Law, Number};

/// A grid with its layout.
#[derive(Debug, Clone)]
pub(super) struct Planes {
    pub(super) layout: Layout,
    pub(super) dims: usize,
    /// `1/∆x` of each axis of the layout, 0 for those that the grid lacks.
    pub(super) per_spacing: [f64; 3],
}

/// Observations of a loop over cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    /// Largest `Σ (s/∆x + 2ν/∆x²)` over the axes and the rate of a source, `s` the speed of the fastest wave along each and `ν`
    /// the diffusivity.
    pub(super) rate: f64,
    /// Whether all states are those of the law.
    pub(super) valid: bool,
}

impl Seen {
    /// The beginning of a pass over cells: no limit of the time step yet, and none of them wrong.
    pub(super) const NOTHING: Self = Self {
        rate: 0.0,
        valid: true,
    };

    /// Observations of two parts of a grid.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            rate: largest(self.rate, other.rate),
            valid: self.valid && other.valid,
        }
    }
}

impl Planes {
    /// The component of the vector along an axis of the layout.
    pub(super) fn normal(&self, axis: usize) -> usize {
        let mut places = places(self.dims).iter();
        1 + places.position(|&place| place == axis).unwrap_or(0)
    }

    /// Writes the primitive variables of the planes `u` to the same planes of `w`, which have ghosts; `still` are the
    /// coefficients of the cells.
    pub(super) fn primitive<L, const N: usize, const M: usize, const A: usize>(
        &self,
        law: &L,
        (u, still): (&[f64], &[f64]),
        w: &mut [f64],
    ) -> Seen
    where
        L: Law<N, M, A>,
    {
        Arch::new().dispatch(Primitives::<L, N, M, A> {
            planes: self,
            law,
            u,
            still,
            w,
        })
    }

    #[inline(always)]
    fn each_row<V: Simd, L, const N: usize, const M: usize, const A: usize>(
        &self,
        law: &L,
        (u, still): (&[f64], &[f64]),
        w: &mut [f64],
    ) -> Seen
    where
        L: Law<N, M, A>,
    {
        let (layout, n) = (&self.layout, self.layout.cells[2]);
        let (plane, padded) = (layout.plane(), layout.padded_plane());
        let mut seen = [0.0; 2];
        for i in 0..u.len() / (N * plane) {
            for j in 0..layout.cells[1] {
                let cell = Cell {
                    u: &u[i * N * plane + j * n..],
                    still: still.get(i * A * plane + j * n..).unwrap_or(&[]),
                    w: &mut w[i * M * padded + layout.row(j)..],
                    planes: [plane, padded],
                };
                self.row::<V, L, N, M, A>(law, cell, n, &mut seen);
            }
        }
        let [rate, wrong] = seen;
        Seen {
            rate,
            valid: wrong < 0.5,
        }
    }

    #[inline(always)]
    fn row<V: Simd, L, const N: usize, const M: usize, const A: usize>(
        &self,
        law: &L,
        mut cell: Cell<'_>,
        n: usize,
        seen: &mut [f64; 2],
    ) where
        L: Law<N, M, A>,
    {
        if n < V::F64_LANES {
            for k in 0..n {
                let [rate, wrong] = self.at::<f64, L, N, M, A>(law, &mut cell, k);
                *seen = [largest(seen[0], rate), largest(seen[1], wrong)];
            }
            return;
        }
        let [mut rate, mut wrong] = [Wide::<V>::of(0.0); 2];
        for k in Wide::<V>::begins(n) {
            let found = self.at::<Wide<V>, L, N, M, A>(law, &mut cell, k);
            (rate, wrong) = (rate.max(found[0]), wrong.max(found[1]));
        }
        *seen = [
            largest(seen[0], rate.largest()),
            largest(seen[1], wrong.largest()),
        ];
    }

    /// Rate and fault of as many cells as `T` has numbers.
    #[inline(always)]
    fn at<T: Number, L, const N: usize, const M: usize, const A: usize>(
        &self,
        law: &L,
        cell: &mut Cell<'_>,
        k: usize,
    ) -> [T; 2]
    where
        L: Law<N, M, A>,
    {
        let [plane, padded] = cell.planes;
        let u = each!(c => T::load(&cell.u[c * plane + k..]));
        let still = each!(c => T::load(&cell.still[c * plane + k..]));
        let mut w = law.primitive(u, still);
        for (c, value) in w.iter().enumerate() {
            value.store(&mut cell.w[c * padded + k..]);
        }
        let (zero, one) = (T::of(0.0), T::of(1.0));
        let wrong = T::where_less(zero, law.margin(w), zero, one);
        let mut rate = zero;
        for (axis, &place) in places(self.dims).iter().enumerate() {
            if axis > 0 {
                w.swap(1, axis + 1);
            }
            let [slow, fast] = law.speeds(w);
            rate = rate + slow.abs().max(fast.abs()) * T::of(self.per_spacing[place]);
            if L::DIFFUSIVE {
                let curvature = T::of(2.0 * self.per_spacing[place].powi(2));
                rate = rate + law.diffusivity(w) * curvature;
            }
            if axis > 0 {
                w.swap(1, axis + 1);
            }
        }
        if L::SOURCE {
            rate = rate + law.source_rate(w);
        }
        // Where the rate is no number, the state is wrong.
        let wrong = T::where_less(rate, T::of(f64::INFINITY), wrong, one);
        [T::where_less(zero, rate, rate, zero), wrong]
    }
}

/// Primitive variables of some planes, by the widest vectors of the processor.
struct Primitives<'a, L, const N: usize, const M: usize, const A: usize> {
    planes: &'a Planes,
    law: &'a L,
    u: &'a [f64],
    still: &'a [f64],
    w: &'a mut [f64],
}

impl<L, const N: usize, const M: usize, const A: usize> WithSimd for Primitives<'_, L, N, M, A>
where
    L: Law<N, M, A>,
{
    type Output = Seen;

    #[inline(always)]
    fn with_simd<V: Simd>(self, _simd: V) -> Seen {
        let fields = (self.u, self.still);
        self.planes
            .each_row::<V, L, N, M, A>(self.law, fields, self.w)
    }
}

/// A row of cells.
struct Cell<'a> {
    u: &'a [f64],
    still: &'a [f64],
    w: &'a mut [f64],
    /// Cells of a plane without and with ghosts.
    planes: [usize; 2],
}

fn largest(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}
