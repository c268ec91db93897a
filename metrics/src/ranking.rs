//! Metrics that rank surrogates: one number of an evaluation, and which of two values is the better one.

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A metric that ranks surrogates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranking {
    /// Name in a recipe.
    pub metric: &'static str,
    /// Name of the number that counts, as [`MetricEntry::numbers`](super::MetricEntry::numbers) has it.
    pub number: &'static str,
    /// The better of two values.
    pub better: Better,
}

/// The better of two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// The smaller one, as of errors.
    Lower,
    /// The larger one, as of correlations.
    Higher,
}

/// The metrics that rank.
pub const RANKINGS: [Ranking; 11] = [
    lower("nrmse"),
    lower("nrmse_geometric_mean"),
    higher("correlation_time", "correlation_time_0.8"),
    higher("correlation", "correlation"),
    lower("mse"),
    lower("rmse"),
    lower("vrmse"),
    lower("max_error"),
    lower("relative_l2"),
    lower("h1"),
    lower("log_spectral_distance"),
];

const fn lower(metric: &'static str) -> Ranking {
    Ranking {
        metric,
        number: metric,
        better: Better::Lower,
    }
}

const fn higher(metric: &'static str, number: &'static str) -> Ranking {
    Ranking {
        metric,
        number,
        better: Better::Higher,
    }
}

impl Ranking {
    /// The ranking by a metric; none where its numbers have no order.
    #[must_use]
    pub fn of(metric: &str) -> Option<Self> {
        RANKINGS.into_iter().find(|one| one.metric == metric)
    }

    /// The score of an evaluation with these numbers; none where it has no finite one.
    #[must_use]
    pub fn score(&self, numbers: &BTreeMap<String, f64>) -> Option<f64> {
        let score = numbers.get(self.number).copied();
        score.filter(|score| score.is_finite())
    }

    /// Whether the first score is better than the second one.
    #[must_use]
    pub fn is_better(&self, score: f64, than: f64) -> bool {
        match self.better {
            Better::Lower => score < than,
            Better::Higher => score > than,
        }
    }

    /// The order of two scores, the better one first and none last.
    #[must_use]
    pub fn order(&self, first: Option<f64>, second: Option<f64>) -> Ordering {
        match (first, second) {
            (Some(first), Some(second)) if self.better == Better::Lower => first.total_cmp(&second),
            (Some(first), Some(second)) => second.total_cmp(&first),
            (first, second) => second.is_some().cmp(&first.is_some()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::doubles::evaluation;
    use crate::{Definition, Fields, METRICS, Meaning};
    use ondine_solvers::AxisKind;

    #[test]
    fn every_ranking_is_a_number_of_its_metric() {
        let fields = Fields {
            points: &[16],
            axes: &[AxisKind::PERIODIC],
            lengths: &[&[1.0]],
            meaning: Meaning::Scalars,
        };
        for Ranking { metric, number, .. } in RANKINGS {
            let entry = METRICS.iter().find(|entry| entry.kind == metric);
            let entry = entry.unwrap_or_else(|| panic!("{metric} is no metric"));
            let names: Vec<String> = match entry.definition {
                Definition::States(make) => make(&fields).expect("a grid").names,
                Definition::Rollout { read, .. } => {
                    let numbers = read(&evaluation()).into_iter();
                    numbers.map(|(name, _)| name).collect()
                }
            };
            assert!(
                names.iter().any(|name| name == number),
                "{metric}: {names:?}"
            );
        }
    }

    #[test]
    fn errors_are_better_smaller_and_correlations_larger() {
        let [error, time] =
            ["nrmse", "correlation_time"].map(|name| Ranking::of(name).expect(name));
        assert!(error.is_better(0.1, 0.2) && !error.is_better(0.2, 0.2));
        assert!(time.is_better(3.0, 2.0) && !time.is_better(2.0, 2.0));
        assert_eq!(Ranking::of("spectrum"), None);
        let mut scores = [None, Some(2.0), Some(3.0), None, Some(1.0)];
        scores.sort_by(|a, b| error.order(*a, *b));
        assert_eq!(scores, [Some(1.0), Some(2.0), Some(3.0), None, None]);
        scores.sort_by(|a, b| time.order(*a, *b));
        assert_eq!(scores, [Some(3.0), Some(2.0), Some(1.0), None, None]);
        let numbers = [
            ("nrmse".to_owned(), f64::NAN),
            ("correlation_time_0.8".to_owned(), 2.5),
        ];
        let numbers = numbers.into();
        assert_eq!(error.score(&numbers), None);
        assert_eq!(time.score(&numbers), Some(2.5));
    }
}
