//! The shallow-water equations over uneven ground: `h_t + ∇·q = 0`, `q_t + ∇·(q qᵀ/h) + ∇(½ g h²) = −g h ∇b`.
//!
//! Conserved are depth `h` and discharge `q`; primitive are depth, velocity `q/h` and surface `η = h + b`. Fluxes are
//! HLLC of the depths above the higher side of a face, E. Audusse, F. Bouchut, M.-O. Bristeau, R. Klein &
//! B. Perthame, SIAM J. Sci. Comput. 25, 2050 (2004), eqs. 2.10–2.16 and 4.3: water at rest stays at rest to
//! rounding, and depths do not become negative. With straight lines between faces the centred source of eq. 4.3 is
//! `−g h (η₊ − η₋)` beside the term `½ g h²` at either face; half of it is part of either flux here.

use super::law::outer;
use super::number::each;
use super::{Law, Number};

/// The law in `N − 1` dimensions, with `M = N + 1` primitive variables and the height `b` of the ground.
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
    fn pressure<T: Number>(&self, depth: T) -> T {
        T::of(0.5 * self.gravity) * depth * depth
    }

    /// HLLC between two depths and their velocities; `N` numbers of each side, depth first.
    #[inline(always)]
    fn between<T: Number, const N: usize>(&self, left: [T; N], right: [T; N]) -> [T; N] {
        let (zero, two) = (T::of(0.0), T::of(2.0));
        let [l, r] = [self.waves(left[0], left[1]), self.waves(right[0], right[1])];
        let [slow, fast] = outer(l, r);
        // The front of water that runs over dry ground: Toro (2001), eq. 10.96.
        let slow = T::where_less(
            T::of(DRY),
            left[0],
            slow,
            right[1] - two * (r[1] - right[1]),
        );
        let fast = T::where_less(T::of(DRY), right[0], fast, left[1] + two * (l[1] - left[1]));
        let (before, behind) = (slow.min(zero), fast.max(zero));
        let across = T::where_less(zero, behind - before, behind - before, T::of(1.0));
        let [fl, fr] = [self.along(left[0], left[1]), self.along(right[0], right[1])];
        let rise = [right[0] - left[0], fr[0] - fl[0]];
        let mut hll = [zero; 2];
        for i in 0..2 {
            hll[i] = (behind * fl[i] - before * fr[i] + before * behind * rise[i]) / across;
        }
        let mass = hll[0];
        let mut flux: [T; N] =
            each!(i => mass * T::where_less(zero, mass, left[i.max(1)], right[i.max(1)]));
        (flux[0], flux[1]) = (mass, hll[1]);
        flux
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

    /// The first `N` numbers of a state.
    #[inline(always)]
    fn depth_and_velocity<T: Number, const N: usize, const M: usize>(w: &[T; M]) -> [T; N] {
        each!(i => w[i])
    }
}

impl<const N: usize, const M: usize> Law<N, M, 1> for ShallowWater {
    const SPLIT: bool = true;
    const POSITIVE: &'static str = "depth";

    #[inline(always)]
    fn primitive<T: Number>(&self, u: [T; N], [ground]: [T; 1]) -> [T; M] {
        let (zero, depth) = (T::of(0.0), u[0]);
        let wet = depth.max(T::of(DRY));
        let mut w: [T; M] =
            each!(i => T::where_less(T::of(DRY), depth, u[i.min(N - 1)] / wet, zero));
        w[0] = depth;
        w[M - 1] = depth + ground;
        w
    }

    #[inline(always)]
    fn conserved<T: Number>(&self, w: [T; M]) -> [T; N] {
        let mut u: [T; N] = each!(i => w[0] * w[i]);
        u[0] = w[0];
        u
    }

    #[inline(always)]
    fn flux<T: Number>(&self, w: [T; M]) -> [T; N] {
        let u: [T; N] = Law::<N, M, 1>::conserved(self, w);
        let mut flux: [T; N] = each!(i => u[i] * w[1]);
        flux[1] = flux[1] + self.pressure(w[0]);
        flux
    }

    #[inline(always)]
    fn speeds<T: Number>(&self, w: [T; M]) -> [T; 2] {
        self.waves(w[0].max(T::of(0.0)), w[1])
    }

    #[inline(always)]
    fn margin<T: Number>(&self, w: [T; M]) -> T {
        w[0] + T::of(ROUNDING)
    }

    #[inline(always)]
    fn riemann<T: Number>(&self, left: [T; M], right: [T; M]) -> [T; N] {
        self.between(
            Self::depth_and_velocity(&left),
            Self::depth_and_velocity(&right),
        )
    }

    #[inline(always)]
    fn fluxes<T: Number>(&self, faces: [[T; M]; 2], cells: [[T; M]; 2]) -> [[T; N]; 2] {
        let last = M - 1;
        let higher = (faces[0][last] - faces[0][0]).max(faces[1][last] - faces[1][0]);
        let mut sides = [[T::of(0.0); N]; 2];
        for side in 0..2 {
            sides[side] = Self::depth_and_velocity(&faces[side]);
            sides[side][0] = (faces[side][last] - higher).max(T::of(0.0));
        }
        let mut seen = [self.between(sides[0], sides[1]); 2];
        for side in 0..2 {
            let (cell, face) = (&cells[side], &faces[side]);
            let slope = T::of(self.gravity) * cell[0] * (face[last] - cell[last]);
            seen[side][1] = seen[side][1] - self.pressure(sides[side][0]) + slope;
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WATER: ShallowWater = ShallowWater { gravity: 9.81 };

    #[test]
    fn water_at_rest_pushes_nothing_over_a_step_of_the_ground() {
        let [deep, shallow] = [[1.0, 0.0, 1.2], [0.3, 0.0, 1.2]];
        let fluxes: [[f64; 2]; 2] = WATER.fluxes([deep, shallow], [deep, shallow]);
        for flux in fluxes {
            assert!(flux[0].abs() < 1e-15 && flux[1].abs() < 1e-15, "{flux:?}");
        }
    }

    #[test]
    fn no_water_leaves_a_dry_cell() {
        let [dry, wet] = [[0.0, 0.0, 0.5], [0.4, -3.0, 0.9]];
        let flux: [f64; 2] = WATER.riemann(dry, wet);
        assert!(flux[0] < 0.0, "water runs to the left: {flux:?}");
        let flux: [f64; 2] = WATER.riemann(dry, dry);
        assert!(flux[0].abs() < 1e-15 && flux[1].abs() < 1e-15, "{flux:?}");
    }

    #[test]
    fn mirrored_states_have_the_mirrored_flux() {
        let (left, right) = ([1.0, 0.4, 0.2, 1.0], [0.3, -0.9, -0.1, 0.3]);
        let turned = |w: [f64; 4]| [w[0], -w[1], w[2], w[3]];
        let there: [f64; 3] = WATER.riemann(left, right);
        let back: [f64; 3] = WATER.riemann(turned(right), turned(left));
        for (i, (a, b)) in there.iter().zip(back).enumerate() {
            let sign = if i == 1 { 1.0 } else { -1.0 };
            assert!((a - sign * b).abs() < 1e-14, "{there:?} {back:?}");
        }
    }
}
