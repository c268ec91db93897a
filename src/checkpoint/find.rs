//! The checkpoints of a run by their names, complete ones alone.

use super::fault::{no_checkpoint, shown};
use super::{Checkpoint, STATE, best};
use crate::run::{Run, RunError};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// The beginning of the names of folders.
const PREFIX: &str = "step-";

impl Checkpoint {
    /// The newest complete checkpoint of a run, if there is one.
    ///
    /// # Errors
    /// When it can't be read, or is not as it was written.
    pub fn newest(run: &Run) -> Result<Option<Self>, RunError> {
        let newest = complete(run).pop();
        newest
            .map(|directory| Self::open(run, directory))
            .transpose()
    }

    /// The checkpoint of a run after so many steps, as in `step-00000050`, `step-50` or `50`.
    ///
    /// # Errors
    /// When there is none, when it can't be read, or is not as it was written.
    pub fn named(run: &Run, typed: &str) -> Result<Self, RunError> {
        let there = complete(run);
        let step = typed.strip_prefix(PREFIX).unwrap_or(typed);
        let wanted = step.parse().ok().map(|step: usize| name(step));
        let found = there
            .iter()
            .find(|path| path.file_name().and_then(OsStr::to_str) == wanted.as_deref());
        match found {
            Some(directory) => Self::open(run, directory.clone()),
            None if there.is_empty() => Err(no_checkpoint(run)),
            None => Err(RunError::NoSuchCheckpoint {
                run: run.directory().display().to_string(),
                typed: typed.to_owned(),
                there: there
                    .iter()
                    .map(|path| shown(path))
                    .collect::<Vec<_>>()
                    .join(", "),
            }),
        }
    }

    /// The checkpoint of a run with this name: `best`, that of the best held-out score, or one as in [`Self::named`]; the newest
    /// one without a name.
    ///
    /// # Errors
    /// When there is none, when it can't be read, or is not as it was written.
    pub fn chosen(run: &Run, typed: Option<&str>) -> Result<Self, RunError> {
        match typed {
            None => Self::of(run),
            Some(best::BEST) => Self::best_of_run(run),
            Some(typed) => Self::named(run, typed).map_err(|error| offering_best(run, error)),
        }
    }

    /// The surrogate with the best held-out score.
    fn best_of_run(run: &Run) -> Result<Self, RunError> {
        let none = || RunError::NoBest(run.directory().display().to_string());
        Self::open(run, best::all(run).pop().ok_or_else(none)?)
    }

    /// The newest complete checkpoint of a run.
    ///
    /// # Errors
    /// When there is none, or it can't be read.
    pub fn of(run: &Run) -> Result<Self, RunError> {
        Self::newest(run)?.ok_or_else(|| no_checkpoint(run))
    }

    /// Removes the checkpoints after this one, the newest first.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn forget_newer(&self) -> Result<(), RunError> {
        let newer = complete(&self.run).into_iter().rev();
        for path in newer.take_while(|path| *path > self.directory) {
            fs::remove_dir_all(&path).map_err(|error| self.run.io(&path, error))?;
        }
        Ok(())
    }
}

/// The complete checkpoints of a run that a training goes on from, the newest last.
pub(super) fn complete(run: &Run) -> Vec<PathBuf> {
    listed(run, PREFIX)
}

/// The complete checkpoints of a run whose names begin so, the newest last.
pub(super) fn listed(run: &Run, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(run.checkpoints())
        .into_iter()
        .flatten()
        .flatten();
    let paths = entries.map(|entry| entry.path());
    let mut all: Vec<PathBuf> = paths
        .filter(|path| shown(path).starts_with(prefix))
        .filter(|path| path.extension().is_none() && path.join(STATE).is_file())
        .collect();
    all.sort();
    all
}

/// The name of the checkpoint after so many steps.
pub(super) fn name(step: usize) -> String {
    format!("{PREFIX}{step:08}")
}

/// The steps behind a checkpoint, by the name of its folder.
pub(super) fn step_of(folder: &Path) -> usize {
    let name = shown(folder);
    let step = name.rsplit('-').next().and_then(|step| step.parse().ok());
    step.unwrap_or(0)
}

/// The error of a name that no checkpoint has, with `best` among those that there are where one is kept.
fn offering_best(run: &Run, error: RunError) -> RunError {
    match error {
        RunError::NoSuchCheckpoint {
            run: shown,
            typed,
            there,
        } if !best::all(run).is_empty() => RunError::NoSuchCheckpoint {
            run: shown,
            typed,
            there: format!("{}, {there}", best::BEST),
        },
        error => error,
    }
}
