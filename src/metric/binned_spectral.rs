//! Mean square error in three bins of wavenumbers, equally wide on a logarithmic axis, absolute and relative.
//!
//! With `κ = √(Σ (2π l/n)²)`, the wavenumber in radians a grid point, and edges `κ₀ = 2π/max n`, `κ₃ = π √d`, the error of
//! bin `i`, `κ₀ (κ₃/κ₀)^{i/3} < κ ≤ κ₀ (κ₃/κ₀)^{(i+1)/3}`, is `Σ w |û − û*|²`: a share of the mean square error, of which
//! all bins add up to the whole. The first begins with the mean. Ohana et al. (2024), The Well
//! (`binned_spectral_mse` of its program). The relative error divides by the same sum of the truth. Both are means over
//! channels.
//!
//! On some grids waves lie on an edge (16, 128 and 1024 points, 32² and 256², 48³). They belong to the bin below it; in
//! the program of The Well, single precision decides, for 256² the other way.

use super::{Judge, Measure, MetricEntry, Modes, Scale};
use std::f64::consts::{PI, TAU};

/// Number of bins.
pub const BINS: usize = 3;

/// Waves this close to an edge, relatively, lie on it: rounding of square and cube roots.
const ON_EDGE: f64 = 1e-12;

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "binned_spectral",
    formula: "Σ |û − û*|² and Σ |û − û*|² / Σ |û*|² over a third of log k",
    summary: "square error of The Well's three bins of wavenumbers: binned_spectral_mse_0 to 2, binned_spectral_nmse_0 to 2",
    judge: Judge::States(|fields| measure("binned_spectral", fields.points, 0.0)),
};

/// Errors of the bins, mean over channels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bins {
    /// `Σ w |û − û*|²`, units of the field squared.
    pub mse: [f64; BINS],
    /// `Σ w |û − û*|² / Σ w |û*|²`.
    pub nmse: [f64; BINS],
}

/// The measure whose relative errors have `epsilon` added to what they divide by.
pub(super) fn measure(
    kind: &str,
    points: &[usize],
    epsilon: f64,
) -> Result<Measure, ondine_solvers::SolverError> {
    let mut modes = Modes::new(points)?;
    let points = points.to_vec();
    let name = |form: &str, bin: usize| format!("{kind}_{form}_{bin}");
    let absolute = (0..BINS).map(|bin| name("mse", bin));
    let names = absolute.chain((0..BINS).map(|bin| name("nmse", bin)));
    Ok(Measure::new(
        names.collect(),
        Scale::Absolute,
        move |pair| {
            let bins = binned_spectral(&mut modes, &points, pair.prediction, pair.truth, epsilon);
            let relative = bins.nmse.map(|x| Scale::Relative.bound(x));
            [bins.mse, relative].concat()
        },
    ))
}

/// The errors of the bins on a grid of `points`; relative ones divide by the truth's and `epsilon`, 0 unless those of
/// another program are wanted.
///
/// # Panics
/// When a state is not made of channels with the points of the grid.
pub fn binned_spectral<T: Copy + Into<f64>>(
    modes: &mut Modes,
    points: &[usize],
    u: &[T],
    truth: &[T],
    epsilon: f64,
) -> Bins {
    let bins = bins(modes, points);
    let mut found = Bins {
        mse: [0.0; BINS],
        nmse: [0.0; BINS],
    };
    let pairs = modes.pairs(u, truth);
    for [u_hat, truth_hat] in &pairs {
        let mut sums = [[0.0; 2]; BINS];
        for (((u, t), wave), &bin) in u_hat.iter().zip(truth_hat).zip(modes.waves()).zip(&bins) {
            sums[bin][0] += wave.weight * (u - t).norm_sqr();
            sums[bin][1] += wave.weight * t.norm_sqr();
        }
        for (bin, [error, size]) in sums.into_iter().enumerate() {
            found.mse[bin] += error / pairs.len() as f64;
            found.nmse[bin] += error / (size + epsilon) / pairs.len() as f64;
        }
    }
    found
}

/// The bin of every mode.
fn bins(modes: &Modes, points: &[usize]) -> Vec<usize> {
    let longest = points.iter().max().copied().unwrap_or(1) as f64;
    let (low, high) = (TAU / longest, PI * (points.len() as f64).sqrt());
    let edge = |i: usize| low * (high / low).powf(i as f64 / BINS as f64) * (1.0 + ON_EDGE);
    let edges: Vec<f64> = (1..BINS).map(edge).collect();
    let bin = |wave: &super::Wave| {
        let axes = wave.periods.iter().zip(points);
        let square: f64 = axes.map(|(l, &n)| (TAU * l / n as f64).powi(2)).sum();
        edges.partition_point(|edge| *edge < square.sqrt())
    };
    modes.waves().iter().map(bin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::modes::tests::{GRIDS, noise, wave};
    use crate::metric::mse;

    #[test]
    fn the_bins_add_up_to_the_mean_square_error() {
        for (points, _) in GRIDS {
            let mut modes = Modes::new(points).expect("a grid");
            let n = 2 * modes.num_points();
            let (u, t) = (noise(n, 1), noise(n, 2));
            let found = binned_spectral(&mut modes, points, &u, &t, 0.0);
            let sum: f64 = found.mse.iter().sum();
            assert!((sum / mse(&u, &t) - 1.0).abs() < 1e-13, "{points:?}"); // rounding
        }
    }

    #[test]
    fn waves_fall_into_the_bins_of_their_wavenumbers() {
        // Inner edges at 2 and 4 periods for 16 points, at 2√2 and 8 for 32 × 32.
        let of_line = [(1.0, 0), (2.0, 0), (3.0, 1), (4.0, 1), (5.0, 2)];
        let of_square = [(1.0, 0), (2.0, 0), (3.0, 1), (8.0, 1), (9.0, 2)];
        for (points, waves) in [(&[16][..], of_line), (&[32, 32], of_square)] {
            let mut modes = Modes::new(points).expect("a grid");
            let zero = vec![0.0; modes.num_points()];
            for (k, bin) in waves {
                let error = wave(points, &[k, 0.0], 2.0, 0.1);
                let found = binned_spectral(&mut modes, points, &error, &zero, 0.5);
                for (i, (mse, nmse)) in found.mse.iter().zip(found.nmse).enumerate() {
                    let exact = if i == bin { 2.0 } else { 0.0 };
                    assert!((mse - exact).abs() < 1e-13, "{points:?} {k}: bin {i}");
                    assert!((nmse - 2.0 * exact).abs() < 1e-13, "over ε = ½");
                }
            }
            let diagonal = wave(points, &[2.0, 2.0], 2.0, 0.1);
            let found = binned_spectral(&mut modes, points, &diagonal, &zero, 0.5);
            assert!(
                (found.mse[0] - 2.0).abs() < 1e-13,
                "{points:?}: on the edge 2√2"
            );
        }
    }
}
