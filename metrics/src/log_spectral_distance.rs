//! Log spectral distance: by how many powers of ten the energy of a wavenumber is off, whatever the phases.
//!
//! `√(mean over k of log₁₀²(E(k)/E*(k)))` over all [shells](super::Shells) but that of the mean: Gray & Markel (1976), Distance measures for
//! speech processing, in decades instead of decibels. 0.3 is a factor of 2. To both energies a floor of 10⁻¹⁴ of
//! the truth's total is added, what rounding to 32 bits leaves of it.

use super::{Definition, Measure, MetricEntry, Modes, Scale, Shells};

/// The floor, as a share of the total energy: the square of 10⁻⁷, the precision of 32 bits.
const FLOOR: f64 = 1e-14;

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "log_spectral_distance",
    formula: "√(mean over k of log₁₀²(E(k) / E*(k)))",
    summary: "powers of ten between the energy spectra of forecast and truth",
    definition: Definition::States(|fields| {
        let kind = "log_spectral_distance";
        Measure::spectral(kind, Scale::Relative, fields, |modes, pair| {
            log_spectral_distance(
                &energy_spectrum(modes, pair.prediction, pair.length),
                &energy_spectrum(modes, pair.truth, pair.length),
            )
        })
    }),
};

/// Energy spectrum `E(k) = ½ Σ_{|q| ≈ k} w |û(q)|²`, summed over channels, for the [shells](Shells) of a box of `length`:
/// `Σ E(k) = ½ ⟨|u|²⟩` (Pope 2000, *Turbulent Flows*, §6.5).
///
/// # Panics
/// When the state is not made of channels with the points of the grid.
pub fn energy_spectrum<T: Copy + Into<f64>>(
    modes: &mut Modes,
    state: &[T],
    length: &[f64],
) -> Vec<f64> {
    let shells = Shells::of(modes, length);
    let mut spectrum = vec![0.0; shells.len()];
    for channel in state.chunks(modes.num_points()) {
        let u_hat = modes.of(channel);
        let waves = modes.waves().iter().zip(shells.of_modes());
        for (u, (wave, &shell)) in u_hat.iter().zip(waves) {
            spectrum[shell] += 0.5 * wave.weight * u.norm_sqr();
        }
    }
    spectrum
}

/// `√(mean over k ≥ 1 of log₁₀²(E(k)/E*(k)))` of two spectra that begin with `k = 0`.
pub fn log_spectral_distance(spectrum: &[f64], truth: &[f64]) -> f64 {
    let floor = FLOOR * truth.iter().sum::<f64>();
    let shells = spectrum.iter().zip(truth).skip(1);
    let squares = shells.map(|(&e, &t)| decades(e + floor, t + floor).powi(2));
    (squares.sum::<f64>() / (truth.len() - 1) as f64).sqrt()
}

/// By how many powers of ten energies differ; 0 where both are nothing, infinite where the truth alone is.
fn decades(energy: f64, truth: f64) -> f64 {
    if (energy - truth).abs() <= 0.0 {
        0.0
    } else {
        (energy / truth).log10()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modes::tests::{GRIDS, noise, wave};

    #[test]
    fn the_spectrum_of_a_wave_is_its_energy_in_its_shell() {
        for (points, length) in GRIDS {
            let mut modes = Modes::new(points).expect("a grid");
            let k = &[3.0, 2.0, 0.0][..points.len()];
            let u = [wave(points, k, 2.0, 0.3), wave(points, k, 1.0, 0.0)].concat();
            let spectrum = energy_spectrum(&mut modes, &u, length);
            let shell = [3.0, 8.0, 9.0][points.len() - 1]; // √((3 · 5/2)² + 2²) ≈ 7.8, √(9² + 3²) ≈ 9.5
            let numbers = Shells::of(&modes, length).wavenumbers();
            for (k, energy) in numbers.into_iter().zip(spectrum) {
                let exact = if (k - shell).abs() < 0.5 { 1.25 } else { 0.0 }; // ½ (2 + ½)
                assert!((energy - exact).abs() < 1e-14, "{points:?} {k}: {energy}"); // rounding
            }
            let u = noise(3 * modes.num_points(), 1);
            let total: f64 = energy_spectrum(&mut modes, &u, length).iter().sum();
            let squares: f64 = u.iter().map(|x| x * x).sum();
            let exact = 0.5 * squares / modes.num_points() as f64;
            assert!((total / exact - 1.0).abs() < 1e-13, "{points:?}"); // rounding
        }
    }

    #[test]
    fn twice_the_amplitude_is_a_factor_of_four() {
        for (points, length) in GRIDS {
            let mut modes = Modes::new(points).expect("a grid");
            let u = noise(modes.num_points(), 1);
            let double: Vec<f64> = u.iter().map(|x| 2.0 * x).collect();
            let [u, double] = [u, double].map(|state| energy_spectrum(&mut modes, &state, length));
            let found = log_spectral_distance(&double, &u);
            assert!((found - 4.0_f64.log10()).abs() < 1e-9, "{points:?}"); // the floor
        }
        let one = log_spectral_distance(&[5.0, 1.0, 0.01], &[1.0, 1.0, 1.0]);
        assert!((one - 2.0_f64.sqrt()).abs() < 1e-11, "{one}"); // √((0² + 2²)/2), and the floor
        assert!(log_spectral_distance(&[0.0; 3], &[0.0; 3]).abs() <= 0.0);
        assert!(log_spectral_distance(&[0.0, 1.0, 0.0], &[0.0; 3]).is_infinite());
    }
}
