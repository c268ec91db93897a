//! An axis before others: `û(k) = Σⱼ û′(xⱼ) e^{−ikxⱼ}`, or its cosines or sines, for each mode of the axes behind it.

use std::ops::Range;

use super::Dealias;
use super::basis::Span;
use super::plan::{Part, Plan, kept_runs, num_modes, within};
use super::rows::Rows;
use super::wall::Way;
use crate::real::zero;
use crate::{Complex, Real, Threads};

/// Slabs that are transposed together: so many modes fill two cache lines of most processors.
const BLOCK: usize = 8;

/// Transform of one axis, over the plan of those behind it.
#[derive(Clone)]
pub(super) struct Axis<T: Real> {
    num_points: usize,
    inner_points: usize,
    inner_modes: usize,
    /// Runs of inner modes below the dealiasing bound: no other is transformed along this axis.
    kept: Vec<Range<usize>>,
    all: Vec<Range<usize>>,
    threads: Threads,
    workers: Vec<Worker<T>>,
    /// Inner modes of every slab, where several threads cannot write to their final place at once.
    turned: Vec<Complex<T>>,
}

/// Plan and memory that each thread has of its own.
#[derive(Clone)]
struct Worker<T: Real> {
    inner: Plan<T>,
    rows: Rows<T>,
    block: Vec<Complex<T>>,
}

impl<T: Real> Axis<T> {
    pub(super) fn new(first: Span, others: &[Span], dealias: Dealias, threads: &Threads) -> Self {
        let (num_points, inner_modes) = (first.points, num_modes(others));
        let worker = Worker {
            inner: Plan::new(others, dealias, &Threads::one()),
            rows: Rows::new(first, others),
            block: vec![zero(); BLOCK * inner_modes],
        };
        let shared = threads.count() > 1;
        Self {
            num_points,
            inner_points: others.iter().map(|span| span.points).product(),
            inner_modes,
            kept: kept_runs(others, dealias),
            all: std::iter::once(0..inner_modes).collect(),
            workers: vec![worker; threads.count()],
            turned: vec![zero(); if shared { num_points * inner_modes } else { 0 }],
            threads: threads.clone(),
        }
    }

    pub(super) fn forward(&mut self, part: Part, u: &mut [T], u_hat: &mut [Complex<T>]) {
        if self.turned.is_empty() {
            self.forward_alone(part, u, u_hat);
        } else {
            self.forward_shared(part, u, u_hat);
        }
    }

    fn forward_alone(&mut self, part: Part, u: &mut [T], u_hat: &mut [Complex<T>]) {
        let (n, modes) = (self.num_points, self.inner_modes);
        let rows = runs(part, &self.all, &self.kept);
        let worker = &mut self.workers[0];
        for (i, slabs) in u.chunks_mut(BLOCK * self.inner_points).enumerate() {
            let slabs = slabs.chunks_exact_mut(self.inner_points);
            let count = slabs.len();
            for (slab, block) in slabs.zip(worker.block.chunks_exact_mut(modes)) {
                worker.inner.forward(part, slab, block);
            }
            for row in rows.iter().cloned().flatten() {
                let start = row * n + i * BLOCK;
                scatter(
                    &worker.block[row..],
                    modes,
                    &mut u_hat[start..start + count],
                );
            }
        }
        for rows in rows {
            let rows = &mut u_hat[rows.start * n..rows.end * n];
            worker.rows.process(Way::ToModes, rows);
        }
    }

