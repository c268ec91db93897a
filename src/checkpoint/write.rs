//! Writing of a checkpoint, whole or not at all.

use super::buffers::buffer_name;
use super::checksums::Checksums;
use super::find::{complete, name};
use super::{AVERAGE, BUFFER, OPTIMIZER, STATE, State, WEIGHTS, buffer_file};
use crate::run::{Run, RunError};
use burn::module::Module;
use burn::optim::ModuleOptimizer;
use ondine_datasets::{Snapshot, system_error};
use ondine_models::Model;
use std::fs;
use std::io;
use std::path::Path;

/// Contents of a checkpoint.
pub(crate) struct Contents<'a> {
    pub(crate) state: &'a State,
    pub(crate) surrogate: &'a Model,
    pub(crate) average: Option<&'a Model>,
    pub(crate) optimizer: &'a ModuleOptimizer,
    pub(crate) buffer: &'a Snapshot,
    /// Files with the buffers of other processes, by rank from 1 on.
    pub(crate) others: &'a [Vec<u8>],
}

/// Writes a checkpoint of a run, then removes the older ones but one.
pub(crate) fn write(run: &Run, kept: &Contents<'_>) -> Result<(), RunError> {
    let name = name(kept.state.step);
    if run.checkpoints().join(&name).join(STATE).is_file() {
        return Ok(()); // The step that a resume began with: to replace it would leave none for a moment.
    }
    place(run, &name, |part| fill(run, part, kept))?;
    let all = complete(run);
    for old in &all[..all.len().saturating_sub(2)] {
        fs::remove_dir_all(old).map_err(|error| run.io(old, error))?;
    }
    Ok(())
}

/// Fills a folder of this name among the checkpoints: under another name, which it loses when it is on the disk as a whole.
pub(super) fn place(
    run: &Run,
    name: &str,
    fill: impl FnOnce(&Path) -> Result<(), RunError>,
) -> Result<(), RunError> {
    let folder = run.checkpoints();
    let (part, whole) = (folder.join(format!("{name}.part")), folder.join(name));
    let _ = fs::remove_dir_all(&part); // left by a process that was killed
    let failed = |path: &Path, error| run.io(path, error);
    fs::create_dir_all(&part).map_err(|error| failed(&part, error))?;
    let filled = fill(&part)
        .and_then(|()| sync(&part).map_err(|error| failed(&part, error)))
        .and_then(|()| fs::rename(&part, &whole).map_err(|error| failed(&whole, error)));
    if filled.is_err() {
        let _ = fs::remove_dir_all(&part); // A full disk needs the room more than a part needs to stay.
        return filled;
    }
    sync_names(&folder).map_err(|error| failed(&folder, error))
}

fn fill(run: &Run, part: &Path, kept: &Contents<'_>) -> Result<(), RunError> {
    fill_surrogate(run, part, kept.state, kept.surrogate, kept.average)?;
    let path = part.join(OPTIMIZER);
    let saved = kept.optimizer.save(&path);
    saved.map_err(|error| refused(run, &path, &error.to_string()))?;
    let bytes = buffer_file::to_bytes(kept.buffer).map_err(|e| run.damaged(BUFFER, &e))?;
    for (rank, bytes) in [&bytes].into_iter().chain(kept.others).enumerate() {
        let path = part.join(buffer_name(rank));
        fs::write(&path, bytes).map_err(|error| run.io(&path, error))?;
    }
    seal(run, part)
}

/// Writes numbers and weights of a checkpoint.
pub(super) fn fill_surrogate(
    run: &Run,
    part: &Path,
    state: &State,
    surrogate: &Model,
    average: Option<&Model>,
) -> Result<(), RunError> {
    let json = serde_json::to_vec_pretty(state).map_err(|e| run.damaged(STATE, &e))?;
    let path = part.join(STATE);
    fs::write(&path, json).map_err(|error| run.io(&path, error))?;
    let save = |module: &Model, name: &str| {
        let path = part.join(name);
        let saved = module.clone().into_record().save(&path);
        saved.map_err(|error| refused(run, &path, &error.to_string()))
    };
    save(surrogate, WEIGHTS)?;
    average.map_or(Ok(()), |average| save(average, AVERAGE))
}

/// The error of a disk that refused, of which the store says in words only why.
fn refused(run: &Run, path: &Path, why: &str) -> RunError {
    let source = system_error(why);
    let source = source.unwrap_or_else(|| io::Error::other("it can't be written"));
    run.io(path, source)
}

/// Writes the checksums of all files of a checkpoint.
pub(super) fn seal(run: &Run, part: &Path) -> Result<(), RunError> {
    Checksums::write(part).map_err(|error| run.io(part, error))
}

/// Makes sure that the files of a folder are on the disk.
fn sync(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        fs::File::open(entry?.path())?.sync_all()?;
    }
    sync_names(folder)
}

/// Makes sure that the names in a folder are on the disk, before older files go.
#[cfg(unix)]
fn sync_names(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_names(_folder: &Path) -> io::Result<()> {
    Ok(())
}
