//! Second order. Cox & Matthews (2002), eq. 22:
//!
//! ```text
//! a  = eᶻ û + dt φ₁(z) 𝒩̂(û)
//! û⁺ = a + dt φ₂(z) (𝒩̂(a) − 𝒩̂(û))
//! ```

use super::coefficients::{Coefficients, phi1, phi2};
use super::{Scheme, Semilinear};
use crate::Complex64;

/// Exponential Heun.
pub(super) struct Etdrk2 {
    exp: Vec<Complex64>,
    phi1: Vec<Complex64>,
    phi2: Vec<Complex64>,
    n_u: Vec<Complex64>,
    n_a: Vec<Complex64>,
}

impl Etdrk2 {
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

impl Scheme for Etdrk2 {
    fn advance(&mut self, equation: &mut Semilinear, u_hat: &mut [Complex64]) {
        equation.nonlinear(u_hat, &mut self.n_u);
        for (i, u) in u_hat.iter_mut().enumerate() {
            *u = self.exp[i] * *u + self.phi1[i] * self.n_u[i]; // a
        }
        equation.nonlinear(u_hat, &mut self.n_a);
        for (i, a) in u_hat.iter_mut().enumerate() {
            *a += self.phi2[i] * (self.n_a[i] - self.n_u[i]);
        }
    }
}
