//! Fourth order. Cox & Matthews (2002), eqs. 26–29:
//!
//! ```text
//! a  = e^{z/2} û + (dt/2) φ₁(z/2) 𝒩̂(û)
//! b  = e^{z/2} û + (dt/2) φ₁(z/2) 𝒩̂(a)
//! c  = e^{z/2} a + (dt/2) φ₁(z/2) (2 𝒩̂(b) − 𝒩̂(û))
//! û⁺ = eᶻ û + dt (α(z) 𝒩̂(û) + 2 β(z) (𝒩̂(a) + 𝒩̂(b)) + γ(z) 𝒩̂(c))
//! ```

use super::coefficients::{Coefficients, alpha, beta, gamma, phi1};
use super::{Scheme, Semilinear};
use crate::Complex64;

/// Exponential form of the classical fourth-order rule.
pub(super) struct Etdrk4 {
    exp: Vec<Complex64>,
    half_exp: Vec<Complex64>,
    half_phi1: Vec<Complex64>,
    alpha: Vec<Complex64>,
    twice_beta: Vec<Complex64>,
    gamma: Vec<Complex64>,
    a: Vec<Complex64>,
    stage: Vec<Complex64>,
    n_u: Vec<Complex64>,
    n_a: Vec<Complex64>,
    n_b: Vec<Complex64>,
    n_c: Vec<Complex64>,
}

impl Etdrk4 {
    pub(super) fn new(coefficients: &Coefficients) -> Self {
        let stage = vec![Complex64::ZERO; coefficients.len()];
        Self {
            exp: coefficients.exp(1.0),
            half_exp: coefficients.exp(0.5),
            half_phi1: coefficients.weight(0.5, phi1),
            alpha: coefficients.weight(1.0, alpha),
            twice_beta: coefficients.weight(1.0, |z| 2.0 * beta(z)),
            gamma: coefficients.weight(1.0, gamma),
            a: stage.clone(),
            n_u: stage.clone(),
            n_a: stage.clone(),
            n_b: stage.clone(),
            n_c: stage.clone(),
            stage,
        }
    }
}

impl Scheme for Etdrk4 {
    fn advance(&mut self, equation: &mut Semilinear, u_hat: &mut [Complex64]) {
        equation.nonlinear(u_hat, &mut self.n_u);
        for (i, a) in self.a.iter_mut().enumerate() {
            *a = self.half_exp[i] * u_hat[i] + self.half_phi1[i] * self.n_u[i];
        }
        equation.nonlinear(&self.a, &mut self.n_a);
        for (i, b) in self.stage.iter_mut().enumerate() {
            *b = self.half_exp[i] * u_hat[i] + self.half_phi1[i] * self.n_a[i];
        }
        equation.nonlinear(&self.stage, &mut self.n_b);
        for (i, c) in self.stage.iter_mut().enumerate() {
            let n = 2.0 * self.n_b[i] - self.n_u[i];
            *c = self.half_exp[i] * self.a[i] + self.half_phi1[i] * n;
        }
        equation.nonlinear(&self.stage, &mut self.n_c);
        for (i, u) in u_hat.iter_mut().enumerate() {
            *u = self.exp[i] * *u
                + self.alpha[i] * self.n_u[i]
                + self.twice_beta[i] * (self.n_a[i] + self.n_b[i])
                + self.gamma[i] * self.n_c[i];
        }
    }
}
