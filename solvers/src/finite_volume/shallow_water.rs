//! The shallow-water equations over flat ground: `h_t + ∇·q = 0`, `q_t + ∇·(q qᵀ/h) + ∇(½ g h²) = 0`.
//!
//! Conserved are depth `h` and discharge `q`; primitive are depth and velocity `q/h`. Fluxes are HLLC, E. F. Toro,
//! *Shock-Capturing Methods for Free-Surface Shallow Flows* (2001), section 10.4: depths do not become negative.

use super::law::outer;
use super::number::each;
use super::{Law, Number};

/// The law in `N − 1` dimensions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShallowWater {
    /// Gravity `g`, above 0.
    pub gravity: f64,
}

/// Depth below which water does not move.
const DRY: f64 = 1e-8;

/// Depth that rounding may take away from a dry cell.
const ROUNDING: f64 = 1e-12;

impl ShallowWater {
    /// `½ g h²`.
    #[inline(always)]
    pub(super) fn pressure<T: Number>(&self, depth: T) -> T {
        T::of(0.5 * self.gravity) * depth * depth
    }

    /// The slowest and the fastest wave of water of a depth and a velocity.
    #[inline(always)]
    fn waves<T: Number>(&self, depth: T, velocity: T) -> [T; 2] {
        let c = (T::of(self.gravity) * depth).sqrt();
        [velocity - c, velocity + c]
    }

    /// The fluxes of depth and of discharge along the velocity.
    #[inline(always)]
    fn along<T: Number>(&self, depth: T, velocity: T) -> [T; 2] {
        let q = depth * velocity;
        [q, q * velocity + self.pressure(depth)]
    }
}

impl<const N: usize> Law<N, N, 0> for ShallowWater {
    const POSITIVE: &'static str = "depth";

    #[inline(always)]
    fn primitive<T: Number>(&self, u: [T; N], _still: [T; 0]) -> [T; N] {
        let (zero, depth) = (T::of(0.0), u[0]);
        let wet = depth.max(T::of(DRY));
        let mut w: [T; N] = each!(i => T::where_less(T::of(DRY), depth, u[i] / wet, zero));
        w[0] = depth;
        w
    }

    #[inline(always)]
    fn conserved<T: Number>(&self, w: [T; N]) -> [T; N] {
        let mut u: [T; N] = each!(i => w[0] * w[i]);
        u[0] = w[0];
        u
    }

    #[inline(always)]
    fn flux<T: Number>(&self, w: [T; N]) -> [T; N] {
        let u = Law::<N, N, 0>::conserved(self, w);
        let mut flux: [T; N] = each!(i => u[i] * w[1]);
        flux[1] = flux[1] + self.pressure(w[0]);
        flux
    }

    #[inline(always)]
    fn speeds<T: Number>(&self, w: [T; N]) -> [T; 2] {
        self.waves(w[0].max(T::of(0.0)), w[1])
    }

    #[inline(always)]
    fn margin<T: Number>(&self, w: [T; N]) -> T {
        w[0] + T::of(ROUNDING)
    }

    #[inline(always)]
    fn riemann<T: Number>(&self, left: [T; N], right: [T; N]) -> [T; N] {
        let (zero, two) = (T::of(0.0), T::of(2.0));
        let [left, right] = [wet_or_dry(left), wet_or_dry(right)];
        let [l, r] = [self.waves(left[0], left[1]), self.waves(right[0], right[1])];
        let [slow, fast] = outer(l, r);
        // The front of water that runs over dry ground: Toro (2001), eq. 10.96.
        let front = right[1] - two * (r[1] - right[1]);
        let slow = T::where_less(T::of(DRY), left[0], slow, front);
        let front = left[1] + two * (l[1] - left[1]);
        let fast = T::where_less(T::of(DRY), right[0], fast, front);
        let (before, behind) = (slow.min(zero), fast.max(zero));
        let share = -before / (behind - before).max(T::of(f64::MIN_POSITIVE));
        let [fl, fr] = [self.along(left[0], left[1]), self.along(right[0], right[1])];
        let rise = [right[0] - left[0], fr[0] - fl[0]];
        let mut hll = fl; // between equal states to the bit
        for i in 0..2 {
            hll[i] = fl[i] + share * (fr[i] - fl[i] - behind * rise[i]);
        }
        let mass = hll[0];
        let mut flux: [T; N] = each!(i => mass * T::where_less(zero, mass, left[i], right[i]));
        (flux[0], flux[1]) = (mass, hll[1]);
        flux
    }
}

/// A state whose depth is not below 0.
#[inline(always)]
fn wet_or_dry<T: Number, const N: usize>(mut w: [T; N]) -> [T; N] {
    w[0] = w[0].max(T::of(0.0));
    w
}

#[cfg(test)]
mod tests {
    use super::*;

    const WATER: ShallowWater = ShallowWater { gravity: 9.81 };

    #[test]
    fn equal_states_have_their_own_flux() {
        for w in [
            [1.3, 0.0, 0.2],
            [0.7, 2.9, -1.0],
            [0.7, -2.9, 0.4],
            [0.0, 0.0, 0.0],
        ] {
            let [flux, own]: [[f64; 3]; 2] = [WATER.riemann(w, w), WATER.flux(w)];
            for (a, b) in flux.iter().zip(own) {
                assert!((a - b).abs() < 1e-14, "{w:?}: {flux:?}"); // rounding
            }
        }
    }

    #[test]
    fn no_water_leaves_a_dry_cell() {
        let [dry, wet] = [[0.0, 0.0], [0.4, -3.0]];
        let flux: [f64; 2] = WATER.riemann(dry, wet);
        assert!(flux[0] < 0.0, "water runs to the left: {flux:?}");
        let flux: [f64; 2] = WATER.riemann(dry, dry);
        assert!(flux[0].abs() < 1e-15 && flux[1].abs() < 1e-15, "{flux:?}");
    }

    #[test]
    fn mirrored_states_have_the_mirrored_flux() {
        let (left, right) = ([1.0, 0.4, 0.2], [0.3, -0.9, -0.1]);
        let turned = |w: [f64; 3]| [w[0], -w[1], w[2]];
        let there: [f64; 3] = WATER.riemann(left, right);
        let back: [f64; 3] = WATER.riemann(turned(right), turned(left));
        for (i, (a, b)) in there.iter().zip(back).enumerate() {
            let sign = if i == 1 { 1.0 } else { -1.0 };
            assert!((a - sign * b).abs() < 1e-14, "{there:?} {back:?}");
        }
    }
}
