//! Largest error of a point: `max |u − u*|` over all points and channels.

use super::{Definition, Measure, MetricEntry, Scale};

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "max_error",
    formula: "max |u − u*|",
    summary: "largest error of a point, in units of the fields, mean over held-out simulations",
    definition: Definition::States(|_| {
        Ok(Measure::one("max_error", Scale::Absolute, |pair| {
            max_error(pair.prediction, pair.truth)
        }))
    }),
};

/// `max |u − u*|` over all numbers of two states; not a number where one of them is none.
pub fn max_error<T: Copy + Into<f64>>(u: &[T], truth: &[T]) -> f64 {
    let errors = u
        .iter()
        .zip(truth)
        .map(|(&u, &t)| (u.into() - t.into()).abs());
    // `f64::max` would pass over NaN.
    errors.fold(0.0, |most: f64, error| {
        if most.is_nan() || error.is_nan() {
            f64::NAN
        } else {
            most.max(error)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_that_of_the_worst_point() {
        assert!((max_error(&[1.0_f32, 5.0, -3.0], &[1.5, 4.0, -0.5]) - 2.5).abs() <= 0.0);
        assert!(max_error(&[f64::NAN, 1.0], &[0.0, 0.0]).is_nan());
    }
}
