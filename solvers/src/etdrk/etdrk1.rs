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
        for modes in equation.active() {
            let [exp, phi1] = [&self.exp, &self.phi1].map(|w| &w[modes.clone()]);
            let n_u = &self.n_u[modes.clone()];
            for (i, u) in u_hat[modes.clone()].iter_mut().enumerate() {
                *u = exp[i] * *u + phi1[i] * n_u[i];
            }
        }
        decay(&self.exp, equation, u_hat);
    }
}
