//! Mean absolute error: `⟨|u − u*|⟩` over all points and channels.

use super::{Definition, Measure, MetricEntry, Scale};

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "mean_absolute_error",
    formula: "⟨|u − u*|⟩",
    summary: "mean absolute error over points and channels, in units of the fields",
    definition: Definition::States(|_| {
        let name = "mean_absolute_error";
        Ok(Measure::one(name, Scale::Absolute, |pair| {
            mean_absolute_error(pair.prediction, pair.truth)
        }))
    }),
};

/// `⟨|u − u*|⟩` over all numbers of two states.
pub fn mean_absolute_error<T: Copy + Into<f64>>(u: &[T], truth: &[T]) -> f64 {
    let pairs = u.iter().zip(truth);
    let errors = pairs.map(|(&u, &t)| (u.into() - t.into()).abs());
    errors.sum::<f64>() / truth.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_mean_of_the_errors() {
        assert!((mean_absolute_error(&[1.0_f32, -2.0], &[0.0, 1.0]) - 2.0).abs() < 1e-15);
        assert_eq!(ENTRY.kind, "mean_absolute_error");
    }
}
