//! Weights out of a run and into another, through the binary.

mod foreign;
mod refused;

use crate::common::{Folder, RECIPE, metrics, printed, run, succeed, text};
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs the binary, which has to refuse with one error that says all of `expected`.
#[track_caller]
fn refused(arguments: &[&str], expected: &[&str]) {
    let result = run(arguments);
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(2), "{arguments:?}\n{said}");
    for part in expected {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
    assert_eq!(said.matches("error:").count(), 1, "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

/// The small recipe with another network, trained for some steps.
fn trained(folder: &Folder, model: &str, steps: usize) -> (String, String) {
    let network = "kind = \"fno\"\nwidth = 12\nmodes = 6\nlayers = 2";
    assert!(RECIPE.contains(network));
    let recipe = text(&folder.write("small.toml", &RECIPE.replace(network, model)));
    let output = text(&folder.path("trained"));
    let steps = format!("train.steps={steps}");
    let every = ["--set", "evaluate.every=1000", "--set", "train.log=1"];
    let train = ["train", &recipe, "--output", &output, "--set", &steps];
    succeed(&[&train[..], &every].concat());
    (recipe, output)
}

const FNO: &str = "kind = \"fno\"\nwidth = 12\nmodes = 6\nlayers = 2";

const NEURALOPERATOR: &str = "kind = \"fno_neuraloperator\"\nwidth = 4\nmodes = 4\nlayers = 2";

/// Type, shape and bytes of every array of a file.
type Contents = BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>;

fn contents(path: &str) -> Contents {
    let bytes = fs::read(path).expect("it was written");
    let file = SafeTensors::deserialize(&bytes).expect("it is whole");
    let copied = |(name, view): (&str, TensorView<'_>)| {
        let (shape, data) = (view.shape().to_vec(), view.data().to_vec());
        (name.to_owned(), (view.dtype(), shape, data))
    };
    file.iter().map(copied).collect()
}

/// Writes arrays as another program would, without our metadata.
fn foreign(path: &Path, arrays: &Contents) -> String {
    let views = arrays.iter().map(|(name, (dtype, shape, data))| {
        let view = TensorView::new(*dtype, shape.clone(), data);
        (name, view.expect("as many bytes"))
    });
    fs::write(path, serialize(views, None).expect("it has a header")).expect("it can be written");
    text(path)
}

/// The document about the network in the metadata of a file.
fn about(path: &str) -> Value {
    let bytes = fs::read(path).expect("it was written");
    let (_, header) = SafeTensors::read_metadata(&bytes).expect("it is whole");
    let all: &HashMap<String, String> = header.metadata().as_ref().expect("it has metadata");
    serde_json::from_str(&all["ondine"]).expect("JSON")
}

fn evaluation(run_directory: &str) -> Value {
    let said = run(&["evaluate", run_directory, "--json"]);
    assert!(said.status.success(), "{}", printed(&said));
    serde_json::from_slice(&said.stdout).expect("JSON")
}

/// The numbers of the checkpoint of a step.
fn state(run_directory: &str, step: usize) -> Value {
    let path = format!("{run_directory}/checkpoints/step-{step:08}/state.json");
    serde_json::from_slice(&fs::read(path).expect("the checkpoint is there")).expect("JSON")
}

#[test]
fn an_imported_network_is_the_one_that_was_exported_and_trains_on() {
    let folder = Folder::new("weights-own");
    let (recipe, trained) = trained(&folder, FNO, 60);
    let file = text(&folder.path("weights.safetensors"));
    let said = run(&["export", &trained, &file, "--json"]);
    assert!(said.status.success(), "{}", printed(&said));
    let said: Value = serde_json::from_slice(&said.stdout).expect("JSON");
    assert_eq!(
        (&said["weights"], &said["step"]),
        (&"average".into(), &60.into())
    );
    let numbers = contents(&file)
        .values()
        .map(|(_, shape, _)| shape.iter().product::<usize>())
        .sum::<usize>();
    assert_eq!(said["parameters"], numbers);

    let known = about(&file);
    assert_eq!(known["model"]["kind"], "fno");
    assert_eq!(known["model"]["conserve_mean"], true);
    assert_eq!(known["equation"], "advection");
    assert_eq!(
        known["parameters"],
        serde_json::json!(["dt", "dx", "velocity"])
    );
    assert_eq!(known["fields"], serde_json::json!(["u"]));
    assert_eq!(known["scaling"], state(&trained, 60)["scaling"]);

    let output = text(&folder.path("imported"));
    let said = run(&["import", &recipe, &file, "--output", &output, "--json"]);
    assert!(said.status.success(), "{}", printed(&said));
    let said: Value = serde_json::from_slice(&said.stdout).expect("JSON");
    assert_eq!(
        (&said["layout"], &said["scaling"]),
        (&"ondine".into(), &"stored".into())
    );
    assert_eq!(said["notes"], serde_json::json!([]));
    let kept: Value =
        serde_json::from_slice(&fs::read(folder.path("imported/import.json")).expect("kept"))
            .expect("JSON");
    assert_eq!(kept, said);
    let (before, after) = (evaluation(&trained), evaluation(&output));
    assert_eq!(
        before["surrogate"], after["surrogate"],
        "the same answers, to the bit"
    );
    let again = text(&folder.path("again.safetensors"));
    succeed(&["export", &output, &again]);
    assert_eq!(contents(&again), contents(&file));

    let loss = |run_directory: &str| {
        let lines = metrics(Path::new(run_directory));
        lines
            .iter()
            .find_map(|line| line["loss"].as_f64())
            .expect("a line with a loss")
    };
    succeed(&["train", "--resume", &output]);
    assert!(
        loss(&output) < 0.3 * loss(&trained),
        "training goes on from the weights"
    );
    assert_eq!(
        metrics(Path::new(&output)).last().expect("a line")["step"],
        300
    );
}

#[test]
fn weights_of_the_last_step_differ_from_their_average_and_files_are_replaced_when_asked() {
    let folder = Folder::new("weights-last");
    let (_, trained) = trained(&folder, FNO, 20);
    let [average, last] =
        ["average", "last"].map(|name| text(&folder.path(&format!("{name}.safetensors"))));
    succeed(&["export", &trained, &average]);
    let said = succeed(&["export", &trained, &last, "--last"]);
    assert!(said.contains("of the last step"), "{said}");
    let [a, b] = [&average, &last].map(|path| contents(path));
    assert!(a.keys().eq(b.keys()) && a != b);
    refused(&["export", &trained, &average], &["exists", "--overwrite"]);
    assert_eq!(contents(&average), a);
    succeed(&["export", &trained, &average, "--last", "--overwrite"]);
    assert_eq!(contents(&average), b);
    assert_eq!(about(&average)["weights"], "last");
    let place = folder.path("place.safetensors");
    fs::create_dir(&place).expect("a folder");
    let place = text(&place);
    let replaced = ["export", &trained, &place, "--overwrite"];
    refused(&replaced, &["place.safetensors is a folder or a device"]);
    assert!(Path::new(&place).is_dir());
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        fs::remove_dir(&place).expect("it is empty");
        let made = Command::new("mkfifo").arg(&place).status();
        assert!(made.expect("mkfifo is everywhere").success());
        refused(&replaced, &["place.safetensors is a folder or a device"]);
        let there = fs::metadata(&place).expect("it stays");
        assert!(there.file_type().is_fifo());
    }
}

#[test]
fn a_network_for_other_parameters_is_noted() {
    let folder = Folder::new("weights-other");
    let (recipe, trained) = trained(&folder, FNO, 2);
    let file = text(&folder.path("weights.safetensors"));
    succeed(&["export", &trained, &file]);
    let diffusion = fs::read_to_string(&recipe).expect("a recipe");
    let diffusion = diffusion.replace("\"advection\"\nvelocity", "\"diffusion\"\ndiffusivity");
    let diffusion = text(&folder.write("diffusion.toml", &diffusion));
    let output = text(&folder.path("imported"));
    let said = succeed(&["import", &diffusion, &file, "--output", &output]);
    assert!(
        said.contains("dt, dx, velocity and are dt, dx, diffusivity now"),
        "{said}"
    );
}

#[test]
fn a_training_begins_with_the_weights_of_another_run() {
    let folder = Folder::new("weights-tuned");
    let (recipe, source) = trained(&folder, FNO, 150);
    let tune = |name: &str, recipe: &str, more: &[&str]| {
        let output = folder.path(name);
        let short = [
            "--set",
            "train.steps=4",
            "--set",
            "evaluate.every=1000",
            "--set",
            "train.log=1",
        ];
        let train = ["train", recipe, "--output", &text(&output)];
        let said = succeed(&[&train[..], &short, more].concat());
        let first = metrics(&output)[0]["loss"].as_f64().expect("a loss");
        (text(&output), said, first)
    };
    let from = ["--weights-from", &source];
    let faster = "equation.velocity={ uniform = [1.5, 2.0] }";
    let (_, _, fresh) = tune("fresh", &recipe, &["--set", faster]);
    let (same, said, tuned) = tune("faster", &recipe, &[&from[..], &["--set", faster]].concat());
    assert!(said.contains("after 150 steps, with its scales"), "{said}");
    assert_eq!(state(&same, 0)["scaling"], state(&source, 150)["scaling"]);
    assert!(
        tuned < 0.5 * fresh,
        "{tuned} where random weights have {fresh}"
    );

    let diffusion = fs::read_to_string(&recipe).expect("a recipe");
    let diffusion = diffusion.replace("\"advection\"\nvelocity", "\"diffusion\"\ndiffusivity");
    let diffusion = text(&folder.write("diffusion.toml", &diffusion));
    let (other, said, _) = tune("diffusion", &diffusion, &from);
    assert!(
        said.contains("with scales measured on simulations of the recipe"),
        "{said}"
    );
    assert_ne!(state(&other, 0)["scaling"], state(&source, 150)["scaling"]);
    assert!(Path::new(&other).join("start.json").is_file());

    let none = text(&folder.path("none"));
    for (sets, expected) in [
        (
            &["model.width=8"][..],
            &["`width` is 12 in the file and 8 in the recipe"][..],
        ),
        (
            &["grid.points=[16,16]"],
            &["its grid has 1 axis, that of the recipe 2"],
        ),
        (
            &["objective.bundle=2"],
            &["its states are u, those of the recipe 2 frames of u"],
        ),
    ] {
        let sets: Vec<&str> = sets.iter().flat_map(|set| ["--set", set]).collect();
        let train = ["train", &recipe, "--output", &none];
        refused(&[&train[..], &from, &sets].concat(), expected);
        assert!(!Path::new(&none).exists());
    }
}
