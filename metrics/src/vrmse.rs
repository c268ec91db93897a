//! Variance-scaled root mean square error: 1 for a forecast that knows the mean of every field and nothing else.
//!
//! `VRMSE = mean over channels of √(⟨(u − u*)²⟩ / ⟨(u* − ⟨u*⟩)²⟩)`: Ohana et al. (2024), The Well.
//! Their program divides by the unbiased variance and adds 10⁻⁷, which is [`compat`](super::compat::the_well).

use super::correlation::constant;
use super::ratio::{mean_over_channels, ratio};
use super::{Definition, Measure, MetricEntry, Scale, mse};

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "vrmse",
    formula: "√(⟨(u − u*)²⟩ / ⟨(u* − ⟨u*⟩)²⟩)",
    summary: "error of a field over its standard deviation, mean over channels; 1 where only the mean is known",
    definition: Definition::States(|fields| {
        let points = fields.num_points();
        Ok(Measure::one("vrmse", Scale::Varying, move |pair| {
            vrmse(pair.prediction, pair.truth, points)
        }))
    }),
};

/// The mean of `√(⟨(u − u*)²⟩ / ⟨(u* − ⟨u*⟩)²⟩)` over the channels that are not constant; where all of them are, 0 for an
/// exact forecast and infinite for another.
pub fn vrmse<T: Copy + Into<f64>>(u: &[T], truth: &[T], num_points: usize) -> f64 {
    mean_over_channels(u, truth, num_points, variance, |u, t| {
        ratio(mse(u, t), variance(t)).sqrt()
    })
}

/// `⟨(u − ⟨u⟩)²⟩`; 0, not what rounding of the mean leaves, where all values are equal.
pub fn variance<T: Copy + Into<f64>>(u: &[T]) -> f64 {
    if constant(u) {
        return 0.0;
    }
    let count = u.len() as f64;
    let mean = u.iter().map(|&x| x.into()).sum::<f64>() / count;
    let squares = u.iter().map(|&x| (x.into() - mean).powi(2));
    squares.sum::<f64>() / count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modes::tests::{GRIDS, wave};

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
        assert!(vrmse(&[0.1; 3], &[0.1; 3], 3).abs() <= 0.0); // 0.1 is no 64-bit number
        let one = vrmse(&[0.5, 1.5, 8.0, 7.0], &[0.0, 2.0, 7.0, 7.0], 2); // the second is constant
        assert!((one - 0.5).abs() < 1e-15, "{one}");
    }
}
