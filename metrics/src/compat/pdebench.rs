//! `PDEBench`'s fRMSE (Takamoto et al. 2022), as its program computes it: sums over shells of one quadrant of wavenumbers.
//!
//! With `F` the unnormalised transform of the error, `E_s = √(Σ_{k in shell s} |F_k|²) Π L/n`; low, middle and high are the
//! means of `E_s` over `s = 0 … 3`, `4 … 11` and from 12 on. In one dimension a shell is a wavenumber up to `n/2`; in
//! more, shell `⌊|k|⌋` has only waves whose components are 0 to `n/2 − 1`, the other quadrants are left out, and there
//! are `min n/2` shells. So it is no root mean square of the field. The program takes the mean of `|F|²` over a batch
//! before the root; here a batch is one state. Channels are averaged.

use crate::{BANDS, Band, Definition, Measure, MetricEntry, Modes, Scale, band};
use ondine_solvers::Complex64;

/// fRMSE.
pub(crate) const FRMSE: MetricEntry = MetricEntry {
    kind: "frmse_pdebench",
    formula: "mean over shells of √(Σ |F(u − u*)|²) Π L/n, one quadrant of k",
    summary: "fRMSE of PDEBench: frmse_pdebench_low, frmse_pdebench_middle, frmse_pdebench_high",
    definition: Definition::States(|fields| {
        let mut modes = Modes::new(fields.points)?;
        let points = fields.points.to_vec();
        let shells = num_shells(&points) as f64;
        let filled = BANDS.into_iter().filter(|band| band.low < shells);
        let bands: Vec<Band> = filled.collect();
        let names = band::names("frmse_pdebench", &bands);
        Ok(Measure::new(names, Scale::Absolute, move |pair| {
            let (u, truth) = (pair.prediction, pair.truth);
            frmse(&mut modes, &points, &[(u, truth)], pair.length, &bands)
        }))
    }),
};

/// The mean over channels of the error of every band, for a batch of states and truths.
///
/// # Panics
/// When a state is not made of channels with the points of the grid.
pub fn frmse<T: Copy + Into<f64>>(
    modes: &mut Modes,
    points: &[usize],
    batch: &[(&[T], &[T])],
    length: &[f64],
    bands: &[Band],
) -> Vec<f64> {
    let count = batch.len() as f64;
    let channels = batch
        .first()
        .map_or(0, |(u, _)| u.len() / modes.num_points());
    let mut squares = vec![vec![0.0; num_shells(points)]; channels];
    for (u, truth) in batch {
        for (shells, [u, t]) in squares.iter_mut().zip(modes.pairs(u, truth)) {
            let error: Vec<Complex64> = u.iter().zip(&t).map(|(u, t)| u - t).collect();
            add(modes, points, &error, shells);
        }
    }
    let volume: f64 = length.iter().product();
    // The modes are divided by the number of points already.
    let shell = |square: &f64| (square / count).sqrt() * volume;
    let of_band = |band: &Band| {
        let mean = |shells: &Vec<f64>| {
            let inside = shells
                .iter()
                .enumerate()
                .filter(|(s, _)| band.holds(*s as f64));
            let values: Vec<f64> = inside.map(|(_, square)| shell(square)).collect();
            values.iter().sum::<f64>() / values.len() as f64
        };
        squares.iter().map(mean).sum::<f64>() / channels as f64
    };
    bands.iter().map(of_band).collect()
}

/// Adds `|û|²` of the first quadrant, shell by shell.
fn add(modes: &Modes, points: &[usize], u_hat: &[Complex64], shells: &mut [f64]) {
    let alone = points.len() == 1;
    for (u, wave) in u_hat.iter().zip(modes.waves()) {
        let axes = wave.periods.iter().zip(points);
        let mut in_quadrant = axes.map(|(k, n)| *k >= 0.0 && (alone || 2.0 * k < *n as f64));
        if in_quadrant.all(|inside| inside) {
            // Waves of the corner beyond the last shell are left out.
            if let Some(shell) = shells.get_mut(wave.magnitude() as usize) {
                *shell += u.norm_sqr();
            }
        }
    }
}

fn num_shells(points: &[usize]) -> usize {
    let half = points.iter().min().map_or(0, |n| n / 2);
    if points.len() == 1 { half + 1 } else { half }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modes::tests::wave;

    #[test]
    fn one_wave_is_seen_in_its_quadrant_only() {
        let points = [32, 32];
        let mut modes = Modes::new(&points).expect("a grid");
        let zero = vec![0.0; 1024];
        for (k, seen) in [([3.0, 4.0], true), ([3.0, -4.0], false)] {
            let error = wave(&points, &k, 2.0, 0.3);
            let found = frmse(&mut modes, &points, &[(&error, &zero)], &[2.0, 3.0], &BANDS);
            let exact = if seen { 6.0 / 8.0 } else { 0.0 }; // a/2 · area, mean over the shells 4 … 11
            assert!((found[1] - exact).abs() < 1e-13, "{k:?}: {found:?}"); // rounding
            assert!(
                found[0].abs() < 1e-13 && found[2].abs() < 1e-13,
                "{found:?}"
            );
        }
    }

    #[test]
    fn a_batch_is_averaged_before_the_root() {
        let mut modes = Modes::new(&[32]).expect("a grid");
        let (zero, error) = (vec![0.0; 32], wave(&[32], &[2.0], 2.0, 0.0));
        let batch = [(&error[..], &zero[..]), (&zero, &zero)];
        let found = frmse(&mut modes, &[32], &batch, &[1.0], &BANDS);
        assert!((found[0] - 0.5_f64.sqrt() / 4.0).abs() < 1e-14, "{found:?}"); // rounding
    }
}
