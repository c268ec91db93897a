//! Event files for `TensorBoard`: every number of `metrics.jsonl`, and a picture of every evaluation.
//!
//! A file is a sequence of records ([`record`]) with a message each ([`event`]). Records are written whole and at once, so
//! a process that is killed leaves a file that can be read. A run that goes on writes a new file, whose first events tell
//! `TensorBoard` to forget what earlier ones have from the next step on.

mod event;
mod picture;
mod record;

use super::lines::{self, Line};
use super::{Learned, Observer, Progress};
use crate::results::{Evaluation, Sample};
use crate::run::{Run, RunError};
use event::What;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Name of the folder in a run.
const FOLDER: &str = "tensorboard";
/// Prefix of the names of event files; the time in seconds follows, and `TensorBoard` reads them in its order.
const PREFIX: &str = "events.out.tfevents.";
/// Numbers of a training line that are about learning; all others are about the stream of windows.
const LEARNING: [&str; 11] = [
    "epoch",
    "gradient_norm",
    "learning_rate",
    "loss",
    "loss_max",
    "loss_median",
    "loss_p99",
    "samples_per_s",
    "stage",
    "time_s",
    "training_s",
];

/// Writes event files into `tensorboard/` of a run.
///
/// Tags are `train/loss` and what else is about learning, `stream/trainer_wait` and what else is about the stream of
/// windows, `evaluate/nrmse` and all that the metrics of the recipe measure, the picture `evaluate/rollout`, and
/// `stream/failures`, the attempts at simulations that failed so far. Values that are not finite are left out.
pub struct TensorBoard {
    run: Run,
    path: PathBuf,
    file: File,
}

impl TensorBoard {
    /// Begins a file of a run that goes on after `step`; what earlier files have of later steps no longer counts.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn resume(run: &Run, step: usize) -> Result<Self, RunError> {
        let folder = run.file(FOLDER);
        fs::create_dir_all(&folder).map_err(|error| run.io(&folder, error))?;
        let seconds = (seconds() as u64).max(newest(&folder) + 1);
        let path = folder.join(format!("{PREFIX}{seconds:010}.ondine"));
        let file = File::create_new(&path).map_err(|error| run.io(&path, error))?;
        let mut begun = Self {
            run: run.clone(),
            path,
            file,
        };
        begun.write(0, &What::Version)?;
        begun.write(step + 1, &What::Start)?;
        Ok(begun)
    }

    fn write(&mut self, step: usize, what: &What<'_>) -> Result<(), RunError> {
        let record = record::framed(&event::event(seconds(), step, what));
        let written = self.file.write_all(&record);
        written.map_err(|error| self.run.io(&self.path, error))
    }

    fn scalars(&mut self, step: usize, scalars: &[(String, f64)]) -> Result<(), RunError> {
        self.write(step, &What::Scalars(scalars))
    }
}

impl Observer for TensorBoard {
    fn learned(&mut self, progress: &Progress, learned: &Learned) -> Result<(), RunError> {
        let group = |name: &str| {
            if LEARNING.contains(&name) {
                "train"
            } else {
                "stream"
            }
        };
        let mut numbers = numbers(&lines::training(progress, learned), group);
        let failures = progress.telemetry.failures.total() as f64;
        numbers.push(("stream/failures".to_owned(), failures));
        self.scalars(progress.step, &numbers)
    }

    fn evaluated(
        &mut self,
        progress: &Progress,
        _evaluation: &Evaluation,
        metrics: &BTreeMap<String, f64>,
    ) -> Result<(), RunError> {
        let named = metrics.iter();
        let line: Line = named
            .map(|(name, &value)| (name.clone(), value.into()))
            .collect();
        self.scalars(progress.step, &numbers(&line, |_| "evaluate"))
    }

    fn rolled_out(&mut self, progress: &Progress, sample: &Sample) -> Result<(), RunError> {
        match picture::draw(sample) {
            Some(picture) => self.write(progress.step, &What::Image("evaluate/rollout", &picture)),
            None => Ok(()),
        }
    }
}

/// The numbers of a line but its step, by tag.
fn numbers(line: &Line, group: impl Fn(&str) -> &'static str) -> Vec<(String, f64)> {
    let others = line.iter().filter(|(name, _)| *name != "step");
    let numbers = others.filter_map(|(name, value)| {
        let tag = format!("{}/{name}", group(name));
        let value = value.as_f64().filter(|value| (*value as f32).is_finite());
        Some((tag, value?))
    });
    numbers.collect()
}

/// Seconds since 1970.
fn seconds() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0.0, |since| since.as_secs_f64())
}

/// The time in the name of the newest event file; 0 where there is none.
fn newest(folder: &Path) -> u64 {
    let names = fs::read_dir(folder).into_iter().flatten().flatten();
    let times = names.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        name.strip_prefix(PREFIX)?.split('.').next()?.parse().ok()
    });
    times.max().unwrap_or(0)
}
