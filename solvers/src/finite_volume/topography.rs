//! The shallow-water equations over uneven ground: [`ShallowWater`] with `−g h ∇b` beside the fluxes of the discharge.
//!
//! Primitive are depth, velocity and surface `η = h + b`. Fluxes are those of the depths above the higher side of a face,
//! E. Audusse, F. Bouchut, M.-O. Bristeau, R. Klein & B. Perthame, SIAM J. Sci. Comput. 25, 2050 (2004), eqs. 2.10–2.16 and
//! 4.3: water at rest stays at rest to rounding, and depths do not become negative. With straight lines between faces the
//! centred source of eq. 4.3 is `−g h (η₊ − η₋)` beside the term `½ g h²` at either face; half of it is part of either flux
//! here.

use super::number::each;
use super::{Law, Number, ShallowWater};

/// The law in `N − 1` dimensions, with `M = N + 1` primitive variables and the height `b` of the ground.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OverTopography {
    /// The water.
    pub water: ShallowWater,
}

/// Depth and velocity of a state.
#[inline(always)]
fn without_surface<T: Number, const N: usize, const M: usize>(w: &[T; M]) -> [T; N] {
    each!(i => w[i])
}

impl<const N: usize, const M: usize> Law<N, M, 1> for OverTopography {
    const SPLIT: bool = true;
    const POSITIVE: &'static str = <ShallowWater as Law<N, N, 0>>::POSITIVE;

    #[inline(always)]
    fn primitive<T: Number>(&self, u: [T; N], [ground]: [T; 1]) -> [T; M] {
        let water = self.water.primitive(u, []);
        let mut w: [T; M] = each!(i => water[i.min(N - 1)]);
        w[M - 1] = u[0] + ground;
        w
    }

    #[inline(always)]
    fn conserved<T: Number>(&self, w: [T; M]) -> [T; N] {
        self.water.conserved(without_surface(&w))
    }

    #[inline(always)]
    fn flux<T: Number>(&self, w: [T; M]) -> [T; N] {
        self.water.flux(without_surface(&w))
    }

    #[inline(always)]
    fn speeds<T: Number>(&self, w: [T; M]) -> [T; 2] {
        self.water.speeds(without_surface::<T, N, M>(&w))
    }

    #[inline(always)]
    fn margin<T: Number>(&self, w: [T; M]) -> T {
        self.water.margin(without_surface::<T, N, M>(&w))
    }

    #[inline(always)]
    fn riemann<T: Number>(&self, left: [T; M], right: [T; M]) -> [T; N] {
        let [left, right] = [without_surface(&left), without_surface(&right)];
        self.water.riemann(left, right)
    }

    #[inline(always)]
    fn fluxes<T: Number>(&self, faces: [[T; M]; 2], cells: [[T; M]; 2]) -> [[T; N]; 2] {
        let last = M - 1;
        let higher = (faces[0][last] - faces[0][0]).max(faces[1][last] - faces[1][0]);
        let mut sides = [[T::of(0.0); N]; 2];
        for side in 0..2 {
            sides[side] = without_surface(&faces[side]);
            sides[side][0] = (faces[side][last] - higher).max(T::of(0.0));
        }
        let mut seen = [self.water.riemann(sides[0], sides[1]); 2];
        for side in 0..2 {
            let (cell, face) = (&cells[side], &faces[side]);
            let slope = T::of(self.water.gravity) * cell[0] * (face[last] - cell[last]);
            seen[side][1] = seen[side][1] - self.water.pressure(sides[side][0]) + slope;
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WATER: OverTopography = OverTopography {
        water: ShallowWater { gravity: 9.81 },
    };

    #[test]
    fn water_at_rest_pushes_nothing_over_a_step_of_the_ground() {
        let [deep, shallow] = [[1.0, 0.0, 1.2], [0.3, 0.0, 1.2]];
        let fluxes: [[f64; 2]; 2] = WATER.fluxes([deep, shallow], [deep, shallow]);
        for flux in fluxes {
            assert!(flux[0].abs() < 1e-15 && flux[1].abs() < 1e-15, "{flux:?}");
        }
    }
}
