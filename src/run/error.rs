//! Errors of the directory of a run.

use crate::recipe::RecipeError;
use ondine_datasets::FileKind;
use std::io;

/// Errors of a run directory.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// It exists.
    #[error(
        "{0} exists; continue it with `ondine train --resume {0}`, or choose another with --output"
    )]
    Exists(String),
    /// Something else has its name.
    #[error("{0} exists, and is no run: choose another with --output")]
    Occupied(String),
    /// Another process writes into it.
    #[error(
        "another process writes into {0}, such as its training: wait until that has ended, or train in another directory"
    )]
    Busy(String),
    /// It is no run.
    #[error("{0} is no run: it has no recipe.toml")]
    NotARun(String),
    /// It isn't there.
    #[error("{0} is no run: there is no such directory")]
    Missing(String),
    /// It is a file.
    #[error("{path} is {kind}, not the directory of a run")]
    File {
        /// The file.
        path: String,
        /// Its kind.
        kind: FileKind,
    },
    /// It has no checkpoint.
    #[error("{0} has no checkpoint: train it first, or further")]
    NoCheckpoint(String),
    /// It has no checkpoint of this name.
    #[error("{run} has no checkpoint `{typed}`; write one of: {there}")]
    NoSuchCheckpoint {
        /// The run.
        run: String,
        /// The name.
        typed: String,
        /// The names of those that it has.
        there: String,
    },
    /// It keeps no best checkpoint.
    #[error(
        "{0} keeps no checkpoint `best`: no evaluation was made with train.best yet; train with --set train.best=nrmse, or take \
         the last checkpoint"
    )]
    NoBest(String),
    /// Another value of this key makes another training.
    #[error(
        "--set {typed}: a run that goes on takes other values of {keys} alone; for all else begin a training of its own, with the weights of this one by --weights-from"
    )]
    Fixed {
        /// The text as typed.
        typed: String,
        /// The keys that may change.
        keys: String,
    },
    /// A file of a checkpoint is not as it was written.
    #[error("{path} is damaged: {reason}; {remedy}")]
    DamagedCheckpoint {
        /// The file.
        path: String,
        /// Its fault.
        reason: String,
        /// The remedy.
        remedy: String,
    },
    /// A file can't be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A file of an evaluation can't be written into the run.
    #[error(
        "{path} can't be written: {source}; keep the evaluation in another directory, --output DIR"
    )]
    Unwritable {
        /// The file.
        path: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A file of the run is damaged.
    #[error("{path} is damaged: {reason}")]
    Damaged {
        /// The file.
        path: String,
        /// Its fault.
        reason: String,
    },
    /// The recipe of the run is not valid.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
}
