//! Weights of the exponential quadratures, functions of `z = ℒ̂ dt`:
//!
//! ```text
//! φ₁(z) = (eᶻ − 1) / z                           φ₂(z) = (eᶻ − 1 − z) / z²
//! α(z) = (−4 − z + eᶻ (4 − 3z + z²)) / z³        β(z) = (2 + z + eᶻ (z − 2)) / z³
//! γ(z) = (−4 − 3z − z² + eᶻ (4 − z)) / z³
//! ```
//!
//! S. M. Cox & P. C. Matthews (2002), eqs. 4, 22, 25, 29. Near `z = 0` the numerators cancel.
//! All five are entire functions, so there the mean over a circle around `z` takes their place:
//! A.-K. Kassam & L. N. Trefethen, SIAM J. Sci. Comput. 26, 1214 (2005). Advection and dispersion
//! make `z` complex, and then the weights are complex too: nothing here takes a real part.

use std::f64::consts::TAU;

use crate::real::complex;
use crate::{Complex, Complex64, Real};

/// A weight as a function of `z` and `eᶻ`.
pub(super) type Weight = fn(Complex64, Complex64) -> Complex64;

/// The type that weights are stored in: real numbers when every `z` is real.
pub(super) trait Factor<T>: Copy + Send + Sync + 'static {
    /// The weight in this type.
    fn from_weight(weight: Complex64) -> Self;

    /// The weight times a mode.
    fn of(self, mode: Complex<T>) -> Complex<T>;
}

impl<T: Real> Factor<T> for T {
    fn from_weight(weight: Complex64) -> Self {
        <T as Real>::of(weight.re)
    }

    fn of(self, mode: Complex<T>) -> Complex<T> {
        mode * self
    }
}

impl<T: Real> Factor<T> for Complex<T> {
    fn from_weight(weight: Complex64) -> Self {
        complex(weight)
    }

    fn of(self, mode: Self) -> Self {
        self * mode
    }
}

/// `|z|` below which a weight is computed as a mean; above it the formula loses two digits at most.
const SMALL: f64 = 1.0;

/// Radius of the circle. Points on it stay a distance of 1 from the cancellation at zero.
const RADIUS: f64 = 2.0;

/// Points on the circle; the mean is then exact to `2³² / 32! ≈ 10⁻²⁶`.
const NUM_POINTS: usize = 32;

/// Weights for every mode of the linear operator `symbols` and one time step.
pub(super) struct Coefficients {
    z: Vec<Complex64>,
    dt: f64,
    /// Points of the circle and their exponentials.
    circle: [(Complex64, Complex64); NUM_POINTS],
}

impl Coefficients {
    pub(super) fn new(symbols: &[Complex64], dt: f64) -> Self {
        Self {
            z: symbols.iter().map(|symbol| symbol * dt).collect(),
            dt,
            circle: circle(),
        }
    }

    /// Number of modes of all channels.
    pub(super) fn len(&self) -> usize {
        self.z.len()
    }

    /// Whether no mode moves: the linear operator has no odd derivative.
    pub(super) fn are_real(&self) -> bool {
        self.z.iter().all(|z| z.im.abs() < f64::MIN_POSITIVE)
    }

    /// `e^{fraction · z}`, the linear solution after a fraction of the step.
    pub(super) fn exp<T, F: Factor<T>>(&self, fraction: f64) -> Vec<F> {
        let exp = |z: &Complex64| F::from_weight((z * fraction).exp());
        self.z.iter().map(exp).collect()
    }

    /// `fraction · dt · w(fraction · z)`, a weight of the quadrature over a fraction of the step.
    pub(super) fn weight<T, F: Factor<T>>(&self, fraction: f64, w: Weight) -> Vec<F> {
        let scale = fraction * self.dt;
        let weight = |z: &Complex64| F::from_weight(self.evaluate(w, z * fraction) * scale);
        self.z.iter().map(weight).collect()
    }

