//! Root mean square error: `√⟨(u − u*)²⟩` over all points and channels.

use super::{Definition, Measure, MetricEntry, Scale, mse};

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "rmse",
    formula: "√⟨(u − u*)²⟩",
    summary: "root mean square error over points and channels, in units of the fields",
    definition: Definition::States(|_| {
        Ok(Measure::one("rmse", Scale::Absolute, |pair| {
            rmse(pair.prediction, pair.truth)
        }))
    }),
};

/// `√⟨(u − u*)²⟩` over all numbers of two states.
pub fn rmse<T: Copy + Into<f64>>(u: &[T], truth: &[T]) -> f64 {
    mse(u, truth).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_error_where_all_points_have_the_same() {
        assert!((rmse(&[1.0_f32, 5.0, -3.0], &[3.0, 3.0, -1.0]) - 2.0).abs() < 1e-15);
    }
}
