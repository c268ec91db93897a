//! Errors of commands and their exit codes.

use crate::accuracy::AccuracyError;
use crate::convert::ConvertError;
use crate::device::DeviceError;
use crate::evaluation::{EvaluationError, JudgeError};
use crate::forecast::ForecastError;
use crate::group::{Elsewhere, GroupError};
use crate::inspect::InspectError;
use crate::predict::PredictError;
use crate::recipe::RecipeError;
use crate::report::ReportError;
use crate::resolution::LookError;
use crate::run::RunError;
use crate::simulate::SimulateError;
use crate::sweep::SweepError;
use crate::throughput::MeasureError;
use crate::trainer::TrainError;
use crate::training::TrainingError;
use crate::weights::WeightError;
use ondine_datasets::DataError;
use ondine_datasets::files::DatasetError;
use ondine_solvers::SolverError;
use std::io;
use std::process::ExitCode;

/// Why a command ended without success.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The recipe is wrong.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// The device can't be had.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// A run directory is wrong, or the disk refuses.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The training failed.
    #[error("{0}")]
    Train(#[from] TrainError),
    /// A held-out simulation failed.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The evaluation failed.
    #[error(transparent)]
    Evaluation(SolverError),
    /// The simulations failed.
    #[error(transparent)]
    Simulate(SimulateError),
    /// A file can't be inspected.
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// A file can't be converted.
    #[error(transparent)]
    Convert(#[from] ConvertError),
    /// The prediction failed.
    #[error(transparent)]
    Predict(#[from] PredictError),
    /// The surrogate of a run can't be had.
    #[error(transparent)]
    Forecast(#[from] ForecastError),
    /// A file of weights is wrong, or can't be written.
    #[error(transparent)]
    Weights(#[from] WeightError),
    /// The report failed.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The costs of a training can't be measured.
    #[error(transparent)]
    Measure(#[from] MeasureError),
    /// The command line asks for what can't be.
    #[error("{0}")]
    Usage(String),
    /// The training was told to stop.
    #[error("interrupted; go on with: ondine train --resume {0}")]
    Interrupted(String),
    /// The sweep was told to stop.
    #[error("interrupted; go on with: ondine sweep --resume {0}")]
    SweepInterrupted(String),
    /// Some trainings of a sweep failed.
    #[error(
        "{failed} of {of} combinations failed; to try them again: ondine sweep --resume {directory}"
    )]
    SweepFailed {
        /// How many.
        failed: usize,
        /// Of so many.
        of: usize,
        /// The directory.
        directory: String,
    },
    /// A measurement was told to stop.
    #[error("interrupted; nothing was measured to its end")]
    Stopped,
    /// The ranks that were started can't train together.
    #[error(transparent)]
    Group(#[from] GroupError),
    /// Another rank failed.
    #[error(transparent)]
    Elsewhere(#[from] Elsewhere),
    /// An error that another rank has told, or this one; the exit code of all.
    #[error("exit code {0}")]
    Told(u8),
    /// The reader of our output has gone (`ondine list | head`).
    #[error("output closed")]
    Closed,
    /// Our output can't be written.
    #[error("the output can't be written: {0}")]
    Output(io::Error),
}

impl CliError {
    /// 2 for what the user can mend in the input, 1 for what failed while running, 130 for an interrupted run.
    pub fn code(&self) -> ExitCode {
        ExitCode::from(self.status())
    }

    /// The number of [`Self::code`].
    pub(super) fn status(&self) -> u8 {
        match self {
            Self::Told(status) => *status,
            Self::Recipe(_)
            | Self::Device(_)
            | Self::Group(_)
            | Self::Usage(_)
            | Self::Measure(
                MeasureError::NoSolver(_) | MeasureError::OnDevice | MeasureError::Teacher(_),
            )
            | Self::Inspect(InspectError::Recipe(_)) => 2,
            Self::Run(error)
            | Self::Train(TrainError::Run(error))
            | Self::Forecast(ForecastError::Run(error))
            | Self::Forecast(ForecastError::Weights(WeightError::Run(error)))
            | Self::Weights(WeightError::Run(error)) => run_code(error),
            Self::Forecast(ForecastError::Weights(error)) | Self::Weights(error) => {
                if error.is_system() { 1 } else { 2 }
            }
            Self::Forecast(_) => 2,
            Self::Report(ReportError::Write { source, .. }) => write_code(source),
            Self::Report(_) => 2,
            Self::Closed => 0,
            Self::Data(error)
            | Self::Measure(MeasureError::Data(error))
            | Self::Train(
                TrainError::Data(error) | TrainError::Evaluation(JudgeError::Data(error)),
            )
            | Self::Simulate(SimulateError::Data(error))
            | Self::Predict(PredictError::Data(error)) => data_code(error),
            Self::Simulate(SimulateError::Interrupted | SimulateError::Kept(_))
            | Self::Predict(PredictError::Interrupted)
            | Self::Interrupted(_)
            | Self::SweepInterrupted(_)
            | Self::Stopped
            | Self::Inspect(InspectError::Stopped(_))
            | Self::Convert(ConvertError::Stopped(_))
            | Self::Train(TrainError::Stopped(_)) => 130,
            Self::Train(TrainError::NoSource | TrainError::NotPositive { .. }) => 2,
            Self::Simulate(SimulateError::Dataset(error))
            | Self::Train(TrainError::Dataset(error))
            | Self::Predict(PredictError::Dataset(error))
            | Self::Inspect(InspectError::Dataset(error))
            | Self::Convert(ConvertError::Dataset(error)) => dataset_code(error),
            Self::Simulate(SimulateError::OtherParts(_) | SimulateError::DamagedPart(_))
            | Self::Predict(_)
            | Self::Convert(ConvertError::TooLarge { .. }) => 2,
            Self::Convert(ConvertError::Differs { .. }) => 1,
            Self::Train(_)
            | Self::Simulate(_)
            | Self::Evaluation(_)
            | Self::SweepFailed { .. }
            | Self::Output(_)
            | Self::Elsewhere(_) => 1,
        }
    }
}

/// A place where no file can be is a slip of the input, any other refusal of the system is not.
fn write_code(error: &io::Error) -> u8 {
    use io::ErrorKind::{InvalidInput, IsADirectory, NotADirectory, NotFound};
    let slip = [InvalidInput, IsADirectory, NotADirectory, NotFound].contains(&error.kind());
    if slip { 2 } else { 1 }
}

/// A file of states that can't be read is a slip of the input, a simulation that fails is not.
fn data_code(error: &DataError) -> u8 {
    match error {
        DataError::Simulation {
            source: SolverError::Unreadable { .. },
            ..
        } => 2,
        _ => 1,
    }
}

/// A file that is not there is a slip of the input, any other refusal of the system is not.
fn dataset_code(error: &DatasetError) -> u8 {
    match error {
        DatasetError::Io { source, .. } => write_code(source),
        _ => 2,
    }
}

fn run_code(error: &RunError) -> u8 {
    match error {
        RunError::Io { .. } | RunError::Unwritable { .. } => 1,
        _ => 2,
    }
}

impl From<io::Error> for CliError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Output(error),
        }
    }
}

impl From<LookError> for CliError {
    fn from(error: LookError) -> Self {
        match error {
            LookError::Recipe(error) => Self::Recipe(error),
            LookError::Data(error) => Self::Data(error),
        }
    }
}

impl From<SimulateError> for CliError {
    fn from(error: SimulateError) -> Self {
        match error {
            SimulateError::Elsewhere(error) => Self::Elsewhere(error),
            error => Self::Simulate(error),
        }
    }
}

impl From<TrainingError> for CliError {
    fn from(error: TrainingError) -> Self {
        match error {
            TrainingError::Recipe(error) => Self::Recipe(error),
            TrainingError::Device(error) => Self::Device(error),
            TrainingError::Run(error) => Self::Run(error),
            TrainingError::Data(error) => Self::Data(error),
            TrainingError::Elsewhere(error)
            | TrainingError::Train(TrainError::Elsewhere(error)) => Self::Elsewhere(error),
            TrainingError::Train(error) => Self::Train(error),
            TrainingError::Report(error) => Self::Report(error),
            slip @ (TrainingError::Finished { .. }
            | TrainingError::StoppedEarly { .. }
            | TrainingError::Differs { .. }
            | TrainingError::Observed
            | TrainingError::Over(_)) => Self::Usage(slip.to_string()),
        }
    }
}

impl From<SweepError> for CliError {
    fn from(error: SweepError) -> Self {
        match error {
            SweepError::Run(error) => Self::Run(error),
            SweepError::Report(error) => Self::Report(error),
            SweepError::Device(error) => Self::Device(error),
            slip => Self::Usage(slip.to_string()),
        }
    }
}

impl From<AccuracyError> for CliError {
    fn from(error: AccuracyError) -> Self {
        match error {
            AccuracyError::Data(error) => Self::Data(error),
            AccuracyError::Stopped(_) => Self::Stopped,
        }
    }
}

impl From<JudgeError> for CliError {
    fn from(error: JudgeError) -> Self {
        match error {
            JudgeError::Solver(error) => Self::Evaluation(error),
            JudgeError::Data(error) => Self::Data(error),
            JudgeError::Stopped(_) => Self::Stopped,
            JudgeError::Elsewhere(error) => Self::Elsewhere(error),
        }
    }
}

impl From<EvaluationError> for CliError {
    fn from(error: EvaluationError) -> Self {
        match error {
            EvaluationError::Judge(error) => error.into(),
            EvaluationError::Forecast(error) => Self::Forecast(error),
            EvaluationError::File(error) => Self::Predict(error),
            EvaluationError::Run(error) => Self::Run(error),
            EvaluationError::Elsewhere(error) => Self::Elsewhere(error),
            EvaluationError::Report(error) => Self::Report(error),
            EvaluationError::Schedule(_)
            | EvaluationError::Solvers(_)
            | EvaluationError::Gate(_)
            | EvaluationError::NothingHeldOut(_)
            | EvaluationError::Output { .. } => Self::Usage(error.to_string()),
        }
    }
}
