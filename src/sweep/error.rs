//! Errors of sweeps.

use crate::device::DeviceError;
use crate::recipe::RecipeError;
use crate::report::ReportError;
use crate::run::RunError;

/// Why a sweep can't be made, or does not go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SweepError {
    /// The recipe can't be read.
    #[error("{path}: the recipe can't be read: {why}")]
    Unreadable {
        /// Its path.
        path: String,
        /// The reason.
        why: String,
    },
    /// A combination can't be trained.
    #[error("the combination {combination} can't be trained: {source}")]
    Recipe {
        /// Its values.
        combination: String,
        /// The fault.
        source: Box<RecipeError>,
    },
    /// Values are wrong.
    #[error("{0}")]
    Values(String),
    /// No metric ranks the combinations.
    #[error("none of evaluate.metrics = {metrics:?} ranks combinations: write \"nrmse\" there too")]
    NoRanking {
        /// The metrics of the recipe.
        metrics: Vec<String>,
    },
    /// The directory is there.
    #[error(
        "{0} exists; continue the sweep in it with `ondine sweep --resume {0}`, or choose another --output"
    )]
    Exists(String),
    /// The directory holds no sweep.
    #[error("{0} holds no sweep: it has no sweep.json")]
    NoSweep(String),
    /// The file of the sweep can't be read.
    #[error("{path} is damaged: {reason}")]
    Damaged {
        /// The file.
        path: String,
        /// The fault.
        reason: String,
    },
    /// The device can't be had.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The disk refuses, or another process writes into the directory.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The report can't be written.
    #[error(transparent)]
    Report(#[from] ReportError),
}
