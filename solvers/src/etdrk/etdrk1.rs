//! First order: `û⁺ = eᶻ û + dt φ₁(z) 𝒩̂(û)`. Cox & Matthews (2002), eq. 4.

use super::coefficients::{Coefficients, phi1};
use super::{Scheme, Semilinear};
use crate::Complex64;

/// Exponential Euler.
pub(super) struct Etdrk1 {
    exp: Vec<Complex64>,
    phi1: Vec<Complex64>,
    n_u: Vec<Complex64>,
}

impl Etdrk1 {
    pub(super) fn new(coefficients: &Coefficients) -> Self {
        Self {
            exp: coefficients.exp(1.0),
            phi1: coefficients.weight(1.0, phi1),
            n_u: vec![Complex64::ZERO; coefficients.len()],
        }
    }
}

impl Scheme for Etdrk1 {
    fn advance(&mut self, equation: &mut Semilinear, u_hat: &mut [Complex64]) {
        equation.nonlinear(u_hat, &mut self.n_u);
        for (i, u) in u_hat.iter_mut().enumerate() {
            *u = self.exp[i] * *u + self.phi1[i] * self.n_u[i];
        }
    }
}
