//! Energies over wavenumbers, from root mean square amplitudes of shells.
//!
//! Parseval's theorem: `⟨u²⟩ = Σ_k w_k |û_k|²` for the numbers of waves `w` of the shells. Spectra of older versions don't
//! say them: then `w = 1, 2, 2, …` in one dimension, and in two and three `2πk` and `4πk²`, the averages.

use ondine_metrics::results::Spectra;
use std::f64::consts::PI;
use std::ops::RangeInclusive;

/// Energies of amplitudes over the wavenumbers of spectra.
pub(super) struct Energy<'a> {
    wavenumber: &'a [f64],
    waves: Vec<f64>,
    resolved: f64,
}

impl<'a> Energy<'a> {
    /// Over the wavenumbers of `spectra` in `dims` dimensions.
    pub(super) fn new(spectra: &'a Spectra, dims: usize) -> Self {
        let wavenumber = &spectra.wavenumber;
        let waves = if spectra.waves.len() == wavenumber.len() {
            spectra.waves.clone()
        } else {
            wavenumber.iter().map(|k| on_average(dims, *k)).collect()
        };
        Self {
            wavenumber,
            waves,
            resolved: spectra.resolved(),
        }
    }

    /// The largest wavenumber up to which the grid has waves in every direction.
    pub(super) fn highest(&self) -> f64 {
        self.resolved
    }

    /// `Σ w a²` over wavenumbers from `from` on.
    pub(super) fn from(&self, from: f64, amplitudes: &[f64]) -> f64 {
        self.within(from..=f64::INFINITY, amplitudes)
    }

    /// `Σ w a²` over a band.
    pub(super) fn within(&self, band: RangeInclusive<f64>, amplitudes: &[f64]) -> f64 {
        let shells = self.wavenumber.iter().zip(&self.waves).zip(amplitudes);
        let inside = shells.filter(|((k, _), _)| band.contains(k));
        inside.map(|((_, waves), a)| waves * a * a).sum()
    }

    /// The wavenumber, 1 or more, above which no more than a share of the energy lies, the mean left out.
    pub(super) fn above(&self, share: f64, amplitudes: &[f64]) -> f64 {
        let all = self.from(1.0, amplitudes);
        let little = |k: &&f64| self.from(**k + 0.5, amplitudes) <= share * all;
        let waves = self.wavenumber.iter().filter(|k| **k >= 1.0);
        waves.clone().find(little).copied().unwrap_or(1.0)
    }
}

/// The number of waves of a shell, on average.
fn on_average(dims: usize, k: f64) -> f64 {
    match dims {
        _ if k < 0.5 => 1.0,
        1 => 2.0,
        2 => 2.0 * PI * k,
        _ => 4.0 * PI * k * k,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;

    #[test]
    fn a_wave_has_the_energy_of_its_amplitude() {
        let double = Double::healthy();
        let energy = Energy::new(&double.evaluation.spectra[0], 1);
        let mut wave = vec![0.0; 33];
        (wave[0], wave[3], wave[20]) = (2.0, 0.5, 0.1); // 2 + cos 3x + 0.2 cos 20x
        assert!((energy.from(0.0, &wave) - 4.52).abs() < 1e-12);
        assert!((energy.within(4.0..=20.0, &wave) - 0.02).abs() < 1e-12);
        let found = [
            energy.above(0.5, &wave),
            energy.above(0.001, &wave),
            energy.highest(),
        ];
        assert_eq!(found.map(|k| k as usize), [3, 20, 32]);
        let plane = Energy::new(&double.evaluation.spectra[0], 2);
        assert!((plane.from(20.0, &wave) - 0.4 * PI).abs() < 1e-12);
    }

    #[test]
    fn numbers_of_waves_that_are_known_count() {
        let mut spectra = Double::healthy().evaluation.spectra[0].clone();
        (spectra.wavenumber, spectra.waves) = (vec![0.0, 1.0, 3.0], vec![1.0, 4.0, 8.0]);
        spectra.resolved_wavenumber = Some(2.0);
        let energy = Energy::new(&spectra, 2);
        assert!((energy.from(1.0, &[7.0, 0.5, 0.25]) - 1.5).abs() < 1e-12);
        assert!((energy.highest() - 2.0).abs() < 1e-12);
    }
}
