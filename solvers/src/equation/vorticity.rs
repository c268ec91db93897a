//! Transport of vorticity in the plane, from two velocity products alone.
//!
//! With `∆ψ = −w`, `(u, v) = (ψ_y, −ψ_x)` and `∇·u = 0` the curl of `∇·(u ⊗ u)` is
//!
//! ```text
//! −u·∇w = (∂²_y − ∂²_x)(uv) + ∂_x ∂_y (u² − v²)
//! ```
//!
//! Two transforms there and two back, where `u`, `v` and the two slopes of `w` would take four and
//! one; products free of aliasing make both the same to rounding, so energy and enstrophy are
//! conserved. C. Basdevant, J. Comput. Phys. 50, 209 (1983).

use super::square;
use crate::nonlinear::{Nonlinear, Number, Pointwise, Symbol};

/// `uv` and `u² − v²`.
struct Stresses;

impl Pointwise<0, 2> for Stresses {
    #[inline(always)]
    fn at<N: Number>([]: [N; 0], [u, v]: &mut [N; 2]) {
        (*u, *v) = (*u * *v, (*u - *v) * (*u + *v));
    }
}

/// `−u·∇w`.
pub(super) fn transport() -> Nonlinear {
    // û = i k_y ŵ / |k|², v̂ = −i k_x ŵ / |k|².
    let u = Symbol::imaginary(|k| k[1] * inverse_square(k));
    let v = Symbol::imaginary(|k| -k[0] * inverse_square(k));
    let shear = Symbol::real(|k| (k[0] - k[1]) * (k[0] + k[1]));
    let stretching = Symbol::real(|k| -(k[0] * k[1]));
    let stresses = Nonlinear::new(Stresses, []).input([(0, u)]).input([(0, v)]);
    stresses.output(0, 0, shear).output(0, 1, stretching)
}

/// `1/|k|²`, and 0 for the mean.
fn inverse_square(k: &[f64]) -> f64 {
    let square = square(k);
    if square > 0.0 { 1.0 / square } else { 0.0 }
}
