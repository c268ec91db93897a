//! Transforms of one, two or three periodic axes of all lanes, of the modes below the dealiasing bound.
//!
//! Points and modes are stored as [`Transform`](crate::Transform) stores them, a vector in the place of each number and two
//! in that of a complex one. Axes are transformed one after the other, from memory to memory.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::alone::LineAlone;
use super::complex::{Pair, pairs, pairs_mut};
use super::fft::{Fft, Strided, StridedMut};
use super::lane::Lane;
use super::layout::Layout;
use super::line::Line;
use super::row::Row;
use super::vectors::Vectors;
use crate::spectral::kept_modes;
use crate::{Dealias, Grid};

/// Transforms of a grid.
pub(super) struct Plan<T> {
    line: Last<T>,
    /// The axes before the last, the first of them first.
    axes: Vec<Axis<T>>,
    scratch: Row<T>,
}

/// The last axis.
enum Last<T> {
    Together(Line<T>),
    Alone(LineAlone<T>),
}

/// An axis before others.
struct Axis<T> {
    forward: Fft<T>,
    inverse: Fft<T>,
    /// Values of all axes before.
    outer: usize,
    /// Modes of all axes behind, and those of them below the bound.
    inner: usize,
    kept: Vec<Range<usize>>,
    /// Whether modes of this axis stand side by side, which points of it don't.
    turns: bool,
    /// Result of the inverse transform, zero from the bound on.
    turned: Row<T>,
    /// Result of the forward transform, unless it is the first axis.
    made: Row<T>,
}

impl<T: Lane> Plan<T> {
    /// For a grid of periodic axes.
    pub(super) fn new(grid: &Grid, layout: &Layout, dealias: Dealias) -> Self {
        let points = grid.points();
        let (&last, others) = points.split_last().expect("a grid has an axis");
        let kept = dealias.num_modes(last);
        let line = if layout.is_alone() {
            Last::Alone(LineAlone::new(last, kept, layout.lanes))
        } else {
            Last::Together(Line::new(last, kept))
        };
        let axes = (0..others.len()).map(|axis| Axis::new(points, axis, layout, dealias));
        let longest = others.iter().map(|n| 2 * n).max().unwrap_or(0);
        Self {
            scratch: Row::zeros(2 * layout.lanes * line.scratch().max(longest)),
            axes: axes.collect(),
            line,
        }
    }

    /// The modes of `u` below the bound; others are left arbitrary or as they were.
    pub(super) fn forward(&mut self, vectors: Vectors, u: &[T], u_hat: &mut [T]) {
        let Some(last) = self.axes.len().checked_sub(1) else {
            return self.lines(vectors, u, u_hat, 1);
        };
        let mut turned = std::mem::take(&mut self.axes[last].turned);
        let count = self.axes[last].count();
        self.lines(vectors, u, &mut turned, count);
        let mut made = Row::default();
        for (i, axis) in self.axes.iter_mut().enumerate().rev() {
            let from = if i == last { &turned } else { &made };
            let mut to = std::mem::take(&mut axis.made);
            let to_modes = if i == 0 { &mut *u_hat } else { &mut to[..] };
            vectors.dispatch(Along::<T, false> {
                axis: AxisPart::of(axis),
                from,
                to: to_modes,
                scratch: &mut self.scratch,
            });
            if i > 0 {
                made = to;
            }
        }
        self.axes[last].turned = turned;
        if last > 0 {
            self.axes[last].made = made;
        }
    }

    fn lines(&mut self, vectors: Vectors, u: &[T], u_hat: &mut [T], count: usize) {
        vectors.dispatch(Forward {
            line: &self.line,
            u,
            u_hat,
            count,
            scratch: &mut self.scratch,
        });
    }

    /// The points of `u_hat`, whose modes from the bound on are zero.
    pub(super) fn inverse(&mut self, vectors: Vectors, u_hat: &[T], u: &mut [T]) {
        let mut turned: Row<T> = Row::default();
        for i in 0..self.axes.len() {
            let axis = &mut self.axes[i];
            let mut to = std::mem::take(&mut axis.turned);
            let from = if i == 0 { u_hat } else { &turned[..] };
            vectors.dispatch(Along::<T, true> {
                axis: AxisPart::of(axis),
                from,
                to: &mut to,
                scratch: &mut self.scratch,
            });
            if let Some(before) = i.checked_sub(1) {
                self.axes[before].turned = turned;
            }
            turned = to;
        }
        let last = self.axes.last();
        let (from, count) = last.map_or((u_hat, 1), |axis| (&turned[..], axis.count()));
        vectors.dispatch(Inverse {
            line: &self.line,
            u_hat: from,
            u,
            count,
            scratch: &mut self.scratch,
        });
        if let Some(axis) = self.axes.last_mut() {
            axis.turned = turned;
        }
    }
}

