//! Real Fourier transform `û(k) = Σⱼ u(xⱼ) e^{−ik·xⱼ}`, `u(xⱼ) = (1/N) Σₖ û(k) e^{ik·xⱼ}`.
//!
//! A real field has `û(−k) = û(k)*`, so along the last axis only `k = 0 … N/2` is stored. The
//! forward transform is not normalised, the inverse divides by the number of points.
//!
//! Modes are stored in the reverse order of the points: with points `[x, y, z]`, the mode
//! `(k_x, k_y, k_z)` is number `(k_z N_y + k_y) N_x + k_x`, negative ones counted from the end.
//!
//! Between walls without flux an axis has cosines, between walls of value 0 sines, see `basis.rs`: all their modes are
//! stored, as numbers without imaginary part where no axis is periodic.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::basis::Span;
use super::check_grid;
use super::plan::{Part, Plan, kept_runs, num_modes, within};
use crate::real::zero;
use crate::spectral::Wavenumbers;
use crate::{Complex, Dealias, Grid, Real, SolverError, Threads};

/// Transforms between the points and the modes of one grid, with their plans and scratch.
///
/// [`to_points`](Self::to_points) and [`to_modes`](Self::to_modes) drop the modes above the
/// [`Dealias`] bound of any axis, so a nonlinear term written with them is free of aliasing. The
/// pair [`forward`](Self::forward) and [`inverse`](Self::inverse) keeps every mode, for states on
/// their way in and out. No call allocates.
pub struct Transform<T: Real = f64> {
    plan: Plan<T>,
    grid: Grid,
    spans: Vec<Span>,
    threads: Threads,
    wavenumbers: Arc<Wavenumbers<T>>,
    points: Vec<T>,
    modes: Vec<Complex<T>>,
    kept: Vec<Range<usize>>,
    dropped: Vec<Range<usize>>,
    conjugates: Vec<[usize; 2]>,
}

impl<T: Real> Transform<T> {
    /// Plans the transforms of `grid`.
    ///
    /// # Errors
    ///
    /// As [`check_grid`](super::check_grid): an axis with an open end has no transform, and too few
    /// points or an odd number of them on a periodic axis have none.
    pub fn new(grid: &Grid, dealias: Dealias) -> Result<Self, SolverError> {
        Self::on(Threads::one(), grid, dealias)
    }

