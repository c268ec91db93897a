//! The directory of a run: resolved recipe, metrics, checkpoints, evaluation, report.

mod changes;
mod error;
mod lock;

pub use changes::{CHANGEABLE, check_change, differences};
pub use error::RunError;
pub use ondine_report::files::{Best, FILES, Scores, Summary};

use crate::files::{Subject, read_evaluation, write_atomically};
use crate::recipe::{Extensions, Recipe};
use crate::results::{Evaluation, Sample};
use crate::wording::plain;
use lock::{Attempt, Lock};
use ondine_datasets::FileKind;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A run on disk.
#[derive(Debug, Clone)]
pub struct Run {
    directory: PathBuf,
    extensions: Extensions,
    /// Held by who writes into the run, and given back with the last clone.
    _lock: Option<Arc<Lock>>,
}

/// A directory into which no other process writes, until the claim is dropped.
#[derive(Debug)]
pub(crate) struct Claim(Option<Arc<Lock>>);

/// Claims a directory that several runs lie in.
pub(crate) fn claim(directory: &Path) -> Result<Claim, RunError> {
    let taken = lock::take(directory);
    match taken.map_err(|error| failed(&directory.join(lock::NAME), error))? {
        Attempt::Held(lock) => Ok(Claim(lock)),
        Attempt::Busy => Err(RunError::Busy(directory.display().to_string())),
    }
}

/// Why the directory of no run can't be opened.
fn not_a_run(directory: &Path) -> RunError {
    let path = match directory.display().to_string() {
        empty if empty.is_empty() => "\"\"".to_owned(),
        path => path,
    };
    match FileKind::of(directory) {
        Ok(kind) if !kind.is_directory() => RunError::File { path, kind },
        _ if !directory.exists() => RunError::Missing(path),
        _ => RunError::NotARun(path),
    }
}

/// Whether something is there that is no run, nor the beginning of one: that is empty, and has its lock before anything else.
fn is_of_others(path: &Path) -> bool {
    let Ok(mut entries) = fs::read_dir(path) else {
        return !path.is_dir();
    };
    let filled = entries.next().is_some(); // Asked first: a run that begins meanwhile has its lock then.
    let mut known = ["recipe.toml", lock::NAME].iter();
    filled && !known.any(|name| path.join(name).exists())
}

