//! States on another grid of the same box, by their Fourier modes: `û′(k) = (N′/N) û(k)`; by cosines or sines between
//! walls.
//!
//! To fewer points, an axis with `N′` of them keeps the modes `|k| < N′/2` and drops all others: the
//! exact `L²` projection on what the coarse grid holds without ambiguity. Taking every other point
//! instead would fold the others back onto them. To more points, what the coarse grid does not have
//! is zero, and the result is the trigonometric interpolant.
//!
//! The highest mode of `N` points, `(−1)ʲ`, stands for the waves `±N/2` in equal parts. To more
//! points it becomes half of each, so that the values at the old points stay; to fewer it is
//! dropped, as half of it has no meaning there. An axis that keeps its number of points keeps its
//! values.
//!
//! A cosine or sine between walls stands for itself on any grid: to fewer points, the first `N′` of them are kept.

use std::fmt;
use std::sync::Arc;

use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use super::basis::{Basis, Span};
use super::wall::{Wall, Way};
use crate::{AxisKind, Complex64};

/// Brings states from one grid to another, one axis after the other.
///
/// ```
/// use ondine_solvers::{Grid, spectral::Resample};
///
/// let wave = |n: usize| -> Vec<f64> {
///     let x = Grid::new(&[n], &[std::f64::consts::TAU]).unwrap().coordinates(0);
///     x.iter().map(|x| (3.0 * x).sin()).collect()
/// };
/// let finer = Resample::new(&[8], &[20]).apply(&wave(8)).to_vec();
/// let exact = wave(20);
/// assert!(finer.iter().zip(&exact).all(|(a, b)| (a - b).abs() < 1e-14));
/// let gone = Resample::new(&[8], &[6]).apply(&wave(8)).to_vec(); // on 6 points, 3 is the highest mode
/// assert!(gone.iter().all(|u| u.abs() < 1e-14));
/// ```
pub struct Resample {
    num_points: usize,
    axes: Vec<Option<Axis>>,
    /// Points of every axis before.
    from: Vec<usize>,
    /// Points of every axis afterwards.
    to: Vec<usize>,
    /// The state, and the state with one axis more resampled.
    buffers: [Vec<f64>; 2],
}

impl Resample {
    /// Plans the way from a periodic grid with `from` to one with `to` points per axis.
    ///
    /// # Panics
    ///
    /// When the two do not have the same number of axes, or an axis has no points.
    #[must_use]
    pub fn new(from: &[usize], to: &[usize]) -> Self {
        Self::along(&[AxisKind::PERIODIC; 3], from, to)
    }

    /// As [`new`](Self::new), with an entry of `kinds` for each axis or more: by cosines along an axis with cell
    /// centres between walls, by sines along one with interior nodes.
    ///
    /// ```
    /// use ondine_solvers::{AxisKind, spectral::Resample};
    ///
    /// let cosine = |n: usize| -> Vec<f64> {
    ///     let x = AxisKind::WALLS.coordinates(n, std::f64::consts::PI);
    ///     x.iter().map(|x| (3.0 * x).cos()).collect()
    /// };
    /// let finer = Resample::along(&[AxisKind::WALLS], &[5], &[12]).apply(&cosine(5)).to_vec();
    /// let exact = cosine(12);
    /// assert!(finer.iter().zip(&exact).all(|(a, b)| (a - b).abs() < 1e-14));
    /// ```
    ///
    /// # Panics
    ///
    /// When the two do not have the same number of axes, or an axis has no points.
    #[must_use]
    pub fn along(kinds: &[AxisKind], from: &[usize], to: &[usize]) -> Self {
        assert_eq!(from.len(), to.len(), "both grids have the same axes");
        let mut planner = RealFftPlanner::new();
        let mut axis = |((&from, &to), &kind): ((&usize, &usize), &AxisKind)| {
            let basis = Basis::of(kind).unwrap_or(Basis::Fourier);
            (from != to).then(|| Axis::new(Line::new(&mut planner, basis, from, to), from, to))
        };
        let pairs = from.iter().zip(to).zip(kinds);
        Self {
            num_points: from.iter().product(),
            axes: pairs.map(&mut axis).collect(),
            from: from.to_vec(),
            to: to.to_vec(),
            buffers: [Vec::new(), Vec::new()],
        }
    }

