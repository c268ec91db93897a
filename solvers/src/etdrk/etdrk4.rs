//! Fourth order. Cox & Matthews (2002), eqs. 26–29:
//!
//! ```text
//! a  = e^{z/2} û + (dt/2) φ₁(z/2) 𝒩̂(û)
//! b  = e^{z/2} û + (dt/2) φ₁(z/2) 𝒩̂(a)
//! c  = e^{z/2} a + (dt/2) φ₁(z/2) (2 𝒩̂(b) − 𝒩̂(û))
//! û⁺ = eᶻ û + dt (α(z) 𝒩̂(û) + 2 β(z) (𝒩̂(a) + 𝒩̂(b)) + γ(z) 𝒩̂(c))
//! ```

use super::coefficients::{Coefficients, Factor, alpha, beta, gamma, phi1};
use super::{Scheme, Semilinear};
use crate::real::zero;
use crate::{Complex, Real};

/// Exponential form of the classical fourth-order rule.
pub(super) struct Etdrk4<T, F> {
    exp: Vec<F>,
    half_exp: Vec<F>,
    half_phi1: Vec<F>,
    alpha: Vec<F>,
    twice_beta: Vec<F>,
    gamma: Vec<F>,
    a: Vec<Complex<T>>,
    stage: Vec<Complex<T>>,
    n_u: Vec<Complex<T>>,
    n_a: Vec<Complex<T>>,
    n_b: Vec<Complex<T>>,
    n_c: Vec<Complex<T>>,
}

impl<T: Real, F: Factor<T>> Etdrk4<T, F> {
    pub(super) fn new(coefficients: &Coefficients) -> Self {
        let stage = vec![zero(); coefficients.len()];
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

impl<T: Real, F: Factor<T>> Scheme<T> for Etdrk4<T, F> {
    fn advance(&mut self, equation: &mut Semilinear<T>, u_hat: &mut [Complex<T>]) {
        let Self {
            exp,
            half_exp,
            half_phi1,
            alpha,
            twice_beta,
            gamma,
            a,
            stage,
            n_u,
            n_a,
            n_b,
            n_c,
        } = self;
        let half = [&half_exp[..], half_phi1];
        equation.nonlinear(0.0, u_hat, n_u);
        equation.update(a, half, [u_hat, n_u], |_, [exp, phi1], [u, n_u]| {
            exp.of(u) + phi1.of(n_u) // a
        });
        equation.nonlinear(0.5, a, n_a);
        equation.update(stage, half, [u_hat, n_a], |_, [exp, phi1], [u, n_a]| {
            exp.of(u) + phi1.of(n_a) // b
        });
        equation.nonlinear(0.5, stage, n_b);
        equation.update(
            stage,
            half,
            [a, n_u, n_b],
            |_, [exp, phi1], [a, n_u, n_b]| {
                exp.of(a) + phi1.of(n_b + n_b - n_u) // c
            },
        );
        equation.nonlinear(1.0, stage, n_c);
        let weights = [&exp[..], alpha, twice_beta, gamma];
        let stages = [&n_u[..], n_a, n_b, n_c];
        equation.update(
            u_hat,
            weights,
            stages,
            |u, [exp, alpha, twice_beta, gamma], n| {
                exp.of(u) + alpha.of(n[0]) + twice_beta.of(n[1] + n[2]) + gamma.of(n[3])
            },
        );
        equation.decay(u_hat, exp);
    }
}
