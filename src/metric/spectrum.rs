//! Error over wavenumbers: which scales of a forecast are right.

use super::{Judge, MetricEntry, Modes};
use crate::evaluation::{Evaluation, Spectra};
use ondine_solvers::SolverError;

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "spectrum",
    formula: "√(Σ |û − û*|² / Σ |û*|²) over a third of log k",
    summary: "error amplitude over true amplitude of one predicted step in the low, middle and high third of log k",
    judge: Judge::Rollout { curves: &[], read },
};

/// The relative error in three bands of wavenumbers, equally wide on a logarithmic axis.
fn read(evaluation: &Evaluation) -> Vec<(String, f64)> {
    let Some(first) = evaluation.spectra.first() else {
        return Vec::new();
    };
    let bands = ["spectrum_low", "spectrum_middle", "spectrum_high"];
    let numbers = bands
        .iter()
        .enumerate()
        .map(|(band, name)| ((*name).to_owned(), ratio(first, band)));
    numbers.collect()
}

/// `√(Σ error² / Σ truth²)` over the band.
fn ratio(spectra: &Spectra, band: usize) -> f64 {
    let top = spectra.wavenumber.last().copied().unwrap_or(1.0);
    let edge = |i: usize| top.powf(i as f64 / 3.0);
    let inside = |k: f64| k >= 1.0 && k <= edge(band + 1) && (band == 0 || k > edge(band));
    let rows = spectra
        .wavenumber
        .iter()
        .zip(spectra.error.iter().zip(&spectra.truth));
    let (mut error, mut truth) = (0.0, 0.0);
    for (_, (e, t)) in rows.filter(|(k, _)| inside(**k)) {
        error += e * e;
        truth += t * t;
    }
    (error / truth.max(f64::MIN_POSITIVE))
        .sqrt()
        .min(super::WORST)
}

/// Amplitudes `|û_k|` of states, `û = rfft(u)/N`, channel by channel; in several dimensions the root mean square over
/// the shell `|k| ≈ 0, 1, 2, …` of wavelengths over the domain.
pub struct Amplitudes {
    modes: Modes,
    sizes: Vec<f64>,
}

impl Amplitudes {
    /// Amplitudes on a grid of `points`.
    ///
    /// # Errors
    /// When there is no transform for the grid.
    pub fn new(points: &[usize]) -> Result<Self, SolverError> {
        let modes = Modes::new(points)?;
        let highest = points.iter().min().map_or(0, |n| n / 2);
        let mut sizes = vec![0.0; highest + 1];
        for wave in modes.waves() {
            if let Some(size) = sizes.get_mut(wave.shell()) {
                *size += wave.weight;
            }
        }
        Ok(Self { modes, sizes })
    }

    /// Number of shells, that of the mean included.
    pub fn num_modes(&self) -> usize {
        self.sizes.len()
    }

    /// Adds the mean of `|û_k|²` over every shell, for each channel of `state`, to `sum`.
    pub fn add(&mut self, state: &[f64], sum: &mut [f64]) {
        for channel in state.chunks_exact(self.modes.num_points()) {
            let u_hat = self.modes.of(channel);
            for (mode, wave) in u_hat.iter().zip(self.modes.waves()) {
                let shell = wave.shell();
                if let Some(sum) = sum.get_mut(shell) {
                    *sum += wave.weight * mode.norm_sqr() / self.sizes[shell];
                }
            }
        }
    }
}

/// Root mean squares from sums of squares over `count` states; not finite values count as the worst.
pub fn rms(sums: Vec<f64>, count: usize) -> Vec<f64> {
    let root = |sum: f64| (sum / count as f64).sqrt();
    let bounded = |value: f64| {
        if value.is_finite() {
            value
        } else {
            super::WORST
        }
    };
    sums.into_iter().map(|sum| bounded(root(sum))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cosine_has_half_its_amplitude_at_its_wavenumber() {
        let mut amplitudes = Amplitudes::new(&[16]).expect("a grid");
        let mut sums = vec![0.0; amplitudes.num_modes()];
        let wave = |i: usize| 3.0 * (std::f64::consts::TAU * 2.0 * i as f64 / 16.0).cos();
        let u: Vec<f64> = (0..16).map(wave).collect();
        amplitudes.add(&u, &mut sums);
        for (k, amplitude) in rms(sums, 1).into_iter().enumerate() {
            let expected = if k == 2 { 1.5 } else { 0.0 };
            assert!((amplitude - expected).abs() < 1e-12, "k = {k}: {amplitude}");
        }
    }

    #[test]
    fn a_plane_wave_lies_in_the_shell_of_its_wavenumber() {
        let mut amplitudes = Amplitudes::new(&[16, 16]).expect("a grid");
        let mut sums = vec![0.0; amplitudes.num_modes()];
        let wave = |i: usize| {
            let turns = (3 * (i / 16) + 4 * (i % 16)) as f64 / 16.0;
            (std::f64::consts::TAU * turns).cos()
        };
        let u: Vec<f64> = (0..256).map(wave).collect();
        amplitudes.add(&u, &mut sums);
        let found: Vec<usize> = (0..sums.len())
            .filter(|&shell| sums[shell] > 1e-12)
            .collect();
        assert_eq!(found, [5]);
        // Parseval: the two waves ±k hold 2 · (1/2)², spread over the waves of the shell.
        assert!((sums[5] * amplitudes.sizes[5] - 0.5).abs() < 1e-12);
    }
}
