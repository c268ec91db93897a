//! Linear equations: `û(t + dt) = e^{ℒ̂ dt} û(t)`, without error in time.

use super::coefficients::{Coefficients, Factor};
use super::{Scheme, Semilinear};
use crate::Complex64;

/// The exact solution of a linear equation.
pub(super) struct Exact<F> {
    exp: Vec<F>,
}

impl<F: Factor> Exact<F> {
    pub(super) fn new(coefficients: &Coefficients) -> Self {
        Self {
            exp: coefficients.exp(1.0),
        }
    }
}

impl<F: Factor> Scheme for Exact<F> {
    fn advance(&mut self, _equation: &mut Semilinear, u_hat: &mut [Complex64]) {
        for (u, &exp) in u_hat.iter_mut().zip(&self.exp) {
            *u = exp * *u;
        }
    }
}
