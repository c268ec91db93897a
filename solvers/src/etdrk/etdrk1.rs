//! First order: `û⁺ = eᶻ û + dt φ₁(z) 𝒩̂(û)`. Cox & Matthews (2002), eq. 4.

use super::coefficients::{Coefficients, Factor, phi1};
use super::{Scheme, Semilinear};
use crate::real::zero;
use crate::{Complex, Real};

/// Exponential Euler.
pub(super) struct Etdrk1<T, F> {
    exp: Vec<F>,
    phi1: Vec<F>,
    n_u: Vec<Complex<T>>,
}

impl<T: Real, F: Factor<T>> Etdrk1<T, F> {
    pub(super) fn new(coefficients: &Coefficients) -> Self {
        Self {
            exp: coefficients.exp(1.0),
            phi1: coefficients.weight(1.0, phi1),
            n_u: vec![zero(); coefficients.len()],
        }
    }
}

impl<T: Real, F: Factor<T>> Scheme<T> for Etdrk1<T, F> {
    fn advance(&mut self, equation: &mut Semilinear<T>, u_hat: &mut [Complex<T>]) {
        let Self { exp, phi1, n_u } = self;
        equation.nonlinear(0.0, u_hat, n_u);
        equation.update(u_hat, [exp, phi1], [n_u], |u, [exp, phi1], [n_u]| {
            exp.of(u) + phi1.of(n_u)
        });
        equation.decay(u_hat, exp);
    }
}
