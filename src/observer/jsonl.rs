//! `metrics.jsonl`: one JSON object a line.

use super::lines::{self, Line};
use super::{Fault, Learned, Observer, Progress};
use crate::files::{Record, write_atomically};
use crate::results::Evaluation;
use crate::run::{Run, RunError};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, read_to_string};
use std::io::Write;
use std::path::PathBuf;

/// Name of the file in a run.
const NAME: &str = "metrics.jsonl";

/// Appends to the metrics of a run.
pub struct JsonLines {
    run: Run,
    path: PathBuf,
    file: File,
}

impl JsonLines {
    /// Opens the metrics of a run and drops what lies after `step`, which will be done again.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn resume(run: &Run, step: usize) -> Result<Self, RunError> {
        let path = run.file(NAME);
        let text = read_to_string(&path).unwrap_or_default();
        let kept: String = text
            .lines()
            .filter(|line| done_by(line, step))
            .flat_map(|l| [l, "\n"])
            .collect();
        write_atomically(&path, kept.as_bytes()).map_err(|error| run.io(&path, error))?;
        let file = OpenOptions::new().append(true).open(&path);
        let file = file.map_err(|error| run.io(&path, error))?;
        Ok(Self {
            run: run.clone(),
            path,
            file,
        })
    }

    fn write(&mut self, line: Line) -> Result<(), RunError> {
        let line = format!("{}\n", Value::Object(line));
        self.file
            .write_all(line.as_bytes())
            .map_err(|error| self.run.io(&self.path, error))
    }
}

impl Observer for JsonLines {
    fn learned(&mut self, progress: &Progress, learned: &Learned) -> Result<(), RunError> {
        self.write(lines::training(progress, learned))
    }

    fn evaluated(
        &mut self,
        progress: &Progress,
        _evaluation: &Evaluation,
        metrics: &BTreeMap<String, f64>,
    ) -> Result<(), RunError> {
        self.write(lines::evaluation(progress, metrics))
    }

    fn failed(&mut self, progress: &Progress, fault: &Fault) -> Result<(), RunError> {
        self.write(lines::failure(progress, fault))
    }
}

/// Whether a line is whole and tells of a step up to `step`.
fn done_by(line: &str, step: usize) -> bool {
    Record::parse(line.as_bytes()).is_some_and(|record| record.step() <= step as f64)
}
