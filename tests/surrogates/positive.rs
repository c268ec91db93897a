//! Fields that a surrogate keeps positive, through the binary: rollouts, exported files, evaluations, refusals.

use crate::common::{Folder, printed, run, simulate, succeed, text};
use ondine::datasets::files::{DatasetReader, WellReader};
use std::path::Path;

/// Deep water over a nearly dry bed between walls.
const WATER: &str = r#"
seed = 3
deterministic = true

[equation]
kind = "shallow_water"

[grid]
points = [12, 10]
length = 2.0
boundary = ["wall", "wall"]

[time]
dt = 0.05
frames = 5

[initial]
kind = "disc"
inside = 1.5
outside = 0.001
radius = [0.2, 0.3]

[ensemble]
simulations = 12

[buffer]
capacity = 40

[model]
kind = "resnet"
width = 4
blocks = 1

[train]
steps = 6
batch = 4
clip = 0.0
ema = 0.0
optimizer = { learning_rate = 0.3 }

[evaluate]
every = 6
trajectories = 2
"#;

const CELLS: usize = 120;

/// A run of the recipe that learns too fast to learn anything, with other settings.
fn trained(folder: &Folder, name: &str, sets: &[&str]) -> String {
    let recipe = text(&folder.write("water.toml", WATER));
    let output = text(&folder.path(name));
    let sets = sets.iter().flat_map(|set| ["--set", set]);
    let train = ["train", &recipe, "--output", &output].into_iter();
    succeed(&train.chain(sets).collect::<Vec<_>>());
    output
}

/// The depths of every frame of a forecast from the states of a file.
fn depths(folder: &Folder, surrogate: &str, file: &Path, name: &str) -> Vec<Vec<f64>> {
    let output = folder.path(name);
    let (from, to) = (text(file), text(&output));
    succeed(&[
        "predict",
        surrogate,
        "--initial",
        &from,
        "--frames",
        "4",
        "--output",
        &to,
    ]);
    let file = WellReader::open(&output).expect("a dataset");
    let frames = file.trajectory(0).expect("it is there").frames;
    let frames = frames.chunks_exact(3 * CELLS);
    frames.map(|frame| frame[..CELLS].to_vec()).collect()
}

fn least(depths: &[Vec<f64>]) -> f64 {
    depths
        .iter()
        .flatten()
        .copied()
        .fold(f64::INFINITY, f64::min)
}

#[test]
fn depths_stay_positive_in_rollouts_and_exported_files_and_keep_their_mean() {
    let folder = Folder::new("positive");
    let recipe = folder.write("water.toml", WATER);
    let file = folder.path("water.h5");
    let (success, said) = simulate(&recipe, &file);
    assert!(success, "{said}");
    let free = trained(&folder, "free", &[]);
    let kept = trained(&folder, "kept", &["model.keep_positive=true"]);
    let [free, of_kept] = [(&free, "free.h5"), (&kept, "kept.h5")]
        .map(|(run, name)| depths(&folder, run, &file, name));
    assert!(least(&free) < 0.0, "nothing to keep: {}", least(&free));
    assert!(least(&of_kept) > 0.0, "{}", least(&of_kept));
    let mean = |depths: &Vec<f64>| depths.iter().sum::<f64>() / CELLS as f64;
    for depths in &of_kept {
        let drift = mean(depths) / mean(&of_kept[0]) - 1.0;
        assert!(drift.abs() < 1e-5, "{drift}"); // f32
    }
    let own = std::fs::read_to_string(Path::new(&kept).join("recipe.toml")).expect("it is kept");
    let own: toml::Table = toml::from_str(&own).expect("TOML");
    let names = toml::Value::from(vec!["depth"]);
    assert_eq!(own["model"]["keep_positive"], names);
    let exported = text(&folder.path("water.safetensors"));
    succeed(&["export", &kept, &exported]);
    assert_eq!(depths(&folder, &exported, &file, "exported.h5"), of_kept);
    let judged = run(&["evaluate", &kept, "--no-speed"]);
    assert!(judged.status.success(), "{}", printed(&judged));
    let said = printed(&judged);
    assert!(said.contains("1 of 3 fields are kept positive"), "{said}");
}

#[test]
fn members_and_refiners_are_kept_positive_too() {
    let folder = Folder::new("positive-around");
    let recipe = folder.write("water.toml", WATER);
    let file = folder.path("water.h5");
    let (success, said) = simulate(&recipe, &file);
    assert!(success, "{said}");
    let backbone = "backbone={kind=\"resnet\",width=4,blocks=1}";
    for kind in [
        "kind=\"crps_ensemble\"",
        "kind=\"pde_refiner\",steps=1,min_noise_variance=1e-2",
    ] {
        let least_of = |name: &str, more: &str| {
            let model = format!("model={{{kind},{backbone}{more}}}");
            let run = trained(&folder, name, &[&model]);
            least(&depths(&folder, &run, &file, &format!("{name}.h5")))
        };
        let name = kind.split('"').nth(1).expect("a kind");
        let free = least_of(&format!("{name}-free"), "");
        let kept = least_of(&format!("{name}-kept"), ",keep_positive=[\"depth\"]");
        assert!(free < 0.0 && kept > 0.0, "{name}: {free}, {kept}");
    }
}

#[test]
fn data_below_zero_and_fields_that_are_not_there_are_refused() {
    let folder = Folder::new("positive-refused");
    let recipe = text(&folder.write("water.toml", WATER));
    for (fields, parts) in [
        (
            "[\"discharge_x\"]",
            ["`discharge_x` of simulation", "leave `discharge_x` out"],
        ),
        (
            "[\"dpeth\"]",
            ["no field of the problem", "did you mean `depth`?"],
        ),
        ("1", ["neither true nor false", "keep_positive = [\"u\"]"]),
    ] {
        let output = text(&folder.path("refused"));
        let set = format!("model.keep_positive={fields}");
        let result = run(&["train", &recipe, "--output", &output, "--set", &set]);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{fields}: {said}");
        for part in parts {
            assert!(said.contains(part), "{fields}: `{part}` is missing: {said}");
        }
        let _ = std::fs::remove_dir_all(&output);
    }
}

#[test]
fn a_file_that_was_trained_with_other_positive_fields_says_so_where_it_is_imported() {
    let folder = Folder::new("positive-import");
    let kept = trained(&folder, "kept", &["model.keep_positive=true"]);
    let weights = text(&folder.path("w.safetensors"));
    succeed(&["export", &kept, &weights]);
    let recipe = text(&folder.path("water.toml"));
    let note = |name: &str, sets: &[&str]| {
        let output = text(&folder.path(name));
        let import = ["import", &recipe, &weights, "--output", &output];
        let result = run(&[&import[..], sets].concat());
        assert!(result.status.success(), "{}", printed(&result));
        printed(&result).contains("model.keep_positive=[\"depth\"]")
    };
    assert!(note("without", &[]));
    assert!(!note("with", &["--set", "model.keep_positive=true"]));
}
