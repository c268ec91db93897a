//! The end of a training in numbers, `summary.json`.

use ondine_datasets::FailureCounts;
use ondine_metrics::results::{SolverErrors, read_solver_errors};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// The end of a training in numbers, `summary.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// "finished" or "interrupted".
    pub status: String,
    /// Steps done.
    pub steps: usize,
    /// Seconds of training, evaluation left out.
    pub training_s: f64,
    /// Seconds altogether, over all processes of the run.
    pub wall_s: f64,
    /// Name of the device.
    pub device: String,
    /// Trainable numbers of the network.
    pub parameters: usize,
    /// Largest memory of the process in MiB, where the system tells.
    pub peak_memory_mib: Option<f64>,
    /// Share of the training time that the trainer waited for windows.
    pub trainer_wait: f64,
    /// Share of their time that the workers waited for room.
    pub solver_wait: f64,
    /// Simulations that were run to their end.
    pub simulations: u64,
    /// Attempts at them that failed.
    #[serde(default)]
    pub failures: FailureCounts,
    /// Windows that training read.
    pub windows: u64,
    /// Passes over the file of an offline training; none where solvers made the windows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epochs: Option<f64>,
    /// Trajectories of the file that were left out for values that are no data.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub skipped: u64,
    /// Version of Ondine.
    pub version: String,
    /// The equation.
    pub equation: String,
    /// Errors of the solver that made the truth.
    #[serde(
        default,
        alias = "reference_error",
        deserialize_with = "read_solver_errors"
    )]
    pub solver_errors: SolverErrors,
    /// The scores of the last evaluation of the training; none where there was none.
    #[serde(default)]
    pub scores: Option<Scores>,
    /// The best evaluation, whose surrogate is kept; with `train.best`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<Best>,
    /// Whether the training ended before its last step, because its score got no better (`train.patience`).
    #[serde(default, skip_serializing_if = "is_false")]
    pub stopped_early: bool,
}

/// The best evaluation of a training by one number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Best {
    /// Name of the number, as its line of `metrics.jsonl` has it.
    pub metric: String,
    /// Steps done before it.
    pub step: usize,
    /// The number.
    pub score: f64,
    /// Evaluations since, none of which was better.
    pub since: usize,
}

/// The numbers of an evaluation, as its line of `metrics.jsonl` has them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Steps done before it.
    pub step: usize,
    /// The metrics of the recipe by name; none where a number is not finite.
    pub metrics: BTreeMap<String, Option<f64>>,
}

impl Scores {
    /// The scores of metrics that were measured after `step`.
    pub fn new(step: usize, metrics: BTreeMap<String, f64>) -> Self {
        let finite = |value: f64| value.is_finite().then_some(value);
        let metrics = metrics.into_iter();
        Self {
            step,
            metrics: metrics.map(|(name, value)| (name, finite(value))).collect(),
        }
    }
}

/// Whether a flag is left out of a file.
fn is_false(flag: &bool) -> bool {
    !flag
}

/// Whether a count is left out of a file.
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Summary {
    /// The summary that a run keeps, if its training has ended once.
    ///
    /// # Errors
    /// Why the file can't be read, in words.
    pub fn read(directory: &Path) -> Result<Option<Self>, String> {
        super::optional(&directory.join("summary.json"), super::json)
    }
}
