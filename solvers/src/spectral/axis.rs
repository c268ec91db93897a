//! An axis before others: `û(k) = Σⱼ û′(xⱼ) e^{−ikxⱼ}` for each mode of the axes behind it.

use std::ops::Range;
use std::sync::Arc;

use rustfft::{Fft, FftPlanner};

use super::Dealias;
use super::plan::{Part, Plan, kept_runs, num_modes};
use crate::Complex64;

/// Slabs that are transposed together: so many modes fill two cache lines of most processors.
const BLOCK: usize = 8;

/// Complex transform of one axis, over the plan of those behind it.
pub(super) struct Axis {
    num_points: usize,
    inner: Plan,
    inner_points: usize,
    inner_modes: usize,
    /// Runs of inner modes below the dealiasing bound: no other is transformed along this axis.
    kept: Vec<Range<usize>>,
    all: Vec<Range<usize>>,
    forward: Arc<dyn Fft<f64>>,
    inverse: Arc<dyn Fft<f64>>,
    scratch: Vec<Complex64>,
    block: Vec<Complex64>,
}

impl Axis {
    pub(super) fn new(num_points: usize, others: &[usize], dealias: Dealias) -> Self {
        let mut planner = FftPlanner::new();
        let forward = planner.plan_fft_forward(num_points);
        let inverse = planner.plan_fft_inverse(num_points);
        let scratch = forward
            .get_inplace_scratch_len()
            .max(inverse.get_inplace_scratch_len());
        let inner_modes = num_modes(others);
        Self {
            num_points,
            inner: Plan::new(others, dealias),
            inner_points: others.iter().product(),
            inner_modes,
            kept: kept_runs(others, dealias),
            all: std::iter::once(0..inner_modes).collect(),
            forward,
            inverse,
            scratch: vec![Complex64::ZERO; scratch],
            block: vec![Complex64::ZERO; BLOCK * inner_modes],
        }
    }

    pub(super) fn forward(&mut self, part: Part, u: &mut [f64], u_hat: &mut [Complex64]) {
        let (n, modes) = (self.num_points, self.inner_modes);
        let rows = match part {
            Part::All => &self.all,
            Part::Kept => &self.kept,
        };
        for (i, slabs) in u.chunks_mut(BLOCK * self.inner_points).enumerate() {
            let slabs = slabs.chunks_exact_mut(self.inner_points);
            let count = slabs.len();
            for (slab, block) in slabs.zip(self.block.chunks_exact_mut(modes)) {
                self.inner.forward(part, slab, block);
            }
            for row in rows.iter().cloned().flatten() {
                let start = row * n + i * BLOCK;
                scatter(&self.block[row..], modes, &mut u_hat[start..start + count]);
            }
        }
        for rows in rows {
            let rows = &mut u_hat[rows.start * n..rows.end * n];
            self.forward.process_with_scratch(rows, &mut self.scratch);
        }
    }

    pub(super) fn inverse(&mut self, part: Part, u_hat: &mut [Complex64], u: &mut [f64]) {
        let (n, modes) = (self.num_points, self.inner_modes);
        let rows = match part {
            Part::All => &self.all,
            Part::Kept => &self.kept,
        };
        for rows in rows {
            let rows = &mut u_hat[rows.start * n..rows.end * n];
            self.inverse.process_with_scratch(rows, &mut self.scratch);
        }
        for (i, slabs) in u.chunks_mut(BLOCK * self.inner_points).enumerate() {
            let slabs = slabs.chunks_exact_mut(self.inner_points);
            let count = slabs.len();
            if part == Part::Kept {
                self.block.fill(Complex64::ZERO);
            }
            for row in rows.iter().cloned().flatten() {
                let start = row * n + i * BLOCK;
                gather(&u_hat[start..start + count], modes, &mut self.block[row..]);
            }
            for (slab, block) in slabs.zip(self.block.chunks_exact_mut(modes)) {
                self.inner.inverse(part, block, slab);
            }
        }
    }
}

/// `to[i] = from[i · stride]`.
fn scatter(from: &[Complex64], stride: usize, to: &mut [Complex64]) {
    for (to, from) in to.iter_mut().zip(from.iter().step_by(stride)) {
        *to = *from;
    }
}

/// `to[i · stride] = from[i]`.
fn gather(from: &[Complex64], stride: usize, to: &mut [Complex64]) {
    for (to, from) in to.iter_mut().step_by(stride).zip(from) {
        *to = *from;
    }
}
