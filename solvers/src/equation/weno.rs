//! Differences of a flux that may have shocks: finite-difference WENO of fifth order.
//!
//! `f(u)ₓ ≈ (f̂ᵢ₊½ − f̂ᵢ₋½) / ∆x`, each `f̂` a weighted mean of three parabolas through
//! `f± = ½ (f ± a u)`, `a = 1.1 max |f′(u)|` (Lax–Friedrichs splitting). The weights avoid the parabola
//! that crosses a shock; where `u` is smooth they give fifth order.
//!
//! G.-S. Jiang & C.-W. Shu, J. Comput. Phys. 126, 202 (1996), with the weights of R. Borges,
//! M. Carmona, B. Costa & W. S. Don, J. Comput. Phys. 227, 3191 (2008), eqs. 25 and 28 with `p = 2`,
//! which keep the order where the slope vanishes.

use crate::Real;

/// Writes `−½ scale (u²)ₓ` at the points of a periodic line to `out`.
pub(super) fn convection<T: Real>(scale: T, spacing: T, u: &[T], out: &mut [T]) {
    let n = u.len();
    let fastest = u
        .iter()
        .fold(T::zero(), |a, &u| a.max(magnitude(scale * u)));
    let fastest = T::of(MARGIN) * fastest;
    let half = T::of(0.5);
    let flux = |i: usize, sign: T| {
        let u = u[i % n];
        half * (half * scale * u * u + sign * fastest * u)
    };
    // f̂ᵢ₊½ from the five values around it on either side; `i` is n − 1 at least.
    let at = |i: usize| {
        let right = [-2, -1, 0, 1, 2].map(|j: isize| flux(i.wrapping_add_signed(j), T::one()));
        let left = [3, 2, 1, 0, -1].map(|j: isize| flux(i.wrapping_add_signed(j), -T::one()));
        reconstruct(right) + reconstruct(left)
    };
    let mut before = at(n - 1);
    for (i, out) in out.iter_mut().enumerate() {
        let after = at(n + i);
        *out = (before - after) / spacing;
        before = after;
    }
}

/// The value half a spacing to the right of the middle one.
fn reconstruct<T: Real>([a, b, c, d, e]: [T; 5]) -> T {
    let of = T::of;
    let parabolas = [
        (of(2.0) * a - of(7.0) * b + of(11.0) * c) / of(6.0),
        (of(5.0) * c - b + of(2.0) * d) / of(6.0),
        (of(2.0) * c + of(5.0) * d - e) / of(6.0),
    ];
    let square = |x: T| x * x;
    let roughness =
        |curvature: T, slope: T| of(13.0 / 12.0) * square(curvature) + of(0.25) * square(slope);
    let rough = [
        roughness(a - of(2.0) * b + c, a - of(4.0) * b + of(3.0) * c),
        roughness(b - of(2.0) * c + d, b - d),
        roughness(c - of(2.0) * d + e, of(3.0) * c - of(4.0) * d + e),
    ];
    let tiny = square(T::epsilon()); // keeps a flat line from dividing by zero
    let tau = magnitude(rough[0] - rough[2]);
    let weight = |k: usize| of(LINEAR[k]) * (T::one() + square(tau / (rough[k] + tiny)));
    let weights = [0, 1, 2].map(weight);
    let sum = weights[0] + weights[1] + weights[2];
    let mean = |k: usize| weights[k] * parabolas[k];
    (mean(0) + mean(1) + mean(2)) / sum
}

/// Ratio of `a` to the speed of the fastest wave. At 1 `f±` would vanish to fourth order at the
/// highest point of a wave, and the weights lose an order there.
const MARGIN: f64 = 1.1;

/// Weights of the parabolas where `u` is smooth.
const LINEAR: [f64; 3] = [0.1, 0.6, 0.3];

/// `|x|`, which two of the traits of a number offer.
fn magnitude<T: Real>(x: T) -> T {
    if x < T::zero() { -x } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parabola_is_met_exactly() {
        // Cell means of x² around 0, and its value at ½: what a reconstruction of fluxes is.
        let mean = |i: f64| i * i + 1.0 / 12.0;
        let found = reconstruct([-2.0, -1.0, 0.0, 1.0, 2.0].map(mean));
        assert!((found - 0.25_f64).abs() < 1e-14, "{found}");
    }

    #[test]
    fn a_jump_is_not_smeared_into_its_smooth_side() {
        let found = reconstruct([1.0, 1.0, 1.0, 0.0, 0.0_f64]);
        assert!((found - 1.0).abs() < 1e-12, "{found}");
    }
}
