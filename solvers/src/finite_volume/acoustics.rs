//! Sound in a medium at rest: `p_t + K ∇·v = 0`, `ρ v_t + ∇p = 0`, density `ρ` and bulk modulus `K` of each cell its own.
//!
//! Conserved are `p/K` and the momentum `ρ v`, so that no product with a jump appears; frames have `p` and `v`. The flux is
//! that between two media, exact: R. J. `LeVeque`, *Finite Volume Methods for Hyperbolic Problems* (2002), eq. 9.40,
//! with impedances `Z = √(ρ K)`.

use super::number::each;
use super::{Law, Number};

/// The law in `N − 1` dimensions, with `M = N + 2` primitive variables: pressure, velocity, and impedance and
/// speed of sound of the medium. The coefficients of a cell are density and bulk modulus, both above 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Acoustics;

impl<const N: usize, const M: usize> Law<N, M, 2> for Acoustics {
    const STILL: usize = 2;

    #[inline(always)]
    fn primitive<T: Number>(&self, u: [T; N], [density, modulus]: [T; 2]) -> [T; M] {
        let mut w: [T; M] = each!(i => u[i.min(N - 1)] / density);
        w[0] = u[0] * modulus;
        w[M - 2] = (density * modulus).sqrt();
        w[M - 1] = (modulus / density).sqrt();
        w
    }

    #[inline(always)]
    fn conserved<T: Number>(&self, w: [T; M]) -> [T; N] {
        let (impedance, speed) = (w[M - 2], w[M - 1]);
        let density = impedance / speed;
        let mut u: [T; N] = each!(i => w[i] * density);
        u[0] = w[0] / (impedance * speed);
        u
    }

    #[inline(always)]
    fn flux<T: Number>(&self, w: [T; M]) -> [T; N] {
        let mut flux = [T::of(0.0); N];
        (flux[0], flux[1]) = (w[1], w[0]);
        flux
    }

    #[inline(always)]
    fn speeds<T: Number>(&self, w: [T; M]) -> [T; 2] {
        [-w[M - 1], w[M - 1]]
    }

    #[inline(always)]
    fn riemann<T: Number>(&self, left: [T; M], right: [T; M]) -> [T; N] {
        let [zl, zr] = [left[M - 2], right[M - 2]];
        let both = T::of(1.0) / (zl + zr);
        let velocity = (zl * left[1] + zr * right[1] + left[0] - right[0]) * both;
        let pressure = (zr * left[0] + zl * right[0] + zl * zr * (left[1] - right[1])) * both;
        let mut flux = [T::of(0.0); N];
        (flux[0], flux[1]) = (velocity, pressure);
        flux
    }

    fn conserved_of_frame(&self, u: &mut [f64; N], [density, modulus]: [f64; 2]) {
        u[0] /= modulus;
        u[1..].iter_mut().for_each(|v| *v *= density);
    }

    fn frame_of_conserved(&self, u: &mut [f64; N], [density, modulus]: [f64; 2]) {
        u[0] *= modulus;
        u[1..].iter_mut().for_each(|v| *v /= density);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pulse_at_a_jump_of_the_impedance_is_reflected_and_transmitted_in_part() {
        // A wave to the right of pressure 1: transmitted 2 Z₂/(Z₁ + Z₂), both with the velocity p/Z₂.
        let (z1, z2) = (1.0, 3.0);
        let flux: [f64; 2] = Acoustics.riemann([1.0, 1.0 / z1, z1, 1.0], [0.0, 0.0, z2, 1.0]);
        let passed = 2.0 * z2 / (z1 + z2);
        assert!((flux[1] - passed).abs() < 1e-15 && (flux[0] - passed / z2).abs() < 1e-15);
    }

    #[test]
    fn frames_and_conserved_variables_are_inverse() {
        let (frame, medium) = ([0.7, -0.3, 0.2], [2.0, 5.0]);
        let mut u = frame;
        Law::<3, 5, 2>::conserved_of_frame(&Acoustics, &mut u, medium);
        let w: [f64; 5] = Acoustics.primitive(u, medium);
        let again: [f64; 3] = Law::<3, 5, 2>::conserved(&Acoustics, w);
        Law::<3, 5, 2>::frame_of_conserved(&Acoustics, &mut u, medium);
        for i in 0..3 {
            assert!((u[i] - frame[i]).abs() < 1e-15 && (w[i] - frame[i]).abs() < 1e-15);
            assert!((again[i] - [0.14, -0.6, 0.4][i]).abs() < 1e-15, "{again:?}");
        }
    }
}
