//! Exponential time differencing Runge–Kutta for `ûₜ = ℒ̂û + 𝒩̂(û)`, orders 1 to 4.
//!
//! The linear part is integrated exactly, the nonlinear part by quadrature against `e^{ℒ̂t}`:
//! S. M. Cox & P. C. Matthews, J. Comput. Phys. 176, 430 (2002). One file per order; their
//! coefficients are in `coefficients.rs`.

mod coefficients;
mod coupled;
mod etdrk1;
mod etdrk2;
mod etdrk3;
mod etdrk4;
mod exact;
mod integrator;
mod semilinear;
mod stepper;
mod symbols;

pub use integrator::Integrator;
pub use stepper::Etdrk;
pub(crate) use symbols::{
    Weights, check, exact_slopes, exact_weights, propagators, slopes, symbols, weights,
};

use crate::{Complex, Real};
use semilinear::Semilinear;

/// One way to advance the modes by a fixed time step; it owns its coefficients and stages.
trait Scheme<T: Real>: Send {
    /// Replaces `u_hat(t)` by `u_hat(t + dt)`.
    fn advance(&mut self, equation: &mut Semilinear<T>, u_hat: &mut [Complex<T>]);
}
