//! Transforms of one, two or three axes, built from the last axis outwards.
//!
//! The spectrum is stored in the reverse order of the points: for points `[x, y, z]`, modes
//! `[k_z, k_y, k_x]`. Each axis is so transformed where it lies contiguously, and one transposition
//! an axis, in blocks, is all the data movement.

use std::iter::once;
use std::ops::Range;

use super::Dealias;
use super::axis::Axis;
use super::line::Line;
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
    /// The last axis.
    Line(Line<T>),
    /// An axis before others.
    Axis(Box<Axis<T>>),
}

impl<T: Real> Plan<T> {
    /// A plan whose first axis is shared out to `threads`.
    pub(super) fn new(points: &[usize], dealias: Dealias, threads: &Threads) -> Self {
        match points {
            [] => unreachable!("a grid has an axis"),
            [last] => Self::Line(Line::new(*last)),
            [first, others @ ..] => {
                Self::Axis(Box::new(Axis::new(*first, others, dealias, threads)))
            }
        }
    }

    /// The modes of `u`, which is used up. Modes that are not in `part` are left arbitrary.
    pub(super) fn forward(&mut self, part: Part, u: &mut [T], u_hat: &mut [Complex<T>]) {
        match self {
            Self::Line(line) => line.forward(u, u_hat),
            Self::Axis(axis) => axis.forward(part, u, u_hat),
        }
    }

    /// The values of `u_hat`, which is used up. Modes that are not in `part` have to be zero.
    pub(super) fn inverse(&mut self, part: Part, u_hat: &mut [Complex<T>], u: &mut [T]) {
        match self {
            Self::Line(line) => line.inverse(u_hat, u),
            Self::Axis(axis) => axis.inverse(part, u_hat, u),
        }
    }
}

/// Number of stored modes of a grid: all of each axis, half and one of the last.
pub(super) fn num_modes(points: &[usize]) -> usize {
    let (last, others) = points.split_last().expect("a grid has an axis");
    (last / 2 + 1) * others.iter().product::<usize>()
}

/// Positions of the modes below the dealiasing bound in the stored order, as runs in a row.
pub(super) fn kept_runs(points: &[usize], dealias: Dealias) -> Vec<Range<usize>> {
    if dealias == Dealias::None {
        return once(0..num_modes(points)).collect();
    }
    let (first, others) = points.split_first().expect("a grid has an axis");
    let kept = dealias.num_modes(*first);
    if others.is_empty() {
        return once(0..kept).collect();
    }
    let rows = kept_runs(others, dealias).into_iter().flatten();
    // `k = 0 … K − 1`, then `k = −K + 1 … −1` at the end of the row.
    rows.flat_map(|row| {
        [
            row * first..row * first + kept,
            (row + 1) * first - kept + 1..(row + 1) * first,
        ]
    })
    .collect()
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
