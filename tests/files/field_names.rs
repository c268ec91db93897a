//! Fields of a file in another order than the equation's: taken by their names in every command that reads states.

use crate::common::{Folder, succeed, text};
use ondine::datasets::files::{
    DatasetReader, Dtype, Provenance, Trajectory, WellReader, WellWriter,
};
use std::path::{Path, PathBuf};

const WAVE: &str = r#"
name = "wave"
seed = 4
[equation]
kind = "wave"
speed = 1.0
[grid]
points = [32]
length = 1.0
[time]
dt = 0.05
frames = 11
[ensemble]
simulations = 6
workers = 1
[model]
kind = "fno"
width = 4
modes = 4
layers = 1
[train]
steps = 4
batch = 4
[evaluate]
every = 4
trajectories = 2
"#;

/// A file without provenance, with the fields of another in reverse order, called by `name`.
fn reversed(file: &Path, to: &Path, name: impl Fn(&str) -> String) {
    let reader = WellReader::open(file).expect("readable");
    let mut info = reader.info().clone();
    info.provenance = Provenance {
        ondine_version: None,
        ..Provenance::default()
    };
    info.fields.reverse();
    info.fields.iter_mut().for_each(|f| f.name = name(&f.name));
    let mut writer = WellWriter::create(to, &info, Dtype::F64).expect("writable");
    for index in 0..info.trajectories {
        let frames = reader.trajectory(index).expect("readable").frames;
        let frames = frames.chunks(info.frame_len()).flat_map(|frame| {
            let channels = frame.chunks(info.num_points()).rev();
            channels.flatten().copied()
        });
        let frames = frames.collect();
        let written = writer.append(&Trajectory { index, frames });
        written.expect("it fits");
    }
    writer.finish().expect("writable");
}

/// All frames of a file by the names of its fields.
fn frames(file: &Path) -> Vec<(String, Vec<f64>)> {
    let reader = WellReader::open(file).expect("readable");
    let info = reader.info();
    let mut fields: Vec<(String, Vec<f64>)> = (info.fields.iter())
        .map(|field| (field.name.clone(), Vec::new()))
        .collect();
    for index in 0..info.trajectories {
        let frames = reader.trajectory(index).expect("readable").frames;
        for (i, channel) in frames.chunks(info.num_points()).enumerate() {
            let count = fields.len();
            fields[i % count].1.extend(channel);
        }
    }
    fields.sort_by(|a, b| a.0.cmp(&b.0));
    fields
}

/// A recipe, a file of its simulations and the same file with its fields in reverse order.
struct Files {
    folder: Folder,
    recipe: String,
    own: PathBuf,
    other: PathBuf,
}

impl Files {
    fn new(name: &str) -> Self {
        let folder = Folder::new(&format!("field-names-{name}"));
        let recipe = text(&folder.write("wave.toml", WAVE));
        let [own, other] = ["own.h5", "other.h5"].map(|file| folder.path(file));
        let to = text(&own);
        succeed(&["simulate", &recipe, "--output", &to, "--dtype", "f64"]);
        reversed(&own, &other, str::to_owned);
        Self {
            folder,
            recipe,
            own,
            other,
        }
    }

    /// The frames that a command writes with each of the two files.
    fn written(&self, arguments: impl Fn(&str) -> Vec<String>) -> [Vec<(String, Vec<f64>)>; 2] {
        [&self.own, &self.other].map(|file| {
            let output = self.folder.path("written.h5");
            let mut arguments = arguments(&text(file));
            arguments.extend(["--output".to_owned(), text(&output)]);
            let arguments: Vec<&str> = arguments.iter().map(|word| &word[..]).collect();
            succeed(&arguments);
            let frames = frames(&output);
            std::fs::remove_file(&output).expect("it was written");
            frames
        })
    }
}

#[test]
fn every_command_takes_fields_by_their_names() {
    let files = Files::new("all");
    let words = |words: &[&str]| -> Vec<String> { words.iter().map(|&w| w.to_owned()).collect() };
    let recipe = &files.recipe[..];
    let [own, other] = files.written(|file| words(&["simulate", recipe, "--initial", file]));
    assert!(own == other, "simulate --initial");
    let [own, other] = files.written(|file| {
        let initial = format!("initial={{ kind = \"file\", path = {file:?} }}");
        words(&["simulate", recipe, "--set", &initial])
    });
    assert!(own == other, "[initial] kind = \"file\"");

    let run = text(&files.folder.path("run"));
    let source = format!("data.source={}", text(&files.other));
    let said = succeed(&[
        "train",
        recipe,
        "--output",
        &run,
        "--set",
        &source,
        "--set",
        "train.steps=4",
    ]);
    assert!(!said.contains("(relative"), "{said}");
    let said = succeed(&["check", recipe, "--data", &text(&files.other)]);
    assert!(!said.contains("(relative"), "{said}");
    let [own, other] =
        files.written(|file| words(&["predict", &run, "--initial", file, "--frames", "3"]));
    assert!(own == other, "predict --initial");
    let judged = |file: &Path| {
        let (file, to) = (text(file), files.folder.path("judged"));
        succeed(&["evaluate", &run, "--data", &file, "--output", &text(&to)]);
        let found = std::fs::read_to_string(to.join("evaluation.json")).expect("it was written");
        std::fs::remove_dir_all(&to).expect("it was written");
        let found: serde_json::Value = serde_json::from_str(&found).expect("JSON");
        let warnings = found["file"]["warnings"].to_string();
        assert!(!warnings.contains("are called"), "{warnings}");
        (found["surrogate"].clone(), found["by_field"].clone())
    };
    assert_eq!(judged(&files.own), judged(&files.other), "evaluate --data");
}

#[test]
fn fields_with_other_names_are_taken_in_their_order_and_said() {
    let files = Files::new("said");
    let renamed = files.folder.path("renamed.h5");
    reversed(&files.own, &renamed, |name| format!("other_{name}"));
    let said = succeed(&["check", &files.recipe, "--data", &text(&renamed)]);
    let expected = "its fields are called other_v, other_u, those of the run u, v";
    assert!(said.contains(expected), "{said}");
    assert!(said.contains("(relative"), "{said}");
}
