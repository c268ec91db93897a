//! The Well 1.2.0 (Ohana et al. 2024): every channel by itself, then their mean, with 10⁻⁷ added to what is divided by.
//!
//! The number that is added has units, so fields with small numbers have smaller errors. The variance is the unbiased one
//! (`n − 1`), the covariance the biased one, so that the correlation of a state with itself is `1 − 1/n`.

use crate::vrmse::variance;
use crate::{Definition, Measure, MetricEntry, Pair, Scale, binned_spectral, mse};

/// Number added to divisors.
const EPSILON: f64 = 1e-7;

/// `NRMSE`.
pub(crate) const NRMSE: MetricEntry = MetricEntry {
    kind: "nrmse_the_well",
    formula: "√(⟨(u − u*)²⟩ / (⟨u*²⟩ + 10⁻⁷))",
    summary: "NRMSE of The Well, mean over channels",
    definition: Definition::States(|fields| {
        let points = fields.num_points();
        let of = move |pair: &Pair<'_>| nrmse(pair.prediction, pair.truth, points);
        Ok(Measure::one("nrmse_the_well", Scale::Relative, of))
    }),
};

/// `VRMSE`.
pub(crate) const VRMSE: MetricEntry = MetricEntry {
    kind: "vrmse_the_well",
    formula: "√(⟨(u − u*)²⟩ / (σ² + 10⁻⁷)), σ² over n − 1",
    summary: "VRMSE of The Well, mean over channels",
    definition: Definition::States(|fields| {
        let points = fields.num_points();
        let of = move |pair: &Pair<'_>| vrmse(pair.prediction, pair.truth, points);
        Ok(Measure::one("vrmse_the_well", Scale::Varying, of))
    }),
};

/// `PearsonR`.
pub(crate) const CORRELATION: MetricEntry = MetricEntry {
    kind: "correlation_the_well",
    formula: "⟨(u − ⟨u⟩)(u* − ⟨u*⟩)⟩ / (σ σ* + 10⁻⁷), σ² over n − 1",
    summary: "PearsonR of The Well, mean over channels",
    definition: Definition::States(|fields| {
        let points = fields.num_points();
        let of = move |pair: &Pair<'_>| correlation(pair.prediction, pair.truth, points);
        Ok(Measure::one("correlation_the_well", Scale::Correlation, of))
    }),
};

/// `binned_spectral_mse`.
pub(crate) const BINNED_SPECTRAL: MetricEntry = MetricEntry {
    kind: "binned_spectral_the_well",
    formula: "Σ |û − û*|² and Σ |û − û*|² / (Σ |û*|² + 10⁻⁷) over a third of log k",
    summary: "binned_spectral_mse of The Well: binned_spectral_the_well_mse_0 to 2, binned_spectral_the_well_nmse_0 to 2",
    definition: Definition::States(|fields| {
        let spacing = binned_spectral::Spacing::One;
        binned_spectral::measure("binned_spectral_the_well", fields, spacing, EPSILON)
    }),
};

/// The mean over channels of `√(⟨(u − u*)²⟩ / (⟨u*²⟩ + 10⁻⁷))`.
pub fn nrmse<T: Copy + Into<f64>>(u: &[T], truth: &[T], num_points: usize) -> f64 {
    mean_over_channels(u, truth, num_points, |u, t| {
        let square = t.iter().map(|&t| t.into() * t.into()).sum::<f64>() / t.len() as f64;
        (mse(u, t) / (square + EPSILON)).sqrt()
    })
}

/// The mean over channels of `√(⟨(u − u*)²⟩ / (σ² + 10⁻⁷))`.
pub fn vrmse<T: Copy + Into<f64>>(u: &[T], truth: &[T], num_points: usize) -> f64 {
    mean_over_channels(u, truth, num_points, |u, t| {
        (mse(u, t) / (unbiased(t) + EPSILON)).sqrt()
    })
}

/// The mean over channels of the biased covariance over unbiased standard deviations and 10⁻⁷.
pub fn correlation<T: Copy + Into<f64>>(u: &[T], truth: &[T], num_points: usize) -> f64 {
    mean_over_channels(u, truth, num_points, |u, t| {
        let count = t.len() as f64;
        let mean = |state: &[T]| state.iter().map(|&x| x.into()).sum::<f64>() / count;
        let (u_mean, t_mean) = (mean(u), mean(t));
        let products = u.iter().zip(t);
        let covariance: f64 = products
            .map(|(&u, &t)| (u.into() - u_mean) * (t.into() - t_mean))
            .sum();
        covariance / count / ((unbiased(u) * unbiased(t)).sqrt() + EPSILON)
    })
}

/// `Σ (u − ⟨u⟩)² / (n − 1)`.
fn unbiased<T: Copy + Into<f64>>(u: &[T]) -> f64 {
    let count = u.len() as f64;
    variance(u) * count / (count - 1.0)
}

fn mean_over_channels<T: Copy + Into<f64>>(
    u: &[T],
    truth: &[T],
    num_points: usize,
    of: impl Fn(&[T], &[T]) -> f64,
) -> f64 {
    let channels = u.chunks(num_points).zip(truth.chunks(num_points));
    channels.map(|(u, t)| of(u, t)).sum::<f64>() / (truth.len() / num_points) as f64
}
