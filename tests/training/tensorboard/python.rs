//! Event files read by `TensorBoard` itself.

use super::{Scalars, assert_same, expected, killed, named};
use crate::common::{Folder, printed, text};
use serde_json::Value;
use std::process::Command;

/// A program that prints the contents of a run as `TensorBoard` itself reads them, as JSON.
const SCRIPT: &str = "
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
found = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0, 'images': 0})
found.Reload()
tags = found.Tags()
scalars = {tag: [(e.step, e.value) for e in found.Scalars(tag)] for tag in tags['scalars']}
images = [(i.step, i.width, i.height) for i in found.Images('evaluate/rollout')]
print(json.dumps({'scalars': scalars, 'images': images}))
";

/// A Python that has `TensorBoard`: `ONDINE_PYTHON`, or `python3`.
fn python() -> Option<String> {
    let python = std::env::var("ONDINE_PYTHON").unwrap_or_else(|_| "python3".into());
    let import = Command::new(&python)
        .args(["-c", "import tensorboard"])
        .output();
    import
        .is_ok_and(|output| output.status.success())
        .then_some(python)
}

#[test]
fn tensorboard_reads_a_run_that_was_killed_and_went_on() {
    let Some(python) = python() else {
        eprintln!("skipped: there is no Python with TensorBoard");
        return;
    };
    let folder = Folder::new("events-python");
    let output = killed(&folder);
    let events = text(&output.join("tensorboard"));
    let result = Command::new(python)
        .args(["-c", SCRIPT, &events])
        .output()
        .expect("it starts");
    assert!(result.status.success(), "{}", printed(&result));
    let found: Value = serde_json::from_slice(&result.stdout).expect("JSON");
    let mut scalars = Scalars::new();
    for (tag, values) in found["scalars"].as_object().expect("an object") {
        for pair in values.as_array().expect("a list") {
            let (step, value) = (pair[0].as_u64(), pair[1].as_f64());
            let place = (tag.clone(), step.expect("a step"));
            let twice = scalars.insert(place, value.expect("a number") as f32);
            assert!(twice.is_none(), "{tag} has step {step:?} twice");
        }
    }
    assert_same(&named(scalars), &expected(&output));
    let images = found["images"].as_array().expect("a list");
    let steps: Vec<u64> = images
        .iter()
        .filter_map(|image| image[0].as_u64())
        .collect();
    assert_eq!(steps, [150, 300]);
    assert!(images[0][1].as_u64() >= Some(480));
}
