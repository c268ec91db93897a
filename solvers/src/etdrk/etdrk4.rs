//! Fourth order. Cox & Matthews (2002), eqs. 26–29:
//!
//! ```text
//! a  = e^{z/2} û + (dt/2) φ₁(z/2) 𝒩̂(û)
//! b  = e^{z/2} û + (dt/2) φ₁(z/2) 𝒩̂(a)
//! c  = e^{z/2} a + (dt/2) φ₁(z/2) (2 𝒩̂(b) − 𝒩̂(û))
//! û⁺ = eᶻ û + dt (α(z) 𝒩̂(û) + 2 β(z) (𝒩̂(a) + 𝒩̂(b)) + γ(z) 𝒩̂(c))
//! ```

use super::coefficients::{Coefficients, Factor, alpha, beta, gamma, phi1};
use super::{Scheme, Semilinear, decay};
use crate::Complex64;

/// Exponential form of the classical fourth-order rule.
pub(super) struct Etdrk4<F> {
    exp: Vec<F>,
    half_exp: Vec<F>,
    half_phi1: Vec<F>,
    alpha: Vec<F>,
    twice_beta: Vec<F>,
    gamma: Vec<F>,
    a: Vec<Complex64>,
    stage: Vec<Complex64>,
    n_u: Vec<Complex64>,
    n_a: Vec<Complex64>,
    n_b: Vec<Complex64>,
    n_c: Vec<Complex64>,
}

impl<F: Factor> Etdrk4<F> {
    pub(super) fn new(coefficients: &Coefficients) -> Self {
        let stage = vec![Complex64::ZERO; coefficients.len()];
        Self {
            exp: coefficients.exp(1.0),
            half_exp: coefficients.exp(0.5),
            half_phi1: coefficients.weight(0.5, phi1),
            alpha: coefficients.weight(1.0, alpha),
            twice_beta: coefficients.weight(1.0, |z, exp| 2.0 * beta(z, exp)),
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

impl<F: Factor> Scheme for Etdrk4<F> {
    fn advance(&mut self, equation: &mut Semilinear, u_hat: &mut [Complex64]) {
        let half = [&self.half_exp, &self.half_phi1];
        equation.nonlinear(u_hat, &mut self.n_u);
        for modes in equation.active() {
            let [exp, phi1] = half.map(|w| &w[modes.clone()]);
            let [u, n_u] = [&*u_hat, &self.n_u].map(|u| &u[modes.clone()]);
            for (i, a) in self.a[modes.clone()].iter_mut().enumerate() {
                *a = exp[i] * u[i] + phi1[i] * n_u[i];
            }
        }
        equation.nonlinear(&self.a, &mut self.n_a);
        for modes in equation.active() {
            let [exp, phi1] = half.map(|w| &w[modes.clone()]);
            let [u, n_a] = [&*u_hat, &self.n_a].map(|u| &u[modes.clone()]);
            for (i, b) in self.stage[modes.clone()].iter_mut().enumerate() {
                *b = exp[i] * u[i] + phi1[i] * n_a[i];
            }
        }
        equation.nonlinear(&self.stage, &mut self.n_b);
        for modes in equation.active() {
            let [exp, phi1] = half.map(|w| &w[modes.clone()]);
            let [a, n_u, n_b] = [&self.a, &self.n_u, &self.n_b].map(|u| &u[modes.clone()]);
            for (i, c) in self.stage[modes.clone()].iter_mut().enumerate() {
                *c = exp[i] * a[i] + phi1[i] * (2.0 * n_b[i] - n_u[i]);
            }
        }
        equation.nonlinear(&self.stage, &mut self.n_c);
        for modes in equation.active() {
            let weights = [&self.exp, &self.alpha, &self.twice_beta, &self.gamma];
            let [exp, alpha, twice_beta, gamma] = weights.map(|w| &w[modes.clone()]);
            let stages = [&self.n_u, &self.n_a, &self.n_b, &self.n_c];
            let [n_u, n_a, n_b, n_c] = stages.map(|n| &n[modes.clone()]);
            for (i, u) in u_hat[modes.clone()].iter_mut().enumerate() {
                *u = exp[i] * *u
                    + alpha[i] * n_u[i]
                    + twice_beta[i] * (n_a[i] + n_b[i])
                    + gamma[i] * n_c[i];
            }
        }
        decay(&self.exp, equation, u_hat);
    }
}
