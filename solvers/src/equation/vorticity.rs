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

use crate::real::times_i;
use crate::{Complex, Real, Workspace};

/// Fields at the points: `u` and `v`.
pub(super) const PRODUCTS: usize = 2;

/// Writes the modes of `−u·∇w` to `out`.
pub(super) fn transport<T: Real>(
    work: &mut Workspace<T>,
    w_hat: &[Complex<T>],
    out: &mut [Complex<T>],
) {
    let Workspace {
        transform,
        k,
        points,
        modes,
        threads,
        ..
    } = work;
    let num_points = points.len() / PRODUCTS;
    let (u, v) = points.split_at_mut(num_points);
    let (kx, ky, inverse_square) = (k.axis(0), k.axis(1), k.inverse_square());
    // û = i k_y ŵ / |k|², v̂ = −i k_x ŵ / |k|².
    let along = |k: T, i: usize| times_i(w_hat[i] * (k * inverse_square[i]));
    transform.to_points_of(|i| along(ky[i], i), u);
    transform.to_points_of(|i| along(-kx[i], i), v);
    threads.each_pair(u, v, |_, u, v| {
        for (u, v) in u.iter_mut().zip(v) {
            (*u, *v) = (*u * *v, (*u - *v) * (*u + *v));
        }
    });
    transform.to_modes(u, out);
    transform.to_modes(v, modes);
    threads.each(out, |start, out| {
        let part = start..start + out.len();
        let k = kx[part.clone()].iter().zip(&ky[part.clone()]);
        for ((out, &difference), (&kx, &ky)) in out.iter_mut().zip(&modes[part]).zip(k) {
            *out = *out * ((kx - ky) * (kx + ky)) - difference * (kx * ky);
        }
    });
}
