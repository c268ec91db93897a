//! Transforms of rows of modes along an axis before others, of any basis.

use std::sync::Arc;

use rustfft::Fft;

use super::basis::{Basis, Span};
use super::wall::{Wall, Way};
use crate::real::zero;
use crate::{Complex, Real};

/// Plan and memory of one thread.
#[derive(Clone)]
pub(super) enum Rows<T: Real> {
    Fourier {
        forward: Arc<dyn Fft<T>>,
        inverse: Arc<dyn Fft<T>>,
        scratch: Vec<Complex<T>>,
    },
    Wall(Wall<T>),
}

impl<T: Real> Rows<T> {
    /// For the axis `first`, before `others`.
    pub(super) fn new(first: Span, others: &[Span]) -> Self {
        if first.basis != Basis::Fourier {
            let is_real = others.iter().all(|span| !span.is_periodic());
            return Self::Wall(Wall::new(first.basis, first.points, is_real));
        }
        let [forward, inverse] = T::fourier(first.points);
        let scratch = forward
            .get_inplace_scratch_len()
            .max(inverse.get_inplace_scratch_len());
        Self::Fourier {
            forward,
            inverse,
            scratch: vec![zero(); scratch],
        }
    }

    pub(super) fn process(&mut self, way: Way, rows: &mut [Complex<T>]) {
        match (self, way) {
            (Self::Wall(wall), way) => wall.process_rows(way, rows),
            (
                Self::Fourier {
                    forward, scratch, ..
                },
                Way::ToModes,
            ) => {
                forward.process_with_scratch(rows, scratch);
            }
            (
                Self::Fourier {
                    inverse, scratch, ..
                },
                Way::ToPoints,
            ) => {
                inverse.process_with_scratch(rows, scratch);
            }
        }
    }
}
