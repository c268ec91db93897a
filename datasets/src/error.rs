//! Errors of making and reading simulations.

use crate::FailureKind;
use ondine_solvers::SolverError;

/// Errors of the data side.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// A solver failed.
    #[error("simulation {index}: {source}")]
    Simulation {
        /// Which simulation, counted from 0.
        index: u64,
        /// The error of its solver.
        source: SolverError,
    },
    /// A worker thread panicked; a defect of the solver's code.
    #[error("simulation {index}: the solver panicked: {message}")]
    Panicked {
        /// Which simulation, counted from 0.
        index: u64,
        /// The text of the panic.
        message: String,
    },
    /// A simulation took longer than it may.
    #[error("simulation {index}: no end within ensemble.time_limit = {limit_s} s")]
    TimedOut {
        /// Which simulation, counted from 0.
        index: u64,
        /// The time that it might take, in seconds.
        limit_s: f64,
    },
    /// A simulation failed for a reason of its source, or in another process: see [`DataError::failed`].
    #[error("simulation {index}: {text}")]
    Failed {
        /// Which simulation, counted from 0.
        index: u64,
        /// Kind of the failure.
        kind: FailureKind,
        /// The words of the source or of the other process.
        text: String,
    },
    /// The process of a simulation ended itself.
    #[error("simulation {index}: its process {how}")]
    Crashed {
        /// Which simulation, counted from 0.
        index: u64,
        /// Its end, and the end of its error output.
        how: String,
    },
    /// The process of a simulation was killed from outside.
    #[error("simulation {index}: its process {how}")]
    Lost {
        /// Which simulation, counted from 0.
        index: u64,
        /// Its end, and the end of its error output.
        how: String,
    },
    /// A file of trajectories can't be used.
    #[error("{0}")]
    File(String),
    /// No process can be had for the simulations.
    #[error("a worker process: {0}")]
    Worker(String),
    /// An adaptive sampler chose the parameters of a simulation that takes none.
    #[error("simulation {index}: its source does not take the parameters that the sampler chose")]
    Unplaced {
        /// Which simulation, counted from 0.
        index: u64,
    },
    /// One simulation failed again and again.
    #[error(
        "simulation {index} failed {attempts} times in a row, each time with other parameters; the last time: {last}"
    )]
    GivenUp {
        /// Which simulation, counted from 0.
        index: u64,
        /// Number of failures in a row.
        attempts: u32,
        /// The last of them.
        last: Box<Self>,
    },
    /// More simulations failed than may.
    #[error(
        "{count} simulations failed, more than ensemble.max_failures = {limit}; the last one: {last}"
    )]
    TooManyFailures {
        /// Number of failures.
        count: u64,
        /// Number of failures allowed.
        limit: u64,
        /// The last failure.
        last: Box<Self>,
    },
}

impl DataError {
    /// The failure of simulation `index` in a source with errors of its own, whose text is that of `why`.
    ///
    /// Failures count towards `ensemble.max_failures`, by their kind: [`FailureKind::Diverged`] for a solution that left
    /// the range of physical values, [`FailureKind::Refused`] for conditions that the source does not take.
    ///
    /// ```
    /// use ondine_datasets::{DataError, FailureKind};
    ///
    /// let error = "-1".parse::<u32>().map_err(|why| DataError::failed(7, FailureKind::Refused, why));
    /// let text = error.expect_err("negative").to_string();
    /// assert_eq!(text, "simulation 7: invalid digit found in string");
    /// ```
    pub fn failed(index: u64, kind: FailureKind, why: impl std::fmt::Display) -> Self {
        let text = why.to_string();
        Self::Failed { index, kind, text }
    }

    /// Kind of failure of an attempt at a simulation; none for errors that another draw does not mend.
    pub fn kind(&self) -> Option<FailureKind> {
        match self {
            Self::Simulation {
                source: SolverError::Diverged { .. },
                ..
            } => Some(FailureKind::Diverged),
            Self::Simulation {
                source: SolverError::Unreadable { .. },
                ..
            } => None,
            Self::Simulation { .. } => Some(FailureKind::Refused),
            Self::Panicked { .. } => Some(FailureKind::Panicked),
            Self::Failed { kind, .. } => Some(*kind),
            Self::TimedOut { .. } => Some(FailureKind::TimedOut),
            Self::Crashed { .. } => Some(FailureKind::Crashed),
            Self::Lost { .. } => Some(FailureKind::Lost),
            Self::File(_)
            | Self::Worker(_)
            | Self::Unplaced { .. }
            | Self::GivenUp { .. }
            | Self::TooManyFailures { .. } => None,
        }
    }
}
