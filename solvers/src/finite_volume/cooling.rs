//! An ideal gas that radiates: [`Euler`] with `E_t + ∇·((E + p) m/ρ) = −f(T) e/τ`, `e = p/(γ − 1)` and `T = p/ρ`.
//!
//! Gas at the temperatures `T_c` of a cold and `T_h` of a hot phase is in equilibrium; between them it cools,
//! `f = (1 − T_c/T)(1 − T/T_h)/(1 − √(T_c/T_h))²`, fastest at `√(T_c T_h)`, where `f = 1`; beyond them `f = 0`. A smooth form of
//! the layers of D. B. Fielding, E. C. Ostriker, G. L. Bryan & A. S. Jermyn, Astrophys. J. Lett. 894, L24 (2020).

use super::law::waves_of;
use super::{Euler, Law, Number};

/// The law in `N − 2` dimensions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cooling {
    /// The gas.
    pub gas: Euler,
    /// Cooling time `τ > 0`.
    pub time: f64,
    /// Temperatures `0 < T_c < T_h` of the cold and the hot phase.
    pub phases: [f64; 2],
}

impl Cooling {
    /// `f(T)`.
    #[inline(always)]
    fn share<T: Number>(&self, temperature: T) -> T {
        let [cold, hot] = self.phases;
        let (zero, one) = (T::of(0.0), T::of(1.0));
        let above = (one - T::of(cold) / temperature).max(zero);
        let below = (one - temperature * T::of(1.0 / hot)).max(zero);
        above * below * T::of((1.0 - (cold / hot).sqrt()).powi(-2))
    }
}

impl<const N: usize> Law<N, N, 0> for Cooling {
    const SOURCE: bool = true;

    waves_of!(gas: Euler, [N, N, 0], riemann);

    #[inline(always)]
    fn source<T: Number>(&self, w: [T; N]) -> [T; N] {
        let pressure = w[N - 1];
        let mut gain = [T::of(0.0); N];
        let rate = T::of(-1.0 / ((self.gas.gamma - 1.0) * self.time));
        gain[N - 1] = rate * pressure * self.share(pressure / w[0]);
        gain
    }

    #[inline(always)]
    fn source_rate<T: Number>(&self, _w: [T; N]) -> T {
        T::of(1.0 / self.time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAS: Cooling = Cooling {
        gas: Euler { gamma: 5.0 / 3.0 },
        time: 0.5,
        phases: [0.01, 1.0],
    };

    fn loss(temperature: f64) -> f64 {
        let [mass, momentum, loss] = GAS.source([2.0, 0.3, 2.0 * temperature]);
        assert!(mass.abs() + momentum.abs() < 1e-300);
        loss
    }

    #[test]
    fn phases_are_in_equilibrium_and_what_is_between_them_cools() {
        for temperature in [0.01, 1.0, 0.003, 2.0] {
            assert!(loss(temperature).abs() < 1e-15, "{temperature}");
        }
        // Fastest at the geometric mean: e/τ with e = p/(γ − 1) = 0.3.
        assert!((loss(0.1) + 0.6).abs() < 1e-14, "{}", loss(0.1));
        for temperature in [0.02, 0.05, 0.2, 0.6] {
            assert!((-2.0 * 2.0 * temperature * 1.5..0.0).contains(&loss(temperature)));
        }
    }
}
