//! The directory of a run: resolved recipe, metrics, checkpoints, evaluation, report.

use crate::evaluation::{Evaluation, Sample};
use crate::files::write_atomically;
use crate::recipe::{Recipe, RecipeError};
use ondine_datasets::FailureCounts;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A run on disk.
#[derive(Debug, Clone)]
pub struct Run {
    directory: PathBuf,
}

/// What can go wrong with a run directory.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// It exists.
    #[error(
        "{0} exists; continue it with `ondine train --resume {0}`, or choose another with --output"
    )]
    Exists(String),
    /// It is no run.
    #[error("{0} is no run: it has no recipe.toml")]
    NotARun(String),
    /// It has no checkpoint.
    #[error("{0} has no checkpoint: train it first, or further")]
    NoCheckpoint(String),
    /// A file can't be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A file of the run is damaged.
    #[error("{path} is damaged: {reason}")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The recipe of the run is not valid.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
}

/// The end of a training in numbers, `summary.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// "finished" or "interrupted".
    pub status: String,
    /// Steps done.
    pub steps: usize,
    /// Seconds of training, evaluation left out.
    pub training_s: f64,
    /// Seconds altogether, over all processes of the run.
    pub wall_s: f64,
    /// Name of the device.
    pub device: String,
    /// Trainable numbers of the network.
    pub parameters: usize,
    /// Largest memory of the process in MiB, where the system tells.
    pub peak_memory_mib: Option<f64>,
    /// Share of the training time that the trainer waited for windows.
    pub trainer_wait: f64,
    /// Share of their time that the workers waited for room.
    pub solver_wait: f64,
    /// Simulations that were run to their end.
    pub simulations: u64,
    /// Attempts at them that failed.
    #[serde(default)]
    pub failures: FailureCounts,
    /// Windows that training read.
    pub windows: u64,
    /// Passes over the file of an offline training; none where solvers made the windows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epochs: Option<f64>,
    /// Version of Ondine.
    pub version: String,
    /// The equation.
    pub equation: String,
    /// Measured relative error of the solver a frame.
    pub reference_error: Option<f64>,
}

impl Run {
    /// Makes the directory and keeps the resolved recipe in it.
    ///
    /// # Errors
    /// When it exists or can't be made.
    pub fn create(directory: &Path, recipe: &str) -> Result<Self, RunError> {
        Self::refuse_existing(directory)?;
        let run = Self {
            directory: directory.to_owned(),
        };
        let checkpoints = run.checkpoints();
        fs::create_dir_all(&checkpoints).map_err(|error| run.io(&checkpoints, error))?;
        run.write("recipe.toml", recipe.as_bytes())?;
        Ok(run)
    }

    /// Makes the directory with more than the recipe in it: under another name, which it loses when `fill` is done.
    ///
    /// # Errors
    /// When it exists, can't be made or can't be filled; then there is none.
    pub fn create_whole(
        directory: &Path,
        recipe: &str,
        fill: impl FnOnce(&Self) -> Result<(), RunError>,
    ) -> Result<Self, RunError> {
        Self::refuse_existing(directory)?;
        let mut name = directory.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let part = directory.with_file_name(name);
        let _ = fs::remove_dir_all(&part); // left by a process that was killed
        let whole = Self {
            directory: directory.to_owned(),
        };
        let filled = Self::create(&part, recipe).and_then(|run| fill(&run));
        let renamed = filled.and_then(|()| {
            fs::rename(&part, directory).map_err(|error| whole.io(directory, error))
        });
        if renamed.is_err() {
            let _ = fs::remove_dir_all(&part); // A full disk needs the room more than a part needs to stay.
        }
        renamed.map(|()| whole)
    }

    /// Makes sure that no new run would overwrite something.
    ///
    /// # Errors
    /// When the directory exists.
    pub fn refuse_existing(directory: &Path) -> Result<(), RunError> {
        match directory.exists() {
            true => Err(RunError::Exists(directory.display().to_string())),
            false => Ok(()),
        }
    }

    /// Opens the directory of a run.
    ///
    /// # Errors
    /// When it is no run.
    pub fn open(directory: &Path) -> Result<Self, RunError> {
        match directory.join("recipe.toml").is_file() {
            true => Ok(Self {
                directory: directory.to_owned(),
            }),
            false => Err(RunError::NotARun(directory.display().to_string())),
        }
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The directory of checkpoints.
    pub fn checkpoints(&self) -> PathBuf {
        self.directory.join("checkpoints")
    }

    /// A file of the run.
    pub fn file(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// The resolved recipe.
    ///
    /// # Errors
    /// When it can't be read or is not valid any more.
    pub fn recipe(&self, overrides: &[String]) -> Result<Recipe, RunError> {
        Ok(Recipe::load(&self.file("recipe.toml"), overrides)?)
    }

    /// Writes a file of the run, all or nothing.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), RunError> {
        let path = self.file(name);
        write_atomically(&path, bytes).map_err(|error| self.io(&path, error))
    }

    /// Keeps the curves and the sample rollout of an evaluation.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write_evaluation(
        &self,
        evaluation: &Evaluation,
        sample: &Sample,
    ) -> Result<(), RunError> {
        let json = serde_json::to_vec_pretty(evaluation);
        self.write(
            "evaluation.json",
            &json.map_err(|e| self.damaged("evaluation.json", &e))?,
        )?;
        let bytes = sample
            .to_bytes()
            .map_err(|error| self.damaged("sample.safetensors", &error))?;
        self.write("sample.safetensors", &bytes)
    }

    /// Keeps the end of a training.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write_summary(&self, summary: &Summary) -> Result<(), RunError> {
        let json = serde_json::to_vec_pretty(summary);
        self.write(
            "summary.json",
            &json.map_err(|e| self.damaged("summary.json", &e))?,
        )
    }

    /// The summary of an earlier process of this run, if there is one that can be read.
    pub fn summary(&self) -> Option<Summary> {
        serde_json::from_slice(&fs::read(self.file("summary.json")).ok()?).ok()
    }

    /// An error of the system at `path`.
    pub fn io(&self, path: &Path, source: io::Error) -> RunError {
        RunError::Io {
            path: path.display().to_string(),
            source,
        }
    }

    /// An error in the contents of the file `name`.
    pub fn damaged(&self, name: &str, reason: &impl ToString) -> RunError {
        RunError::Damaged {
            path: self.file(name).display().to_string(),
            reason: reason.to_string(),
        }
    }
}