    /// As [`new`](Self::new), with the lines of a grid of two or three axes shared out to
    /// `threads`. What comes out is the same for any number of them.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn on(threads: Threads, grid: &Grid, dealias: Dealias) -> Result<Self, SolverError> {
        check_grid(grid)?;
        let spans = Span::all(grid);
        let kept = kept_runs(&spans, dealias);
        Ok(Self {
            plan: Plan::new(&spans, dealias, &threads),
            grid: grid.clone(),
            threads,
            wavenumbers: Arc::new(Wavenumbers::new(grid)),
            points: vec![T::zero(); grid.num_points()],
            modes: vec![zero(); num_modes(&spans)],
            dropped: gaps(&kept, num_modes(&spans)),
            kept,
            conjugates: conjugates(&spans),
            spans,
        })
    }

    /// Values at the points of the modes below the dealiasing bound.
    ///
    /// # Panics
    ///
    /// When `u_hat` or `u` does not have the size of the grid.
    pub fn to_points(&mut self, u_hat: &[Complex<T>], u: &mut [T]) {
        assert_eq!(u_hat.len(), self.modes.len(), "{FIELD}");
        self.to_points_of(|mode| u_hat[mode], u);
    }

    /// Values at the points of the modes `u_hat(mode)`, of which only those below the dealiasing
    /// bound are asked for: a derivative, say, needs no field of its own.
    ///
    /// # Panics
    ///
    /// When `u` does not have the size of the grid.
    pub fn to_points_of(&mut self, u_hat: impl Fn(usize) -> Complex<T> + Sync, u: &mut [T]) {
        let scale = self.scale();
        let (kept, dropped) = (&self.kept, &self.dropped);
        self.threads.each(&mut self.modes, |start, modes| {
            for run in within(kept, start, modes.len()) {
                let part = &mut modes[run.start - start..run.end - start];
                for (mode, i) in part.iter_mut().zip(run) {
                    *mode = u_hat(i) * scale;
                }
            }
            for gap in within(dropped, start, modes.len()) {
                modes[gap.start - start..gap.end - start].fill(zero());
            }
        });
        self.plan.inverse(Part::Kept, &mut self.modes, u);
    }

    /// Modes of the values `u`, zero from the dealiasing bound upwards; `u` is used up.
    ///
    /// # Panics
    ///
    /// When `u_hat` or `u` does not have the size of the grid.
    pub fn to_modes(&mut self, u: &mut [T], u_hat: &mut [Complex<T>]) {
        assert_eq!(u_hat.len(), self.modes.len(), "{FIELD}");
        self.plan.forward(Part::Kept, u, u_hat);
        self.drop_above(u_hat);
    }

    /// Sets the modes of `u_hat` from the dealiasing bound upwards to zero.
    pub fn drop_above(&self, u_hat: &mut [Complex<T>]) {
        for gap in &self.dropped {
            u_hat[gap.clone()].fill(zero());
        }
    }

    /// All modes of the values `u`.
    ///
    /// # Panics
    ///
    /// When `u_hat` or `u` does not have the size of the grid.
    pub fn forward(&mut self, u: &[T], u_hat: &mut [Complex<T>]) {
        self.points.copy_from_slice(u);
        self.plan.forward(Part::All, &mut self.points, u_hat);
    }

    /// Values at the points of all modes.
    ///
    /// # Panics
    ///
    /// When `u_hat` or `u` does not have the size of the grid.
    pub fn inverse(&mut self, u_hat: &[Complex<T>], u: &mut [T]) {
        let scale = self.scale();
        assert_eq!(u_hat.len(), self.modes.len(), "{FIELD}");
        for (mode, &u_hat) in self.modes.iter_mut().zip(u_hat) {
            *mode = u_hat * scale;
        }
        self.plan.inverse(Part::All, &mut self.modes, u);
    }

    /// Replaces `û(k)` and `û(−k)`, where both are stored, by their mean `½ (û(k) + û(−k)*)`.
    ///
    /// They differ by rounding. The difference is invisible at the points, so nothing but this
    /// keeps it small when the linear operator lets it grow.
    pub fn make_real(&self, u_hat: &mut [Complex<T>]) {
        for [a, b] in self.images() {
            let mean = (u_hat[a] + u_hat[b].conj()) * T::of(0.5);
            u_hat[a] = mean;
            u_hat[b] = mean.conj();
        }
    }

    /// The modes `k` and `−k` that are both stored.
    pub(crate) fn images(&self) -> impl Iterator<Item = [usize; 2]> + '_ {
        let (last, others) = self.spans.split_last().expect("a grid has an axis");
        let plane: usize = others.iter().map(|span| span.points).product();
        let planes = last.num_modes(true);
        let step = if last.is_periodic() { planes - 1 } else { 1 };
        let starts = (0..planes).step_by(step).map(move |start| start * plane);
        let pairs = move |start| {
            self.conjugates
                .iter()
                .map(move |pair| pair.map(|i| start + i))
        };
        starts.flat_map(pairs)
    }

    /// Wavenumber along an axis of the highest mode below a dealiasing bound.
    pub(crate) fn highest(&self, axis: usize, dealias: Dealias) -> f64 {
        let span = self.spans[axis];
        let last = span.kept(dealias, true)[0].end - 1;
        let unit = std::f64::consts::TAU / self.grid.length()[axis];
        let half = if span.is_periodic() { 1.0 } else { 0.5 };
        half * unit * span.mode(last)
    }

    /// Number of waves that a stored mode stands for, in the state and its images behind walls.
    pub(crate) fn weight(&self, mode: usize) -> f64 {
        let (mut rest, mut weight) = (mode, 1.0);
        for (axis, span) in self.spans.iter().enumerate() {
            let last = axis + 1 == self.spans.len();
            weight *= span.weight(rest % span.points, last);
            rest /= span.points;
        }
        weight
    }

    /// Magnitude `|k|` of every mode; in one dimension `2πk/L`, `k = 0 … N/2`.
    #[must_use]
    pub fn wavenumbers(&self) -> &[T] {
        self.wavenumbers.magnitude()
    }

    /// The wavenumber vectors of the modes.
    #[must_use]
    pub fn vectors(&self) -> &Arc<Wavenumbers<T>> {
        &self.wavenumbers
    }

    /// The threads that share the work.
    #[must_use]
    pub fn threads(&self) -> &Threads {
        &self.threads
    }

    /// Number of stored modes.
    #[must_use]
    pub fn num_modes(&self) -> usize {
        self.modes.len()
    }

    /// Position of the mode with `periods` across a periodic box along each axis, none of them negative.
    #[must_use]
    pub fn mode(&self, periods: &[usize]) -> usize {
        let axes = periods.iter().zip(self.grid.points()).rev();
        axes.fold(0, |mode, (periods, points)| mode * points + periods)
    }

    /// Places of the modes below the dealiasing bound, as runs in a row.
    pub(crate) fn kept(&self) -> &[Range<usize>] {
        &self.kept
    }

    /// Number of modes up to the last one below the dealiasing bound: from there on all are zero
    /// after [`to_modes`](Self::to_modes). In one dimension, all before it are below the bound.
    #[must_use]
    pub fn num_kept_modes(&self) -> usize {
        self.kept.last().map_or(0, |run| run.end)
    }

    /// The factor of the inverse, one over the number of points, and twice as much for every axis with walls.
    fn scale(&self) -> T {
        let scales = self.spans.iter().map(|span| span.scale());
        let [times, over] = scales.fold([1, 1], |[a, c], [times, over]| [a * times, c * over]);
        T::of(times as f64 / over as f64)
    }
}

