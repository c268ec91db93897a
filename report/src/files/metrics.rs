//! The lines of `metrics.jsonl`, which this file alone reads.

use super::Reading;
use serde_json::{Map, Value};
use std::path::Path;

/// The lines of a training by rising step; those of simulations that failed are left out.
///
/// A training that goes on from a checkpoint does steps again. What it had written after that checkpoint no longer counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metrics {
    /// Lines of the training, which have a loss.
    pub training: Vec<Record>,
    /// Lines of evaluations.
    pub evaluations: Vec<Record>,
}

/// A line.
#[derive(Debug, Clone, PartialEq)]
pub struct Record(Map<String, Value>);

impl Record {
    /// A line that is whole and tells its step.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let record = Self(serde_json::from_slice(line).ok()?);
        record.get("step").map(|_| record)
    }

    /// A number of the line; none where it is missing or was not finite.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<f64> {
        self.0.get(key)?.as_f64()
    }

    /// Steps done before it.
    #[must_use]
    pub fn step(&self) -> f64 {
        self.get("step").unwrap_or(f64::NAN)
    }

    /// The stage of the training, from 1 on; none in a training without stages.
    #[must_use]
    pub fn stage(&self) -> Option<u64> {
        self.0.get("stage")?.as_u64()
    }

    /// The stream of windows at this line; what an older version did not write is zero.
    #[must_use]
    pub fn reading(&self) -> Reading {
        serde_json::from_value(Value::Object(self.0.clone())).unwrap_or_default()
    }
}

impl Metrics {
    /// The metrics that a run keeps; none where there is no file yet.
    ///
    /// # Errors
    /// Why the file can't be read, in words.
    pub fn read(directory: &Path) -> Result<Self, String> {
        let found = super::optional(&directory.join("metrics.jsonl"), |bytes| {
            Ok(Self::parse(bytes))
        });
        Ok(found?.unwrap_or_default())
    }

    /// The metrics of the lines of a file. Lines that are cut or foreign are left out.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let mut metrics = Self::default();
        let lines = bytes.split(|byte| *byte == b'\n').filter_map(Record::parse);
        for record in lines.filter(|record| !record.0.contains_key("failed")) {
            if record.0.contains_key("loss") {
                push(&mut metrics.training, record);
            } else {
                push(&mut metrics.evaluations, record);
            }
        }
        metrics
    }
}

/// Adds a line, and takes away those of steps that were done again.
fn push(records: &mut Vec<Record>, record: Record) {
    let again = |last: &Record| last.step() >= record.step();
    while records.last().is_some_and(again) {
        records.pop();
    }
    records.push(record);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_cut_are_skipped() {
        let lines = b"{\"step\":1,\"loss\":2.0}\n{\"step\":2,\"nrmse\":0.5}\n{\"step\":3,\"lo";
        let metrics = Metrics::parse(lines);
        assert_eq!((metrics.training.len(), metrics.evaluations.len()), (1, 1));
        assert_eq!(metrics.evaluations[0].get("nrmse"), Some(0.5));
    }

    #[test]
    fn steps_that_were_trained_again_count_once_and_failures_are_no_evaluations() {
        let lines = b"{\"step\":1,\"loss\":4}\n{\"step\":2,\"loss\":3}\n{\"step\":2,\"loss\":1}\n\
                      {\"step\":2,\"failed\":{}}";
        let metrics = Metrics::parse(lines);
        let losses = metrics.training.iter().map(|record| record.get("loss"));
        assert_eq!(losses.collect::<Vec<_>>(), [Some(4.0), Some(1.0)]);
        assert!(metrics.evaluations.is_empty());
    }
}