    /// The state `u` on the other grid, channel after channel as it came.
    ///
    /// # Panics
    ///
    /// When `u` is not a number of whole channels.
    pub fn apply(&mut self, u: &[f64]) -> &[f64] {
        assert!(
            u.len().is_multiple_of(self.num_points),
            "a state has a value at every point of the grid it comes from"
        );
        let [now, next] = &mut self.buffers;
        now.clear();
        now.extend_from_slice(u);
        let mut inner = 1; // points of the axes that are done
        // The last axis first: its lines are contiguous, and there is less to do afterwards.
        for (i, axis) in self.axes.iter_mut().enumerate().rev() {
            if let Some(axis) = axis {
                next.resize(now.len() / self.from[i] * self.to[i], 0.0);
                axis.apply(inner, now, next);
                std::mem::swap(now, next);
            }
            inner *= self.to[i];
        }
        now
    }
}

impl fmt::Debug for Resample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resample")
            .field("from", &self.from)
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
}

/// One axis.
struct Axis {
    plan: Line,
    line: Vec<f64>,
    resampled: Vec<f64>,
}

/// Plans of the lines of an axis.
enum Line {
    Fourier(Box<Fourier>),
    Walls(Box<Walls>),
}

/// Waves of a periodic axis.
struct Fourier {
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
    u_hat: Vec<Complex64>,
    resampled_hat: Vec<Complex64>,
    scratch: Vec<Complex64>,
}

/// Cosines or sines between walls.
struct Walls {
    forward: Wall<f64>,
    inverse: Wall<f64>,
    scale: f64,
}

impl Axis {
    fn new(plan: Line, from: usize, to: usize) -> Self {
        Self {
            plan,
            line: vec![0.0; from],
            resampled: vec![0.0; to],
        }
    }

    /// Resamples every line of `u`, whose points lie `inner` apart.
    fn apply(&mut self, inner: usize, u: &[f64], out: &mut [f64]) {
        let (from, to) = (self.line.len(), self.resampled.len());
        let blocks = u.chunks_exact(from * inner);
        for (u, out) in blocks.zip(out.chunks_exact_mut(to * inner)) {
            for start in 0..inner {
                let points = u[start..].iter().step_by(inner);
                self.line.iter_mut().zip(points).for_each(|(a, b)| *a = *b);
                self.plan.resample(&mut self.line, &mut self.resampled);
                let points = out[start..].iter_mut().step_by(inner);
                points.zip(&self.resampled).for_each(|(a, b)| *a = *b);
            }
        }
    }
}

impl Line {
    fn new(planner: &mut RealFftPlanner<f64>, basis: Basis, from: usize, to: usize) -> Self {
        if basis == Basis::Fourier {
            return Self::Fourier(Box::new(Fourier::new(planner, from, to)));
        }
        let points = from;
        let [times, over] = Span { points, basis }.scale();
        Self::Walls(Box::new(Walls {
            forward: Wall::new(basis, from, true),
            inverse: Wall::new(basis, to, true),
            scale: times as f64 / over as f64,
        }))
    }

    fn resample(&mut self, line: &mut [f64], resampled: &mut [f64]) {
        match self {
            Self::Fourier(fourier) => fourier.resample(line, resampled),
            Self::Walls(walls) => walls.resample(line, resampled),
        }
    }
}

impl Walls {
    fn resample(&mut self, line: &mut [f64], resampled: &mut [f64]) {
        self.forward.process(Way::ToModes, line);
        resampled.fill(0.0);
        for (new, old) in resampled.iter_mut().zip(line) {
            *new = *old * self.scale;
        }
        self.inverse.process(Way::ToPoints, resampled);
    }
}

impl Fourier {
    fn new(planner: &mut RealFftPlanner<f64>, from: usize, to: usize) -> Self {
        let forward = planner.plan_fft_forward(from);
        let inverse = planner.plan_fft_inverse(to);
        let scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        Self {
            u_hat: forward.make_output_vec(),
            resampled_hat: inverse.make_input_vec(),
            scratch: vec![Complex64::ZERO; scratch],
            forward,
            inverse,
        }
    }

    fn resample(&mut self, line: &mut [f64], resampled: &mut [f64]) {
        let (from, to) = (line.len(), resampled.len());
        self.forward
            .process_with_scratch(line, &mut self.u_hat, &mut self.scratch)
            .expect("the buffers have the sizes of the plan");
        let kept = from.min(to).div_ceil(2); // k = 0 … N/2 − 1, below the highest of the coarser grid
        let scale = 1.0 / from as f64;
        self.resampled_hat.fill(Complex64::ZERO);
        for (new, old) in self.resampled_hat[..kept].iter_mut().zip(&self.u_hat) {
            *new = old * scale;
        }
        if from < to && from.is_multiple_of(2) {
            self.resampled_hat[kept] = self.u_hat[kept] * (0.5 * scale);
        }
        self.resampled_hat[0].im = 0.0;
        self.inverse
            .process_with_scratch(&mut self.resampled_hat, resampled, &mut self.scratch)
            .expect("the buffers have the sizes of the plan");
    }
}
