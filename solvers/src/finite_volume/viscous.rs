//! The Navier–Stokes equations of an ideal gas without conduction of heat: [`Euler`] with the stress
//! `σ = η (∇v + ∇vᵀ − ⅔ ∇·v) + ζ ∇·v`, which adds `−σ` to the flux of momentum and `−σv` to that of energy.
//!
//! L. D. Landau & E. M. Lifshitz, *Fluid Mechanics* (1987), eq. 15.3; M. Takamoto et al., `PDEBench` (2022), eq. 5. Gradients
//! at faces are differences of second order.

use super::law::waves_of;
use super::{Euler, Law, Number};

/// The law in `N − 2` dimensions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Viscous {
    /// The gas.
    pub gas: Euler,
    /// Shear viscosity `η ≥ 0`.
    pub shear: f64,
    /// Bulk viscosity `ζ ≥ 0`.
    pub bulk: f64,
}

impl<const N: usize> Law<N, N, 0> for Viscous {
    const DIFFUSIVE: bool = true;

    waves_of!(gas: Euler, [N, N, 0], riemann);

    #[inline(always)]
    fn diffusion<T: Number>(&self, w: [T; N], slopes: [[T; N]; 3]) -> [T; N] {
        let (zero, dims) = (T::of(0.0), N - 2);
        let mut divergence = zero;
        for axis in 0..dims {
            divergence = divergence + slopes[axis][1 + axis];
        }
        let mut flux = [zero; N];
        for axis in 0..dims {
            let mut stress = T::of(self.shear) * (slopes[0][1 + axis] + slopes[axis][1]);
            if axis == 0 {
                stress = stress + T::of(self.bulk - 2.0 / 3.0 * self.shear) * divergence;
            }
            flux[1 + axis] = -stress;
            flux[N - 1] = flux[N - 1] - stress * w[1 + axis];
        }
        flux
    }

    #[inline(always)]
    fn diffusivity<T: Number>(&self, w: [T; N]) -> T {
        T::of(4.0 / 3.0 * self.shear + self.bulk) / w[0]
    }
}
