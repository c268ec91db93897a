//! Simulations on the device of a training, through the binary: checked, trained on, judged, resumed after a kill, refused
//! where the device can't make them.

use crate::common::{
    Folder, assert_refused, kill_at, metrics, printed, run, simulate, succeed, text, timeless,
};
use serde_json::Value;
use std::path::Path;

/// Burgers with viscosities, lengths and time steps of each simulation, solved on more points than the frames have.
const RECIPE: &str = r#"
name = "small"
seed = 3

[equation]
kind = "burgers"
viscosity = { uniform = [0.05, 0.1] }

[source]
kind = "device"
batch = 6

[grid]
points = [32]
solver_points = [48]
length = { uniform = [6.0, 7.0] }

[time]
dt = { uniform = [0.1, 0.2] }
frames = 10
warmup = 3
substeps = 4

[ensemble]
simulations = 40

[buffer]
capacity = 80

[model]
kind = "fno"
width = 8
modes = 8
layers = 1

[objective]
augment = ["shift", "reflect"]

[train]
steps = 120
batch = 8
optimizer = { learning_rate = 5e-3 }
log = 10
checkpoint = 10

[evaluate]
every = 60
trajectories = 2
"#;

#[test]
fn a_training_on_the_device_is_the_same_after_a_kill_and_a_resume() {
    let folder = Folder::new("device-killed");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let [whole, killed] = ["whole", "killed"].map(|name| folder.path(name));
    succeed(&["train", &recipe, "--output", &text(&whole)]);
    let arguments = ["train", &recipe, "--output", &text(&killed)];
    kill_at(&arguments, &killed, "step-00000030");
    succeed(&["train", "--resume", &text(&killed)]);
    assert_eq!(timeless(&killed), timeless(&whole));
    // The windows that are held, and rollouts of the surrogate, to the bit.
    for file in [
        "checkpoints/step-00000120/buffer.safetensors",
        "sample.safetensors",
    ] {
        let bytes = |run: &Path| std::fs::read(run.join(file)).expect(file);
        assert!(bytes(&killed) == bytes(&whole), "{file} differs");
    }
}

/// The losses of a training of the recipe whose simulations are made so.
fn losses(folder: &Folder, kind: &str, sets: &[&str]) -> Vec<f64> {
    let recipe = text(&folder.write("small.toml", RECIPE));
    let output = folder.path(kind);
    let to = text(&output);
    let source = match kind {
        "device" => "source={kind=\"device\",batch=6}",
        _ => "source={kind=\"ensemble\"}",
    };
    let one = [source, "ensemble.workers=1"];
    let sets = one.iter().chain(sets).flat_map(|set| ["--set", *set]);
    let train = ["train", &recipe, "--output", &to].into_iter();
    succeed(&train.chain(sets).collect::<Vec<_>>());
    let lines = metrics(&output);
    let last = lines.iter().rfind(|line| line.get("loss").is_some());
    assert_eq!(last.expect("a line")["simulations"], 40, "each was made");
    let losses = lines.iter().filter_map(|line| line["loss"].as_f64());
    losses.collect()
}

/// Asserts that a training on the device has the losses of one whose simulations come from workers.
fn assert_alike(folder: &Folder, sets: &[&str]) {
    let there = losses(folder, "device", sets);
    let here = losses(folder, "ensemble", sets);
    assert_eq!((there.len(), here.len()), (12, 12));
    for (there, here) in there.iter().zip(&here) {
        // Windows of 32 bits, and 120 steps on them.
        assert!((there / here - 1.0).abs() < 1e-3, "{there} {here}");
    }
}

#[test]
fn a_training_on_the_device_has_the_losses_of_one_from_workers() {
    assert_alike(&Folder::new("device-losses"), &[]);
}

#[test]
fn a_share_of_every_batch_may_come_from_a_file() {
    let folder = Folder::new("device-mix");
    let recipe = folder.write("small.toml", RECIPE);
    let file = folder.path("file.h5");
    let (done, said) = simulate(&recipe, &file);
    assert!(done, "{said}");
    let data = format!("data={{source={:?},mix=0.25}}", text(&file));
    assert_alike(&folder, &[&data]);
}

#[test]
fn a_recipe_on_the_device_is_checked_and_listed() {
    let folder = Folder::new("device-checked");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let result = run(&["check", &recipe, "--json"]);
    assert!(result.status.success(), "{}", printed(&result));
    let facts: Value = serde_json::from_slice(&result.stdout).expect("JSON");
    let fact = |name: &str| facts[name].as_str().expect(name).to_owned();
    assert!(fact("simulations").contains("6 at a time as tensors on the device"));
    assert!(fact("simulations").contains("5e-6"), "{facts}");
    assert_eq!(
        fact("buffer"),
        "reservoir, 80 frames on the device of the training"
    );
    assert_eq!(fact("deterministic"), "true");
    let resolved = succeed(&["check", &recipe, "--resolved"]);
    assert!(
        resolved.contains("[source]\nkind = \"device\"\nbatch = 6"),
        "{resolved}"
    );
    assert!(succeed(&["list", "sources"]).contains("device"));
}

#[test]
fn recipes_that_the_device_cannot_simulate_are_refused_with_the_remedy() {
    let folder = Folder::new("device-refused");
    let recipe = folder.write("small.toml", RECIPE);
    let ensemble = "write kind = \"ensemble\"";
    let walls = [
        "equation={kind=\"diffusion\",diffusivity=0.1}",
        "grid.boundary=[\"wall\"]",
    ];
    let volumes = [
        "equation={kind=\"euler\",gamma=1.4}",
        "grid.solver_points=[32]",
    ];
    let combined = [
        "equation={kind=\"combined\",alpha=1.0,beta=0.1,gamma=0.0}",
        "grid.points=[64]",
        "grid.solver_points=[64]",
    ];
    let cases: [(&[&str], [&str; 2]); 9] = [
        (&walls, ["`diffusion` has walls", ensemble]),
        (
            &volumes,
            ["`euler` is solved without Fourier modes", ensemble],
        ),
        (
            &combined,
            ["no function of the fields at one point", ensemble],
        ),
        (
            &["source.batch=0"],
            ["batch = 0 lies outside", "[1, 65536]"],
        ),
        (
            &["source.batches=2"],
            ["unknown key `batches`", "did you mean `batch`?"],
        ),
        (
            &["ensemble.workers=2"],
            ["one thread steps all simulations", "leave workers out"],
        ),
        (
            &["ensemble.isolation=\"process\""],
            ["has a process of its own", ensemble],
        ),
        (
            &["ensemble.launcher={endpoint=\"tcp://127.0.0.1:4711\",workers=1}"],
            ["nor come to it from workers", ensemble],
        ),
        (
            &["ensemble.time_limit=1.0"],
            ["none has a time of its own", ensemble],
        ),
    ];
    assert_refused(&recipe, &cases);
}
