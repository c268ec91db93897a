//! Third order. Cox & Matthews (2002), eqs. 23–25:
//!
//! ```text
//! a  = e^{z/2} û + (dt/2) φ₁(z/2) 𝒩̂(û)
//! b  = eᶻ û + dt φ₁(z) (2 𝒩̂(a) − 𝒩̂(û))
//! û⁺ = eᶻ û + dt (α(z) 𝒩̂(û) + 4 β(z) 𝒩̂(a) + γ(z) 𝒩̂(b))
//! ```

use super::coefficients::{Coefficients, Factor, alpha, beta, gamma, phi1};
use super::{Scheme, Semilinear};
use crate::real::zero;
use crate::{Complex, Real};

/// Exponential form of Kutta's third-order rule.
pub(super) struct Etdrk3<T, F> {
    exp: Vec<F>,
    half_exp: Vec<F>,
    phi1: Vec<F>,
    half_phi1: Vec<F>,
    alpha: Vec<F>,
    four_beta: Vec<F>,
    gamma: Vec<F>,
    stage: Vec<Complex<T>>,
    n_u: Vec<Complex<T>>,
    n_a: Vec<Complex<T>>,
    n_b: Vec<Complex<T>>,
}

impl<T: Real, F: Factor<T>> Etdrk3<T, F> {
    pub(super) fn new(coefficients: &Coefficients) -> Self {
        let stage = vec![zero(); coefficients.len()];
        Self {
            exp: coefficients.exp(1.0),
            half_exp: coefficients.exp(0.5),
            phi1: coefficients.weight(1.0, phi1),
            half_phi1: coefficients.weight(0.5, phi1),
            alpha: coefficients.weight(1.0, alpha),
            four_beta: coefficients.weight(1.0, |z, exp| 4.0 * beta(z, exp)),
            gamma: coefficients.weight(1.0, gamma),
            n_u: stage.clone(),
            n_a: stage.clone(),
            n_b: stage.clone(),
            stage,
        }
    }
}

impl<T: Real, F: Factor<T>> Scheme<T> for Etdrk3<T, F> {
    fn advance(&mut self, equation: &mut Semilinear<T>, u_hat: &mut [Complex<T>]) {
        let Self {
            exp,
            half_exp,
            phi1,
            half_phi1,
            alpha,
            four_beta,
            gamma,
            stage,
            n_u,
            n_a,
            n_b,
        } = self;
        equation.nonlinear(0.0, u_hat, n_u);
        let half = [&half_exp[..], half_phi1];
        equation.update(stage, half, [u_hat, n_u], |_, [exp, phi1], [u, n_u]| {
            exp.of(u) + phi1.of(n_u) // a
        });
        equation.nonlinear(0.5, stage, n_a);
        let whole = [&exp[..], phi1];
        equation.update(
            stage,
            whole,
            [u_hat, n_u, n_a],
            |_, [exp, phi1], [u, n_u, n_a]| {
                exp.of(u) + phi1.of(n_a + n_a - n_u) // b
            },
        );
        equation.nonlinear(1.0, stage, n_b);
        let weights = [&exp[..], alpha, four_beta, gamma];
        equation.update(
            u_hat,
            weights,
            [n_u, n_a, n_b],
            |u, [exp, alpha, four_beta, gamma], n| {
                exp.of(u) + alpha.of(n[0]) + four_beta.of(n[1]) + gamma.of(n[2])
            },
        );
        equation.decay(u_hat, exp);
    }
}
