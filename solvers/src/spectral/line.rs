//! The last axis: real values `u(xⱼ)` to the modes `k = 0 … N/2` and back.

use std::sync::Arc;

use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use crate::Complex64;

/// Real transform of one line of points.
pub(super) struct Line {
    real_to_complex: Arc<dyn RealToComplex<f64>>,
    complex_to_real: Arc<dyn ComplexToReal<f64>>,
    scratch: Vec<Complex64>,
}

impl Line {
    pub(super) fn new(num_points: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        let real_to_complex = planner.plan_fft_forward(num_points);
        let complex_to_real = planner.plan_fft_inverse(num_points);
        let scratch = real_to_complex
            .get_scratch_len()
            .max(complex_to_real.get_scratch_len());
        Self {
            real_to_complex,
            complex_to_real,
            scratch: vec![Complex64::ZERO; scratch],
        }
    }

    /// All modes of `u`, which is used up.
    pub(super) fn forward(&mut self, u: &mut [f64], u_hat: &mut [Complex64]) {
        self.real_to_complex
            .process_with_scratch(u, u_hat, &mut self.scratch)
            .expect("the buffers have the sizes of the plan");
    }

    /// Values of the modes `u_hat`, which are used up.
    pub(super) fn inverse(&mut self, u_hat: &mut [Complex64], u: &mut [f64]) {
        // Rounding may leave an imaginary part in the two modes that are real for a real field.
        let highest = u_hat.len() - 1;
        u_hat[0].im = 0.0;
        u_hat[highest].im = 0.0;
        self.complex_to_real
            .process_with_scratch(u_hat, u, &mut self.scratch)
            .expect("the buffers have the sizes of the plan");
    }
}
