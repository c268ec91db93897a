//! Runge–Kutta methods whose stages are averages of Euler steps, so that they keep what such a step keeps: C.-W. Shu & S. Osher,
//! J. Comput. Phys. 77, 439 (1988); S. Gottlieb & C.-W. Shu, Math. Comp. 67, 73 (1998), propositions 3.1 and 3.2.

/// The method that advances averages, by its order, which is also the number of its stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RungeKutta {
    /// For straight lines between faces, whose error in space is of second order too.
    Second,
    /// For parabolas between faces, with which the method of second order is not stable.
    Third,
}

impl RungeKutta {
    /// Stages `u ← a u₀ + b (u + ∆t L(u))`, the first of which is an Euler step.
    pub(super) fn stages(self) -> &'static [[f64; 2]] {
        match self {
            Self::Second => &[[0.0, 1.0], [0.5, 0.5]],
            Self::Third => &[[0.0, 1.0], [0.75, 0.25], [1.0 / 3.0, 2.0 / 3.0]],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Growth by a step of `u' = z u`.
    fn growth(method: RungeKutta, z: f64) -> f64 {
        let stage = |u: f64, &[old, new]: &[f64; 2]| old + new * (u + z * u);
        method.stages().iter().fold(1.0, stage)
    }

    #[test]
    fn a_step_is_the_exponential_series_up_to_the_order() {
        for z in [0.5, -1.0, 0.1] {
            let second = growth(RungeKutta::Second, z);
            assert!((second - (1.0 + z + z * z / 2.0)).abs() < 1e-15, "{second}");
            let third = growth(RungeKutta::Third, z);
            let exact = 1.0 + z + z * z / 2.0 + z * z * z / 6.0;
            assert!((third - exact).abs() < 1e-15, "{third}");
        }
    }

    #[test]
    fn stages_are_averages_and_begin_with_an_euler_step() {
        for method in [RungeKutta::Second, RungeKutta::Third] {
            let [old, new] = method.stages()[0];
            assert!(old.abs() + (new - 1.0).abs() < 1e-15, "{method:?}");
            for [old, new] in method.stages() {
                assert!(*old >= 0.0 && (old + new - 1.0).abs() < 1e-15, "{method:?}");
            }
        }
    }
}
