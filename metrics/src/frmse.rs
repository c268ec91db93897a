//! Root mean square error of low, middle and high wavenumbers: what a filter of the error to a band leaves.
//!
//! `fRMSE_B = √(Σ_{k ∈ B} w |û − û*|²)`, mean over channels of the sum, so the squares of all bands add up to the mean
//! square error. The idea and the [bands](super::BANDS) are `PDEBench`'s (Takamoto et al. 2022), whose program
//! takes one quadrant of the wavenumbers and no Parseval weights; that is [`compat`](super::compat::pdebench).

use super::{Band, Definition, MetricEntry, Modes, Scale, band};

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "frmse",
    formula: "√(Σ |û − û*|²) over |k| < 4, 4 to 12, from 12",
    summary: "root mean square error of the waves of a band: frmse_low, frmse_middle, frmse_high",
    definition: Definition::States(|fields| band::measure("frmse", Scale::Absolute, fields, frmse)),
};

/// The root mean square error of the waves of every band, in a box of `length`.
///
/// # Panics
/// When a state is not made of channels with the points of the grid.
pub fn frmse<T: Copy + Into<f64>>(
    modes: &mut Modes,
    u: &[T],
    truth: &[T],
    length: &[f64],
    bands: &[Band],
) -> Vec<f64> {
    let channels = (truth.len() / modes.num_points()) as f64;
    let sums = sums(modes, u, truth, length, bands);
    sums.map(|[error, _]| (error / channels).sqrt()).collect()
}

/// `Σ w |û − û*|²` and `Σ w |û*|²` over channels and the waves of every band.
pub(super) fn sums<T: Copy + Into<f64>>(
    modes: &mut Modes,
    u: &[T],
    truth: &[T],
    length: &[f64],
    bands: &[Band],
) -> impl Iterator<Item = [f64; 2]> {
    let mut sums = vec![[0.0; 2]; bands.len()];
    let of = |wave| bands.iter().position(|band| band.has(wave, length));
    let of_modes: Vec<Option<usize>> = modes.waves().iter().map(of).collect();
    for [u_hat, truth_hat] in modes.pairs(u, truth) {
        let waves = modes.waves().iter().zip(&of_modes);
        for ((u, t), (wave, band)) in u_hat.iter().zip(&truth_hat).zip(waves) {
            if let Some(band) = *band {
                sums[band][0] += wave.weight * (u - t).norm_sqr();
                sums[band][1] += wave.weight * t.norm_sqr();
            }
        }
    }
    sums.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modes::tests::{noise, wave};
    use crate::{BANDS, mse};

    const POINTS: [&[usize]; 3] = [&[64], &[32, 40], &[32, 8, 8]];
    const LENGTH: &[f64] = &[2.0; 3];

    #[test]
    fn an_error_of_one_wave_lies_in_its_band() {
        for points in POINTS {
            let mut modes = Modes::new(points).expect("a grid");
            let n = modes.num_points();
            for (band, k) in [(0, 3.0), (1, 4.0), (1, 11.0), (2, 13.0)] {
                let error = wave(points, &[k, 0.0, 0.0], 0.2, 0.5);
                let zero = vec![0.0; n];
                let u = [&error[..], &zero].concat(); // the second channel is right
                let found = frmse(&mut modes, &u, &vec![0.0; 2 * n], LENGTH, &BANDS);
                let exact = (0.04_f64 / 4.0).sqrt(); // a²/2 in one channel of two
                for (i, found) in found.into_iter().enumerate() {
                    let exact = if i == band { exact } else { 0.0 };
                    assert!((found - exact).abs() < 1e-14, "{points:?} {k}: {found}"); // rounding
                }
            }
        }
    }

    #[test]
    fn waves_of_one_wavenumber_lie_in_one_band_whatever_their_direction() {
        let (points, length) = ([16, 64], [0.2, 0.6]); // 0.6/0.2 is a little less than 3
        let mut modes = Modes::new(&points).expect("a grid");
        for k in [[4.0, 0.0], [0.0, 12.0]] {
            let error = wave(&points, &k, 0.2, 0.5);
            let found = frmse(&mut modes, &error, &vec![0.0; 1024], &length, &BANDS);
            let exact = 0.02_f64.sqrt();
            assert!((found[2] - exact).abs() < 1e-14, "{k:?}: {found:?}"); // rounding
        }
    }

    #[test]
    fn the_squares_add_up_to_the_mean_square_error() {
        for points in POINTS {
            let mut modes = Modes::new(points).expect("a grid");
            let n = 3 * modes.num_points();
            let (u, t) = (noise(n, 1), noise(n, 2));
            let bands = frmse(&mut modes, &u, &t, LENGTH, &BANDS);
            let sum: f64 = bands.iter().map(|x| x * x).sum();
            assert!((sum / mse(&u, &t) - 1.0).abs() < 1e-13, "{points:?}"); // rounding
        }
    }
}
