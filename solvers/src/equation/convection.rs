//! Convection in conservative form: `𝒩(u) = −½ b (u²)ₓ`, so `𝒩̂ = −½ b ik (u²)^`.
//!
//! A flux derivative has no mean, so `∫ u dx` is conserved to rounding; with the two-thirds rule
//! `∫ u 𝒩(u) dx = 0` holds too. C. Canuto et al., "Spectral Methods" (2006).

use crate::{Complex, Real, Workspace};

/// Writes the modes of `−½ scale (u²)ₓ` to `out`.
pub(super) fn convection<T: Real>(
    scale: f64,
    work: &mut Workspace<T>,
    u_hat: &[Complex<T>],
    out: &mut [Complex<T>],
) {
    work.transform.to_points(u_hat, &mut work.points);
    for u in &mut work.points {
        *u *= *u;
    }
    work.transform.to_modes(&mut work.points, out);
    let scale = T::of(-0.5 * scale);
    let kept = work.transform.num_kept_modes(); // all others are zero
    for (out, &k) in out[..kept].iter_mut().zip(work.k.derivative(0)) {
        let flux = scale * k;
        *out = Complex::new(-flux * out.im, flux * out.re);
    }
}
