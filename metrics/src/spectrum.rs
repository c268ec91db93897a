//! Error over wavenumbers: which scales of a forecast are right.

use super::ratio::ratio;
use super::{Definition, MetricEntry, Modes, Scale, Shells};
use crate::results::{Evaluation, Spectra};
use ondine_solvers::{AxisKind, SolverError};

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "spectrum",
    formula: "√(Σ |û − û*|² / Σ |û*|²) over a third of log k",
    summary: "error amplitude over true amplitude of one predicted step in the low, middle and high third of log k",
    definition: Definition::Rollout { curves: &[], read },
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
        .map(|(band, name)| ((*name).to_owned(), of_band(first, band)));
    numbers.collect()
}

/// `√(Σ error² / Σ truth²)` over the band.
fn of_band(spectra: &Spectra, band: usize) -> f64 {
    let top = spectra.resolved();
    let edge = |i: usize| top.powf(i as f64 / 3.0);
    let below = |k: f64| band == 2 || k <= edge(band + 1); // the last has the corners of the grid too
    let inside = |k: f64| k >= 1.0 && below(k) && (band == 0 || k > edge(band));
    let rows = spectra
        .wavenumber
        .iter()
        .zip(spectra.error.iter().zip(&spectra.truth));
    let (mut error, mut truth) = (0.0, 0.0);
    for (_, (e, t)) in rows.filter(|(k, _)| inside(**k)) {
        error += e * e;
        truth += t * t;
    }
    Scale::Relative.bound(ratio(error, truth).sqrt())
}

/// Amplitudes `|û_k|` of states, `û = rfft(u)/N`, channel by channel; in several dimensions the root mean square over
/// the [shell](Shells) of `|k|`.
pub struct Amplitudes {
    modes: Modes,
    shells: Shells,
}

impl Amplitudes {
    /// Amplitudes on a grid of `points` with these `axes`, in boxes of `lengths`, one for every state or one for all.
    ///
    /// # Errors
    /// As [`Modes::of_axes`].
    pub fn new<'a>(
        points: &[usize],
        axes: &[AxisKind],
        lengths: impl IntoIterator<Item = &'a [f64]>,
    ) -> Result<Self, SolverError> {
        let modes = Modes::of_axes(points, axes)?;
        let shells = Shells::new(&modes, lengths);
        Ok(Self { modes, shells })
    }

    /// The shells.
    pub fn shells(&self) -> &Shells {
        &self.shells
    }

    /// Zeros, one for every shell.
    pub fn zeros(&self) -> Vec<f64> {
        vec![0.0; self.shells.len()]
    }

    /// Adds the mean of `|û_k|²` over every shell, for each channel of `state` in a box of `length`, to `sum`.
    ///
    /// # Panics
    /// When the box is not one of those that the amplitudes were made for.
    pub fn add(&mut self, state: &[f64], length: &[f64], sum: &mut [f64]) {
        self.shells.turn_to(&self.modes, length);
        let sizes = self.shells.waves();
        for channel in state.chunks_exact(self.modes.num_points()) {
            let u_hat = self.modes.of(channel);
            let shells = self.shells.of_modes().iter().zip(self.modes.waves());
            for (mode, (&shell, wave)) in u_hat.iter().zip(shells) {
                sum[shell] += wave.weight * mode.norm_sqr() / sizes[shell];
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
    use crate::modes::tests::{noise, wave};

    const PERIODIC: &[AxisKind] = &[AxisKind::PERIODIC; 3];

    #[test]
    fn a_cosine_has_half_its_amplitude_at_its_wavenumber() {
        let mut amplitudes = Amplitudes::new(&[16], PERIODIC, [&[1.0][..]]).expect("a grid");
        let mut sums = amplitudes.zeros();
        let wave = |i: usize| 3.0 * (std::f64::consts::TAU * 2.0 * i as f64 / 16.0).cos();
        let u: Vec<f64> = (0..16).map(wave).collect();
        amplitudes.add(&u, &[1.0], &mut sums);
        for (k, amplitude) in rms(sums, 1).into_iter().enumerate() {
            let expected = if k == 2 { 1.5 } else { 0.0 };
            assert!((amplitude - expected).abs() < 1e-12, "k = {k}: {amplitude}");
        }
    }

    #[test]
    fn a_plane_wave_lies_in_the_shell_of_its_wavenumber() {
        let mut amplitudes =
            Amplitudes::new(&[16, 16], PERIODIC, [&[1.0, 1.0][..]]).expect("a grid");
        let mut sums = amplitudes.zeros();
        let wave = |i: usize| {
            let turns = (3 * (i / 16) + 4 * (i % 16)) as f64 / 16.0;
            (std::f64::consts::TAU * turns).cos()
        };
        let u: Vec<f64> = (0..256).map(wave).collect();
        amplitudes.add(&u, &[1.0, 1.0], &mut sums);
        let found: Vec<usize> = (0..sums.len())
            .filter(|&shell| sums[shell] > 1e-12)
            .collect();
        assert_eq!(found, [5]);
        // Parseval: the two waves ±k hold 2 · (1/2)², spread over the waves of the shell.
        assert!((sums[5] * amplitudes.shells().waves()[5] - 0.5).abs() < 1e-12);
    }

    #[test]
    fn waves_of_one_wavenumber_lie_in_one_shell_whatever_their_direction() {
        let (points, length) = ([16, 64], [1.0, 4.0]);
        for (k, shell) in [([2.0, 0.0], 8.0), ([0.0, 8.0], 8.0), ([0.0, 20.0], 20.0)] {
            let mut amplitudes = Amplitudes::new(&points, PERIODIC, [&length[..]]).expect("a grid");
            let mut sums = amplitudes.zeros();
            amplitudes.add(&wave(&points, &k, 1.0, 0.0), &length, &mut sums);
            let rows = amplitudes.shells().wavenumbers().into_iter().zip(sums);
            let found: Vec<f64> = rows
                .filter(|(_, sum)| *sum > 1e-12)
                .map(|row| row.0)
                .collect();
            assert_eq!(found, [shell], "{k:?}");
        }
    }

    #[test]
    fn the_energy_of_the_shells_is_that_of_the_state() {
        for (points, length) in [
            (&[16, 16][..], &[1.0, 1.0][..]), // with the corners
            (&[16, 64], &[1.0, 4.0]),
            (&[32, 12], &[1.0, 4.0]),
            (&[8, 10, 12], &[3.0, 1.0, 2.0]),
        ] {
            let mut amplitudes = Amplitudes::new(points, PERIODIC, [length]).expect("a grid");
            let mut sums = amplitudes.zeros();
            let u = noise(points.iter().product(), 1);
            amplitudes.add(&u, length, &mut sums);
            let waves = amplitudes.shells().waves();
            let energy: f64 = sums.iter().zip(waves).map(|(sum, waves)| sum * waves).sum();
            let exact = u.iter().map(|u| u * u).sum::<f64>() / u.len() as f64;
            assert!((energy / exact - 1.0).abs() < 1e-13, "{points:?}"); // rounding
        }
    }
}
