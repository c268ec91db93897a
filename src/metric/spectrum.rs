//! Error over wavenumbers: which scales of a forecast are right.

use super::MetricEntry;
use crate::evaluation::{Evaluation, Spectra};
use ondine_solvers::{Complex64, Grid, SolverError, Transform};

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "spectrum",
    summary: "error amplitude over true amplitude of one predicted step in the low, middle and high third of log k",
    read,
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

/// Amplitudes `|û_k|` of states, `û = rfft(u)/N`, channel by channel.
pub struct Amplitudes {
    transform: Transform,
    u: Vec<f64>,
    u_hat: Vec<Complex64>,
}

impl Amplitudes {
    /// Amplitudes on a grid of `points`.
    ///
    /// # Errors
    /// When there is no transform for the grid.
    pub fn new(points: &[usize]) -> Result<Self, SolverError> {
        let grid = Grid::new(points, &vec![1.0; points.len()])?;
        let transform = Transform::new(&grid, ondine_solvers::Dealias::None)?;
        let modes = transform.wavenumbers().len();
        Ok(Self {
            transform,
            u: vec![0.0; grid.num_points()],
            u_hat: vec![Complex64::ZERO; modes],
        })
    }

    /// Number of wavenumbers, 0 included.
    pub fn num_modes(&self) -> usize {
        self.u_hat.len()
    }

    /// Adds `|û_k|²` of every channel of `state` to `sum`.
    pub fn add(&mut self, state: impl Iterator<Item = f64>, sum: &mut [f64]) {
        let points = self.u.len();
        let mut filled = 0;
        for value in state {
            self.u[filled] = value;
            filled += 1;
            if filled == points {
                self.transform.forward(&self.u, &mut self.u_hat);
                for (sum, mode) in sum.iter_mut().zip(&self.u_hat) {
                    *sum += mode.norm_sqr() / (points * points) as f64;
                }
                filled = 0;
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
        amplitudes.add((0..16).map(wave), &mut sums);
        for (k, amplitude) in rms(sums, 1).into_iter().enumerate() {
            let expected = if k == 2 { 1.5 } else { 0.0 };
            assert!((amplitude - expected).abs() < 1e-12, "k = {k}: {amplitude}");
        }
    }
}
