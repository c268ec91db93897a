//! Cosine and sine transforms of lines of points between two walls, and of rows of modes.

use std::sync::Arc;

use rustdct::{Dst1, TransformType2And3};

use super::basis::Basis;
use crate::{Complex, Real};

/// Transform of one line, neither way normalised: see [`Span::scale`](super::basis::Span::scale).
#[derive(Clone)]
pub(super) struct Wall<T: Real> {
    transform: Kind<T>,
    /// Whether what it transforms has no imaginary part: all axes behind it have walls too.
    is_real: bool,
    line: Vec<T>,
    scratch: Vec<T>,
}

#[derive(Clone)]
enum Kind<T: Real> {
    Cosine(Arc<dyn TransformType2And3<T>>),
    Sine(Arc<dyn Dst1<T>>),
}

/// Direction of a transform.
#[derive(Clone, Copy)]
pub(super) enum Way {
    ToModes,
    ToPoints,
}

impl<T: Real> Wall<T> {
    pub(super) fn new(basis: Basis, num_points: usize, is_real: bool) -> Self {
        let (transform, scratch) = if basis == Basis::Sine {
            let sine = T::sines(num_points);
            let scratch = sine.get_scratch_len();
            (Kind::Sine(sine), scratch)
        } else {
            let cosine = T::cosines(num_points);
            let scratch = cosine.get_scratch_len();
            (Kind::Cosine(cosine), scratch)
        };
        Self {
            transform,
            is_real,
            line: vec![T::zero(); num_points],
            scratch: vec![T::zero(); scratch],
        }
    }

    /// Transforms real values in place.
    pub(super) fn process(&mut self, way: Way, line: &mut [T]) {
        run(&self.transform, way, line, &mut self.scratch);
    }

    /// All modes of `u`, which is used up.
    pub(super) fn forward(&mut self, u: &mut [T], u_hat: &mut [Complex<T>]) {
        self.process(Way::ToModes, u);
        for (u_hat, &u) in u_hat.iter_mut().zip(&*u) {
            *u_hat = Complex::new(u, T::zero());
        }
    }

    /// Values of the modes `u_hat`.
    pub(super) fn inverse(&mut self, u_hat: &[Complex<T>], u: &mut [T]) {
        for (u, u_hat) in u.iter_mut().zip(u_hat) {
            *u = u_hat.re;
        }
        self.process(Way::ToPoints, u);
    }

    /// Transforms rows of complex numbers in place: real and imaginary parts, each by itself.
    pub(super) fn process_rows(&mut self, way: Way, rows: &mut [Complex<T>]) {
        let Self {
            transform,
            is_real,
            line,
            scratch,
        } = self;
        for row in rows.chunks_exact_mut(line.len()) {
            line.iter_mut().zip(&*row).for_each(|(x, z)| *x = z.re);
            run(transform, way, line, scratch);
            row.iter_mut().zip(&*line).for_each(|(z, x)| z.re = *x);
            if !*is_real {
                line.iter_mut().zip(&*row).for_each(|(x, z)| *x = z.im);
                run(transform, way, line, scratch);
                row.iter_mut().zip(&*line).for_each(|(z, x)| z.im = *x);
            }
        }
    }
}

/// One line in place.
fn run<T: Real>(transform: &Kind<T>, way: Way, line: &mut [T], scratch: &mut [T]) {
    match (transform, way) {
        (Kind::Cosine(cosine), Way::ToModes) => cosine.process_dct2_with_scratch(line, scratch),
        (Kind::Cosine(cosine), Way::ToPoints) => cosine.process_dct3_with_scratch(line, scratch),
        (Kind::Sine(sine), _) => sine.process_dst1_with_scratch(line, scratch),
    }
}
