//! Second order. Cox & Matthews (2002), eq. 22:
//!
//! ```text
//! a  = eᶻ û + dt φ₁(z) 𝒩̂(û)
//! û⁺ = a + dt φ₂(z) (𝒩̂(a) − 𝒩̂(û))
//! ```

use super::coefficients::{Coefficients, Factor, phi1, phi2};
use super::{Scheme, Semilinear, decay};
use crate::Complex64;

/// Exponential Heun.
pub(super) struct Etdrk2<F> {
    exp: Vec<F>,
    phi1: Vec<F>,
    phi2: Vec<F>,
    n_u: Vec<Complex64>,
    n_a: Vec<Complex64>,
}

impl<F: Factor> Etdrk2<F> {
    pub(super) fn new(coefficients: &Coefficients) -> Self {
        let stage = vec![Complex64::ZERO; coefficients.len()];
        Self {
            exp: coefficients.exp(1.0),
            phi1: coefficients.weight(1.0, phi1),
            phi2: coefficients.weight(1.0, phi2),
            n_u: stage.clone(),
            n_a: stage,
        }
    }
}

impl<F: Factor> Scheme for Etdrk2<F> {
    fn advance(&mut self, equation: &mut Semilinear, u_hat: &mut [Complex64]) {
        equation.nonlinear(u_hat, &mut self.n_u);
        for i in equation.active().iter().cloned().flatten() {
            u_hat[i] = self.exp[i] * u_hat[i] + self.phi1[i] * self.n_u[i]; // a
        }
        equation.nonlinear(u_hat, &mut self.n_a);
        for i in equation.active().iter().cloned().flatten() {
            u_hat[i] += self.phi2[i] * (self.n_a[i] - self.n_u[i]);
        }
        decay(&self.exp, equation, u_hat);
    }
}
