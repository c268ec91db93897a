//! First order: `û⁺ = eᶻ û + dt φ₁(z) 𝒩̂(û)`. Cox & Matthews (2002), eq. 4.

use super::coefficients::{Coefficients, Factor, phi1};
use super::{Scheme, Semilinear, decay};
use crate::Complex64;

/// Exponential Euler.
pub(super) struct Etdrk1<F> {
    exp: Vec<F>,
    phi1: Vec<F>,
    n_u: Vec<Complex64>,
}

impl<F: Factor> Etdrk1<F> {
    pub(super) fn new(coefficients: &Coefficients) -> Self {
        Self {
            exp: coefficients.exp(1.0),
            phi1: coefficients.weight(1.0, phi1),
            n_u: vec![Complex64::ZERO; coefficients.len()],
        }
    }
}

impl<F: Factor> Scheme for Etdrk1<F> {
    fn advance(&mut self, equation: &mut Semilinear, u_hat: &mut [Complex64]) {
        equation.nonlinear(u_hat, &mut self.n_u);
        for i in equation.active().iter().cloned().flatten() {
            u_hat[i] = self.exp[i] * u_hat[i] + self.phi1[i] * self.n_u[i];
        }
        decay(&self.exp, equation, u_hat);
    }
}
