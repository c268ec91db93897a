//! Convection in conservative form: `𝒩(u) = −½ b (u²)ₓ`, so `𝒩̂ = −½ b ik (u²)^`.
//!
//! A flux derivative has no mean, so `∫ u dx` is conserved to rounding; with the two-thirds rule
//! `∫ u 𝒩(u) dx = 0` holds too. C. Canuto et al., "Spectral Methods" (2006).

use crate::nonlinear::{Nonlinear, Number, Pointwise, Symbol};

/// `u²`.
struct Square;

impl Pointwise<0, 1> for Square {
    #[inline(always)]
    fn at<N: Number>([]: [N; 0], [u]: &mut [N; 1]) {
        *u = *u * *u;
    }
}

/// `−½ scale (u²)ₓ`.
pub(super) fn convection(scale: f64) -> Nonlinear {
    let flux = Symbol::derivative(0, -0.5 * scale);
    Nonlinear::new(Square, []).field(0).output(0, 0, flux)
}
