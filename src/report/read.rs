//! Reads what a run directory holds. Only `recipe.toml` must be there: a run that has just started
//! or was killed has the rest in part, and the page says what is missing.

use super::ReportError;
use crate::diagnosis::{self, Finding};
use crate::files::{json_fault, line_of};
use crate::results::{Evaluation, Sample, SolverErrors};
use crate::run::Run;
use crate::telemetry::Reading;
use ondine_datasets::{FileKind, read_text};
use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::{fs, io, path::Path};

/// The files of one run.
pub(super) struct RunFiles {
    /// Name of the directory, without the folders that it lies in.
    pub(super) directory: String,
    /// The resolved recipe.
    pub(super) recipe: toml::Table,
    /// The resolved recipe as it was written.
    pub(super) recipe_text: String,
    /// Lines of `metrics.jsonl` that carry a loss, by rising step.
    pub(super) training: Vec<Record>,
    /// The other lines of `metrics.jsonl`, by rising step.
    pub(super) evaluations: Vec<Record>,
    /// The last evaluation.
    pub(super) evaluation: Option<Evaluation>,
    /// One rollout.
    pub(super) sample: Option<Sample>,
    /// What the run wrote when it ended.
    pub(super) summary: Option<Summary>,
    /// What the rules of the diagnosis find in the evaluation.
    pub(super) diagnosis: Vec<Finding>,
    /// Files that are there but could not be read, in sentences.
    pub(super) notes: Vec<String>,
}

/// `summary.json`; anything may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Summary {
    pub(super) status: Option<String>,
    pub(super) steps: Option<u64>,
    pub(super) training_s: Option<f64>,
    pub(super) wall_s: Option<f64>,
    pub(super) device: Option<String>,
    pub(super) parameters: Option<u64>,
    pub(super) peak_memory_mib: Option<f64>,
    pub(super) trainer_wait: Option<f64>,
    pub(super) solver_wait: Option<f64>,
    pub(super) simulations: Option<u64>,
    pub(super) epochs: Option<f64>,
    pub(super) version: Option<String>,
    #[serde(rename = "equation")]
    pub(super) formula: Option<String>,
    #[serde(
        default,
        alias = "reference_error",
        deserialize_with = "crate::results::read_solver_errors"
    )]
    pub(super) solver_errors: SolverErrors,
}

/// One line of `metrics.jsonl`.
pub(super) struct Record(Map<String, Value>);

impl Record {
    /// A number of the line; none if it is missing or was not finite.
    pub(super) fn get(&self, key: &str) -> Option<f64> {
        self.0.get(key)?.as_f64()
    }

    /// The stream of windows at this line; what an older version did not write is zero.
    pub(super) fn reading(&self) -> Reading {
        serde_json::from_value(Value::Object(self.0.clone())).unwrap_or_default()
    }

    fn step(&self) -> Option<f64> {
        self.get("step")
    }
}

impl RunFiles {
    /// Reads the run in `directory`, with the evaluation that lies in `judged`, the same directory or another.
    ///
    /// # Errors
    /// If the directory has no `recipe.toml`, or one that cannot be read.
    pub(super) fn read(directory: &Path, judged: &Path) -> Result<Self, ReportError> {
        let (recipe_text, recipe) = read_recipe(directory)?;
        let mut notes = Vec::new();
        let metrics = optional(directory, "metrics.jsonl", &mut notes, |bytes| {
            Ok(bytes.to_vec())
        });
        let (training, evaluations) = metrics
            .map(|bytes| parse_metrics(&bytes))
            .unwrap_or_default();
        let evaluation = optional(judged, "evaluation.json", &mut notes, parse_evaluation);
        let run = Run::open(directory).ok();
        let diagnosis = run.zip(evaluation.as_ref());
        Ok(Self {
            directory: name(directory),
            diagnosis: diagnosis.map_or_else(Vec::new, |(run, of)| diagnosis::of_run(&run, of)),
            evaluation,
            sample: optional(judged, "sample.safetensors", &mut notes, parse_sample),
            summary: optional(directory, "summary.json", &mut notes, |bytes| {
                serde_json::from_slice(bytes).map_err(|error| json_fault(&error))
            }),
            recipe,
            recipe_text,
            training,
            evaluations,
            notes,
        })
    }

    /// A value of the recipe by its path, as in `["train", "batch"]`.
    pub(super) fn setting(&self, path: &[&str]) -> Option<&toml::Value> {
        let (last, sections) = path.split_last()?;
        let section = sections
            .iter()
            .try_fold(&self.recipe, |table, key| table.get(*key)?.as_table());
        section?.get(*last)
    }
}

