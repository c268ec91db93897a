//! Linear equations: `û(t + dt) = e^{ℒ̂ dt} û(t)`, without error in time.

use super::coefficients::{Coefficients, Factor};
use super::{Scheme, Semilinear};
use crate::{Complex, Real};

/// The exact solution of a linear equation.
pub(super) struct Exact<F> {
    exp: Vec<F>,
}

impl<F> Exact<F> {
    pub(super) fn new<T>(coefficients: &Coefficients) -> Self
    where
        F: Factor<T>,
    {
        Self {
            exp: coefficients.exp(1.0),
        }
    }
}

impl<T: Real, F: Factor<T>> Scheme<T> for Exact<F> {
    fn advance(&mut self, equation: &mut Semilinear<T>, u_hat: &mut [Complex<T>]) {
        let exp = &self.exp;
        equation.update(u_hat, [exp], [], |u, [exp], []| exp.of(u));
        equation.decay(u_hat, exp);
    }
}
