//! Exponax 0.2.0 and `APEBench` (Koehler et al. 2024): every channel by itself, then their sum.
//!
//! A vector of `C` components so has up to `C` times the usual error. Fourier coefficients below 10⁻⁵, not divided by the
//! number of points, count as 0, so what a fine grid has of small waves is lost. The slope of the highest wave of an axis
//! is that of `+N/2` alone. Correlations are those of the fields with their means.

use crate::{
    BANDS, Band, Definition, Fields, Measure, MetricEntry, Modes, Pair, Scale, Wave, geometric_mean,
};
use crate::{band, relative_l2};
use ondine_solvers::{Complex64, SolverError};

/// Coefficients below it count as 0.
const ROUNDING: f64 = 1e-5;
/// Steps of a rollout that `APEBench` averages over.
const STEPS: usize = 100;

/// `nRMSE`.
pub(crate) const NRMSE: MetricEntry = MetricEntry {
    kind: "nrmse_exponax",
    formula: "Σ over channels of ‖u − u*‖₂ / ‖u*‖₂",
    summary: "nRMSE of exponax and APEBench, channels summed",
    definition: Definition::States(|fields| Ok(nrmse_measure(fields))),
};

/// `gmean_mean_nRMSE`.
pub(crate) const GEOMETRIC_MEAN: MetricEntry = MetricEntry {
    kind: "nrmse_geometric_mean_apebench",
    formula: "(Π nrmse_exponax(t))^(1/T), T ≤ 100",
    summary: "APEBench's gmean_mean_nRMSE: geometric mean of nrmse_exponax over the first 100 steps of a rollout",
    definition: Definition::Rollout {
        curves: &["nrmse_exponax"],
        read: |evaluation| {
            let name = "nrmse_geometric_mean_apebench";
            let judged = [
                ("", &evaluation.surrogate),
                ("persistence_", &evaluation.persistence),
            ];
            let number = |(prefix, judged): (&str, &crate::results::Judged)| {
                let curve = judged.curve("nrmse_exponax")?;
                let first = &curve.mean[..curve.mean.len().min(STEPS)];
                Some((format!("{prefix}{name}"), geometric_mean(first)))
            };
            judged.into_iter().filter_map(number).collect()
        },
    },
};

/// `fourier_nRMSE` with `low` and `high`.
pub(crate) const FOURIER_NRMSE: MetricEntry = MetricEntry {
    kind: "fourier_nrmse_exponax",
    formula: "Σ over channels of √(Σ |û − û*|² / Σ |û*|²) over max |kᵢ| = 0 to 3, 4 to 11, from 12",
    summary: "fourier_nRMSE of exponax and APEBench in three bands: fourier_nrmse_exponax_low, _middle, _high",
    definition: Definition::States(fourier_measure),
};

/// `H1_nRMSE`.
pub(crate) const H1: MetricEntry = MetricEntry {
    kind: "h1_exponax",
    formula: "fourier_nRMSE + Σ over channels of Σᵢ‖∂ᵢ(u − u*)‖₂ / Σᵢ‖∂ᵢu*‖₂",
    summary: "H1_nRMSE of exponax and APEBench, a sum of two relative errors",
    definition: Definition::States(|fields| {
        Measure::spectral("h1_exponax", Scale::Relative, fields, |modes, pair| {
            h1(modes, pair.prediction, pair.truth)
        })
    }),
};

/// `correlation`.
pub(crate) const CORRELATION: MetricEntry = MetricEntry {
    kind: "correlation_exponax",
    formula: "⟨u u*⟩ / (‖u‖ ‖u*‖)",
    summary: "correlation of exponax and APEBench: a cosine, as means are not taken off, mean over channels",
    definition: Definition::States(|fields| {
        let points = fields.num_points();
        let of = move |pair: &Pair<'_>| correlation(pair.prediction, pair.truth, points);
        Ok(Measure::one("correlation_exponax", Scale::Correlation, of))
    }),
};

fn nrmse_measure(fields: &Fields<'_>) -> Measure {
    let points = fields.num_points();
    Measure::one("nrmse_exponax", Scale::Relative, move |pair| {
        nrmse(pair.prediction, pair.truth, points)
    })
}

