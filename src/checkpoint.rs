//! Checkpoints: everything that a training needs to go on, complete or not there at all.
//!
//! `checkpoints/step-00001000/` holds the weights, their average and the optimiser as burnpack files, the frames of the
//! buffer as safetensors and the rest as JSON. A checkpoint is written under another name and renamed when it is whole;
//! only then are older ones removed, all but the one before it.

mod buffer_file;

use crate::plan::Plan;
use crate::run::{Run, RunError};
use crate::telemetry::Memory;
use crate::trainer::Spent;
use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::store::ModuleRecord;
use ondine_datasets::sampler::breed::Generation;
use ondine_datasets::{Cursor, Failure, Redrawn, Snapshot};
use ondine_models::{Init, Model, Scaling};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The numbers of a checkpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Steps done.
    pub step: usize,
    /// Times used up.
    pub spent: Spent,
    /// Sum of the losses since the last line of metrics.
    pub loss_sum: f32,
    /// Measured relative error of the solver a frame.
    pub reference_error: Option<f64>,
    /// Number of these losses.
    pub loss_count: usize,
    /// Scales between network and physical units.
    pub scaling: Scaling,
    /// Counters of the buffer.
    pub arrived: u64,
    /// Windows handed out.
    pub handed_out: u64,
    /// Simulations that have ended.
    pub simulations: u64,
    /// Simulations to run again, with the number of their windows that are in.
    pub restart: Vec<(u64, usize)>,
    /// First simulation that has not been started.
    pub next: u64,
    /// Different windows handed out.
    #[serde(default)]
    pub read: u64,
    /// What is known of the batches so far.
    #[serde(default)]
    pub memory: Memory,
    /// Attempts at simulations that failed.
    #[serde(default)]
    pub failures: Vec<Failure>,
    /// How many of them observers were told of.
    #[serde(default)]
    pub reported: usize,
    /// Generations of an adaptive sampler.
    #[serde(default)]
    pub generations: Vec<Generation>,
}

/// What is kept.
pub(crate) struct Kept<'a> {
    pub(crate) state: &'a State,
    pub(crate) surrogate: &'a Model,
    pub(crate) average: Option<&'a Model>,
    pub(crate) optimizer: &'a ModuleOptimizer,
    pub(crate) buffer: &'a Snapshot,
}

/// A checkpoint on disk.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    directory: PathBuf,
    run: Run,
    /// Its numbers.
    pub state: State,
}

const STATE: &str = "state.json";
const WEIGHTS: &str = "weights.bpk";
const AVERAGE: &str = "average.bpk";
const OPTIMIZER: &str = "optimizer.bpk";
const BUFFER: &str = "buffer.safetensors";

/// Writes a checkpoint of a run, then removes the older ones but one.
pub(crate) fn write(run: &Run, kept: &Kept<'_>) -> Result<(), RunError> {
    let folder = run.checkpoints();
    let name = format!("step-{:08}", kept.state.step);
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

fn fill(run: &Run, part: &Path, kept: &Kept<'_>) -> Result<(), RunError> {
    let json = serde_json::to_vec_pretty(kept.state).map_err(|e| run.damaged(STATE, &e))?;
    let path = part.join(STATE);
    fs::write(&path, json).map_err(|error| run.io(&path, error))?;
    // The store says in words only why the disk refused.
    let refused = |name: &str, why: String| run.io(&part.join(name), io::Error::other(why));
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
    let path = part.join(BUFFER);
    fs::write(&path, bytes).map_err(|error| run.io(&path, error))
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

/// The complete checkpoints of a run, the newest last.
fn complete(run: &Run) -> Vec<PathBuf> {
    let entries = fs::read_dir(run.checkpoints())
        .into_iter()
        .flatten()
        .flatten();
    let paths = entries.map(|entry| entry.path());
    let mut all: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_none() && path.join(STATE).is_file())
        .collect();
    all.sort();
    all
}

impl Checkpoint {
    /// The newest complete checkpoint of a run, if there is one.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn newest(run: &Run) -> Result<Option<Self>, RunError> {
        let Some(directory) = complete(run).pop() else {
            return Ok(None);
        };
        let path = directory.join(STATE);
        let bytes = fs::read(&path).map_err(|error| run.io(&path, error))?;
        let state = serde_json::from_slice(&bytes).map_err(|error| RunError::Damaged {
            path: path.display().to_string(),
            reason: error.to_string(),
        })?;
        Ok(Some(Self {
            directory,
            run: run.clone(),
            state,
        }))
    }

    /// The newest complete checkpoint of a run.
    ///
    /// # Errors
    /// When there is none, or it can't be read.
    pub fn of(run: &Run) -> Result<Self, RunError> {
        let shown = || run.directory().display().to_string();
        Self::newest(run)?.ok_or_else(|| RunError::NoCheckpoint(shown()))
    }

    /// The surrogate as it was trained, its weights on the device of `init`.
    ///
    /// # Errors
    /// When the weights can't be read or do not fit the plan.
    pub fn surrogate(&self, plan: &Plan, init: &mut Init) -> Result<Model, RunError> {
        self.load(plan, init, WEIGHTS)
    }

    /// The surrogate to use: the average of the weights where there is one.
    ///
    /// # Errors
    /// When the weights can't be read or do not fit the plan.
    pub fn best(&self, plan: &Plan, init: &mut Init) -> Result<Model, RunError> {
        match self.has_average() {
            true => self.load(plan, init, AVERAGE),
            false => self.load(plan, init, WEIGHTS),
        }
    }

    /// Whether there is an average of the weights.
    pub fn has_average(&self) -> bool {
        self.directory.join(AVERAGE).is_file()
    }

    fn load(&self, plan: &Plan, init: &mut Init, name: &str) -> Result<Model, RunError> {
        let surrogate = plan.surrogate(init, self.state.scaling.clone());
        let record = ModuleRecord::load(self.directory.join(name));
        let loaded = record.map_err(|error| self.damaged(name, &error))?;
        surrogate
            .try_load_record(loaded)
            .map_err(|error| self.damaged(name, &error))
    }

    /// The optimiser with its moments.
    pub(crate) fn optimizer(&self, fresh: ModuleOptimizer) -> Result<ModuleOptimizer, RunError> {
        let path = self.directory.join(OPTIMIZER);
        fresh
            .load(path)
            .map_err(|error| self.damaged(OPTIMIZER, &error))
    }

    /// The contents of the buffer.
    pub(crate) fn buffer(&self, plan: &Plan) -> Result<Snapshot, RunError> {
        let path = self.directory.join(BUFFER);
        let bytes = fs::read(&path).map_err(|error| self.run.io(&path, error))?;
        let state = &self.state;
        let drawn = Redrawn::new(Arc::new(plan.ensemble.clone()), &state.failures);
        let drawn = drawn.bred(plan.lineage(state.generations.clone()));
        let contents = buffer_file::from_bytes(&bytes, &drawn);
        Ok(Snapshot {
            contents: contents.map_err(|reason| self.damaged(BUFFER, &reason))?,
            arrived: state.arrived,
            handed_out: state.handed_out,
            read: state.read,
            batches: state.step as u64,
            simulations: state.simulations,
            cursor: Cursor {
                restart: state.restart.clone(),
                next: state.next,
            },
            failures: state.failures.clone(),
            generations: state.generations.clone(),
        })
    }

    fn damaged(&self, name: &str, reason: &impl ToString) -> RunError {
        RunError::Damaged {
            path: self.directory.join(name).display().to_string(),
            reason: reason.to_string(),
        }
    }
}