/// Message of the panic of arguments whose sizes are wrong.
const FIELD: &str = "the field has the modes of the grid";

impl<T: Real> fmt::Debug for Transform<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transform")
            .field("grid", &self.grid)
            .field("num_kept_modes", &self.num_kept_modes())
            .finish_non_exhaustive()
    }
}

/// Gaps between `runs`, up to `end`.
fn gaps(runs: &[Range<usize>], end: usize) -> Vec<Range<usize>> {
    let starts = [0].into_iter().chain(runs.iter().map(|run| run.end));
    let ends = runs.iter().map(|run| run.start).chain([end]);
    let gaps = starts.zip(ends).map(|(start, end)| start..end);
    gaps.filter(|gap| !gap.is_empty()).collect()
}

/// Pairs `(k, −k)` of the modes of all axes but the last, the first axis fastest; none where no axis is periodic, whose
/// modes are real numbers. Between walls `−k` is the mode `k` itself.
fn conjugates(spans: &[Span]) -> Vec<[usize; 2]> {
    let others = &spans[..spans.len() - 1];
    if spans.iter().all(|span| !span.is_periodic()) {
        return Vec::new();
    }
    let opposite = |mode: usize| {
        let (mut rest, mut stride, mut found) = (mode, 1, 0);
        for span in others {
            let (n, index) = (span.points, rest % span.points);
            found += stride
                * if span.is_periodic() {
                    (n - index) % n
                } else {
                    index
                };
            rest /= n;
            stride *= n;
        }
        found
    };
    let modes = others.iter().map(|span| span.points).product();
    let pairs = (0..modes).map(|mode| [mode, opposite(mode)]);
    pairs.filter(|[a, b]| a <= b).collect()
}

#[cfg(test)]
mod tests;
