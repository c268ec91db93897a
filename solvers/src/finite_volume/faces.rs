//! Fluxes through a row of faces: reconstruction and Riemann problems of several faces at once.

use pulp::{Arch, Simd, WithSimd};

use super::number::{Wide, each};
use super::reconstruction::Reconstruction;
use super::{Law, Number};

/// Primitive variables with their ghosts, and what is known of single cells.
#[derive(Clone, Copy)]
pub(super) struct Cells<'a> {
    /// Primitive variables, plane after plane.
    pub(super) w: &'a [f64],
    /// Cells and ghosts of a plane.
    pub(super) plane: usize,
    /// Marks of the cells, where some differ from the others.
    pub(super) marks: Option<Marks<'a>>,
}

/// Marks of cells, ghosts included.
#[derive(Clone, Copy)]
pub(super) struct Marks<'a> {
    /// The share of slopes that is kept: 0 where averages are taken to the faces.
    pub(super) slopes: &'a [f64],
    /// 1 in solid cells, 0 in the fluid.
    pub(super) solid: &'a [f64],
}

/// A row of faces.
#[derive(Clone, Copy)]
pub(super) struct Row {
    /// The place of the cell behind the first face, in component 0 and among marks.
    pub(super) at: [usize; 2],
    /// Distance of neighbours across a face, among components and among marks.
    pub(super) stride: [usize; 2],
    /// Component of the vector along the normal.
    pub(super) normal: usize,
    /// Number of faces.
    pub(super) count: usize,
    /// Axes that gradients have components along: the one across the faces, then the others, in the order of the
    /// components of the vector.
    pub(super) axes: [Along; 3],
}

/// An axis.
#[derive(Debug, Clone, Copy)]
pub(super) struct Along {
    /// Distance of neighbours in a component.
    pub(super) stride: usize,
    /// `1/∆x`; 0 for an axis that the grid lacks.
    pub(super) per_spacing: f64,
}

/// Fluxes through a row of faces, component after component `stride` apart, as the cells before the faces see them and
/// as those behind do.
pub(super) struct Fluxes<'a> {
    pub(super) seen: [&'a mut [f64]; 2],
    pub(super) stride: usize,
}

/// Writes the fluxes of a row, by the widest vectors of the processor.
pub(super) fn row<L, S, const N: usize, const M: usize, const A: usize>(
    law: &L,
    scheme: S,
    cells: Cells<'_>,
    row: Row,
    out: Fluxes<'_>,
) where
    L: Law<N, M, A>,
    S: Reconstruction,
{
    Arch::new().dispatch(Faces::<_, _, N, M, A> {
        law,
        scheme,
        cells,
        row,
        out,
    });
}

/// A row of faces with all that its fluxes follow from.
struct Faces<'a, L, S, const N: usize, const M: usize, const A: usize> {
    law: &'a L,
    scheme: S,
    cells: Cells<'a>,
    row: Row,
    out: Fluxes<'a>,
}

impl<L, S, const N: usize, const M: usize, const A: usize> WithSimd for Faces<'_, L, S, N, M, A>
where
    L: Law<N, M, A>,
    S: Reconstruction,
{
    type Output = ();

    #[inline(always)]
    fn with_simd<V: Simd>(self, _simd: V) {
        if self.cells.marks.is_some() {
            self.fluxes::<V, true>();
        } else {
            self.fluxes::<V, false>();
        }
    }
}

impl<L, S, const N: usize, const M: usize, const A: usize> Faces<'_, L, S, N, M, A>
where
    L: Law<N, M, A>,
    S: Reconstruction,
{
    #[inline(always)]
    fn fluxes<V: Simd, const MARKED: bool>(self) {
        let Self {
            law,
            scheme,
            cells,
            row,
            mut out,
        } = self;
        if row.count < V::F64_LANES {
            for first in 0..row.count {
                block::<f64, L, S, N, M, A, MARKED>(law, scheme, cells, row, first, &mut out);
            }
            return;
        }
        for first in Wide::<V>::begins(row.count) {
            block::<Wide<V>, L, S, N, M, A, MARKED>(law, scheme, cells, row, first, &mut out);
        }
    }
}

