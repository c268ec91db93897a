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
        for modes in equation.active() {
            let [exp, phi1] = [&self.half_exp, &self.half_phi1].map(|w| &w[modes.clone()]);
            let [u, n_u] = [&*u_hat, &self.n_u].map(|u| &u[modes.clone()]);
            for (i, a) in self.stage[modes.clone()].iter_mut().enumerate() {
                *a = exp[i] * u[i] + phi1[i] * n_u[i];
            }
        }
        equation.nonlinear(&self.stage, &mut self.n_a);
        for modes in equation.active() {
            let [exp, phi1] = [&self.exp, &self.phi1].map(|w| &w[modes.clone()]);
            let [u, n_u, n_a] = [&*u_hat, &self.n_u, &self.n_a].map(|u| &u[modes.clone()]);
            for (i, b) in self.stage[modes.clone()].iter_mut().enumerate() {
                *b = exp[i] * u[i] + phi1[i] * (2.0 * n_a[i] - n_u[i]);
            }
        }
        equation.nonlinear(&self.stage, &mut self.n_b);
        for modes in equation.active() {
            let weights = [&self.exp, &self.alpha, &self.beta, &self.gamma];
            let [exp, alpha, beta, gamma] = weights.map(|w| &w[modes.clone()]);
            let [n_u, n_a, n_b] = [&self.n_u, &self.n_a, &self.n_b].map(|n| &n[modes.clone()]);
            for (i, u) in u_hat[modes.clone()].iter_mut().enumerate() {
                *u = exp[i] * *u + alpha[i] * n_u[i] + beta[i] * (4.0 * n_a[i]) + gamma[i] * n_b[i];
            }
        }
        decay(&self.exp, equation, u_hat);
    }
}