impl<T: Lane> Axis<T> {
    fn new(points: &[usize], axis: usize, layout: &Layout, dealias: Dealias) -> Self {
        let (n, others) = (points[axis], &points[axis + 1..]);
        let outer: usize = points[..axis].iter().product();
        let inner = others.iter().rev().skip(1).product::<usize>() * layout.line_pairs();
        let last = others.last().expect("an axis behind it");
        let kept = if layout.is_alone() {
            let pairs = dealias.num_modes(*last).div_ceil(layout.lanes);
            std::iter::once(0..pairs).collect()
        } else {
            kept_modes(others, dealias)
        };
        let size = 2 * layout.lanes * outer * n * inner;
        Self {
            forward: Fft::new(n, false),
            inverse: Fft::new(n, true),
            outer,
            inner,
            kept,
            turns: !layout.is_alone(),
            turned: Row::zeros(size),
            made: Row::zeros(if axis == 0 { 0 } else { size }),
        }
    }

    /// Number of lines of the axis behind it, where that is the last.
    fn count(&self) -> usize {
        self.outer * self.forward.points
    }
}

/// An axis without its memory.
struct AxisPart<'a, T> {
    forward: &'a Fft<T>,
    inverse: &'a Fft<T>,
    outer: usize,
    inner: usize,
    kept: &'a [Range<usize>],
    turns: bool,
}

impl<'a, T> AxisPart<'a, T> {
    fn of(axis: &'a Axis<T>) -> Self {
        Self {
            forward: &axis.forward,
            inverse: &axis.inverse,
            outer: axis.outer,
            inner: axis.inner,
            kept: &axis.kept,
            turns: axis.turns,
        }
    }
}

/// The transform of an axis before others, of the modes behind it below the bound.
struct Along<'a, T, const INVERSE: bool> {
    axis: AxisPart<'a, T>,
    from: &'a [T],
    to: &'a mut [T],
    scratch: &'a mut [T],
}

impl<T: Lane, const INVERSE: bool> WithSimd for Along<'_, T, INVERSE> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let AxisPart {
            forward,
            inverse,
            outer,
            inner,
            kept,
            turns,
        } = self.axis;
        let n = forward.points;
        let (from, to) = (pairs::<T, S>(self.from), pairs_mut::<T, S>(self.to));
        let scratch = &mut pairs_mut::<T, S>(self.scratch)[..2 * n];
        let slabs = from
            .chunks_exact(n * inner)
            .zip(to.chunks_exact_mut(n * inner));
        for (from, to) in slabs.take(outer) {
            for m in kept.iter().cloned().flatten() {
                let (points, modes) = ((m, inner), if turns { (m * n, 1) } else { (m, inner) });
                let (read, write) = if INVERSE {
                    (modes, points)
                } else {
                    (points, modes)
                };
                let from = Strided {
                    numbers: &from[read.0..],
                    stride: read.1,
                };
                let to = StridedMut {
                    numbers: &mut to[write.0..],
                    stride: write.1,
                };
                let axis = if INVERSE { inverse } else { forward };
                axis.run::<S, INVERSE>(simd, from, to, scratch);
            }
        }
    }
}

impl<T: Lane> Last<T> {
    /// Pairs of vectors of scratch.
    fn scratch(&self) -> usize {
        match self {
            Self::Together(line) => line.scratch(),
            Self::Alone(line) => line.scratch(),
        }
    }
}

/// Modes of lines of points.
struct Forward<'a, T> {
    line: &'a Last<T>,
    u: &'a [T],
    u_hat: &'a mut [T],
    count: usize,
    scratch: &'a mut [T],
}

impl<T: Lane> WithSimd for Forward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let sizes = [self.u.len(), self.u_hat.len()].map(|len| len / self.count);
        let scratch: &mut [Pair<T, S>] =
            &mut pairs_mut::<T, S>(self.scratch)[..self.line.scratch()];
        let u_hat = self.u_hat.chunks_exact_mut(sizes[1]);
        for (u, u_hat) in self.u.chunks_exact(sizes[0]).zip(u_hat) {
            match self.line {
                Last::Together(line) => {
                    let (u, u_hat) = (pairs::<T, S>(u), pairs_mut::<T, S>(u_hat));
                    line.forward(simd, u, u_hat, scratch);
                }
                Last::Alone(line) => line.forward(simd, u, u_hat, scratch),
            }
        }
    }
}

/// Points of lines of modes.
struct Inverse<'a, T> {
    line: &'a Last<T>,
    u_hat: &'a [T],
    u: &'a mut [T],
    count: usize,
    scratch: &'a mut [T],
}

impl<T: Lane> WithSimd for Inverse<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let sizes = [self.u_hat.len(), self.u.len()].map(|len| len / self.count);
        let scratch: &mut [Pair<T, S>] =
            &mut pairs_mut::<T, S>(self.scratch)[..self.line.scratch()];
        let u = self.u.chunks_exact_mut(sizes[1]);
        for (u_hat, u) in self.u_hat.chunks_exact(sizes[0]).zip(u) {
            match self.line {
                Last::Together(line) => {
                    let (u_hat, u) = (pairs::<T, S>(u_hat), pairs_mut::<T, S>(u));
                    line.inverse(simd, u_hat, u, scratch);
                }
                Last::Alone(line) => line.inverse(simd, u_hat, u, scratch),
            }
        }
    }
}