/// The fluxes of as many faces as `T` has numbers, from face `first` on.
#[inline(always)]
fn block<T, L, S, const N: usize, const M: usize, const A: usize, const MARKED: bool>(
    law: &L,
    scheme: S,
    cells: Cells<'_>,
    row: Row,
    first: usize,
    out: &mut Fluxes<'_>,
) where
    T: Number,
    L: Law<N, M, A>,
    S: Reconstruction,
{
    let Sides {
        mut faces,
        cells: mut middles,
    } = sides::<T, L, S, N, M, A>(scheme, cells, row, first);
    if MARKED && let Some(marks) = cells.marks {
        let at = row.at[1] + first;
        let both = |of: &[f64]| [T::load(&of[at - row.stride[1]..]), T::load(&of[at..])];
        let (keep, solid) = (both(marks.slopes), both(marks.solid));
        for side in 0..2 {
            for c in 0..M {
                let (face, middle) = (faces[side][c], middles[side][c]);
                faces[side][c] = middle + keep[side] * (face - middle);
            }
        }
        (faces, middles) = (walled(solid, faces), walled(solid, middles));
    }
    let [mut seen_before, seen_behind] = law.fluxes(faces, middles);
    if L::DIFFUSIVE {
        let mean = each!(c => T::of(0.5) * (middles[0][c] + middles[1][c]));
        let flux = law.diffusion(mean, slopes(cells, row, first, middles));
        seen_before = each!(c => seen_before[c] + flux[c]);
    }
    for c in 0..N {
        let to = place(c, row.normal) * out.stride + first;
        seen_before[c].store(&mut out.seen[0][to..]);
        if L::SPLIT {
            seen_behind[c].store(&mut out.seen[1][to..]);
        }
    }
}

/// States before and behind faces.
struct Sides<T, const M: usize> {
    /// At the faces.
    faces: [[T; M]; 2],
    /// In the middle of the cells.
    cells: [[T; M]; 2],
}

/// The states on either side of faces, the component along the normal first of the vector.
#[inline(always)]
fn sides<T, L, S, const N: usize, const M: usize, const A: usize>(
    scheme: S,
    cells: Cells<'_>,
    row: Row,
    first: usize,
) -> Sides<T, M>
where
    T: Number,
    L: Law<N, M, A>,
    S: Reconstruction,
{
    let zero = T::of(0.0);
    let mut sides = Sides {
        faces: [[zero; M]; 2],
        cells: [[zero; M]; 2],
    };
    for c in 0..M {
        let middle = row.at[0] + place(c, row.normal) * cells.plane + first;
        let start = middle - S::CELLS * row.stride[0];
        let mut line = [zero; 6];
        for (i, value) in line[..2 * S::CELLS].iter_mut().enumerate() {
            *value = T::load(&cells.w[start + i * row.stride[0]..]);
        }
        let near = [line[S::CELLS - 1], line[S::CELLS]];
        let edges = if c < M - L::STILL {
            scheme.edges(&line[..2 * S::CELLS])
        } else {
            near
        };
        for side in 0..2 {
            sides.faces[side][c] = edges[side];
            sides.cells[side][c] = near[side];
        }
    }
    sides
}

/// Slopes at faces: across them that between the two cells, along them the mean of those in the cells.
#[inline(always)]
fn slopes<T: Number, const M: usize>(
    cells: Cells<'_>,
    row: Row,
    first: usize,
    [before, behind]: [[T; M]; 2],
) -> [[T; M]; 3] {
    let across = T::of(row.axes[0].per_spacing);
    let mut slopes = [[T::of(0.0); M]; 3];
    slopes[0] = each!(c => across * (behind[c] - before[c]));
    for (slopes, axis) in slopes.iter_mut().zip(row.axes).skip(1) {
        if axis.per_spacing > 0.0 {
            let quarter = T::of(0.25 * axis.per_spacing);
            for (c, slope) in slopes.iter_mut().enumerate() {
                let at = row.at[0] + place(c, row.normal) * cells.plane + first;
                let here = rise::<T>(cells.w, at, axis.stride);
                *slope = quarter * (here + rise::<T>(cells.w, at - row.stride[0], axis.stride));
            }
        }
    }
    slopes
}

/// The difference of the neighbours of cells.
#[inline(always)]
fn rise<T: Number>(w: &[f64], at: usize, stride: usize) -> T {
    T::load(&w[at + stride..]) - T::load(&w[at - stride..])
}

/// The component that stands in place `c` where the one along the normal is the first of the vector.
#[inline(always)]
fn place(c: usize, normal: usize) -> usize {
    if c == 1 {
        normal
    } else if c == normal {
        1
    } else {
        c
    }
}

/// States on either side of a face, those in solid cells replaced by the image of the other one.
#[inline(always)]
fn walled<T: Number, const M: usize>(solid: [T; 2], sides: [[T; M]; 2]) -> [[T; M]; 2] {
    let mut walled = sides;
    for side in 0..2 {
        for c in 0..M {
            let other = sides[1 - side][c];
            let image = if c == 1 { -other } else { other };
            walled[side][c] = T::where_less(T::of(0.5), solid[side], image, sides[side][c]);
        }
    }
    walled
}
