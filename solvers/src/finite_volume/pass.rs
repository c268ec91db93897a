//! A stage of an integrator over planes of cells: fluxes through their faces, and the change of the conserved variables.

use std::array;

use pulp::{Arch, Simd, WithSimd};

use super::Law;
use super::faces::{self, Along, Cells, Fluxes, Row};
use super::layout::{Layout, places};
use super::planes::{Planes, Seen};
use super::reconstruction::Reconstruction;

/// One stage: `u ← a u₀ + b (u + ∆t L(u))`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stage {
    /// `a`; 0 in the first stage of a step, which keeps `u` as `u₀`.
    pub(super) old: f64,
    pub(super) new: f64,
    pub(super) dt: f64,
}

impl Stage {
    fn is_first(self) -> bool {
        self.old <= 0.0
    }
}

/// Fluxes as the cells before the faces see them, and as those behind do.
type Pair = [Vec<f64>; 2];

/// Buffers of one thread.
#[derive(Debug, Clone)]
pub(super) struct Worker {
    /// Fluxes through the faces before and behind a plane.
    planes: [Pair; 2],
    /// Fluxes through the faces before and behind a row.
    rows: [Pair; 2],
    /// Fluxes through the faces along a row.
    along: Pair,
    change: Vec<f64>,
    pub(super) seen: Seen,
}

impl Worker {
    pub(super) fn new(layout: &Layout, components: usize) -> Self {
        let pair = |size: usize| [vec![0.0; size * components], vec![0.0; size * components]];
        let two = |size| [pair(size), pair(size)];
        let n = layout.cells[2];
        Self {
            planes: two(layout.plane()),
            rows: two(n),
            along: pair(n + 1),
            change: vec![0.0; n],
            seen: Seen::NOTHING,
        }
    }
}

/// Everything that a stage reads.
pub(super) struct Pass<'a, L, S, const N: usize, const M: usize, const A: usize> {
    pub(super) planes: &'a Planes,
    pub(super) law: &'a L,
    pub(super) scheme: S,
    pub(super) cells: Cells<'a>,
    pub(super) stage: Stage,
}