/// The last part of a path, of "." too.
fn name(directory: &Path) -> String {
    let whole = fs::canonicalize(directory).unwrap_or_else(|_| directory.to_owned());
    whole
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn read_recipe(directory: &Path) -> Result<(String, toml::Table), ReportError> {
    if let Some(kind) = FileKind::of(directory)
        .ok()
        .filter(|kind| !kind.is_directory())
    {
        let path = directory.to_owned();
        return Err(ReportError::File { path, kind });
    }
    let path = directory.join("recipe.toml");
    if !path.exists() {
        let path = directory.into();
        return Err(ReportError::NotARun { path });
    }
    let text = match read_text(&path, "a recipe") {
        Ok(text) => text,
        Err(message) => return Err(ReportError::Recipe { path, message }),
    };
    match text.parse() {
        Ok(recipe) => Ok((text, recipe)),
        Err(error) => Err(ReportError::Recipe {
            path,
            message: format!("line {} is no TOML", line_of(&text, &error)),
        }),
    }
}

/// Reads a file that may be missing; one that is broken leaves a note for the page.
fn optional<T>(
    directory: &Path,
    name: &str,
    notes: &mut Vec<String>,
    parse: impl FnOnce(&[u8]) -> Result<T, String>,
) -> Option<T> {
    let parsed = match fs::read(directory.join(name)) {
        Ok(bytes) => parse(&bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => Err(error.to_string()),
    };
    parsed
        .map_err(|error| notes.push(format!("{name} could not be read: {error}.")))
        .ok()
}

/// Training and evaluation lines. Lines that are cut or foreign are skipped.
fn parse_metrics(bytes: &[u8]) -> (Vec<Record>, Vec<Record>) {
    let (mut training, mut evaluations) = (Vec::new(), Vec::new());
    for line in bytes.split(|byte| *byte == b'\n') {
        let Ok(values) = serde_json::from_slice(line) else {
            continue;
        };
        let record = Record(values);
        if record.0.contains_key("failed") {
            continue; // A simulation, which says nothing of the surrogate.
        }
        match record.0.contains_key("loss") {
            true => push(&mut training, record),
            false => push(&mut evaluations, record),
        }
    }
    (training, evaluations)
}

/// A resumed run goes back to its checkpoint: what it had written after that no longer counts.
fn push(records: &mut Vec<Record>, record: Record) {
    let Some(step) = record.step() else { return };
    while records
        .last()
        .and_then(Record::step)
        .is_some_and(|last| last >= step)
    {
        records.pop();
    }
    records.push(record);
}

fn parse_evaluation(bytes: &[u8]) -> Result<Evaluation, String> {
    Evaluation::from_json(bytes).map_err(|error| json_fault(&error))
}

fn parse_sample(bytes: &[u8]) -> Result<Sample, String> {
    let tensors = SafeTensors::deserialize(bytes);
    let tensors = tensors.map_err(|_| "it is damaged, or not in the format of safetensors")?;
    let (shape, truth) = numbers(&tensors, "truth", Dtype::F32, f32::from_le_bytes)?;
    let (other_shape, prediction) =
        numbers(&tensors, "prediction", Dtype::F32, f32::from_le_bytes)?;
    let (_, times) = numbers(&tensors, "times", Dtype::F64, f64::from_le_bytes)?;
    let (_, length) = numbers(&tensors, "length", Dtype::F64, f64::from_le_bytes)?;
    let fits = shape.len() >= 3
        && !shape.contains(&0)
        && shape == other_shape
        && times.len() == shape[0]
        && length.len() == shape.len() - 2;
    match fits {
        true => Ok(Sample {
            shape,
            truth,
            prediction,
            times,
            length,
        }),
        false => Err(format!(
            "its shapes {shape:?} and {other_shape:?} do not fit together"
        )),
    }
}

/// Shape and values of one tensor.
fn numbers<const BYTES: usize, T>(
    tensors: &SafeTensors<'_>,
    name: &str,
    dtype: Dtype,
    decode: fn([u8; BYTES]) -> T,
) -> Result<(Vec<usize>, Vec<T>), String> {
    let tensor = tensors.tensor(name);
    let tensor = tensor.map_err(|_| format!("it lacks `{name}`"))?;
    if tensor.dtype() != dtype {
        return Err(format!(
            "`{name}` is {:?} instead of {dtype:?}",
            tensor.dtype()
        ));
    }
    let (chunks, _) = tensor.data().as_chunks::<BYTES>();
    Ok((
        tensor.shape().to_vec(),
        chunks.iter().map(|chunk| decode(*chunk)).collect(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::doubles;

    #[test]
    fn lines_that_are_cut_are_skipped() {
        let lines = b"{\"step\":1,\"loss\":2.0}\n{\"step\":2,\"nrmse\":0.5}\n{\"step\":3,\"lo";
        let (training, evaluations) = parse_metrics(lines);
        assert_eq!((training.len(), evaluations.len()), (1, 1));
        assert_eq!(evaluations[0].get("nrmse"), Some(0.5));
    }

    #[test]
    fn steps_that_were_trained_again_count_once() {
        let lines = b"{\"step\":1,\"loss\":4}\n{\"step\":2,\"loss\":3}\n{\"step\":2,\"loss\":1}";
        let (training, _) = parse_metrics(lines);
        let losses: Vec<_> = training
            .iter()
            .filter_map(|record| record.get("loss"))
            .collect();
        assert_eq!(losses, [4.0, 1.0]);
    }

    #[test]
    fn a_sample_is_read_as_it_was_written() {
        let read = parse_sample(&doubles::sample_bytes()).expect("it is a sample");
        let written = doubles::sample();
        assert_eq!((read.shape, read.truth), (written.shape, written.truth));
        assert_eq!(
            (read.prediction, read.times),
            (written.prediction, written.times)
        );
        assert!(parse_sample(&doubles::sample_bytes()[..200]).is_err());
    }
}
