//! Pearson correlation: `⟨(u − ⟨u⟩)(u* − ⟨u*⟩)⟩ / (σ σ*)` over all points and channels of one state.
//!
//! Lippe et al. (2023), PDE-Refiner, §4.1. Means, like `σ`, are over points and channels together.

use super::{Definition, Measure, MetricEntry, Scale};

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "correlation",
    formula: "⟨(u − ⟨u⟩)(u* − ⟨u*⟩)⟩ / (σ σ*)",
    summary: "Pearson correlation of forecast and truth over points and channels",
    definition: Definition::States(|_| {
        Ok(Measure::one("correlation", Scale::Correlation, |pair| {
            checked_correlation(pair.prediction, pair.truth).unwrap_or(f64::NAN)
        }))
    }),
};

/// Pearson correlation of two states over all points and channels; where one of them is constant or not finite, 1 if they
/// are equal and else 0.
pub fn correlation<T: Copy + Into<f64>>(u: &[T], truth: &[T]) -> f64 {
    let count = u.len() as f64;
    let mean = |state: &[T]| state.iter().map(|&x| x.into()).sum::<f64>() / count;
    let (u_mean, truth_mean) = (mean(u), mean(truth));
    let (mut covariance, mut u_variance, mut truth_variance) = (0.0, 0.0, 0.0);
    for (&u, &t) in u.iter().zip(truth) {
        let (u, t) = (u.into() - u_mean, t.into() - truth_mean);
        covariance += u * t;
        u_variance += u * u;
        truth_variance += t * t;
    }
    let found = covariance / (u_variance * truth_variance).sqrt();
    if constant(u) || constant(truth) {
        f64::from(u8::from(equal(u, truth)))
    } else {
        Scale::Correlation.bound(found)
    }
}

/// [`correlation`]; none where the truth is constant and a finite forecast differs from it.
pub fn checked_correlation(u: &[f32], truth: &[f32]) -> Option<f64> {
    let nothing = constant(truth) && u.iter().all(|x| x.is_finite()) && !equal(u, truth);
    (!nothing).then(|| correlation(u, truth))
}

/// Whether all values are the same number.
pub(super) fn constant<T: Copy + Into<f64>>(state: &[T]) -> bool {
    let first: f64 = state.first().map_or(0.0, |&x| x.into());
    state.iter().all(|&x| (x.into() - first).abs() <= 0.0)
}

/// Whether both are the same numbers.
pub(super) fn equal<T: Copy + Into<f64>>(u: &[T], truth: &[T]) -> bool {
    let mut pairs = u.iter().zip(truth);
    pairs.all(|(&u, &t)| (u.into() - t.into()).abs() <= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modes::tests::{GRIDS, wave};

    #[test]
    fn correlation_ignores_offset_and_scale() {
        let u = [1.0, 2.0, 4.0];
        let scaled = [12.0, 14.0, 18.0];
        assert!((correlation(&u, &scaled) - 1.0).abs() < 1e-12);
        let flipped = [-1.0, -2.0, -4.0];
        assert!((correlation(&u, &flipped) + 1.0).abs() < 1e-12);
        assert!(correlation(&u, &[f64::NAN; 3]).abs() < 1e-12);
        assert!(correlation(&u, &[1.0; 3]).abs() < 1e-12);
        assert!((correlation(&[0.1; 3], &[0.1; 3]) - 1.0).abs() <= 0.0);
        assert!(correlation(&[0.2; 3], &[0.1; 3]).abs() <= 0.0);
        assert!(correlation(&[f32::INFINITY; 2], &[f32::INFINITY; 2]).abs() <= 0.0);
    }

    #[test]
    fn a_wave_shifted_by_a_phase_correlates_with_its_cosine() {
        for (points, _) in GRIDS {
            let k = &[1.0, 2.0, 3.0][..points.len()];
            let vector =
                |phase: f64| [wave(points, k, 2.0, phase), wave(points, k, 1.0, phase)].concat();
            let found = correlation(&vector(0.7), &vector(0.0));
            assert!((found - 0.7_f64.cos()).abs() < 1e-14, "{points:?}"); // rounding
        }
    }
}
