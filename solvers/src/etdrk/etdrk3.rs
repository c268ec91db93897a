//! Third order. Cox & Matthews (2002), eqs. 23–25:
//!
//! ```text
//! a  = e^{z/2} û + (dt/2) φ₁(z/2) 𝒩̂(û)
//! b  = eᶻ û + dt φ₁(z) (2 𝒩̂(a) − 𝒩̂(û))
//! û⁺ = eᶻ û + dt (α(z) 𝒩̂(û) + 4 β(z) 𝒩̂(a) + γ(z) 𝒩̂(b))
//! ```

use super::coefficients::{Coefficients, Factor, alpha, beta, gamma, phi1};
use super::{Scheme, Semilinear, decay};
use crate::Complex64;

/// Exponential form of Kutta's third-order rule.
pub(super) struct Etdrk3<F> {
    exp: Vec<F>,
    half_exp: Vec<F>,
    phi1: Vec<F>,
    half_phi1: Vec<F>,
    alpha: Vec<F>,
    beta: Vec<F>,
    gamma: Vec<F>,
    stage: Vec<Complex64>,
    n_u: Vec<Complex64>,
    n_a: Vec<Complex64>,
    n_b: Vec<Complex64>,
}

impl<F: Factor> Etdrk3<F> {
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

impl<F: Factor> Scheme for Etdrk3<F> {
    fn advance(&mut self, equation: &mut Semilinear, u_hat: &mut [Complex64]) {
        equation.nonlinear(u_hat, &mut self.n_u);
        for i in equation.active().iter().cloned().flatten() {
            self.stage[i] = self.half_exp[i] * u_hat[i] + self.half_phi1[i] * self.n_u[i];
        }
        equation.nonlinear(&self.stage, &mut self.n_a);
        for i in equation.active().iter().cloned().flatten() {
            self.stage[i] =
                self.exp[i] * u_hat[i] + self.phi1[i] * (2.0 * self.n_a[i] - self.n_u[i]);
        }
        equation.nonlinear(&self.stage, &mut self.n_b);
        for i in equation.active().iter().cloned().flatten() {
            u_hat[i] = self.exp[i] * u_hat[i]
                + self.alpha[i] * self.n_u[i]
                + self.beta[i] * (4.0 * self.n_a[i])
                + self.gamma[i] * self.n_b[i];
        }
        decay(&self.exp, equation, u_hat);
    }
}
