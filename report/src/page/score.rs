//! Quality of the surrogate, in the few numbers that the verdict names.

use crate::files::{Record, RunFiles};
use ondine_metrics::results::{Evaluation, Judged};

/// The correlation below which a forecast counts as lost, as it is written in the metrics.
pub(super) const THRESHOLD: &str = "0.8";
/// The same as a number.
pub(super) const THRESHOLD_VALUE: f64 = 0.8;

/// One forecaster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Forecaster {
    /// nRMSE after one step.
    pub(super) step_error: Option<f64>,
    /// Time until the mean correlation falls below the threshold.
    pub(super) time: Option<f64>,
    /// The correlation never fell below the threshold: `time` is only a lower bound.
    pub(super) to_the_end: bool,
}

/// The surrogate beside the forecast that nothing changes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Score {
    pub(super) surrogate: Forecaster,
    pub(super) persistence: Forecaster,
    /// Mean time of one rollout step.
    pub(super) step_time: Option<f64>,
    /// Number of simulations that were judged.
    pub(super) trajectories: Option<usize>,
    /// Whether they are those of a file, which may have been trained on.
    pub(super) of_file: bool,
    /// Share of the rollouts that stayed finite.
    pub(super) finite_share: Option<f64>,
    /// Training step of the weights that were judged.
    pub(super) step: Option<u64>,
    /// Time of the cheapest solver that is as good over that of the surrogate.
    pub(super) matched_cost: Option<f64>,
}

impl Score {
    /// From the evaluation, else from the last evaluation line of the metrics.
    pub(super) fn new(run: &RunFiles) -> Option<Self> {
        match &run.evaluation {
            Some(evaluation) => Some(from_evaluation(evaluation)),
            None => run.metrics.evaluations.last().map(from_record),
        }
    }

    /// Correlation time of the surrogate over that of persistence.
    pub(super) fn ratio(&self) -> Option<f64> {
        let ratio = self.surrogate.time? / self.persistence.time?;
        ratio.is_finite().then_some(ratio)
    }
}

fn from_evaluation(evaluation: &Evaluation) -> Score {
    Score {
        surrogate: judged(&evaluation.surrogate),
        persistence: judged(&evaluation.persistence),
        step_time: evaluation.times.first().copied().filter(|time| *time > 0.0),
        trajectories: Some(evaluation.trajectories),
        of_file: evaluation.file.is_some(),
        finite_share: Some(evaluation.surrogate.finite_share),
        step: Some(evaluation.step as u64),
        matched_cost: matched_cost(evaluation),
    }
}

fn matched_cost(evaluation: &Evaluation) -> Option<f64> {
    let matched = evaluation.speed.as_ref()?.same_error.as_ref()?;
    Some(matched.solver.ratio)
}

fn judged(judged: &Judged) -> Forecaster {
    let correlation = &judged.correlation_over_time;
    Forecaster {
        step_error: Some(judged.nrmse),
        time: judged
            .correlation_time
            .get(THRESHOLD)
            .copied()
            .filter(|time| time.is_finite()),
        to_the_end: !correlation.is_empty() && correlation.iter().all(|c| *c >= THRESHOLD_VALUE),
    }
}

fn from_record(record: &Record) -> Score {
    let forecaster = |prefix: &str| Forecaster {
        step_error: record.get(&format!("{prefix}nrmse")),
        time: record.get(&format!("{prefix}correlation_time_{THRESHOLD}")),
        to_the_end: false,
    };
    Score {
        surrogate: forecaster(""),
        persistence: forecaster("persistence_"),
        step_time: None,
        trajectories: None,
        of_file: false,
        finite_share: None,
        step: record.get("step").map(|step| step as u64),
        matched_cost: None,
    }
}