fn fourier_measure(fields: &Fields<'_>) -> Result<Measure, SolverError> {
    let mut modes = Modes::new(fields.points)?;
    let occupied = |band: &Band| modes.waves().iter().any(|k| band.holds(k.largest()));
    let bands: Vec<Band> = BANDS.into_iter().filter(occupied).collect();
    let names = band::names("fourier_nrmse_exponax", &bands);
    Ok(Measure::new(names, Scale::Relative, move |pair| {
        let of = |band: &Band| fourier_nrmse(&mut modes, pair.prediction, pair.truth, *band);
        bands.iter().map(of).collect()
    }))
}

/// `Σ over channels of ‖u − u*‖₂ / ‖u*‖₂`.
pub fn nrmse<T: Copy + Into<f64>>(u: &[T], truth: &[T], num_points: usize) -> f64 {
    let norms = relative_l2::norms(u, truth, num_points);
    norms.map(|[error, size]| error / size).sum()
}

/// `Σ over channels of √(Σ |û − û*|² / Σ |û*|²)` over `low ≤ max |kᵢ| < high`: cubes of wavenumbers. Its `high` is the last
/// wavenumber of the band, ours the first behind it.
///
/// # Panics
/// When a state is not made of channels with the points of the grid.
pub fn fourier_nrmse<T: Copy + Into<f64>>(
    modes: &mut Modes,
    u: &[T],
    truth: &[T],
    band: Band,
) -> f64 {
    let pairs = significant(modes, u, truth);
    let factor = |wave: &Wave| f64::from(u8::from(band.holds(wave.largest())));
    let ratio = |states: &[Vec<Complex64>; 2]| {
        let [error, size] = [0, 1].map(|i| norm(modes, &states[i], factor));
        error / size
    };
    pairs.iter().map(ratio).sum()
}

/// `fourier_nRMSE` of all waves and that of the slopes, added: no norm.
///
/// # Panics
/// When a state is not made of channels with the points of the grid.
pub fn h1<T: Copy + Into<f64>>(modes: &mut Modes, u: &[T], truth: &[T]) -> f64 {
    let pairs = significant(modes, u, truth);
    let ratio = |states: &[Vec<Complex64>; 2]| {
        let [error, size] = [0, 1].map(|i| norm(modes, &states[i], |_| 1.0));
        let slopes = [0, 1].map(|i| {
            let along = |axis: usize| norm(modes, &states[i], |wave| wave.periods[axis].powi(2));
            (0..3).map(along).sum::<f64>()
        });
        error / size + slopes[0] / slopes[1]
    };
    pairs.iter().map(ratio).sum()
}

/// The mean over channels of `⟨u u*⟩ / (‖u‖ ‖u*‖)`.
pub fn correlation<T: Copy + Into<f64>>(u: &[T], truth: &[T], num_points: usize) -> f64 {
    let channels = u.chunks(num_points).zip(truth.chunks(num_points));
    let cosine = |(u, t): (&[T], &[T])| {
        let dot =
            |a: &[T], b: &[T]| -> f64 { a.iter().zip(b).map(|(&a, &b)| a.into() * b.into()).sum() };
        dot(u, t) / (dot(u, u) * dot(t, t)).sqrt()
    };
    channels.map(cosine).sum::<f64>() / (truth.len() / num_points) as f64
}

/// The modes of error and truth of every channel, without those that count as 0.
fn significant<T: Copy + Into<f64>>(
    modes: &mut Modes,
    u: &[T],
    truth: &[T],
) -> Vec<[Vec<Complex64>; 2]> {
    let least = ROUNDING / modes.num_points() as f64;
    let kept = |mode: Complex64| {
        if mode.norm() < least {
            Complex64::ZERO
        } else {
            mode
        }
    };
    let pairs = modes.pairs(u, truth).into_iter();
    let of = |[u, truth]: [Vec<Complex64>; 2]| {
        let error = u.iter().zip(&truth).map(|(u, t)| kept(u - t)).collect();
        [error, truth.into_iter().map(kept).collect()]
    };
    pairs.map(of).collect()
}

/// `√(Σ w f |û|²)`.
fn norm(modes: &Modes, u_hat: &[Complex64], factor: impl Fn(&Wave) -> f64) -> f64 {
    let seen = u_hat.iter().zip(modes.waves());
    let squares = seen.map(|(u, wave)| wave.weight * factor(wave) * u.norm_sqr());
    squares.sum::<f64>().sqrt()
}
