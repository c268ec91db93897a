//! Transforms of one, two or three axes, built from the last axis outwards.
//!
//! The spectrum is stored in the reverse order of the points: for points `[x, y, z]`, modes
//! `[k_z, k_y, k_x]`. Each axis is so transformed where it lies contiguously, and one transposition
//! an axis, in blocks, is all the data movement.

use std::iter::once;
use std::ops::Range;

use super::Dealias;
use super::axis::Axis;
use super::basis::{Basis, Span};
use super::line::Line;
use super::wall::Wall;
use crate::{Complex, Real, Threads};

/// Which modes a transform computes or uses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Every mode.
    All,
    /// Modes below the dealiasing bound.
    Kept,
}

/// A transform of the axes from one of them to the last.
#[derive(Clone)]
pub(super) enum Plan<T: Real> {
    /// The last axis, periodic.
    Line(Line<T>),
    /// The last axis, between walls.
    Wall(Wall<T>),
    /// An axis before others.
    Axis(Box<Axis<T>>),
}

impl<T: Real> Plan<T> {
    /// A plan whose first axis is shared out to `threads`.
    pub(super) fn new(spans: &[Span], dealias: Dealias, threads: &Threads) -> Self {
        match spans {
            [] => unreachable!("a grid has an axis"),
            [last] if last.is_periodic() => Self::Line(Line::new(last.points)),
            [last] => Self::Wall(Wall::new(last.basis, last.points, true)),
            [first, others @ ..] => {
                Self::Axis(Box::new(Axis::new(*first, others, dealias, threads)))
            }
        }
    }

    /// The modes of `u`, which is used up. Modes that are not in `part` are left arbitrary.
    pub(super) fn forward(&mut self, part: Part, u: &mut [T], u_hat: &mut [Complex<T>]) {
        match self {
            Self::Line(line) => line.forward(u, u_hat),
            Self::Wall(line) => line.forward(u, u_hat),
            Self::Axis(axis) => axis.forward(part, u, u_hat),
        }
    }

    /// The values of `u_hat`, which is used up. Modes that are not in `part` have to be zero.
    pub(super) fn inverse(&mut self, part: Part, u_hat: &mut [Complex<T>], u: &mut [T]) {
        match self {
            Self::Line(line) => line.inverse(u_hat, u),
            Self::Wall(line) => line.inverse(u_hat, u),
            Self::Axis(axis) => axis.inverse(part, u_hat, u),
        }
    }
}

/// Number of stored modes of a grid: all of each axis, half and one of the last where that is periodic.
pub(super) fn num_modes(spans: &[Span]) -> usize {
    let (last, others) = spans.split_last().expect("a grid has an axis");
    let others = others.iter().map(|span| span.num_modes(false));
    last.num_modes(true) * others.product::<usize>()
}

/// Positions of the modes below the dealiasing bound in the stored order, as runs in a row.
pub(super) fn kept_runs(spans: &[Span], dealias: Dealias) -> Vec<Range<usize>> {
    if dealias == Dealias::None {
        return once(0..num_modes(spans)).collect();
    }
    let (first, others) = spans.split_first().expect("a grid has an axis");
    let kept = first.kept(dealias, others.is_empty());
    if others.is_empty() {
        return kept;
    }
    let rows = kept_runs(others, dealias).into_iter().flatten();
    let row = |row: usize| {
        let start = row * first.points;
        let runs = kept.iter();
        runs.map(move |run| start + run.start..start + run.end)
    };
    rows.flat_map(row).collect()
}

/// As [`kept_runs`] of periodic axes with so many points.
pub(crate) fn kept_modes(points: &[usize], dealias: Dealias) -> Vec<Range<usize>> {
    let span = |&points| Span {
        points,
        basis: Basis::Fourier,
    };
    let spans: Vec<_> = points.iter().map(span).collect();
    kept_runs(&spans, dealias)
}

/// Parts of `runs`, which are in order, that lie in `start .. start + len`.
pub(super) fn within(
    runs: &[Range<usize>],
    start: usize,
    len: usize,
) -> impl Iterator<Item = Range<usize>> + '_ {
    let end = start + len;
    let first = runs.partition_point(|run| run.end <= start);
    let runs = runs[first..].iter().take_while(move |run| run.start < end);
    runs.map(move |run| run.start.max(start)..run.end.min(end))
}
