//! The Euler equations of an ideal gas: `ρ_t + ∇·m = 0`, `m_t + ∇·(m mᵀ/ρ) + ∇p = 0`,
//! `E_t + ∇·((E + p) m/ρ) = 0` with `p = (γ − 1)(E − ½ |m|²/ρ)`.
//!
//! Conserved are density `ρ`, momentum `m` and energy `E`; primitive are `ρ`, velocity `m/ρ` and
//! pressure `p`. The flux HLLC is that of E. F. Toro, M. Spruce & W. Speares, Shock Waves 4, 25 (1994), with
//! the bounds of S. F. Davis (1988) for the outer waves; the one in the middle is that of P. Batten, N. Clarke,
//! C. Lambert & D. M. Causon, SIAM J. Sci. Comput. 18, 1553 (1997).

use super::law::outer;
use super::number::each;
use super::{Law, Number};

/// The law in `N − 2` dimensions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Euler {
    /// Ratio `γ` of specific heats, above 1.
    pub gamma: f64,
}

impl Euler {
    /// `p/(γ − 1) + ½ ρ|v|²`.
    #[inline(always)]
    fn energy<T: Number, const N: usize>(&self, w: &[T; N]) -> T {
        let mut square = T::of(0.0);
        for &v in &w[1..N - 1] {
            square = square + v * v;
        }
        w[N - 1] * T::of(1.0 / (self.gamma - 1.0)) + T::of(0.5) * w[0] * square
    }

    /// The flux of the conserved variables `u` in a state that moves at `w[1]`.
    #[inline(always)]
    fn transport<T: Number, const N: usize>(w: &[T; N], u: &[T; N]) -> [T; N] {
        let mut flux: [T; N] = each!(i => u[i] * w[1]);
        flux[1] = flux[1] + w[N - 1];
        flux[N - 1] = flux[N - 1] + w[N - 1] * w[1];
        flux
    }
}

impl<const N: usize> Law<N, N, 0> for Euler {
    const POSITIVE: &'static str = "density and pressure";

    #[inline(always)]
    fn primitive<T: Number>(&self, u: [T; N], _still: [T; 0]) -> [T; N] {
        let volume = T::of(1.0) / u[0];
        let mut w: [T; N] = each!(i => u[i] * volume);
        let mut twice = T::of(0.0);
        for i in 1..N - 1 {
            twice = twice + u[i] * w[i];
        }
        w[0] = u[0];
        w[N - 1] = T::of(self.gamma - 1.0) * (u[N - 1] - T::of(0.5) * twice);
        w
    }

    #[inline(always)]
    fn conserved<T: Number>(&self, w: [T; N]) -> [T; N] {
        let mut u: [T; N] = each!(i => w[i] * w[0]);
        u[0] = w[0];
        u[N - 1] = self.energy(&w);
        u
    }

    #[inline(always)]
    fn flux<T: Number>(&self, w: [T; N]) -> [T; N] {
        Self::transport(&w, &self.conserved(w))
    }

    #[inline(always)]
    fn speeds<T: Number>(&self, w: [T; N]) -> [T; 2] {
        let sound = (T::of(self.gamma) * w[N - 1] / w[0]).sqrt();
        [w[1] - sound, w[1] + sound]
    }

    #[inline(always)]
    fn margin<T: Number>(&self, w: [T; N]) -> T {
        w[0].min(w[N - 1])
    }

    #[inline(always)]
    fn riemann<T: Number>(&self, left: [T; N], right: [T; N]) -> [T; N] {
        let zero = T::of(0.0);
        let [slow, fast] = outer(
            Law::<N, N, 0>::speeds(self, left),
            Law::<N, N, 0>::speeds(self, right),
        );
        // Mass that the outer waves run into, per time.
        let [into_left, into_right] = [left[0] * (slow - left[1]), right[0] * (fast - right[1])];
        let push = right[N - 1] - left[N - 1] + into_left * left[1] - into_right * right[1];
        let middle = push / (into_left - into_right);
        // The side of the middle wave that the face is on.
        let w: [T; N] = each!(i => T::where_less(middle, zero, right[i], left[i]));
        let wave = T::where_less(middle, zero, fast, slow);
        let into = T::where_less(middle, zero, into_right, into_left);
        let behind = T::where_less(middle, zero, fast.max(zero), slow.min(zero));
        let u = Law::<N, N, 0>::conserved(self, w);
        let squeezed = (wave - w[1]) / (wave - middle);
        let mut star: [T; N] = each!(i => u[i] * squeezed);
        star[1] = w[0] * squeezed * middle;
        let work = (middle - w[1]) * (w[0] * middle + w[N - 1] * w[0] / into);
        star[N - 1] = squeezed * (u[N - 1] + work);
        let flux = Self::transport(&w, &u);
        each!(i => flux[i] + behind * (star[i] - u[i]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AIR: Euler = Euler { gamma: 1.4 };

    #[test]
    fn conserved_and_primitive_variables_are_inverse() {
        let w = [1.2, 0.3, -0.7, 2.5];
        let u: [f64; 4] = AIR.conserved(w);
        for (there, back) in w.iter().zip(AIR.primitive(u, [])) {
            assert!((there - back).abs() < 1e-15, "{there} {back}");
        }
    }

    #[test]
    fn a_uniform_state_has_its_own_flux_and_a_contact_does_not_move_when_it_stands() {
        let w = [1.2, 0.3, -0.7, 2.5];
        let own: [f64; 4] = AIR.flux(w);
        for flux in [AIR.riemann(w, w), AIR.rusanov(w, w)] {
            for (a, b) in own.iter().zip(flux) {
                assert!((a - b).abs() < 1e-14, "{a} {b}");
            }
        }
        let contact: [f64; 4] = AIR.riemann([1.0, 0.0, 0.5, 1.0], [7.0, 0.0, -2.0, 1.0]);
        for (a, b) in contact.iter().zip([0.0, 1.0, 0.0, 0.0]) {
            assert!((a - b).abs() < 1e-14, "{contact:?}");
        }
    }

    #[test]
    fn supersonic_flow_takes_its_flux_from_upstream() {
        let [before, behind] = [[1.0, 5.0, 1.0], [0.8, 4.5, 0.9]]; // sound runs at 1.3 at most
        let flux: [f64; 3] = AIR.riemann(before, behind);
        let own: [f64; 3] = AIR.flux(before);
        for (a, b) in flux.iter().zip(own) {
            assert!((a - b).abs() < 1e-12, "{a} {b}");
        }
    }

    #[test]
    fn mirrored_states_have_the_mirrored_flux() {
        let (left, right) = ([1.0, 0.4, 0.2, 1.0], [0.3, -0.9, -0.1, 0.6]);
        let turned = |w: [f64; 4]| [w[0], -w[1], w[2], w[3]];
        let there: [f64; 4] = AIR.riemann(left, right);
        let back: [f64; 4] = AIR.riemann(turned(right), turned(left));
        for (i, (a, b)) in there.iter().zip(back).enumerate() {
            let sign = if i == 1 { 1.0 } else { -1.0 };
            assert!((a - sign * b).abs() < 1e-14, "{there:?} {back:?}");
        }
    }
}
