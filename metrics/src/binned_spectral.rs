//! Mean square error in three bins of wavenumbers, equally wide on a logarithmic axis, absolute and relative.
//!
//! With `k = √(Σ (2π l/L)²)` and edges `k₀ = 2π/max L`, `k₃ = √(Σ (π/h)²)` for spacings `h`, the error of
//! bin `i`, `k₀ (k₃/k₀)^{i/3} < k ≤ k₀ (k₃/k₀)^{(i+1)/3}`, is `Σ w |û − û*|²`: a share of the mean square error, of which
//! all bins add up to the whole. The first begins with the mean. Ohana et al. (2024), The Well
//! (`binned_spectral_mse` of its program), which takes wavenumbers in radians a grid point, `h = 1`: the same where all
//! axes have one spacing. The relative error divides by the same sum of the truth. Both are means over
//! channels.
//!
//! On some grids waves lie on an edge (16, 128 and 1024 points, 32² and 256², 48³). They belong to the bin below it; in
//! the program of The Well, single precision decides, for 256² the other way.

use super::ratio::ratio;
use super::{Definition, Fields, Measure, MetricEntry, Modes, Scale};
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
    definition: Definition::States(|fields| {
        measure("binned_spectral", fields, Spacing::OfBox, 0.0)
    }),
};

/// Errors of the bins, mean over channels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bins {
    /// `Σ w |û − û*|²`, units of the field squared.
    pub mse: [f64; BINS],
    /// `Σ w |û − û*|² / Σ w |û*|²`, over the channels that have such waves.
    pub nmse: [f64; BINS],
}

/// The unit of wavenumbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Spacing {
    /// The units of the domain.
    OfBox,
    /// Grid points, whatever their distances, on axes that are taken for periodic.
    One,
}

/// The measure whose relative errors have `epsilon` added to what they divide by.
pub(super) fn measure(
    kind: &str,
    fields: &Fields<'_>,
    spacing: Spacing,
    epsilon: f64,
) -> Result<Measure, ondine_solvers::SolverError> {
    let mut modes = match spacing {
        Spacing::OfBox => fields.modes()?,
        Spacing::One => Modes::new(fields.points)?,
    };
    let points = fields.points.to_vec();
    let unit: Vec<f64> = points.iter().map(|&n| n as f64).collect();
    let name = |form: &str, bin: usize| format!("{kind}_{form}_{bin}");
    let absolute = (0..BINS).map(|bin| name("mse", bin));
    let names = absolute.chain((0..BINS).map(|bin| name("nmse", bin)));
    let scales = [[Scale::Square; BINS], [Scale::Relative; BINS]].concat();
    Ok(Measure::mixed(names.collect(), scales, move |pair| {
        let length = match spacing {
            Spacing::OfBox => pair.length,
            Spacing::One => &unit,
        };
        let states = [pair.prediction, pair.truth];
        let bins = binned_spectral(&mut modes, &points, length, states, epsilon);
        [bins.mse, bins.nmse].concat()
    }))
}

/// The errors of the bins of a forecast beside the truth, on a grid of `points` in a box of `length`; relative ones divide by the truth's and `epsilon`, 0 unless those of
/// another program are wanted.
///
/// # Panics
/// When a state is not made of channels with the points of the grid.
pub fn binned_spectral<T: Copy + Into<f64>>(
    modes: &mut Modes,
    points: &[usize],
    length: &[f64],
    [u, truth]: [&[T]; 2],
    epsilon: f64,
) -> Bins {
    let bins = bins(modes, points, length);
    let mut found = Bins {
        mse: [0.0; BINS],
        nmse: [0.0; BINS],
    };
    let pairs = modes.pairs(u, truth);
    let mut of_channels = Vec::with_capacity(pairs.len());
    for [u_hat, truth_hat] in &pairs {
        let mut sums = [[0.0; 2]; BINS];
        for (((u, t), wave), &bin) in u_hat.iter().zip(truth_hat).zip(modes.waves()).zip(&bins) {
            sums[bin][0] += wave.weight * (u - t).norm_sqr();
            sums[bin][1] += wave.weight * t.norm_sqr();
        }
        of_channels.push(sums);
    }
    for bin in 0..BINS {
        let of_bin = of_channels.iter().map(|sums| sums[bin]);
        found.mse[bin] = of_bin.clone().map(|[error, _]| error).sum::<f64>() / pairs.len() as f64;
        found.nmse[bin] = relative(&of_bin.collect::<Vec<_>>(), epsilon);
    }
    found
}