    /// The derivative of [`exp`](Self::exp) by the symbol.
    pub(super) fn exp_slope(&self, fraction: f64) -> Vec<Complex64> {
        let scale = fraction * self.dt;
        let slope = |z: &Complex64| (z * fraction).exp() * scale;
        self.z.iter().map(slope).collect()
    }

    /// The derivative of [`weight`](Self::weight) by the symbol.
    pub(super) fn weight_slope(&self, fraction: f64, w: Weight) -> Vec<Complex64> {
        let scale = (fraction * self.dt).powi(2);
        let slope = |z: &Complex64| self.derivative(w, z * fraction) * scale;
        self.z.iter().map(slope).collect()
    }

    /// `w'(z)`, Cauchy's integral over a circle around `z` that stays away from zero.
    fn derivative(&self, w: Weight, z: Complex64) -> Complex64 {
        let small = z.norm() < SMALL;
        let radius = if small {
            RADIUS
        } else {
            (0.5 * z.norm()).min(1.0)
        };
        let term = |(offset, _): &(Complex64, Complex64)| {
            let offset = offset * (radius / RADIUS);
            w(z + offset, (z + offset).exp()) / offset
        };
        let sum: Complex64 = self.circle.iter().map(term).sum();
        sum / NUM_POINTS as f64
    }

    fn evaluate(&self, w: Weight, z: Complex64) -> Complex64 {
        let exp = z.exp();
        if SMALL <= z.norm() {
            return w(z, exp);
        }
        let value = |(offset, factor): &(Complex64, Complex64)| w(z + offset, exp * factor);
        let sum: Complex64 = self.circle.iter().map(value).sum();
        sum / NUM_POINTS as f64
    }
}

/// Points at equal angles all around zero: half a circle serves only real `z`.
fn circle() -> [(Complex64, Complex64); NUM_POINTS] {
    std::array::from_fn(|j| {
        let angle = TAU * (j as f64 + 0.5) / NUM_POINTS as f64;
        let point = Complex64::from_polar(RADIUS, angle);
        (point, point.exp())
    })
}

/// `φ₁`, Cox & Matthews eq. 4.
pub(super) fn phi1(z: Complex64, exp: Complex64) -> Complex64 {
    (exp - 1.0) / z
}

/// `φ₂`, Cox & Matthews eq. 22.
pub(super) fn phi2(z: Complex64, exp: Complex64) -> Complex64 {
    (exp - 1.0 - z) / (z * z)
}

/// `α`, the weight of the beginning of the step.
pub(super) fn alpha(z: Complex64, exp: Complex64) -> Complex64 {
    (-4.0 - z + exp * (4.0 - 3.0 * z + z * z)) / (z * z * z)
}

/// `β`, the weight of the middle of the step.
pub(super) fn beta(z: Complex64, exp: Complex64) -> Complex64 {
    (2.0 + z + exp * (z - 2.0)) / (z * z * z)
}