    /// First the slabs, each thread some of them; then the rows, each thread some of them.
    fn forward_shared(&mut self, part: Part, u: &mut [T], u_hat: &mut [Complex<T>]) {
        let (n, modes, points) = (self.num_points, self.inner_modes, self.inner_points);
        let rows = runs(part, &self.all, &self.kept);
        let slabs = n.div_ceil(self.workers.len());
        let inner = |_, worker: &mut Worker<T>, u: &mut [T], turned: &mut [Complex<T>]| {
            let slabs = u.chunks_exact_mut(points);
            for (slab, turned) in slabs.zip(turned.chunks_exact_mut(modes)) {
                worker.inner.forward(part, slab, turned);
            }
        };
        let turned = (&mut self.turned[..], slabs * modes);
        let workers = &mut self.workers;
        self.threads
            .share_pair(workers, (u, slabs * points), turned, inner);
        let size = rows_each(rows, workers.len());
        let turned = &self.turned;
        let outer = |piece: usize, worker: &mut Worker<T>, u_hat: &mut [Complex<T>]| {
            let first = piece * size;
            for rows in within(rows, first, u_hat.len() / n) {
                for start in rows.clone().step_by(BLOCK) {
                    let end = rows.end.min(start + BLOCK);
                    let block = &mut u_hat[(start - first) * n..(end - first) * n];
                    turn(turned, modes, start, block, n);
                    worker.rows.process(Way::ToModes, block);
                }
            }
        };
        self.threads.share(workers, (u_hat, size * n), outer);
    }

    pub(super) fn inverse(&mut self, part: Part, u_hat: &mut [Complex<T>], u: &mut [T]) {
        let (n, modes, points) = (self.num_points, self.inner_modes, self.inner_points);
        let rows = runs(part, &self.all, &self.kept);
        let workers = &mut self.workers;
        let size = rows_each(rows, workers.len());
        let outer = |piece: usize, worker: &mut Worker<T>, u_hat: &mut [Complex<T>]| {
            let first = piece * size;
            for rows in within(rows, first, u_hat.len() / n) {
                let rows = &mut u_hat[(rows.start - first) * n..(rows.end - first) * n];
                worker.rows.process(Way::ToPoints, rows);
            }
        };
        self.threads.share(workers, (u_hat, size * n), outer);
        let slabs = n.div_ceil(workers.len()).next_multiple_of(BLOCK);
        let u_hat = &*u_hat;
        let inner = |piece: usize, worker: &mut Worker<T>, u: &mut [T]| {
            for (i, slabs_of_block) in u.chunks_mut(BLOCK * points).enumerate() {
                let first = piece * slabs + i * BLOCK;
                let slabs = slabs_of_block.chunks_exact_mut(points);
                let count = slabs.len();
                if part == Part::Kept {
                    worker.block.fill(zero());
                }
                for row in rows.iter().cloned().flatten() {
                    let start = row * n + first;
                    let block = &mut worker.block[row..];
                    gather(&u_hat[start..start + count], modes, block);
                }
                for (slab, block) in slabs.zip(worker.block.chunks_exact_mut(modes)) {
                    worker.inner.inverse(part, block, slab);
                }
            }
        };
        self.threads.share(workers, (u, slabs * points), inner);
    }
}

fn runs<'a>(part: Part, all: &'a [Range<usize>], kept: &'a [Range<usize>]) -> &'a [Range<usize>] {
    match part {
        Part::All => all,
        Part::Kept => kept,
    }
}

/// Rows for each of `workers`, so that the rows in use are shared out evenly.
fn rows_each(rows: &[Range<usize>], workers: usize) -> usize {
    let end = rows.last().map_or(0, |rows| rows.end);
    end.div_ceil(workers).max(1)
}

/// `to[i] = from[i · stride]`.
fn scatter<T: Real>(from: &[Complex<T>], stride: usize, to: &mut [Complex<T>]) {
    for (to, from) in to.iter_mut().zip(from.iter().step_by(stride)) {
        *to = *from;
    }
}

/// `to[i · stride] = from[i]`.
fn gather<T: Real>(from: &[Complex<T>], stride: usize, to: &mut [Complex<T>]) {
    for (to, from) in to.iter_mut().step_by(stride).zip(from) {
        *to = *from;
    }
}

/// Rows of `n` values from columns of `from`, the first of them column `start`.
fn turn<T: Real>(
    from: &[Complex<T>],
    columns: usize,
    start: usize,
    rows: &mut [Complex<T>],
    n: usize,
) {
    let count = rows.len() / n;
    for (j, line) in from.chunks_exact(columns).enumerate() {
        for (i, value) in line[start..start + count].iter().enumerate() {
            rows[i * n + j] = *value;
        }
    }
}