impl Run {
    /// Makes the directory and keeps the resolved recipe in it. No other process writes into it while the run, or a
    /// clone of it, is there.
    ///
    /// # Errors
    /// When it exists or can't be made; of two processes that make it at once, one is told that it exists.
    pub fn create(directory: &Path, recipe: &str) -> Result<Self, RunError> {
        Self::refuse_existing(directory)?;
        let parent = directory.parent().unwrap_or(directory);
        fs::create_dir_all(parent).map_err(|error| failed(parent, error))?;
        match fs::create_dir(directory) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(Self::existing(directory));
            }
            made => made.map_err(|error| failed(directory, error))?,
        }
        let begun = Self::begin(directory, recipe);
        if begun.is_err() {
            let _ = fs::remove_dir_all(directory); // Without a recipe it is no run, and its name is wanted again.
        }
        begun
    }

    /// Fills a directory that was just made.
    fn begin(directory: &Path, recipe: &str) -> Result<Self, RunError> {
        let run = Self::locked(directory)?;
        let checkpoints = run.checkpoints();
        fs::create_dir(&checkpoints).map_err(|error| run.io(&checkpoints, error))?;
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
        if lock::is_taken(&part) {
            return Err(RunError::Busy(directory.display().to_string()));
        }
        let _ = fs::remove_dir_all(&part); // left by a process that was killed
        let run = Self::create(&part, recipe)?;
        let filled = fill(&run);
        drop(run); // A folder of open files can't be renamed everywhere.
        let renamed = filled
            .and_then(|()| fs::rename(&part, directory).map_err(|error| failed(directory, error)));
        if renamed.is_err() {
            let _ = fs::remove_dir_all(&part); // A full disk needs the room more than a part needs to stay.
        }
        renamed.and_then(|()| Self::open(directory))
    }

    /// Makes sure that no new run would overwrite something.
    ///
    /// # Errors
    /// When the directory exists.
    pub fn refuse_existing(directory: &Path) -> Result<(), RunError> {
        if directory.exists() {
            Err(Self::existing(directory))
        } else {
            Ok(())
        }
    }

    /// Why a directory that exists is not made anew.
    fn existing(directory: &Path) -> RunError {
        let shown = directory.display().to_string();
        if lock::is_taken(directory) {
            RunError::Busy(shown)
        } else if is_of_others(directory) {
            RunError::Occupied(shown)
        } else {
            RunError::Exists(shown)
        }
    }

    /// Opens the directory of a run to read it; another process may write into it meanwhile.
    ///
    /// # Errors
    /// When it is no run.
    pub fn open(directory: &Path) -> Result<Self, RunError> {
        let recipe = directory.join("recipe.toml");
        match fs::metadata(&recipe) {
            Ok(file) if file.is_file() => Ok(Self {
                directory: directory.to_owned(),
                extensions: Extensions::default(),
                _lock: None,
            }),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                Err(failed(&recipe, error))
            }
            _ => Err(not_a_run(directory)),
        }
    }

    /// Opens the directory of a run to write into it. No other process does while the run, or a clone of it, is there.
    ///
    /// # Errors
    /// When it is no run, or when another process writes into it.
    pub fn open_to_write(directory: &Path) -> Result<Self, RunError> {
        Self::open(directory)?;
        Self::locked(directory)
    }

    fn locked(directory: &Path) -> Result<Self, RunError> {
        let Claim(lock) = claim(directory)?;
        Ok(Self {
            directory: directory.to_owned(),
            extensions: Extensions::default(),
            _lock: lock,
        })
    }

    /// The same run, whose recipe may name members of this program's own.
    #[must_use]
    pub fn with_extensions(mut self, extensions: Extensions) -> Self {
        self.extensions = extensions;
        self
    }

    /// Members of this program's own that its recipe may name.
    pub fn extensions(&self) -> Extensions {
        self.extensions
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
        Ok(Recipe::load_with(
            &self.file("recipe.toml"),
            overrides,
            self.extensions,
        )?)
    }

    /// The resolved recipe for a reader of the network alone: where states come from is left out, so that no file of
    /// trajectories or of initial states is opened.
    ///
    /// # Errors
    /// When it can't be read or is not valid any more.
    pub fn recipe_of_network(&self) -> Result<Recipe, RunError> {
        let path = self.file("recipe.toml");
        Ok(Recipe::load_without_files(&path, self.extensions)?)
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
        self.write_evaluation_to(&self.directory, evaluation, sample)
    }

    /// Keeps the curves and the sample rollout of an evaluation of this run in another directory, which exists.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write_evaluation_to(
        &self,
        directory: &Path,
        evaluation: &Evaluation,
        sample: &Sample,
    ) -> Result<(), RunError> {
        let json = serde_json::to_vec_pretty(evaluation);
        let json = json.map_err(|error| self.damaged("evaluation.json", &error))?;
        let sample = sample.to_bytes();
        let sample = sample.map_err(|error| self.damaged("sample.safetensors", &error))?;
        for (name, bytes) in [("evaluation.json", json), ("sample.safetensors", sample)] {
            let path = directory.join(name);
            write_atomically(&path, &bytes).map_err(|error| failed(&path, error))?;
        }
        Ok(())
    }

    /// Keeps the facts of its training that a diagnosis needs.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write_subject(&self, subject: &Subject) -> Result<(), RunError> {
        let json = serde_json::to_vec_pretty(subject);
        let json = json.map_err(|error| self.damaged(Subject::NAME, &error))?;
        self.write(Subject::NAME, &json)
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

    /// The evaluation that the run keeps, if it can be read.
    pub fn evaluation(&self) -> Option<Evaluation> {
        read_evaluation(&self.directory).ok().flatten()
    }

    /// The summary of an earlier process of this run, if there is one that can be read.
    pub fn summary(&self) -> Option<Summary> {
        Summary::read(&self.directory).ok().flatten()
    }

    /// An error of the system at `path`.
    pub fn io(&self, path: &Path, source: io::Error) -> RunError {
        failed(path, source)
    }

    /// An error in the contents of the file `name`.
    pub fn damaged(&self, name: &str, reason: &impl ToString) -> RunError {
        RunError::Damaged {
            path: self.file(name).display().to_string(),
            reason: plain(&reason.to_string()),
        }
    }
}

/// An error of the system at `path`.
fn failed(path: &Path, source: io::Error) -> RunError {
    RunError::Io {
        path: path.display().to_string(),
        source,
    }
}
