//! Burgers' equation without viscosity: `u_t + (½ u²)_x = 0`.
//!
//! The flux is that of S. K. Godunov (1959), exact: `max(½ max(u_l, 0)², ½ min(u_r, 0)²)`. R. J. `LeVeque`, *Finite Volume
//! Methods for Hyperbolic Problems* (2002), eq. 12.4.

use super::{Law, Number};

/// The law of one conserved variable in one dimension.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InviscidBurgers;

/// Added to the speeds of both waves, so that a state at rest has a time step.
const STILL: f64 = 1e-9;

impl Law<1, 1, 0> for InviscidBurgers {
    #[inline(always)]
    fn primitive<T: Number>(&self, u: [T; 1], _still: [T; 0]) -> [T; 1] {
        u
    }

    #[inline(always)]
    fn conserved<T: Number>(&self, w: [T; 1]) -> [T; 1] {
        w
    }

    #[inline(always)]
    fn flux<T: Number>(&self, [u]: [T; 1]) -> [T; 1] {
        [T::of(0.5) * u * u]
    }

    #[inline(always)]
    fn speeds<T: Number>(&self, [u]: [T; 1]) -> [T; 2] {
        [u - T::of(STILL), u + T::of(STILL)]
    }

    #[inline(always)]
    fn riemann<T: Number>(&self, [left]: [T; 1], [right]: [T; 1]) -> [T; 1] {
        let zero = T::of(0.0);
        let [from_left] = self.flux([left.max(zero)]);
        let [from_right] = self.flux([right.min(zero)]);
        [from_left.max(from_right)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fluxes_are_those_of_shocks_and_fans() {
        for (left, right, flux) in [
            (2.0, 1.0, 2.0),   // a shock to the right
            (1.0, -2.0, 2.0),  // a shock to the left
            (1.0, -1.0, 0.5),  // a shock that stands
            (1.0, 2.0, 0.5),   // a fan to the right
            (-2.0, -1.0, 0.5), // a fan to the left
            (-1.0, 1.0, 0.0),  // a fan across the face
        ] {
            let [found] = InviscidBurgers.riemann([left], [right]);
            let error: f64 = found - flux;
            assert!(error.abs() < 1e-15, "{left} {right}: {found}"); // exact
        }
    }
}
