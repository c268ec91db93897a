//! Events of a training as objects: each is a line of `metrics.jsonl`.

use super::{Fault, Learned, Progress};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// An object of names and values.
pub(super) type Line = Map<String, Value>;

/// Loss, gradient and stream of windows since the last such line.
pub(super) fn training(progress: &Progress, learned: &Learned) -> Line {
    let mut line = begun(progress);
    line.insert("loss".into(), learned.loss.into());
    line.insert("learning_rate".into(), learned.learning_rate.into());
    line.insert("gradient_norm".into(), learned.gradient_norm.into());
    line.insert("samples_per_s".into(), progress.samples_per_s.into());
    line.insert("buffer_fill".into(), progress.telemetry.fill().into());
    line.insert("simulations".into(), progress.telemetry.simulations.into());
    line.extend(fields(json!(learned.reading)));
    if let Some(epoch) = progress.epoch {
        line.insert("epoch".into(), epoch.into());
    }
    if let Some(stage) = progress.stage {
        line.insert("stage".into(), stage.into());
    }
    line
}

/// The numbers of an evaluation.
pub(super) fn evaluation(progress: &Progress, metrics: &BTreeMap<String, f64>) -> Line {
    let mut line = begun(progress);
    if let Some(stage) = progress.stage {
        line.insert("stage".into(), stage.into());
    }
    let metrics = metrics.iter();
    line.extend(metrics.map(|(name, &value)| (name.clone(), value.into())));
    line
}

/// An attempt at a simulation that failed.
pub(super) fn failure(progress: &Progress, fault: &Fault) -> Line {
    let mut line = fields(json!(fault));
    line.extend(begun(progress));
    line
}

fn begun(progress: &Progress) -> Line {
    let step = ("step".to_owned(), progress.step.into());
    Line::from_iter([step, ("time_s".to_owned(), progress.time_s.into())])
}

fn fields(value: Value) -> Line {
    match value {
        Value::Object(fields) => fields,
        _ => Line::new(),
    }
}