/// The mean over channels of error over size, over those that have such waves if any has.
fn relative(of_channels: &[[f64; 2]], epsilon: f64) -> f64 {
    let there = |size: f64| size + epsilon > 0.0 || size.is_nan();
    let any = of_channels.iter().any(|of| there(of[1]));
    let counted = of_channels.iter().filter(|of| !any || there(of[1]));
    let ratios: Vec<f64> = counted.map(|[e, size]| ratio(*e, size + epsilon)).collect();
    ratios.iter().sum::<f64>() / ratios.len() as f64
}

/// The bin of every mode.
fn bins(modes: &Modes, points: &[usize], length: &[f64]) -> Vec<usize> {
    let axes = points.iter().zip(length);
    let finest = axes
        .map(|(&n, length)| length / n as f64)
        .fold(f64::INFINITY, f64::min);
    // In units of the smallest spacing, as products of lengths may not be numbers.
    let lengths: Vec<f64> = length.iter().map(|length| length / finest).collect();
    let longest = lengths.iter().copied().fold(0.0, f64::max);
    let spacings = lengths
        .iter()
        .zip(points)
        .map(|(length, &n)| length / n as f64);
    let squares: f64 = spacings.map(|h| (1.0 / h).powi(2)).sum();
    let (low, high) = (TAU / longest, PI * squares.sqrt());
    let edge = |i: usize| low * (high / low).powf(i as f64 / BINS as f64) * (1.0 + ON_EDGE);
    let edges: Vec<f64> = (1..BINS).map(edge).collect();
    let bin = |wave: &super::Wave| {
        let axes = wave.periods.iter().zip(&lengths);
        let square: f64 = axes.map(|(l, length)| (TAU * l / length).powi(2)).sum();
        edges.partition_point(|edge| *edge < square.sqrt())
    };
    modes.waves().iter().map(bin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modes::tests::{GRIDS, noise, wave};
    use crate::mse;

    #[test]
    fn the_bins_add_up_to_the_mean_square_error() {
        for (points, length) in GRIDS {
            let mut modes = Modes::new(points).expect("a grid");
            let n = 2 * modes.num_points();
            let (u, t) = (noise(n, 1), noise(n, 2));
            let found = binned_spectral(&mut modes, points, length, [&u, &t], 0.0);
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
            let length = &[3.0, 3.0][..points.len()];
            for (k, bin) in waves {
                let error = wave(points, &[k, 0.0], 2.0, 0.1);
                let found = binned_spectral(&mut modes, points, length, [&error, &zero], 0.5);
                for (i, (mse, nmse)) in found.mse.iter().zip(found.nmse).enumerate() {
                    let exact = if i == bin { 2.0 } else { 0.0 };
                    assert!((mse - exact).abs() < 1e-13, "{points:?} {k}: bin {i}");
                    assert!((nmse - 2.0 * exact).abs() < 1e-13, "over ε = ½");
                }
            }
            let diagonal = wave(points, &[2.0, 2.0], 2.0, 0.1);
            let found = binned_spectral(&mut modes, points, length, [&diagonal, &zero], 0.5);
            assert!(
                (found.mse[0] - 2.0).abs() < 1e-13,
                "{points:?}: on the edge 2√2"
            );
        }
    }

    #[test]
    fn waves_of_one_wavenumber_lie_in_one_bin_whatever_their_direction() {
        let (points, length) = ([32, 32], [1.0, 4.0]); // inner edges at (k₃/k₀)^⅓ ≈ 4.04 and 16.3 times 2π/4
        let mut modes = Modes::new(&points).expect("a grid");
        let zero = vec![0.0; 1024];
        for (k, bin) in [
            ([1.0, 0.0], 0),
            ([0.0, 4.0], 0),
            ([2.0, 0.0], 1),
            ([0.0, 8.0], 1),
        ] {
            let error = wave(&points, &k, 2.0, 0.1);
            let found = binned_spectral(&mut modes, &points, &length, [&error, &zero], 0.0);
            assert!(
                (found.mse[bin] - 2.0).abs() < 1e-13,
                "{k:?}: {:?}",
                found.mse
            );
        }
    }
}
