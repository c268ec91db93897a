//! The error split into wrong amplitudes and wrong phases, wave by wave.
//!
//! `|û − û*|² = (|û| − |û*|)² + 2 |û| |û*| (1 − cos ∆φ)` holds for every mode: what a damped or amplified wave costs, and
//! what one at the wrong place costs. Dissipation and dispersion in the words of Takacs (1985), *Mon. Weather Rev.* 113,
//! who splits the error of a field as a whole.

use super::ratio::ratio;
use super::{Definition, Measure, MetricEntry, Modes, Scale, Shells};
use ondine_solvers::Complex64;

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "amplitude_phase",
    formula: "√(Σ (|û| − |û*|)² / Σ |û*|²) and √(Σ 2 |û| |û*| (1 − cos ∆φ) / Σ |û*|²)",
    summary: "nrmse split into wrong amplitudes and wrong phases, the squares add up: amplitude_error, phase_error",
    definition: Definition::States(|fields| {
        let mut modes = fields.modes()?;
        let names = ["amplitude_error", "phase_error"].map(str::to_owned);
        Ok(Measure::new(names.into(), Scale::Relative, move |pair| {
            amplitude_phase(&mut modes, pair.prediction, pair.truth, pair.length)
                .errors()
                .to_vec()
        }))
    }),
};

/// Sums over channels and over the waves of every [shell](Shells).
#[derive(Debug, Clone, PartialEq)]
pub struct AmplitudePhase {
    /// `Σ w (|û| − |û*|)²`.
    pub amplitude: Vec<f64>,
    /// `Σ w 2 |û| |û*| (1 − cos ∆φ)`.
    pub phase: Vec<f64>,
    /// `Σ w |û*|²`.
    pub truth: Vec<f64>,
}

impl AmplitudePhase {
    /// The errors of amplitudes and phases of all waves together, relative to the truth.
    #[must_use]
    pub fn errors(&self) -> [f64; 2] {
        let truth: f64 = self.truth.iter().sum();
        [&self.amplitude, &self.phase].map(|error| ratio(error.iter().sum(), truth).sqrt())
    }
}

/// The error of `u` by the shells of a box of `length`, split.
///
/// # Panics
/// When a state is not made of channels with the points of the grid.
pub fn amplitude_phase<T: Copy + Into<f64>>(
    modes: &mut Modes,
    u: &[T],
    truth: &[T],
    length: &[f64],
) -> AmplitudePhase {
    let shells = Shells::of(modes, length);
    let zero = vec![0.0; shells.len()];
    let mut sums = AmplitudePhase {
        amplitude: zero.clone(),
        phase: zero.clone(),
        truth: zero,
    };
    for [u_hat, truth_hat] in modes.pairs(u, truth) {
        let waves = modes.waves().iter().zip(shells.of_modes());
        for ((u, t), (wave, &shell)) in u_hat.iter().zip(&truth_hat).zip(waves) {
            sums.amplitude[shell] += wave.weight * (u.norm() - t.norm()).powi(2);
            sums.phase[shell] += wave.weight * phase_error(*u, *t);
            sums.truth[shell] += wave.weight * t.norm_sqr();
        }
    }
    sums
}

/// `2 |u| |t| (1 − cos ∆φ)`, as `|u| |t| |u/|u| − t/|t||²`, which keeps its digits for small angles.
fn phase_error(u: Complex64, t: Complex64) -> f64 {
    let (u_size, t_size) = (u.norm(), t.norm());
    if u_size > 0.0 && t_size > 0.0 {
        u_size * t_size * (u / u_size - t / t_size).norm_sqr()
    } else {
        u_size * t_size
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modes::tests::{GRIDS, noise, wave};
    use crate::nrmse;

    #[test]
    fn a_wave_too_small_and_too_late_has_both_errors() {
        for (points, length) in GRIDS {
            let mut modes = Modes::new(points).expect("a grid");
            let k = &[2.0, 1.0, 0.0][..points.len()];
            let vector = |a: f64, phase: f64| {
                [wave(points, k, a, phase), wave(points, k, 3.0 * a, phase)].concat()
            };
            let split = amplitude_phase(&mut modes, &vector(0.9, 0.2), &vector(1.0, 0.0), length);
            let [amplitude, phase] = split.errors();
            let exact = (2.0 * 0.9 * (1.0 - 0.2_f64.cos())).sqrt();
            assert!((amplitude - 0.1).abs() < 1e-13, "{points:?}: {amplitude}"); // rounding
            assert!((phase - exact).abs() < 1e-13, "{points:?}: {phase}"); // rounding
            let shell = [2, 5, 6][points.len() - 1]; // √((2 · 5/2)² + 1²) ≈ 5.1, √(6² + 1.5²) ≈ 6.2
            assert!((split.truth[shell] - 5.0).abs() < 1e-13, "½ (1 + 9)");
        }
    }

    #[test]
    fn the_squares_add_up_to_that_of_the_error() {
        for (points, length) in GRIDS {
            let mut modes = Modes::new(points).expect("a grid");
            let n = 2 * modes.num_points();
            let (u, t) = (noise(n, 1), noise(n, 2));
            let [amplitude, phase] = amplitude_phase(&mut modes, &u, &t, length).errors();
            let whole = amplitude.hypot(phase);
            assert!((whole / nrmse(&u, &t) - 1.0).abs() < 1e-13, "{points:?}"); // rounding
        }
    }
}
