//! Why a directory can't be read as a run.

use ondine_datasets::FileKind;
use std::path::PathBuf;
use thiserror::Error;

/// Why a directory can't be read as a run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The directory holds no recipe.
    #[error("{path}: not a run: there is no recipe.toml in it")]
    NotARun {
        /// The directory.
        path: PathBuf,
    },
    /// It is a file.
    #[error("{path} is {kind}, not the directory of a run", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Its kind.
        kind: FileKind,
    },
    /// The recipe can't be read, or is not TOML.
    #[error("{path} can't be read as a recipe: {message}")]
    Recipe {
        /// The file.
        path: PathBuf,
        /// The fault, and where it is.
        message: String,
    },
}
