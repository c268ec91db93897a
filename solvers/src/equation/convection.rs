//! Convection in conservative form: `𝒩(u) = −½ b (u²)ₓ`, so `𝒩̂ = −½ b ik (u²)^`.
//!
//! A flux derivative has no mean, so `∫ u dx` is conserved to rounding; with the two-thirds rule
//! `∫ u 𝒩(u) dx = 0` holds too. C. Canuto et al., "Spectral Methods" (2006).

use crate::{Complex64, Workspace};

/// Writes the modes of `−½ scale (u²)ₓ` to `out`.
pub(super) fn convection(
    scale: f64,
    work: &mut Workspace,
    u_hat: &[Complex64],
    out: &mut [Complex64],
) {
    let Workspace { transform, points } = work;
    transform.to_points(u_hat, points);
    for u in points.iter_mut() {
        *u *= *u;
    }
    transform.to_modes(points, out);
    for (out, ik) in out.iter_mut().zip(transform.derivative()) {
        *out *= -0.5 * scale * ik;
    }
}
