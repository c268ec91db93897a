//! The page of a run, or of several side by side, with what their recipes say.

pub use ondine_report::page::{ReportError, data_folder};

use crate::evidence;
use ondine_report::files::{ReadError, RunFiles};
use ondine_report::page;
use std::path::{Path, PathBuf};

/// Reads the runs and returns the page, whose figures refer to a folder `report.data` beside it.
///
/// Only `recipe.toml` must be there; the page says what else is missing.
///
/// # Errors
/// If no run is given, or one of the directories has no readable `recipe.toml`.
pub fn page(runs: &[PathBuf]) -> Result<String, ReportError> {
    page::page(&read(runs)?)
}

/// Writes the page of the runs to `output`, and the numbers of its figures into a folder beside it that is called as
/// the page, with `.data` for `.html`. Every file is replaced in one go: a reader never sees half a page.
///
/// # Errors
/// As [`page()`], and if a file cannot be written.
pub fn write(runs: &[PathBuf], output: &Path) -> Result<(), ReportError> {
    page::write(&read(runs)?, output)
}

/// Writes the page of a run with an evaluation of it that lies in another directory, `evaluation.json` and
/// `sample.safetensors`, to `output`, as [`write()`] does.
///
/// # Errors
/// As [`write()`].
pub fn write_judged(run: &Path, judged: &Path, output: &Path) -> Result<(), ReportError> {
    page::write(&[evidence::files(run, judged)?], output)
}

fn read(runs: &[PathBuf]) -> Result<Vec<RunFiles>, ReadError> {
    runs.iter().map(|run| evidence::files(run, run)).collect()
}
