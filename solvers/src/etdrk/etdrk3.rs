//! Third order. Cox & Matthews (2002), eqs. 23–25:
//!
//! ```text
//! a  = e^{z/2} û + (dt/2) φ₁(z/2) 𝒩̂(û)
//! b  = eᶻ û + dt φ₁(z) (2 𝒩̂(a) − 𝒩̂(û))
//! û⁺ = eᶻ û + dt (α(z) 𝒩̂(û) + 4 β(z) 𝒩̂(a) + γ(z) 𝒩̂(b))
//! ```

use super::coefficients::{Coefficients, alpha, beta, gamma, phi1};
use super::{Scheme, Semilinear};
use crate::Complex64;

/// Exponential form of Kutta's third-order rule.
pub(super) struct Etdrk3 {
    exp: Vec<Complex64>,
    half_exp: Vec<Complex64>,
    phi1: Vec<Complex64>,
    half_phi1: Vec<Complex64>,
    alpha: Vec<Complex64>,
    beta: Vec<Complex64>,
    gamma: Vec<Complex64>,
    stage: Vec<Complex64>,
    n_u: Vec<Complex64>,
    n_a: Vec<Complex64>,
    n_b: Vec<Complex64>,
}

impl Etdrk3 {
    pub(super) fn new(coefficients: &Coefficients) -> Self {
        let stage = vec![Complex64::ZERO; coefficients.len()];
        Self {
            exp: coefficients.exp(1.0),
            half_exp: coefficients.exp(0.5),
            phi1: coefficients.weight(1.0, phi1),
            half_phi1: coefficients.weight(0.5, phi1),
            alpha: coefficients.weight(1.0, alpha),
            beta: coefficients.weight(1.0, beta),
            gamma: coefficients.weight(1.0, gamma),
            n_u: stage.clone(),
            n_a: stage.clone(),
            n_b: stage.clone(),
            stage,
        }
    }
}

impl Scheme for Etdrk3 {
    fn advance(&mut self, equation: &mut Semilinear, u_hat: &mut [Complex64]) {
        equation.nonlinear(u_hat, &mut self.n_u);
        for (i, a) in self.stage.iter_mut().enumerate() {
            *a = self.half_exp[i] * u_hat[i] + self.half_phi1[i] * self.n_u[i];
        }
        equation.nonlinear(&self.stage, &mut self.n_a);
        for (i, b) in self.stage.iter_mut().enumerate() {
            *b = self.exp[i] * u_hat[i] + self.phi1[i] * (2.0 * self.n_a[i] - self.n_u[i]);
        }
        equation.nonlinear(&self.stage, &mut self.n_b);
        for (i, u) in u_hat.iter_mut().enumerate() {
            *u = self.exp[i] * *u
                + self.alpha[i] * self.n_u[i]
                + 4.0 * self.beta[i] * self.n_a[i]
                + self.gamma[i] * self.n_b[i];
        }
    }
}
