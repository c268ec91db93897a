//! A share of every batch from a file beside simulations that run meanwhile: `data.mix`.

use crate::common::{
    Folder, RECIPE, kill_at, metrics, printed, run, succeed, text, timeless, unwrapped,
};
use ondine::datasets::files::{DatasetReader, Dtype, Trajectory, WellReader, WellWriter};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The small recipe, and a file of its simulations with values of another size.
struct Mixed {
    folder: Folder,
    recipe: String,
    file: PathBuf,
}

impl Mixed {
    fn new(name: &str, count: &str, size: f64) -> Self {
        let folder = Folder::new(&format!("mix-{name}"));
        let recipe = text(&folder.write("small.toml", RECIPE));
        let plain = folder.path("plain.h5");
        let arguments = ["simulate", &recipe, "--count", count, "--set", "seed=9"];
        succeed(&[&arguments[..], &["--output", &text(&plain)]].concat());
        let file = folder.path("file.h5");
        resized(&plain, &file, size);
        Self {
            folder,
            recipe,
            file,
        }
    }

    /// The recipe with this share, and keys set.
    fn arguments(&self, mix: &str, sets: &[&str]) -> Vec<String> {
        let data = format!("data={{source={:?},mix={mix}}}", text(&self.file));
        let sets = [&[&data[..]], sets].concat();
        let sets = sets.into_iter().flat_map(|set| ["--set", set]);
        [&self.recipe[..]]
            .into_iter()
            .chain(sets)
            .map(str::to_owned)
            .collect()
    }

    fn train(&self, name: &str, mix: &str, sets: &[&str]) -> (PathBuf, String) {
        let output = self.folder.path(name);
        let to = text(&output);
        let arguments = self.arguments(mix, sets);
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let said = succeed(&[&["train", "--output", &to], &words[..]].concat());
        (output, said)
    }
}

/// The file `from` with all values multiplied by `size`, at `to`.
fn resized(from: &Path, to: &Path, size: f64) {
    let reader = WellReader::open(from).expect("it was written");
    let mut writer = WellWriter::create(to, reader.info(), Dtype::F64).expect("writable");
    for index in 0..reader.info().trajectories {
        let frames = reader.trajectory(index).expect("it is there").frames;
        let frames = frames.into_iter().map(|value| size * value).collect();
        writer
            .append(&Trajectory { index, frames })
            .expect("it fits");
    }
    writer.finish().expect("writable");
}

/// The loss of the first step.
fn first_loss(run: &Path) -> f64 {
    let lines = metrics(run);
    let loss = lines
        .iter()
        .find_map(|line| line.get("loss").and_then(Value::as_f64));
    loss.expect("a loss")
}

#[test]
fn batches_have_as_many_windows_of_the_file_as_the_share_says() {
    // Values of the file are so large that its windows are all of the loss, and waves of one trajectory err alike.
    let mixed = Mixed::new("share", "1", 1e4);
    let sets = ["train.steps=2", "train.log=1"];
    let losses = ["0.25", "0.5", "0.75"].map(|mix| first_loss(&mixed.train(mix, mix, &sets).0));
    for (loss, share) in losses.into_iter().zip([1.0, 2.0, 3.0]) {
        let ratio = loss / losses[0];
        assert!((ratio / share - 1.0).abs() < 0.05, "{losses:?}");
    }
}

#[test]
fn a_mixed_training_that_was_killed_goes_on_as_if_it_had_not_been() {
    let mixed = Mixed::new("resume", "5", 1.0);
    let sets = ["data.held_out=1", "train.steps=120"];
    let (whole, said) = mixed.train("whole", "0.25", &sets);
    assert!(
        unwrapped(&said).contains("4 of 16 windows of a batch from"),
        "{said}"
    );
    let killed = mixed.folder.path("killed");
    let to = text(&killed);
    let arguments = mixed.arguments("0.25", &sets);
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    kill_at(
        &[&["train", "--output", &to], &words[..]].concat(),
        &killed,
        "step-00000050",
    );
    succeed(&["train", "--resume", &to]);
    assert_eq!(timeless(&whole), timeless(&killed));
    let judged = run(&["evaluate", &text(&whole), "--json", "--no-speed"]);
    let judged: Value = serde_json::from_slice(&judged.stdout).expect("JSON");
    assert_eq!(judged["trajectories"], 1, "the held-out one of the file");

    // Fine-tuning: the weights of the run, and the file beside the solver again.
    let tuned = text(&mixed.folder.path("tuned"));
    let from = ["train", "--output", &tuned, "--weights-from", &text(&whole)];
    succeed(&[&from[..], &words[..]].concat());
}

#[test]
fn shares_that_make_no_batch_are_refused_at_their_key() {
    let mixed = Mixed::new("refused", "2", 1.0);
    let refused = |mix: &str, sets: &[&str], expected: &str| {
        let arguments = mixed.arguments(mix, sets);
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = run(&[&["check"], &words[..]].concat());
        let said = unwrapped(&printed(&output));
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains(expected),
            "{expected:?} is missing in: {said}"
        );
    };
    refused("0.0", &[], "mix = 0 lies outside (0, 1)");
    refused("1.0", &[], "mix = 1 lies outside (0, 1)");
    refused(
        "0.01",
        &[],
        "mix = 0.01 of a batch of 16 are 0 windows of the file",
    );
    refused(
        "0.5",
        &["train.epochs=2"],
        "data.mix makes a part of every batch of it",
    );
    refused(
        "0.5",
        &["grid.points=[64]"],
        "points = [64], and the file of [data] has [32]",
    );
    refused(
        "0.5",
        &["data.trajectories=3"],
        "trajectories = 3 lies outside [1, 2]",
    );
    let problem =
        "[problem]\nfields = [\"u\"]\nconditions = { velocity = { uniform = [0.5, 1.5] } }";
    let text_of = RECIPE.replace(
        "[equation]\nkind = \"advection\"\nvelocity = { uniform = [0.5, 1.5] }",
        problem,
    );
    let posed = text(
        &mixed
            .folder
            .write("posed.toml", &text_of.replace("substeps = 1", "")),
    );
    let data = format!("data={{source={:?},mix=0.5}}", text(&mixed.file));
    let output = run(&["check", &posed, "--set", &data]);
    let said = unwrapped(&printed(&output));
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("the problem has no solver for the rest"),
        "{said}"
    );
}
