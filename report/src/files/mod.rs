//! The files of a run: what each holds, as types, and their only readers.
//!
//! [`RunFiles`] reads a whole directory. [`Summary`], [`Metrics`] and [`Subject`] are single files, and [`read_evaluation`]
//! reads the results of `ondine-metrics`. [`write_atomically`] writes files that are never there in half.

mod atomic;
mod chosen;
mod error;
mod fault;
mod list;
mod metrics;
mod reading;
mod run;
mod subject;
mod summary;
mod sweep;

pub use atomic::{check_writable, is_no_file, write_atomically};
pub use chosen::ChosenFields;
pub use error::ReadError;
pub use fault::{json_fault, line_of};
pub use list::FILES;
pub use metrics::{Metrics, Record};
pub use reading::Reading;
pub use run::{Beside, RunFiles};
pub use subject::{
    Axis, Condition, End, Field, Inputs, Learns, Model, Objective, Problem, Solver, Source,
    SourceKind, Stage, Subject, Training,
};
pub use summary::{Best, Scores, Summary};
pub use sweep::{Combination, Row, Standing, SweepFile};

use ondine_metrics::results::{Evaluation, Sample};
use serde::de::DeserializeOwned;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// The evaluation that a directory holds; none where there is none.
///
/// # Errors
/// Why the file can't be read, in words.
pub fn read_evaluation(directory: &Path) -> Result<Option<Evaluation>, String> {
    optional(&directory.join("evaluation.json"), |bytes| {
        Evaluation::from_json(bytes).map_err(|error| json_fault(&error))
    })
}

/// The sample rollout that a directory holds; none where there is none.
///
/// # Errors
/// Why the file can't be read, in words.
pub fn read_sample(directory: &Path) -> Result<Option<Sample>, String> {
    optional(&directory.join("sample.safetensors"), Sample::from_bytes)
}

/// Reads a file that may be missing.
fn optional<T>(
    path: &Path,
    parse: impl FnOnce(&[u8]) -> Result<T, String>,
) -> Result<Option<T>, String> {
    match fs::read(path) {
        Ok(bytes) => parse(&bytes).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// Reads JSON.
fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|error| json_fault(&error))
}
