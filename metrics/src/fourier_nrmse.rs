//! Normalised error of low, middle and high wavenumbers: error over truth within a band.
//!
//! `√(Σ_{k ∈ B} w |û − û*|² / Σ_{k ∈ B} w |û*|²)` over all channels. Banded errors of this kind are those of `APEBench`
//! (Koehler et al. 2024); its program sums over channels and takes cubes of wavenumbers, which is
//! [`compat`](super::compat::exponax). The [bands](super::BANDS) are those of `frmse`. Where the truth has next to nothing
//! in a band, rounding of 32-bit states alone gives 1.

use super::ratio::ratio;
use super::{Band, Definition, MetricEntry, Modes, Scale, band, frmse};

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "fourier_nrmse",
    formula: "√(Σ |û − û*|² / Σ |û*|²) over |k| < 4, 4 to 12, from 12",
    summary: "relative error of the waves of a band: fourier_nrmse_low, fourier_nrmse_middle, fourier_nrmse_high",
    definition: Definition::States(|fields| {
        band::measure("fourier_nrmse", Scale::Relative, fields, fourier_nrmse)
    }),
};

/// The relative error of the waves of every band, in a box of `length`; 0 where neither state has any.
///
/// # Panics
/// When a state is not made of channels with the points of the grid.
pub fn fourier_nrmse<T: Copy + Into<f64>>(
    modes: &mut Modes,
    u: &[T],
    truth: &[T],
    length: &[f64],
    bands: &[Band],
) -> Vec<f64> {
    let sums = frmse::sums(modes, u, truth, length, bands);
    sums.map(|[error, size]| ratio(error, size).sqrt())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BANDS;
    use crate::modes::tests::wave;

    #[test]
    fn each_band_has_an_error_of_its_own() {
        for points in [&[64][..], &[32, 40], &[32, 8, 8]] {
            let mut modes = Modes::new(points).expect("a grid");
            let state = |low: f64, middle: f64| -> Vec<f64> {
                let long = wave(points, &[2.0, 1.0, 1.0], low, 0.3);
                let short = wave(points, &[9.0, -2.0, 0.0], middle, 0.0);
                long.iter().zip(&short).map(|(a, b)| a + b).collect()
            };
            let u = [state(1.1, 0.05), state(11.0, 0.0)].concat();
            let truth = [state(1.0, 0.1), state(10.0, 0.0)].concat();
            let found = fourier_nrmse(&mut modes, &u, &truth, &[2.0; 3], &BANDS[..2]);
            for (found, exact) in found.iter().zip([0.1, 0.5]) {
                assert!((found - exact).abs() < 1e-13, "{points:?}: {found}"); // rounding
            }
            let found = fourier_nrmse(
                &mut modes,
                &vec![f64::NAN; u.len()],
                &truth,
                &[2.0; 3],
                &BANDS,
            );
            assert!(found.iter().all(|x| x.is_nan()));
        }
    }
}
