//! Errors that end a training.

use crate::evaluation::JudgeError;
use crate::group::Elsewhere;
use crate::run::RunError;
use ondine_datasets::DataError;
use ondine_datasets::files::DatasetError;

/// Why a training ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A simulation failed.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The simulations are those of another program.
    #[error(
        "the simulations are handed over by the program that trains (source.kind = \"library\"): run that program"
    )]
    NoSource,
    /// The file of `[data]` can't be read.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// A file of the run can't be read or written.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The evaluation failed.
    #[error(transparent)]
    Evaluation(JudgeError),
    /// Another process of the group failed.
    #[error(transparent)]
    Elsewhere(#[from] Elsewhere),
    /// A field that the surrogate keeps positive is not positive in the data.
    #[error(
        "`{field}` of simulation {simulation} has the value {value:e}, and model.keep_positive keeps it above 0: leave \
         `{field}` out of keep_positive, or mend the data"
    )]
    NotPositive {
        /// Which field.
        field: String,
        /// Which simulation.
        simulation: u64,
        /// Its value.
        value: f64,
    },
    /// The loss left the range of numbers.
    #[error(
        "the loss is not finite at step {step}: lower train.optimizer.learning_rate (now {rate}) and start again"
    )]
    Loss {
        /// The step.
        step: usize,
        /// The largest learning rate.
        rate: f64,
    },
    /// The training was told to stop before its first step; there is no checkpoint yet.
    #[error("stopped before the first step; go on with `ondine train --resume {0}`")]
    Stopped(String),
    /// The simulations gave fewer windows than planned.
    #[error(
        "no windows are left at step {step} of {steps}: every window of every simulation has been read; go on with more, \
         --set ensemble.simulations=N"
    )]
    NoWindows {
        /// Steps done.
        step: usize,
        /// Steps planned.
        steps: usize,
    },
}

impl From<JudgeError> for TrainError {
    fn from(error: JudgeError) -> Self {
        match error {
            JudgeError::Elsewhere(error) => Self::Elsewhere(error),
            error => Self::Evaluation(error),
        }
    }
}
