//! A sweep on disk: trainings one after the other, each of which goes on where it was.

use super::{Row, Standing, Sweep, SweepError, SweepFile, overrides};
use crate::files::write_atomically;
use crate::observer::Observer;
use crate::run::{Claim, RunError, claim};
use crate::training::{Training, TrainingError};
use ondine_report::page;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Options of the trainings of a sweep.
#[derive(Debug, Clone)]
pub struct Options {
    /// Name of the device to compute on.
    pub device: String,
    /// Ends the training under way after its step, with a checkpoint, when it is set.
    pub stop: Arc<AtomicBool>,
    /// The program of worker processes, where the recipe wants simulations in such.
    pub worker_program: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            device: "cpu".to_owned(),
            stop: Arc::new(AtomicBool::new(false)),
            worker_program: None,
        }
    }
}

/// A sweep with its directory, into which no other process writes meanwhile.
#[derive(Debug)]
pub struct Begun {
    directory: PathBuf,
    file: SweepFile,
    _claim: Claim,
}

impl Sweep {
    /// Makes the directory of the sweep, whose trainings have not begun.
    ///
    /// # Errors
    /// When it is there and not empty, or can't be made.
    pub fn begin(self, directory: &Path) -> Result<Begun, SweepError> {
        let shown = || directory.display().to_string();
        let empty = |mut entries: fs::ReadDir| entries.next().is_none();
        if directory.exists() && !fs::read_dir(directory).is_ok_and(empty) {
            return Err(SweepError::Exists(shown()));
        }
        fs::create_dir_all(directory).map_err(|error| failed(directory, error))?;
        let begun = Begun {
            directory: directory.to_owned(),
            file: self.file,
            _claim: claim(directory)?,
        };
        begun.keep()?;
        Ok(begun)
    }
}

impl Begun {
    /// The sweep of a directory, to go on with.
    ///
    /// # Errors
    /// When there is none, its file can't be read, or another process trains it.
    pub fn open(directory: &Path) -> Result<Self, SweepError> {
        let path = directory.join(SweepFile::NAME);
        let damaged = |reason| SweepError::Damaged {
            path: path.display().to_string(),
            reason,
        };
        let read = SweepFile::read(directory).map_err(damaged)?;
        let none = || SweepError::NoSweep(directory.display().to_string());
        Ok(Self {
            file: read.ok_or_else(none)?,
            directory: directory.to_owned(),
            _claim: claim(directory)?,
        })
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The sweep as its directory keeps it.
    #[must_use]
    pub fn file(&self) -> &SweepFile {
        &self.file
    }

    /// Number of combinations.
    #[must_use]
    pub fn len(&self) -> usize {
        self.file.combinations.len()
    }

    /// Whether there is no combination, which is never so.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All combinations with what their runs say, the best first.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        self.file.rows(&self.directory)
    }

    /// Trains combination `index`, counted from 0, or goes on with its training; one that is finished stays as it is. A failure of the
    /// training is its standing, and no error. [`Standing::Begun`] says that it was told to stop.
    ///
    /// # Errors
    /// When there is no such device, or the failure can't be kept.
    ///
    /// # Panics
    /// When there is no such combination.
    pub fn train(
        &mut self,
        index: usize,
        options: &Options,
        observer: Option<&mut dyn Observer>,
    ) -> Result<Standing, SweepError> {
        let name = self.file.combinations[index].name.clone();
        let run = self.directory.join(&name);
        if is_finished(&run) {
            return Ok(Standing::Finished);
        }
        crate::device::device(&options.device)?;
        let trained = self.trained(index, &run, options, observer);
        if options.stop.load(Ordering::Relaxed) && !is_finished(&run) {
            return Ok(Standing::Begun);
        }
        let standing = match trained {
            Ok(()) | Err(TrainingError::Finished { .. } | TrainingError::StoppedEarly { .. }) => {
                self.file.failures.remove(&name);
                Standing::Finished
            }
            Err(error) => {
                let why = error.to_string();
                self.file.failures.insert(name, why.clone());
                Standing::Failed(why)
            }
        };
        self.keep()?;
        Ok(standing)
    }

    fn trained(
        &self,
        index: usize,
        run: &Path,
        options: &Options,
        observer: Option<&mut dyn Observer>,
    ) -> Result<(), TrainingError> {
        let mut training = if run.join("recipe.toml").is_file() {
            Training::resume(run)
        } else {
            self.fresh(index, run)?
        };
        training = training.device(&options.device)?.stop(options.stop.clone());
        if let Some(program) = &options.worker_program {
            training = training.worker_program(program);
        }
        if let Some(observer) = observer {
            training = training.observe(observer);
        }
        training.run().map(drop)
    }

    /// The training of a combination from its first step on. A directory without a recipe is left by a process that was killed.
    fn fresh<'a>(&self, index: usize, run: &Path) -> Result<Training<'a>, TrainingError> {
        if run.exists() {
            fs::remove_dir_all(run).map_err(|error| failed(run, error))?;
        }
        let path = self.file.recipe.display().to_string();
        let training = Training::text(&path, &self.file.text)?;
        let sets = overrides(&self.file, index);
        let set = |training: Training<'a>, set: &String| training.set(set);
        sets.iter().try_fold(training, set)?.into_run(run)
    }

    /// Writes the page of the sweep.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write_report(&self) -> Result<(), SweepError> {
        Ok(page::write_sweep(&self.file, &self.directory)?)
    }

    /// Writes the file of the sweep.
    fn keep(&self) -> Result<(), RunError> {
        let path = self.directory.join(SweepFile::NAME);
        let json = serde_json::to_vec_pretty(&self.file).map_err(std::io::Error::from);
        let written = json.and_then(|json| write_atomically(&path, &json));
        written.map_err(|error| failed(&path, error))
    }
}

/// Whether a run has nothing left to do.
fn is_finished(run: &Path) -> bool {
    let summary = crate::run::Summary::read(run).ok().flatten();
    summary.is_some_and(|of| of.status == "finished") && run.join("report.html").is_file()
}

fn failed(path: &Path, source: std::io::Error) -> RunError {
    RunError::Io {
        path: path.display().to_string(),
        source,
    }
}