impl<L, S, const N: usize, const M: usize, const A: usize> Pass<'_, L, S, N, M, A>
where
    L: Law<N, M, A>,
    S: Reconstruction,
{
    /// Takes the stage in the planes `u` from plane `first` on; `old` are the same planes at the begin of the step.
    pub(super) fn advance(
        &self,
        worker: &mut Worker,
        first: usize,
        u: &mut [f64],
        old: &mut [f64],
    ) {
        let size = N * self.planes.layout.plane();
        let planes = u.chunks_exact_mut(size).zip(old.chunks_exact_mut(size));
        for (i, (u, old)) in planes.enumerate() {
            self.across_planes(worker, first + i, i > 0);
            for j in 0..self.planes.layout.cells[1] {
                self.across_rows(worker, [first + i, j]);
                self.along(worker, [first + i, j]);
                Arch::new().dispatch(Change {
                    pass: self,
                    worker: &mut *worker,
                    at: [first + i, j],
                    u: &mut *u,
                    old: &mut *old,
                });
            }
        }
    }

    /// Fluxes through the faces before and behind plane `i`; those before it are known from the plane before, where
    /// `follows`.
    fn across_planes(&self, worker: &mut Worker, i: usize, follows: bool) {
        if !self.has(0) {
            return;
        }
        let (rows, n) = (self.planes.layout.cells[1], self.planes.layout.cells[2]);
        worker.planes.swap(0, 1);
        for behind in usize::from(follows)..2 {
            for j in 0..rows {
                let [before, after] = &mut worker.planes[behind];
                let seen = [&mut before[j * n..], &mut after[j * n..]];
                let stride = rows * n;
                self.fluxes(0, [i + behind, j], n, Fluxes { seen, stride });
            }
        }
    }

    /// Fluxes through the faces before and behind row `j` of plane `i`; those before it are known from the row before.
    fn across_rows(&self, worker: &mut Worker, [i, j]: [usize; 2]) {
        if !self.has(1) {
            return;
        }
        let stride = self.planes.layout.cells[2];
        worker.rows.swap(0, 1);
        for behind in usize::from(j > 0)..2 {
            let [before, after] = &mut worker.rows[behind];
            let seen = [&mut before[..], &mut after[..]];
            self.fluxes(1, [i, j + behind], stride, Fluxes { seen, stride });
        }
    }

    /// Fluxes through the faces along a row.
    fn along(&self, worker: &mut Worker, at: [usize; 2]) {
        let stride = self.planes.layout.cells[2] + 1;
        let [before, after] = &mut worker.along;
        let seen = [&mut before[..], &mut after[..]];
        self.fluxes(2, at, stride, Fluxes { seen, stride });
    }

    /// Fluxes through `count` faces across an axis, before the row of cells `at`.
    fn fluxes(&self, axis: usize, at: [usize; 2], count: usize, out: Fluxes<'_>) {
        let layout = &self.planes.layout;
        let row = Row {
            at: [layout.start(M, at), layout.start(1, at)],
            stride: [layout.strides(M)[axis], layout.strides(1)[axis]],
            normal: self.planes.normal(axis),
            count,
            axes: self.axes(axis),
        };
        faces::row(self.law, self.scheme, self.cells, row, out);
    }

    /// The axes of the grid with the one across a face in the place of the first.
    fn axes(&self, across: usize) -> [Along; 3] {
        let strides = self.planes.layout.strides(M);
        let mut axes = [Along {
            stride: 0,
            per_spacing: 0.0,
        }; 3];
        for (axis, &place) in axes.iter_mut().zip(places(self.planes.dims)) {
            *axis = Along {
                stride: strides[place],
                per_spacing: self.planes.per_spacing[place],
            };
        }
        axes.swap(0, self.planes.normal(across) - 1);
        axes
    }

    /// Whether the grid has an axis of the layout.
    fn has(&self, axis: usize) -> bool {
        self.planes.per_spacing[axis] > 0.0
    }

    /// Changes the row `[i, j]` of the plane `u`.
    #[inline(always)]
    fn change_row(&self, worker: &mut Worker, at: [usize; 2], u: &mut [f64], old: &mut [f64]) {
        let layout = &self.planes.layout;
        let (plane, n) = (layout.plane(), layout.cells[2]);
        let Stage { old: a, new: b, dt } = self.stage;
        for c in 0..N {
            self.change(worker, c, at[1]);
            if L::SOURCE {
                self.gain(worker, c, at);
            }
            if let Some(marks) = self.cells.marks {
                let solid = &marks.solid[layout.start(1, at)..];
                for (change, solid) in worker.change.iter_mut().zip(solid) {
                    *change *= 1.0 - solid;
                }
            }
            let here = c * plane + at[1] * n;
            let (u, old) = (&mut u[here..][..n], &mut old[here..][..n]);
            if self.stage.is_first() {
                old.copy_from_slice(u);
            }
            for ((u, old), change) in u.iter_mut().zip(old).zip(&worker.change) {
                *u = a * *old + b * (*u + dt * change);
            }
        }
    }

    /// Writes `−Σ ∂F/∂x` of a component along row `j` to the buffer of changes.
    #[inline(always)]
    fn change(&self, worker: &mut Worker, c: usize, j: usize) {
        let (n, plane) = (self.planes.layout.cells[2], self.planes.layout.plane());
        let per_spacing = self.planes.per_spacing;
        let behind = usize::from(L::SPLIT); // where cells behind a face see its flux
        let change = &mut worker.change;
        let [low, high] = [&worker.along[behind], &worker.along[0]];
        let row = c * (n + 1);
        let pairs = low[row..].iter().zip(&high[row + 1..]);
        for (change, (low, high)) in change.iter_mut().zip(pairs) {
            *change = (low - high) * per_spacing[2];
        }
        let (planes, rows) = (&worker.planes, &worker.rows);
        for (axis, pair, row) in [(0, planes, c * plane + j * n), (1, rows, c * n)] {
            if per_spacing[axis] > 0.0 {
                let pairs = pair[0][behind][row..].iter().zip(&pair[1][0][row..]);
                for (change, (low, high)) in change.iter_mut().zip(pairs) {
                    *change += (low - high) * per_spacing[axis];
                }
            }
        }
    }

    /// Adds what a component of the cells of a row gains by itself to the buffer of changes.
    #[inline(always)]
    fn gain(&self, worker: &mut Worker, c: usize, at: [usize; 2]) {
        let (start, plane) = (self.planes.layout.start(M, at), self.cells.plane);
        for (k, change) in worker.change.iter_mut().enumerate() {
            let w: [f64; M] = array::from_fn(|m| self.cells.w[start + m * plane + k]);
            *change += self.law.source(w)[c];
        }
    }
}

/// The change of a row, by the widest vectors of the processor.
struct Change<'a, 'b, L, S, const N: usize, const M: usize, const A: usize> {
    pass: &'a Pass<'b, L, S, N, M, A>,
    worker: &'a mut Worker,
    at: [usize; 2],
    u: &'a mut [f64],
    old: &'a mut [f64],
}

impl<L, S, const N: usize, const M: usize, const A: usize> WithSimd
    for Change<'_, '_, L, S, N, M, A>
where
    L: Law<N, M, A>,
    S: Reconstruction,
{
    type Output = ();

    #[inline(always)]
    fn with_simd<V: Simd>(self, _simd: V) {
        self.pass.change_row(self.worker, self.at, self.u, self.old);
    }
}
