//! Primitive variables of planes of cells, and what is seen of them on the way.

use super::layout::{Layout, places};
use super::number::{LANES, Lanes};
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
    /// Largest `Σ (s/∆x + 2ν/∆x²)` over the axes, `s` the speed of the fastest wave along each and `ν` the diffusivity.
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
        let (layout, n) = (&self.layout, self.layout.cells[2]);
        let (plane, padded) = (layout.plane(), layout.padded_plane());
        let mut seen = [Lanes([0.0; LANES]); 2];
        for i in 0..u.len() / (N * plane) {
            for j in 0..layout.cells[1] {
                let cell = Cell {
                    u: &u[i * N * plane + j * n..],
                    still: still.get(i * A * plane + j * n..).unwrap_or(&[]),
                    w: &mut w[i * M * padded + layout.row(j)..],
                    planes: [plane, padded],
                };
                self.row(law, cell, n, &mut seen);
            }
        }
        let [rate, wrong] = seen.map(|lanes| lanes.0.into_iter().fold(0.0, largest));
        Seen {
            rate,
            valid: wrong < 0.5,
        }
    }

    fn row<L, const N: usize, const M: usize, const A: usize>(
        &self,
        law: &L,
        mut cell: Cell<'_>,
        n: usize,
        seen: &mut [Lanes<LANES>; 2],
    ) where
        L: Law<N, M, A>,
    {
        let whole = n / LANES * LANES;
        for k in (0..whole).step_by(LANES) {
            let found = self.at::<Lanes<LANES>, L, N, M, A>(law, &mut cell, k);
            *seen = [0, 1].map(|i| seen[i].max(found[i]));
        }
        if whole < n && whole > 0 {
            let found = self.at::<Lanes<LANES>, L, N, M, A>(law, &mut cell, n - LANES);
            *seen = [0, 1].map(|i| seen[i].max(found[i]));
        } else {
            for k in whole..n {
                let found = self.at::<f64, L, N, M, A>(law, &mut cell, k);
                *seen = [0, 1].map(|i| seen[i].max(Lanes::of(found[i])));
            }
        }
    }

    /// Rate and fault of as many cells as `T` has numbers.
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
        let u = std::array::from_fn(|c| T::load(&cell.u[c * plane + k..]));
        let still = std::array::from_fn(|c| T::load(&cell.still[c * plane + k..]));
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
        // Where the rate is no number, the state is wrong.
        let wrong = T::where_less(rate, T::of(f64::INFINITY), wrong, one);
        [T::where_less(zero, rate, rate, zero), wrong]
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
