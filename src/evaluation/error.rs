//! Errors of evaluations.

use crate::control::Stopped;
use crate::forecast::{ForecastError, ScheduleError};
use crate::gate::GateError;
use crate::group::Elsewhere;
use crate::predict::PredictError;
use crate::report::ReportError;
use crate::run::RunError;
use ondine_datasets::DataError;
use ondine_solvers::SolverError;

/// Why a surrogate could not be judged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JudgeError {
    /// There is no spectrum for the grid, or an equation refuses it.
    #[error(transparent)]
    Solver(#[from] SolverError),
    /// A held-out simulation failed, or a file of them can't be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The evaluation was told to stop.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// Another process of the group failed.
    #[error(transparent)]
    Elsewhere(#[from] Elsewhere),
}

/// Why there is no evaluation of a run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluationError {
    /// The surrogate could not be judged.
    #[error(transparent)]
    Judge(#[from] JudgeError),
    /// The surrogate of the run can't be had.
    #[error(transparent)]
    Forecast(#[from] ForecastError),
    /// The file of noise levels is wrong.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// The policy of a gate is wrong, or does not fit the run.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// The file of trajectories is wrong.
    #[error(transparent)]
    File(#[from] PredictError),
    /// The run can't be read or written.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The report failed.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// No trajectories are held out to judge on.
    #[error(
        "{0} holds no trajectories out: judge its surrogate on a file of others, --data FILE.h5"
    )]
    NothingHeldOut(String),
    /// The solvers can't run on the device of the surrogate.
    #[error("the solver can't be stepped on the device of the surrogate: {0}; on threads it can")]
    Solvers(String),
    /// Another process of the group failed.
    #[error(transparent)]
    Elsewhere(#[from] Elsewhere),
    /// The evaluation can't be kept there.
    #[error("{path} is {what}: choose a directory of its own")]
    Output {
        /// The directory.
        path: String,
        /// Its kind.
        what: &'static str,
    },
}
