//! Checkpoints: everything that a training needs to go on, complete or not there at all.
//!
//! `checkpoints/step-00001000/` holds the weights, their average and the optimiser as burnpack files, the frames of the
//! buffer as safetensors and the rest as JSON, beside the checksums of all of them. A checkpoint is written under another
//! name and renamed when it is whole; only then are older ones removed, all but the one before it. `checkpoints/best-00001000/` holds
//! the surrogate with the best held-out score, where the recipe asks for it.

mod best;
mod buffer_file;
mod buffers;
mod checksums;
mod fault;
mod ranks;
mod write;

pub(crate) use best::{forget_best_after, write_best};
pub use ranks::RankState;
pub(crate) use ranks::{packed, unpacked};
pub(crate) use write::{Contents, write};

use crate::conditioning;
use crate::plan::{Network, Plan};
use crate::results::SolverErrors;
use crate::run::{Best, Run, RunError};
use crate::telemetry::{Memory, TimeUsed};
use buffers::buffer_name;
use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::store::ModuleRecord;
use checksums::{Checksums, Fault};
use fault::{faulty, no_checkpoint, shown};
use ondine_datasets::Failure;
use ondine_datasets::sampler::breed::Generation;
use ondine_models::{Init, Model, Scaling};
use serde::{Deserialize, Serialize};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// The numbers of a checkpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Steps done.
    pub step: usize,
    /// Times used up.
    pub spent: TimeUsed,
    /// Sum of the losses since the last line of metrics.
    pub loss_sum: f32,
    /// Errors of the solver that makes the windows.
    #[serde(
        default,
        alias = "reference_error",
        deserialize_with = "crate::results::read_solver_errors"
    )]
    pub solver_errors: SolverErrors,
    /// Number of these losses.
    pub loss_count: usize,
    /// Scales between network and physical units.
    pub scaling: Scaling,
    /// Whether they are for spacings between points on every axis; older runs have them for `L/N`, see
    /// `scaling_of`.
    #[serde(default)]
    pub by_spacing: bool,
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
    /// Statistics of the batches so far.
    #[serde(default)]
    pub memory: Memory,
    /// Attempts at simulations that failed.
    #[serde(default)]
    pub failures: Vec<Failure>,
    /// Number of them that was reported to observers.
    #[serde(default)]
    pub reported: usize,
    /// Generations of an adaptive sampler.
    #[serde(default)]
    pub generations: Vec<Generation>,
    /// The numbers of the other processes that trained together, by rank from 1 on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ranks: Vec<RankState>,
    /// The best evaluation so far, of a training that keeps its surrogate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<Best>,
}

impl State {
    /// The scales for what a network is told now.
    pub(crate) fn scaling_of(&self, network: &Network) -> Scaling {
        let (points, axes) = (&network.fields.grid, network.problem.axis_kinds());
        if self.by_spacing {
            self.scaling.clone()
        } else {
            conditioning::in_spacings(&self.scaling, points, &axes)
        }
    }
}

/// A checkpoint on disk.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    directory: PathBuf,
    run: Run,
    /// None in a checkpoint of a version that kept none.
    checksums: Option<Checksums>,
    /// Its numbers.
    pub state: State,
}

/// The beginning of the names of folders.
const PREFIX: &str = "step-";

const STATE: &str = "state.json";
const WEIGHTS: &str = "weights.bpk";
const AVERAGE: &str = "average.bpk";
const OPTIMIZER: &str = "optimizer.bpk";
const BUFFER: &str = "buffer.safetensors";

/// The complete checkpoints of a run that a training goes on from, the newest last.
fn complete(run: &Run) -> Vec<PathBuf> {
    listed(run, PREFIX)
}

