//! Linear equations: `û(t + dt) = e^{ℒ̂ dt} û(t)`, without error in time.

use super::coefficients::Coefficients;
use super::{Scheme, Semilinear};
use crate::Complex64;

/// The exact solution of a linear equation.
pub(super) struct Exact {
    exp: Vec<Complex64>,
}

impl Exact {
    pub(super) fn new(coefficients: &Coefficients) -> Self {
        Self {
            exp: coefficients.exp(1.0),
        }
    }
}

impl Scheme for Exact {
    fn advance(&mut self, _equation: &mut Semilinear, u_hat: &mut [Complex64]) {
        for (u, exp) in u_hat.iter_mut().zip(&self.exp) {
            *u *= exp;
        }
    }
}
