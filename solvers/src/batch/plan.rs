//! Transforms of one, two or three periodic axes of all lanes, of the modes below the dealiasing bound.
//!
//! Points and modes are stored as [`Transform`](crate::Transform) stores them, a vector in the place of each number and two
//! in that of a complex one. Axes are transformed one after the other, from memory to memory.

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::complex::{pairs, pairs_mut};
use super::fft::{Fft, Strided, StridedMut};
use super::lane::Lane;
use super::line::Line;
use crate::spectral::kept_modes;
use crate::{Dealias, Grid};

/// Transforms of a grid.
pub(super) struct Plan<T> {
    line: Line<T>,
    num_points: usize,
    /// The axes before the last, the first of them first.
    axes: Vec<Axis<T>>,
    scratch: Vec<T>,
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
    /// Result of the inverse transform, zero from the bound on.
    turned: Vec<T>,
    /// Result of the forward transform, unless it is the first axis.
    made: Vec<T>,
}

impl<T: Lane> Plan<T> {
    /// For a grid of periodic axes.
    pub(super) fn new(grid: &Grid, dealias: Dealias, lanes: usize) -> Self {
        let points = grid.points();
        let (&last, others) = points.split_last().expect("a grid has an axis");
        let line = Line::new(last, dealias.num_modes(last));
        let axes = (0..others.len()).map(|axis| Axis::new(points, axis, dealias, lanes));
        let longest = others.iter().map(|n| 2 * n).max().unwrap_or(0);
        Self {
            scratch: vec![T::zero(); 2 * lanes * line.scratch().max(longest)],
            num_points: grid.num_points(),
            axes: axes.collect(),
            line,
        }
    }

    /// The modes of `u` below the bound; others are left arbitrary or as they were.
    pub(super) fn forward(&mut self, arch: Arch, u: &[T], u_hat: &mut [T]) {
        let Some(last) = self.axes.len().checked_sub(1) else {
            return self.lines(arch, u, u_hat, 1);
        };
        let mut turned = std::mem::take(&mut self.axes[last].turned);
        let count = self.axes[last].count();
        self.lines(arch, u, &mut turned, count);
        let mut made = Vec::new();
        for (i, axis) in self.axes.iter_mut().enumerate().rev() {
            let from = if i == last { &turned } else { &made };
            let mut to = std::mem::take(&mut axis.made);
            let to_modes = if i == 0 { &mut *u_hat } else { &mut to[..] };
            arch.dispatch(Along::<T, false> {
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

    fn lines(&mut self, arch: Arch, u: &[T], u_hat: &mut [T], count: usize) {
        arch.dispatch(Forward {
            line: &self.line,
            u,
            u_hat,
            count,
            scratch: &mut self.scratch,
        });
    }

    /// The points of `u_hat`, whose modes from the bound on are zero.
    pub(super) fn inverse(&mut self, arch: Arch, u_hat: &[T], u: &mut [T]) {
        let mut turned: Vec<T> = Vec::new();
        for i in 0..self.axes.len() {
            let axis = &mut self.axes[i];
            let mut to = std::mem::take(&mut axis.turned);
            let from = if i == 0 { u_hat } else { &turned[..] };
            arch.dispatch(Along::<T, true> {
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
        arch.dispatch(Inverse {
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

    /// Number of points.
    pub(super) fn num_points(&self) -> usize {
        self.num_points
    }
}

impl<T: Lane> Axis<T> {
    fn new(points: &[usize], axis: usize, dealias: Dealias, lanes: usize) -> Self {
        let (n, others) = (points[axis], &points[axis + 1..]);
        let outer: usize = points[..axis].iter().product();
        let inner = others.iter().rev().skip(1).product::<usize>()
            * (others.last().expect("an axis behind it") / 2 + 1);
        let size = 2 * lanes * outer * n * inner;
        Self {
            forward: Fft::new(n, false),
            inverse: Fft::new(n, true),
            outer,
            inner,
            kept: kept_modes(others, dealias),
            turned: vec![T::zero(); size],
            made: vec![T::zero(); if axis == 0 { 0 } else { size }],
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
}

impl<'a, T> AxisPart<'a, T> {
    fn of(axis: &'a Axis<T>) -> Self {
        Self {
            forward: &axis.forward,
            inverse: &axis.inverse,
            outer: axis.outer,
            inner: axis.inner,
            kept: &axis.kept,
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
        } = self.axis;
        let n = forward.points;
        let (from, to) = (pairs::<T, S>(self.from), pairs_mut::<T, S>(self.to));
        let scratch = &mut pairs_mut::<T, S>(self.scratch)[..2 * n];
        let slabs = from
            .chunks_exact(n * inner)
            .zip(to.chunks_exact_mut(n * inner));
        for (from, to) in slabs.take(outer) {
            for m in kept.iter().cloned().flatten() {
                let (row, column) = (m * n..(m + 1) * n, m..);
                if INVERSE {
                    let from = Strided {
                        numbers: &from[row],
                        stride: 1,
                    };
                    let to = StridedMut {
                        numbers: &mut to[column],
                        stride: inner,
                    };
                    inverse.run::<S, true>(simd, from, to, scratch);
                } else {
                    let from = Strided {
                        numbers: &from[column],
                        stride: inner,
                    };
                    let to = StridedMut {
                        numbers: &mut to[row],
                        stride: 1,
                    };
                    forward.run::<S, false>(simd, from, to, scratch);
                }
            }
        }
    }
}

/// Modes of lines of points.
struct Forward<'a, T> {
    line: &'a Line<T>,
    u: &'a [T],
    u_hat: &'a mut [T],
    count: usize,
    scratch: &'a mut [T],
}

impl<T: Lane> WithSimd for Forward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (u, u_hat) = (pairs::<T, S>(self.u), pairs_mut::<T, S>(self.u_hat));
        let (points, modes) = (u.len() / self.count, u_hat.len() / self.count);
        let scratch = &mut pairs_mut::<T, S>(self.scratch)[..self.line.scratch()];
        for (u, u_hat) in u.chunks_exact(points).zip(u_hat.chunks_exact_mut(modes)) {
            self.line.forward(simd, u, u_hat, scratch);
        }
    }
}

/// Points of lines of modes.
struct Inverse<'a, T> {
    line: &'a Line<T>,
    u_hat: &'a [T],
    u: &'a mut [T],
    count: usize,
    scratch: &'a mut [T],
}

impl<T: Lane> WithSimd for Inverse<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (u_hat, u) = (pairs::<T, S>(self.u_hat), pairs_mut::<T, S>(self.u));
        let (points, modes) = (u.len() / self.count, u_hat.len() / self.count);
        let scratch = &mut pairs_mut::<T, S>(self.scratch)[..self.line.scratch()];
        for (u_hat, u) in u_hat.chunks_exact(modes).zip(u.chunks_exact_mut(points)) {
            self.line.inverse(simd, u_hat, u, scratch);
        }
    }
}
