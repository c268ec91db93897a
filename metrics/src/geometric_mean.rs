//! Geometric mean of the error over a rollout: one number for short and long horizons alike.
//!
//! `(Π_{t=1}^{T} e_t)^{1/T}` of the nRMSE, averaged over simulations first. Koehler et al. (2024), `APEBench`, takes the
//! first 100 steps; here they are all. An error of zero makes it zero.

use super::{Definition, MetricEntry};

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "nrmse_geometric_mean",
    formula: "(Π nrmse(t))^(1/T)",
    summary: "geometric mean of nrmse over the steps of a rollout",
    definition: Definition::Rollout {
        curves: &[], // every evaluation has it
        read: |evaluation| {
            let name = "nrmse_geometric_mean";
            vec![
                (
                    name.to_owned(),
                    geometric_mean(&evaluation.surrogate.nrmse_over_time),
                ),
                (
                    format!("persistence_{name}"),
                    geometric_mean(&evaluation.persistence.nrmse_over_time),
                ),
            ]
        },
    },
};

/// `(Π xᵢ)^{1/n}` of numbers that are 0 or more; not a number for none.
pub fn geometric_mean(values: &[f64]) -> f64 {
    let logarithms: f64 = values.iter().map(|x| x.ln()).sum();
    (logarithms / values.len() as f64).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_geometric_series_it_is_the_middle() {
        let series: Vec<f64> = (-3..=3).map(|i| 5.0 * 10_f64.powi(i)).collect();
        assert!((geometric_mean(&series) - 5.0).abs() < 1e-13); // rounding of logarithms
        assert!(geometric_mean(&[0.0, 1.0]).abs() <= 0.0);
    }
}
