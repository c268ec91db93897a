//! Normalised root mean square error: `‖u − u*‖₂ / ‖u*‖₂` over all points and channels of one state.

use super::ratio::ratio;
use super::{Definition, MetricEntry, Scale};

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "nrmse",
    formula: "‖u − u*‖₂ / ‖u*‖₂",
    summary: "normalised root mean square error over points and channels, mean over held-out simulations",
    definition: Definition::Rollout {
        curves: &[], // every evaluation has it
        read: |evaluation| {
            vec![
                ("nrmse".to_owned(), evaluation.surrogate.nrmse),
                ("persistence_nrmse".to_owned(), evaluation.persistence.nrmse),
            ]
        },
    },
};

/// The largest error that is told apart; a forecast that left the range of numbers counts as this.
pub const WORST: f64 = 1e6;

/// `‖u − truth‖₂ / ‖truth‖₂`, at most [`WORST`]; 0 where both are equal, also to nothing.
pub fn nrmse<T: Copy + Into<f64>>(u: &[T], truth: &[T]) -> f64 {
    Scale::Relative.bound(unbounded(u, truth))
}

/// [`nrmse`]; none where the truth is zero everywhere and a finite forecast is not.
pub fn checked_nrmse(u: &[f32], truth: &[f32]) -> Option<f64> {
    let error = unbounded(u, truth);
    let nothing = error.is_infinite() && u.iter().all(|x| x.is_finite());
    (!nothing).then(|| Scale::Relative.bound(error))
}

/// `‖u − truth‖₂ / ‖truth‖₂`, infinite where the truth alone is zero.
fn unbounded<T: Copy + Into<f64>>(u: &[T], truth: &[T]) -> f64 {
    let square = |x: f64| x * x;
    let pairs = u.iter().zip(truth);
    let error: f64 = pairs.map(|(&u, &t)| square(u.into() - t.into())).sum();
    let size: f64 = truth.iter().map(|&t| square(t.into())).sum();
    ratio(error, size).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_is_relative_to_the_truth() {
        assert!((nrmse(&[3.0, 0.0], &[3.0, 4.0]) - 0.8).abs() < 1e-15);
        assert!(nrmse(&[f32::NAN], &[1.0]) >= WORST);
        assert!(nrmse(&[0.0, 0.0], &[0.0, 0.0]).abs() <= 0.0);
        assert!(nrmse(&[1e-30], &[0.0]) >= WORST);
    }
}
