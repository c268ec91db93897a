//! Nonlinear terms that are no function of the fields at one point, such as fluxes with limiters.

use crate::{Complex, Real, Workspace};

/// A nonlinear term that is evaluated as a whole, in both kinds of numbers.
pub trait OwnTerm: Evaluate<f64> + Evaluate<f32> {
    /// Number of fields at the points that it holds at once, see [`Workspace::points`].
    fn num_fields(&self) -> usize;
}

/// The term in numbers of the type `T`.
pub trait Evaluate<T: Real>: Send + Sync {
    /// Writes the modes of `𝒩(u, t)` to `out`, both channel after channel; `t` is [`Workspace::time`]. Only modes of
    /// `u_hat` below the dealiasing bound may be used.
    fn evaluate(&self, work: &mut Workspace<T>, u_hat: &[Complex<T>], out: &mut [Complex<T>]);
}
