//! A run directory, read whole. Only `recipe.toml` must be there: a run that has just started or was killed has the rest in
//! part.

use super::{Metrics, ReadError, Subject, Summary, line_of, read_evaluation, read_sample};
use crate::diagnosis::{Disagreement, Evidence, Finding, History, Takes, diagnose};
use ondine_datasets::{FileKind, read_text};
use ondine_metrics::results::{Evaluation, Sample, SolverErrors};
use std::fs;
use std::path::Path;

/// The files of one run.
pub struct RunFiles {
    /// Name of the directory, without the folders that it lies in.
    pub directory: String,
    /// The resolved recipe.
    pub recipe: toml::Table,
    /// The resolved recipe as it was written.
    pub recipe_text: String,
    /// The lines of metrics.
    pub metrics: Metrics,
    /// The last evaluation.
    pub evaluation: Option<Evaluation>,
    /// One rollout.
    pub sample: Option<Sample>,
    /// The end of the training in numbers.
    pub summary: Option<Summary>,
    /// Facts of the training.
    pub subject: Option<Subject>,
    /// Files that are there but could not be read, in sentences.
    pub notes: Vec<String>,
    beside: Beside,
}

/// Knowledge of a run beside its files, from a program that has solvers and the recipe.
#[derive(Default)]
pub struct Beside {
    /// Facts of the training as its recipe has them, which count more than those of the file.
    pub subject: Option<Subject>,
    /// Distance of frames of a file from those of the solver, where one is judged by the other.
    pub disagreement: Option<Disagreement>,
    /// Whether the recipe takes changes, and is another one with them; all are advised where it is not known.
    pub takes: Option<Box<Takes<'static>>>,
}

impl RunFiles {
    /// Reads the run in `directory`, with the evaluation that lies in `judged`, the same directory or another.
    ///
    /// # Errors
    /// If the directory has no `recipe.toml`, or one that cannot be read.
    pub fn read(directory: &Path, judged: &Path) -> Result<Self, ReadError> {
        let (recipe_text, recipe) = read_recipe(directory)?;
        let mut notes = Vec::new();
        Ok(Self {
            directory: name(directory),
            metrics: or_note("metrics.jsonl", Metrics::read(directory), &mut notes),
            evaluation: or_note("evaluation.json", read_evaluation(judged), &mut notes),
            sample: or_note("sample.safetensors", read_sample(judged), &mut notes),
            summary: or_note("summary.json", Summary::read(directory), &mut notes),
            subject: or_note(Subject::NAME, Subject::read(directory), &mut notes),
            recipe,
            recipe_text,
            notes,
            beside: Beside::default(),
        })
    }

    /// The run with what is known beside its files.
    #[must_use]
    pub fn with(mut self, mut beside: Beside) -> Self {
        self.subject = beside.subject.take().or(self.subject);
        self.beside = beside;
        self
    }

    /// A value of the recipe by its path, as in `["train", "batch"]`.
    #[must_use]
    pub fn setting(&self, path: &[&str]) -> Option<&toml::Value> {
        let (last, sections) = path.split_last()?;
        let section = sections
            .iter()
            .try_fold(&self.recipe, |table, key| table.get(*key)?.as_table());
        section?.get(*last)
    }

    /// Why the surrogate fails, the most important cause first; nothing where it was not judged yet, or no facts of its
    /// training are known.
    #[must_use]
    pub fn diagnosis(&self) -> Vec<Finding> {
        let known = self.evaluation.as_ref().zip(self.subject.as_ref());
        let errors = self.summary.as_ref().map(|one| &one.solver_errors);
        known.map_or_else(Vec::new, |(evaluation, subject)| {
            diagnose(&Evidence {
                evaluation,
                subject,
                history: &History::of(&self.metrics),
                solver_errors: errors.unwrap_or(&SolverErrors::default()),
                disagreement: self.beside.disagreement.as_ref(),
                takes: self.takes(),
            })
        })
    }

    /// A test whether the recipe takes changes, where that is known.
    pub(crate) fn takes(&self) -> Option<&Takes<'_>> {
        self.beside.takes.as_deref()
    }
}

/// The value read; if it can't be, the default and a sentence for the page.
fn or_note<T: Default>(name: &str, read: Result<T, String>, notes: &mut Vec<String>) -> T {
    read.unwrap_or_else(|error| {
        notes.push(format!("{name} could not be read: {error}."));
        T::default()
    })
}

/// The last part of a path, of "." too.
fn name(directory: &Path) -> String {
    let whole = fs::canonicalize(directory).unwrap_or_else(|_| directory.to_owned());
    whole
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn read_recipe(directory: &Path) -> Result<(String, toml::Table), ReadError> {
    if let Some(kind) = FileKind::of(directory)
        .ok()
        .filter(|kind| !kind.is_directory())
    {
        let path = directory.to_owned();
        return Err(ReadError::File { path, kind });
    }
    let path = directory.join("recipe.toml");
    if !path.exists() {
        let path = directory.into();
        return Err(ReadError::NotARun { path });
    }
    let text = match read_text(&path, "a recipe") {
        Ok(text) => text,
        Err(message) => return Err(ReadError::Recipe { path, message }),
    };
    match text.parse() {
        Ok(recipe) => Ok((text, recipe)),
        Err(error) => Err(ReadError::Recipe {
            path,
            message: format!("line {} is no TOML", line_of(&text, &error)),
        }),
    }
}