/// The complete checkpoints of a run whose names begin so, the newest last.
fn listed(run: &Run, prefix: &str) -> Vec<PathBuf> {
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

    fn open(run: &Run, directory: PathBuf) -> Result<Self, RunError> {
        let damaged = |file: &str, fault| faulty(run, &directory, file, fault);
        let checksums = Checksums::read(&directory);
        let checksums = checksums.map_err(|fault| damaged(checksums::NAME, fault))?;
        if let Some(checksums) = &checksums {
            let checked = checksums.check(&directory, STATE);
            checked.map_err(|fault| damaged(STATE, fault))?;
        }
        let bytes = fs::read(directory.join(STATE));
        let bytes = bytes.map_err(|error| damaged(STATE, Fault::Io(error)))?;
        let state = serde_json::from_slice(&bytes);
        let unreadable =
            |_| Fault::Changed("it does not hold the numbers of a checkpoint".to_owned());
        Ok(Self {
            state: state.map_err(|error| damaged(STATE, unreadable(error)))?,
            run: run.clone(),
            checksums,
            directory,
        })
    }

    /// Makes sure that all files are as they were written, as far as that is known.
    ///
    /// # Errors
    /// When one is not, or can't be read.
    pub fn verify(&self) -> Result<(), RunError> {
        let names = self.checksums.iter().flat_map(Checksums::names);
        let mut names = names.map(|name| self.check(name));
        names.try_for_each(|checked| checked)
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

    /// The newest complete checkpoint of a run.
    ///
    /// # Errors
    /// When there is none, or it can't be read.
    pub fn of(run: &Run) -> Result<Self, RunError> {
        Self::newest(run)?.ok_or_else(|| no_checkpoint(run))
    }

    /// The surrogate as it was trained, its weights on the device of `init`.
    ///
    /// # Errors
    /// When the weights can't be read or do not fit the plan.
    pub fn surrogate(&self, plan: &Plan, init: &mut Init) -> Result<Model, RunError> {
        self.load(&plan.network(), init, WEIGHTS)
    }

    /// As [`Self::surrogate`], of a network without its plan.
    pub(crate) fn last_of(&self, network: &Network, init: &mut Init) -> Result<Model, RunError> {
        self.load(network, init, WEIGHTS)
    }

    /// The surrogate to use: the average of the weights where there is one.
    ///
    /// # Errors
    /// When the weights can't be read or do not fit the plan.
    pub fn best(&self, plan: &Plan, init: &mut Init) -> Result<Model, RunError> {
        self.best_of(&plan.network(), init)
    }

    /// As [`Self::best`], of a network without its plan.
    pub(crate) fn best_of(&self, network: &Network, init: &mut Init) -> Result<Model, RunError> {
        let name = if self.has_average() { AVERAGE } else { WEIGHTS };
        self.load(network, init, name)
    }

    /// Whether there is an average of the weights.
    pub fn has_average(&self) -> bool {
        match &self.checksums {
            Some(checksums) => checksums.has(AVERAGE),
            None => self.directory.join(AVERAGE).is_file(),
        }
    }

    fn load(&self, network: &Network, init: &mut Init, name: &str) -> Result<Model, RunError> {
        self.check(name)?;
        let surrogate = network.surrogate(init, self.state.scaling_of(network));
        let record = ModuleRecord::load(self.directory.join(name));
        let loaded = record.map_err(|_| self.damaged(name, "it does not hold weights"))?;
        surrogate.try_load_record(loaded).map_err(|_| {
            self.damaged(
                name,
                "its weights are not those of the network in recipe.toml",
            )
        })
    }

    /// The optimiser with its moments.
    pub(crate) fn optimizer(&self, fresh: ModuleOptimizer) -> Result<ModuleOptimizer, RunError> {
        self.check(OPTIMIZER)?;
        fresh
            .load(self.directory.join(OPTIMIZER))
            .map_err(|_| self.damaged(OPTIMIZER, "it does not hold the moments of the weights"))
    }

    /// Makes sure that a file is as it was written, where that is known.
    fn check(&self, name: &str) -> Result<(), RunError> {
        let Some(checksums) = &self.checksums else {
            return Ok(());
        };
        let checked = checksums.check(&self.directory, name);
        checked.map_err(|fault| faulty(&self.run, &self.directory, name, fault))
    }

    fn damaged(&self, name: &str, reason: impl Into<String>) -> RunError {
        faulty(
            &self.run,
            &self.directory,
            name,
            Fault::Changed(reason.into()),
        )
    }
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

/// The name of the checkpoint after so many steps.
fn name(step: usize) -> String {
    format!("{PREFIX}{step:08}")
}

/// The steps behind a checkpoint, by the name of its folder.
fn step_of(folder: &Path) -> usize {
    let name = shown(folder);
    let step = name.rsplit('-').next().and_then(|step| step.parse().ok());
    step.unwrap_or(0)
}
