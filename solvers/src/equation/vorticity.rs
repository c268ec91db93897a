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

use crate::{Complex64, Workspace};

/// Fields at the points: `u` and `v`.
pub(super) const PRODUCTS: usize = 2;

/// Writes the modes of `−u·∇w` to `out`.
pub(super) fn transport(work: &mut Workspace, w_hat: &[Complex64], out: &mut [Complex64]) {
    let Workspace {
        transform,
        k,
        points,
        modes,
    } = work;
    let num_points = points.len() / PRODUCTS;
    let (u, v) = points.split_at_mut(num_points);
    let (kx, ky, inverse_square) = (k.axis(0), k.axis(1), k.inverse_square());
    // û = i k_y ŵ / |k|², v̂ = −i k_x ŵ / |k|².
    let along = |k: f64, w: Complex64| Complex64::new(-k * w.im, k * w.re);
    transform.to_points_of(|i| along(ky[i] * inverse_square[i], w_hat[i]), u);
    transform.to_points_of(|i| along(-kx[i] * inverse_square[i], w_hat[i]), v);
    for (u, v) in u.iter_mut().zip(v.iter_mut()) {
        (*u, *v) = (*u * *v, (*u - *v) * (*u + *v));
    }
    transform.to_modes(u, out);
    transform.to_modes(v, modes);
    let k = kx.iter().zip(ky);
    for ((out, difference), (kx, ky)) in out.iter_mut().zip(modes).zip(k) {
        *out = (kx - ky) * (kx + ky) * *out - kx * ky * *difference;
    }
}
