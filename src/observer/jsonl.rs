//! `metrics.jsonl`: one JSON object a line.

use super::{Fault, Learned, Observer, Progress};
use crate::evaluation::Evaluation;
use crate::files::write_atomically;
use crate::run::{Run, RunError};
use serde_json::{Map, Value, json};
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

    fn write(&mut self, line: &Value) -> Result<(), RunError> {
        let line = format!("{line}\n");
        self.file
            .write_all(line.as_bytes())
            .map_err(|error| self.run.io(&self.path, error))
    }
}

impl Observer for JsonLines {
    fn learned(&mut self, progress: &Progress, learned: &Learned) -> Result<(), RunError> {
        let mut line = json!({
            "step": progress.step,
            "time_s": progress.time_s,
            "loss": learned.loss,
            "learning_rate": learned.learning_rate,
            "gradient_norm": learned.gradient_norm,
            "samples_per_s": progress.samples_per_s,
            "buffer_fill": progress.telemetry.fill(),
            "simulations": progress.telemetry.simulations,
        });
        let reading = serde_json::to_value(&learned.reading);
        if let (Some(line), Ok(Value::Object(reading))) = (line.as_object_mut(), reading) {
            line.extend(reading);
        }
        if let Some(epoch) = progress.epoch {
            line["epoch"] = epoch.into();
        }
        if let Some(stage) = progress.stage {
            line["stage"] = stage.into();
        }
        self.write(&line)
    }

    fn evaluated(
        &mut self,
        progress: &Progress,
        _evaluation: &Evaluation,
        metrics: &BTreeMap<String, f64>,
    ) -> Result<(), RunError> {
        let mut line = Map::new();
        line.insert("step".into(), progress.step.into());
        line.insert("time_s".into(), progress.time_s.into());
        if let Some(stage) = progress.stage {
            line.insert("stage".into(), stage.into());
        }
        line.extend(
            metrics
                .iter()
                .map(|(name, &value)| (name.clone(), value.into())),
        );
        self.write(&Value::Object(line))
    }

    fn failed(&mut self, progress: &Progress, fault: &Fault) -> Result<(), RunError> {
        let mut line = json!(fault);
        line["step"] = progress.step.into();
        line["time_s"] = progress.time_s.into();
        self.write(&line)
    }
}

/// Whether a line is whole and tells of a step up to `step`.
fn done_by(line: &str, step: usize) -> bool {
    let parsed: Option<Value> = serde_json::from_str(line).ok();
    let at = parsed
        .as_ref()
        .and_then(|value| value.get("step"))
        .and_then(Value::as_u64);
    at.is_some_and(|at| at <= step as u64)
}
