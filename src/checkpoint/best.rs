//! The best surrogate of a training by a held-out score, `checkpoints/best-00001000/`: a checkpoint without buffer and optimiser,
//! from which nothing goes on.

use super::State;
use super::fault::shown;
use super::find::{complete, listed, step_of};
use super::write::{fill_surrogate, place, seal};
use crate::run::{Run, RunError};
use ondine_models::Model;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The name by which a command asks for it.
pub(super) const BEST: &str = "best";

/// The beginning of the names of folders.
const PREFIX: &str = "best-";

/// Keeps a surrogate, and its average where there is one, as the best so far, and removes those that no checkpoint refers to.
pub(crate) fn write_best(
    run: &Run,
    state: &State,
    surrogate: &Model,
    average: Option<&Model>,
) -> Result<(), RunError> {
    let name = format!("{PREFIX}{:08}", state.step);
    place(run, &name, |part| {
        fill_surrogate(run, part, state, surrogate, average)?;
        seal(run, part)
    })?;
    let kept = referred_to(run);
    let all = all(run).into_iter();
    remove(run, all.filter(|path| !kept.contains(path)))
}

/// Removes the best surrogates of steps after this one, which a training that goes on from there has not made.
pub(crate) fn forget_best_after(run: &Run, step: usize) -> Result<(), RunError> {
    remove(
        run,
        all(run).into_iter().filter(|path| step_of(path) > step),
    )
}

/// All of them, the newest and so the best last.
pub(super) fn all(run: &Run) -> Vec<PathBuf> {
    listed(run, PREFIX)
}

/// Whether a folder is one of them.
pub(super) fn is_best(folder: &Path) -> bool {
    shown(folder).starts_with(PREFIX)
}

/// The best one of all, and the best one as of every checkpoint that a training may go on from.
fn referred_to(run: &Run) -> BTreeSet<PathBuf> {
    let all = all(run);
    let until = complete(run).into_iter().map(|path| step_of(&path));
    let newest = |until: usize| all.iter().rfind(|path| step_of(path) <= until).cloned();
    until.chain([usize::MAX]).filter_map(newest).collect()
}

fn remove(run: &Run, paths: impl Iterator<Item = PathBuf>) -> Result<(), RunError> {
    for path in paths {
        fs::remove_dir_all(&path).map_err(|error| run.io(&path, error))?;
    }
    Ok(())
}
