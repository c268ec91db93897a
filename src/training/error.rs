//! Errors of trainings.

use crate::device::DeviceError;
use crate::group::Elsewhere;
use crate::recipe::RecipeError;
use crate::report::ReportError;
use crate::resolution::LookError;
use crate::run::RunError;
use crate::trainer::TrainError;
use ondine_datasets::DataError;

/// Why a training did not come to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainingError {
    /// The recipe is wrong.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// The device can't be had.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The directory of the run is wrong, or the disk refuses.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A simulation can't begin.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The training failed.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// The report failed.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// Another process of the group failed.
    #[error(transparent)]
    Elsewhere(#[from] Elsewhere),
    /// The processes of the group do not train the same.
    #[error("rank {rank} has {found} than rank 0: start all of them alike")]
    Differs {
        /// The process.
        rank: usize,
        /// Its properties, with both values where they are few.
        found: String,
    },
    /// The run has nothing left to do.
    #[error("{run} is finished: all {steps} steps are done")]
    Finished {
        /// The run.
        run: String,
        /// Its steps.
        steps: usize,
    },
    /// The training of the run ended before its last step, because its score got no better.
    #[error(
        "{run} is finished: it stopped early at step {step}, after {since} evaluations without a better score; go on with more \
         patience, --set train.patience={}",
        since + 1
    )]
    StoppedEarly {
        /// The run.
        run: String,
        /// Its steps.
        step: usize,
        /// Evaluations since the best one.
        since: usize,
    },
    /// A training that takes turns with a program has observers or other ranks.
    #[error(
        "a training that takes turns with a program tells no observer and has one rank: leave out `observe` and `group`, and read metrics.jsonl of its run"
    )]
    Observed,
    /// A training that takes turns with a program has failed before.
    #[error(
        "the training {0} has failed before; `Training::resume` goes on from its last checkpoint"
    )]
    Over(String),
}

impl From<LookError> for TrainingError {
    fn from(error: LookError) -> Self {
        match error {
            LookError::Recipe(error) => Self::Recipe(error),
            LookError::Data(error) => Self::Data(error),
        }
    }
}
