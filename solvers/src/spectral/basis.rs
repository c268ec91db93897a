//! Functions that states are sums of along one axis: waves, cosines between walls without flux, sines between
//! walls of value 0.
//!
//! ```text
//! Fourier, nodes           e^{2πikx/L}     k = −N/2 … N/2       û(k) = Σⱼ u(xⱼ) e^{−2πikxⱼ/L}
//! cosine,  cell centres    cos(πkx/L)      k = 0 … N − 1        û(k) = Σⱼ u(xⱼ) cos(πkxⱼ/L)
//! sine,    interior nodes  sin(πkx/L)      k = 1 … N            û(k) = Σⱼ u(xⱼ) sin(πkxⱼ/L)
//! ```
//!
//! Cosines and sines are the waves of a box of length `2L` in states that are even or odd about both walls: products
//! fold back as they do there. G. Strang, SIAM Review 41, 135 (1999): DCT-2 and DST-1.

use std::iter::once;
use std::ops::Range;

use super::Dealias;
use crate::{Axis as GridAxis, AxisKind, Grid};

/// The functions along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    Fourier,
    Cosine,
    Sine,
}

/// An axis with its basis.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) points: usize,
    pub(super) basis: Basis,
}

impl Basis {
    /// The basis of an axis; none at open ends and at unlike ones.
    pub(super) fn of(kind: AxisKind) -> Option<Self> {
        match kind {
            AxisKind::WALLS => Some(Self::Cosine),
            AxisKind::FIXED_WALLS => Some(Self::Sine),
            kind => kind.is_periodic().then_some(Self::Fourier),
        }
    }
}

impl Span {
    /// The axes of a grid; one without a basis counts as periodic.
    pub(super) fn all(grid: &Grid) -> Vec<Self> {
        let span = |axis: GridAxis| Self {
            points: axis.points,
            basis: Basis::of(axis.kind).unwrap_or(Basis::Fourier),
        };
        grid.axes().map(span).collect()
    }

    pub(super) fn is_periodic(self) -> bool {
        self.basis == Basis::Fourier
    }

    /// Number of stored modes: of a periodic axis all, or those from 0 on where it is the `last`.
    pub(super) fn num_modes(self, last: bool) -> usize {
        if self.is_periodic() && last {
            self.points / 2 + 1
        } else {
            self.points
        }
    }

    /// Number of the mode stored at `index`, in periods across the box or half periods between walls.
    pub(super) fn mode(self, index: usize) -> f64 {
        let (index, n) = (index as f64, self.points as f64);
        match self.basis {
            Basis::Fourier if index > n / 2.0 => index - n,
            Basis::Fourier | Basis::Cosine => index,
            Basis::Sine => index + 1.0,
        }
    }

    /// Modes below the dealiasing bound as places in a row.
    pub(super) fn kept(self, dealias: Dealias, last: bool) -> Vec<Range<usize>> {
        let n = self.points;
        if dealias == Dealias::None {
            return once(0..self.num_modes(last)).collect();
        }
        let kept = dealias.num_modes(self.period());
        match self.basis {
            Basis::Fourier if last => once(0..kept).collect(),
            // `k = 0 … K − 1`, then `k = −K + 1 … −1` at the end of the row.
            Basis::Fourier => vec![0..kept, n - kept + 1..n],
            Basis::Cosine => once(0..kept).collect(),
            Basis::Sine => once(0..kept - 1).collect(),
        }
    }

    /// Points after which a state repeats itself: those of its mirror image too.
    pub(super) fn period(self) -> usize {
        match self.basis {
            Basis::Fourier => self.points,
            Basis::Cosine => 2 * self.points,
            Basis::Sine => 2 * (self.points + 1),
        }
    }

    /// `1/c` of the inverse transform `u(xⱼ) = (1/c) Σₖ …` as fraction `[a, c]`.
    pub(super) fn scale(self) -> [usize; 2] {
        match self.basis {
            Basis::Fourier => [1, self.points],
            Basis::Cosine => [2, self.points],
            Basis::Sine => [2, self.points + 1],
        }
    }

    /// Number of waves of the whole period that a stored mode stands for.
    pub(super) fn weight(self, index: usize, last: bool) -> f64 {
        let alone = match self.basis {
            Basis::Fourier => !last || index == 0 || 2 * index == self.points,
            Basis::Cosine => index == 0,
            Basis::Sine => false,
        };
        if alone { 1.0 } else { 2.0 }
    }
}
