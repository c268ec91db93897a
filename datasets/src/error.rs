//! What can go wrong while simulations are made and read.

use ondine_solvers::SolverError;

/// Errors of the data side.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DataError {
    /// A solver failed.
    #[error("simulation {index}: {source}")]
    Simulation {
        /// Which simulation, counted from 0.
        index: u64,
        /// What its solver said.
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
}
