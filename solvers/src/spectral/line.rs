//! The last axis: real values `u(xⱼ)` to the modes `k = 0 … N/2` and back.

use std::sync::Arc;

use realfft::{ComplexToReal, RealToComplex};

use crate::real::zero;
use crate::{Complex, Real};

/// Real transform of one line of points.
#[derive(Clone)]
pub(super) struct Line<T: Real> {
    real_to_complex: Arc<dyn RealToComplex<T>>,
    complex_to_real: Arc<dyn ComplexToReal<T>>,
    scratch: Vec<Complex<T>>,
}

impl<T: Real> Line<T> {
    pub(super) fn new(num_points: usize) -> Self {
        let (real_to_complex, complex_to_real) =
            (T::to_modes(num_points), T::to_points(num_points));
        let scratch = real_to_complex
            .get_scratch_len()
            .max(complex_to_real.get_scratch_len());
        Self {
            real_to_complex,
            complex_to_real,
            scratch: vec![zero(); scratch],
        }
    }

    /// All modes of `u`, which is used up.
    pub(super) fn forward(&mut self, u: &mut [T], u_hat: &mut [Complex<T>]) {
        self.real_to_complex
            .process_with_scratch(u, u_hat, &mut self.scratch)
            .expect("the buffers have the sizes of the plan");
    }

    /// Values of the modes `u_hat`, which are used up.
    pub(super) fn inverse(&mut self, u_hat: &mut [Complex<T>], u: &mut [T]) {
        // Rounding may leave an imaginary part in the two modes that are real for a real field.
        let highest = u_hat.len() - 1;
        u_hat[0].im = T::zero();
        u_hat[highest].im = T::zero();
        self.complex_to_real
            .process_with_scratch(u_hat, u, &mut self.scratch)
            .expect("the buffers have the sizes of the plan");
    }
}
