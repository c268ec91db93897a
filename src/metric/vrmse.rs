//! Variance-scaled root mean square error: 1 for a forecast that knows the mean of every field and nothing else.
//!
//! `VRMSE = mean over channels of √(⟨(u − u*)²⟩ / ⟨(u* − ⟨u*⟩)²⟩)`: Ohana et al. (2024), The Well.
//! Their program divides by the unbiased variance and adds 10⁻⁷, which is [`compat`](super::compat::the_well).

use super::{Judge, Measure, MetricEntry, Scale, mse};

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "vrmse",
    formula: "√(⟨(u − u*)²⟩ / ⟨(u* − ⟨u*⟩)²⟩)",
    summary: "error of a field over its standard deviation, mean over channels; 1 where only the mean is known",
    judge: Judge::States(|fields| {
        let points = fields.num_points();
        Ok(Measure::one("vrmse", Scale::Relative, move |pair| {
            vrmse(pair.prediction, pair.truth, points)
        }))
    }),
};

/// The mean over channels of `√(⟨(u − u*)²⟩ / ⟨(u* − ⟨u*⟩)²⟩)`; infinite where the truth is constant.
pub fn vrmse<T: Copy + Into<f64>>(u: &[T], truth: &[T], num_points: usize) -> f64 {
    let channels = u.chunks(num_points).zip(truth.chunks(num_points));
    let ratios = channels.map(|(u, t)| (mse(u, t) / variance(t)).sqrt());
    ratios.sum::<f64>() / (truth.len() / num_points) as f64
}

/// `⟨(u − ⟨u⟩)²⟩`.
pub(super) fn variance<T: Copy + Into<f64>>(u: &[T]) -> f64 {
    let count = u.len() as f64;
    let mean = u.iter().map(|&x| x.into()).sum::<f64>() / count;
    let squares = u.iter().map(|&x| (x.into() - mean).powi(2));
    squares.sum::<f64>() / count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::modes::tests::{GRIDS, wave};

    #[test]
    fn the_mean_alone_has_the_error_one_whatever_the_units() {
        for (points, _) in GRIDS {
            let n: usize = points.iter().product();
            let k = &[1.0, 2.0, 3.0][..points.len()];
            let mut truth = wave(points, k, 3.0, 0.4);
            truth.extend(wave(points, k, 5e-4, 0.0));
            truth.iter_mut().for_each(|t| *t += 7.0);
            let error = vrmse(&vec![7.0; 2 * n], &truth, n);
            assert!((error - 1.0).abs() < 1e-12, "{points:?}: {error}"); // 7 + 5e-4 in 64 bits
            let mut half = truth.clone();
            half[..n].fill(7.0);
            let error = vrmse(&half, &truth, n);
            assert!(
                (error - 0.5).abs() < 1e-14,
                "{points:?}: one channel of two"
            );
        }
        assert!(vrmse(&[1.0_f32, 2.0], &[3.0, 3.0], 2).is_infinite());
    }
}
