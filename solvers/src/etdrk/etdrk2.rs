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
        for modes in equation.active() {
            let [exp, phi1] = [&self.exp, &self.phi1].map(|w| &w[modes.clone()]);
            let n_u = &self.n_u[modes.clone()];
            for (i, u) in u_hat[modes.clone()].iter_mut().enumerate() {
                *u = exp[i] * *u + phi1[i] * n_u[i]; // a
            }
        }
        equation.nonlinear(u_hat, &mut self.n_a);
        for modes in equation.active() {
            let [n_u, n_a] = [&self.n_u, &self.n_a].map(|n| &n[modes.clone()]);
            let phi2 = &self.phi2[modes.clone()];
            for (i, a) in u_hat[modes.clone()].iter_mut().enumerate() {
                *a += phi2[i] * (n_a[i] - n_u[i]);
            }
        }
        decay(&self.exp, equation, u_hat);
    }
}
