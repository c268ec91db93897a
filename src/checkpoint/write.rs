//! Writing of a checkpoint, whole or not at all.

use super::{
    AVERAGE, BUFFER, Checksums, OPTIMIZER, STATE, State, WEIGHTS, buffer_file, buffer_name,
    complete, name,
};
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
    let folder = run.checkpoints();
    let name = name(kept.state.step);
    let (part, whole) = (folder.join(format!("{name}.part")), folder.join(&name));
    if whole.join(STATE).is_file() {
        return Ok(()); // The step that a resume began with: to replace it would leave none for a moment.
    }
    let _ = fs::remove_dir_all(&part); // left by a process that was killed
    let failed = |path: &Path, error| run.io(path, error);
    fs::create_dir_all(&part).map_err(|error| failed(&part, error))?;
    let filled = fill(run, &part, kept)
        .and_then(|()| sync(&part).map_err(|error| failed(&part, error)))
        .and_then(|()| fs::rename(&part, &whole).map_err(|error| failed(&whole, error)));
    if filled.is_err() {
        let _ = fs::remove_dir_all(&part); // A full disk needs the room more than a part needs to stay.
        return filled;
    }
    sync_names(&folder).map_err(|error| failed(&folder, error))?;
    let all = complete(run);
    for old in &all[..all.len().saturating_sub(2)] {
        fs::remove_dir_all(old).map_err(|error| failed(old, error))?;
    }
    Ok(())
}

fn fill(run: &Run, part: &Path, kept: &Contents<'_>) -> Result<(), RunError> {
    let json = serde_json::to_vec_pretty(kept.state).map_err(|e| run.damaged(STATE, &e))?;
    let path = part.join(STATE);
    fs::write(&path, json).map_err(|error| run.io(&path, error))?;
    // The store says in words only why the disk refused.
    let refused = |name: &str, why: String| {
        let source = system_error(&why);
        let source = source.unwrap_or_else(|| io::Error::other("it can't be written"));
        run.io(&part.join(name), source)
    };
    let save = |module: &Model, name: &str| {
        let saved = module.clone().into_record().save(part.join(name));
        saved.map_err(|error| refused(name, error.to_string()))
    };
    save(kept.surrogate, WEIGHTS)?;
    if let Some(average) = kept.average {
        save(average, AVERAGE)?;
    }
    kept.optimizer
        .save(part.join(OPTIMIZER))
        .map_err(|error| refused(OPTIMIZER, error.to_string()))?;
    let bytes = buffer_file::to_bytes(kept.buffer).map_err(|e| run.damaged(BUFFER, &e))?;
    for (rank, bytes) in [&bytes].into_iter().chain(kept.others).enumerate() {
        let path = part.join(buffer_name(rank));
        fs::write(&path, bytes).map_err(|error| run.io(&path, error))?;
    }
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
