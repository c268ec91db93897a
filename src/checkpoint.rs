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
mod find;
mod ranks;
mod state;
mod write;

pub(crate) use best::{forget_best_after, write_best};
pub use ranks::RankState;
pub(crate) use ranks::{packed, unpacked};
pub use state::State;
pub(crate) use write::{Contents, write};

use crate::plan::{Network, Plan};
use crate::run::{Run, RunError};
use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::store::ModuleRecord;
use checksums::{Checksums, Fault};
use fault::faulty;
use ondine_models::{Init, Model};
use std::fs;
use std::path::PathBuf;

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

const STATE: &str = "state.json";
const WEIGHTS: &str = "weights.bpk";
const AVERAGE: &str = "average.bpk";
const OPTIMIZER: &str = "optimizer.bpk";
const BUFFER: &str = "buffer.safetensors";

impl Checkpoint {
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