/// `γ`, the weight of the end of the step.
pub(super) fn gamma(z: Complex64, exp: Complex64) -> Complex64 {
    (-4.0 - 3.0 * z - z * z + exp * (4.0 - z)) / (z * z * z)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Taylor series of `φₙ(z) = Σⱼ zʲ / (j + n)!`, converged for `|z| ≤ 3`.
    fn phi_series(n: i32, z: Complex64) -> Complex64 {
        let mut factorial: f64 = (1..=n).map(f64::from).product();
        let mut sum = Complex64::ZERO;
        let mut power = Complex64::ONE;
        for j in 0..60 {
            sum += power / factorial;
            power *= z;
            factorial *= f64::from(j + 1 + n);
        }
        sum
    }

    /// The weights as sums of `φₙ`, which do not cancel near zero.
    fn series(z: Complex64) -> [(&'static str, Weight, Complex64); 5] {
        let phi = |n| phi_series(n, z);
        [
            ("phi1", phi1, phi(1)),
            ("phi2", phi2, phi(2)),
            ("alpha", alpha, phi(1) - 3.0 * phi(2) + 4.0 * phi(3)),
            ("beta", beta, phi(2) - 2.0 * phi(3)),
            ("gamma", gamma, 4.0 * phi(3) - phi(2)),
        ]
    }

    fn compare(z: Complex64) {
        let coefficients = Coefficients::new(&[z], 1.0);
        for (name, weight, exact) in series(z) {
            let found: Complex64 = coefficients.weight::<f64, _>(1.0, weight)[0];
            let error = (found - exact).norm() / exact.norm();
            assert!(
                error < 2e-13,
                "{name}({z}): {found}, exact {exact}, error {error:e}"
            );
        }
    }

    #[test]
    fn weights_match_their_series_for_small_real_imaginary_and_complex_arguments() {
        for radius in [
            0.0, 1e-12, 1e-6, 1e-3, 0.1, 0.5, 0.999, 1.0, 1.001, 2.0, 3.0,
        ] {
            for eighth in 0..8 {
                compare(Complex64::from_polar(radius, TAU * f64::from(eighth) / 8.0));
            }
        }
    }

    #[test]
    fn derivatives_of_weights_are_differences_of_their_values() {
        for radius in [0.0, 1e-3, 0.9, 1.0, 1.9, 2.1, 5.0, 30.0] {
            for eighth in 0..8 {
                let z = Complex64::from_polar(radius, TAU * f64::from(eighth) / 8.0);
                let dt = 0.5;
                let at = |z: Complex64| Coefficients::new(&[z / dt], dt);
                for (name, w, _) in series(z) {
                    let h = 1e-3;
                    let value =
                        |shift: f64| -> Complex64 { at(z + shift).weight::<f64, _>(1.0, w)[0] };
                    let difference =
                        8.0 * (value(h) - value(-h)) - (value(2.0 * h) - value(-2.0 * h));
                    let difference = difference / (12.0 * h) * dt; // by the symbol
                    let found = at(z).weight_slope(1.0, w)[0];
                    let error = (found - difference).norm() / difference.norm().max(1e-3 * dt * dt);
                    assert!(error < 1e-9, "{name}'({z}): {found}, {difference}");
                }
                let found = at(z).exp_slope(0.5)[0];
                assert!((found - 0.5 * dt * (0.5 * z).exp()).norm() <= 1e-15 * found.norm());
            }
        }
    }

    #[test]
    fn weights_of_strong_damping_match_their_limits() {
        let z = Complex64::new(-1e6, 0.0);
        let coefficients = Coefficients::new(&[z], 1.0);
        for (weight, limit) in [(phi1 as Weight, -1.0 / z), (phi2, -1.0 / z)] {
            let found: Complex64 = coefficients.weight::<f64, _>(1.0, weight)[0];
            assert!(
                (found - limit).norm() < 2e-6 * limit.norm(),
                "{found}, limit {limit}"
            );
        }
    }

    #[test]
    fn weights_of_fast_waves_keep_their_imaginary_part() {
        // φ₁(iy) = (sin y − i (cos y − 1)) / y has the imaginary part (1 − cos y) / y.
        let y: f64 = 50.0;
        let coefficients = Coefficients::new(&[Complex64::new(0.0, y)], 1.0);
        let found: Complex64 = coefficients.weight::<f64, _>(1.0, phi1)[0];
        let exact = Complex64::new(y.sin() / y, (1.0 - y.cos()) / y);
        assert!((found - exact).norm() < 1e-15, "{found}, exact {exact}"); // rounding
    }

    #[test]
    fn weights_of_a_step_sum_to_the_length_of_the_step() {
        let coefficients = Coefficients::new(&[Complex64::ZERO], 0.1);
        let w = |weight: Weight| -> Complex64 { coefficients.weight::<f64, _>(1.0, weight)[0] };
        let sum = w(alpha) + 4.0 * w(beta) + w(gamma);
        assert!((sum - 0.1).norm() < 1e-15, "{sum}"); // Simpson's rule, to rounding
    }
}
