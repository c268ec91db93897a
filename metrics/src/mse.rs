//! Mean square error: `⟨(u − u*)²⟩` over all points and channels.

use super::{Definition, Measure, MetricEntry, Scale};

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "mse",
    formula: "⟨(u − u*)²⟩",
    summary: "mean square error over points and channels",
    definition: Definition::States(|_| {
        Ok(Measure::one("mse", Scale::Square, |pair| {
            mse(pair.prediction, pair.truth)
        }))
    }),
};

/// `⟨(u − u*)²⟩` over all numbers of two states.
///
/// ```
/// assert_eq!(ondine_metrics::mse(&[1.0, 2.0], &[1.0, 4.0]), 2.0);
/// ```
pub fn mse<T: Copy + Into<f64>>(u: &[T], truth: &[T]) -> f64 {
    let pairs = u.iter().zip(truth);
    let squares = pairs.map(|(&u, &t)| {
        let error = u.into() - t.into();
        error * error
    });
    squares.sum::<f64>() / truth.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modes::tests::{GRIDS, wave};

    #[test]
    fn a_cosine_has_the_mean_square_one_half() {
        for (points, _) in GRIDS {
            let k = &[1.0, 2.0, 3.0][..points.len()];
            let first = wave(points, k, 3.0, 0.4);
            let u = [first.clone(), vec![2.0; first.len()]].concat(); // two channels
            let error = mse(&u, &vec![0.0; u.len()]);
            assert!((error - 0.5 * (4.5 + 4.0)).abs() < 1e-14, "{points:?}"); // rounding
        }
        assert!((mse(&[1.0_f32, f32::MAX], &[0.0, f32::MAX]) - 0.5).abs() <= 0.0);
    }
}
