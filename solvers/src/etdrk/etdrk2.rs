//! Second order. Cox & Matthews (2002), eq. 22:
//!
//! ```text
//! a  = eᶻ û + dt φ₁(z) 𝒩̂(û)
//! û⁺ = a + dt φ₂(z) (𝒩̂(a) − 𝒩̂(û))
//! ```

use super::coefficients::{Coefficients, Factor, phi1, phi2};
use super::{Scheme, Semilinear};
use crate::real::zero;
use crate::{Complex, Real};

/// Exponential Heun.
pub(super) struct Etdrk2<T, F> {
    exp: Vec<F>,
    phi1: Vec<F>,
    phi2: Vec<F>,
    n_u: Vec<Complex<T>>,
    n_a: Vec<Complex<T>>,
}

impl<T: Real, F: Factor<T>> Etdrk2<T, F> {
    pub(super) fn new(coefficients: &Coefficients) -> Self {
        let stage = vec![zero(); coefficients.len()];
        Self {
            exp: coefficients.exp(1.0),
            phi1: coefficients.weight(1.0, phi1),
            phi2: coefficients.weight(1.0, phi2),
            n_u: stage.clone(),
            n_a: stage,
        }
    }
}

impl<T: Real, F: Factor<T>> Scheme<T> for Etdrk2<T, F> {
    fn advance(&mut self, equation: &mut Semilinear<T>, u_hat: &mut [Complex<T>]) {
        let Self {
            exp,
            phi1,
            phi2,
            n_u,
            n_a,
        } = self;
        equation.nonlinear(0.0, u_hat, n_u);
        equation.update(u_hat, [exp, phi1], [n_u], |u, [exp, phi1], [n_u]| {
            exp.of(u) + phi1.of(n_u) // a
        });
        equation.nonlinear(1.0, u_hat, n_a);
        equation.update(u_hat, [phi2], [n_u, n_a], |a, [phi2], [n_u, n_a]| {
            a + phi2.of(n_a - n_u)
        });
        equation.decay(u_hat, exp);
    }
}
