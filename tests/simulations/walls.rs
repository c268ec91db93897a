//! Equations of diffusion and reaction between walls, through the binary: files, accuracy, trainings, refusals.

use crate::common::{Folder, printed, run, simulate, text, timeless};
use ondine::datasets::files::{AxisKind, DatasetReader, WellReader};
use std::path::Path;

/// Noise between walls along x.
const NOISE: &str = r#"
seed = 3

[equation]
kind = "fitzhugh_nagumo"
diffusivity_u = 0.01
diffusivity_v = 0.05

[grid]
points = [16, 12]
length = 2.0
boundary = ["wall", "periodic"]

[time]
dt = 0.05
frames = 4

[initial]
kind = "gaussian_random_field"
exponent = 3.0
cutoff = 4

[ensemble]
simulations = 2
"#;

#[test]
fn a_file_holds_the_walls_and_the_points_between_them() {
    let folder = Folder::new("walls");
    let (recipe, output) = (folder.write("noise.toml", NOISE), folder.path("noise.h5"));
    let (success, said) = simulate(&recipe, &output);
    assert!(success, "{said}");
    let info = WellReader::open(&output).expect("a dataset").info().clone();
    let kinds: Vec<AxisKind> = info.axes.iter().map(|axis| axis.kind).collect();
    assert_eq!(kinds, [AxisKind::WALLS, AxisKind::PERIODIC]);
    let fixed = NOISE
        .replace("fitzhugh_nagumo", "allen_cahn")
        .replace(
            "diffusivity_u = 0.01\ndiffusivity_v = 0.05",
            "diffusivity = 0.05",
        )
        .replace("[16, 12]", "[15, 12]")
        .replace(
            "boundary",
            "points_at = [\"interior\", \"nodes\"]\nboundary",
        );
    let recipe = folder.write("fixed.toml", &fixed);
    let (success, said) = simulate(&recipe, &folder.path("fixed.h5"));
    assert!(success, "{said}");
    let file = WellReader::open(folder.path("fixed.h5")).expect("a dataset");
    assert_eq!(file.info().axes[0].kind, AxisKind::FIXED_WALLS);
    let first = file.trajectory(0).expect("it is there").frames;
    let row = |i: usize| {
        first[12 * i..12 * (i + 1)]
            .iter()
            .map(|u| u * u)
            .sum::<f64>()
    };
    let middle = (1..14).map(row).fold(0.0, f64::max);
    assert!(
        row(0) < 0.5 * middle && row(14) < 0.5 * middle,
        "values fall to 0 at the walls"
    );
}

#[test]
fn frames_may_be_coarser_than_the_solver_between_walls_and_errors_are_measured() {
    let folder = Folder::new("accuracy");
    let filtered = NOISE.replace("[16, 12]", "[16, 12]\nsolver_points = [32, 24]");
    let recipe = folder.write("filtered.toml", &filtered);
    let (success, said) = simulate(&recipe, &folder.path("filtered.h5"));
    assert!(success, "{said}");
    let result = run(&["check", &text(&recipe), "--accuracy", "--json"]);
    assert!(result.status.success(), "{}", printed(&result));
    let found: serde_json::Value = serde_json::from_slice(&result.stdout).expect("JSON");
    let said = found.to_string();
    assert!(said.contains("spatial"), "{said}");
}

const TRAINING: &str = r#"
[buffer]
capacity = 40

[model]
kind = "fno"
width = 4
modes = 6
layers = 2

[train]
steps = 6
batch = 4

[evaluate]
every = 3
trajectories = 2
"#;

/// Trains, and gives the value of `model.padding` of the recipe that the run keeps.
fn trained(recipe: &Path, output: &Path, sets: &[&str]) -> Option<toml::Value> {
    let [recipe, to] = [recipe, output].map(text);
    let sets = sets.iter().flat_map(|set| ["--set", *set]);
    let train = ["train", &recipe, "--output", &to].into_iter().chain(sets);
    let result = run(&train.collect::<Vec<_>>());
    assert!(result.status.success(), "{}", printed(&result));
    let kept = std::fs::read_to_string(output.join("recipe.toml")).expect("it was kept");
    let kept: toml::Table = toml::from_str(&kept).expect("TOML");
    kept["model"].get("padding").cloned()
}

#[test]
fn networks_keep_the_ends_that_they_were_trained_between() {
    let folder = Folder::new("networks");
    let recipe = folder.write("noise.toml", &format!("{NOISE}{TRAINING}"));
    let online = ["ensemble.simulations=20", "deterministic=true"];
    let resnet = "model={kind=\"resnet\",width=4,blocks=1}";
    for (name, model) in [("fno", "model.width=4"), ("resnet", resnet)] {
        let [run, again] =
            [name.to_owned(), format!("{name}-again")].map(|name| folder.path(&name));
        let padding = trained(&recipe, &run, &[&online[..], &[model]].concat());
        let expected = ["mirror", "periodic"].map(toml::Value::from).to_vec();
        assert_eq!(padding, Some(expected.into()), "{name}");
        assert_eq!(trained(&run.join("recipe.toml"), &again, &[]), padding);
        assert_eq!(timeless(&run), timeless(&again), "{name}");
    }
    let periodic = trained(
        &recipe,
        &folder.path("typed"),
        &[&online[..], &["model.padding=\"periodic\""]].concat(),
    );
    assert_eq!(periodic, None, "as operators were kept before");
    let refused = folder.write(
        "refused.toml",
        &format!("{NOISE}{TRAINING}").replace("modes = 6", "modes = 6\npadding = [\"mirror\"]"),
    );
    let result = run(&["check", &text(&refused)]);
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(2), "{said}");
    assert!(said.contains("of length 1 on a 2-D grid"), "{said}");
}

#[test]
fn walls_that_an_equation_can_not_have_are_refused_with_the_key_and_the_reason() {
    let folder = Folder::new("refused");
    let flow = "kind = \"advection_diffusion\"\nvelocity = [0.5, 0.0]\ndiffusivity = 0.1";
    let reaction = "kind = \"fitzhugh_nagumo\"\ndiffusivity_u = 0.01\ndiffusivity_v = 0.05";
    for (from, to, parts) in [
        (
            "\"wall\", \"periodic\"",
            "\"open\", \"periodic\"",
            ["boundary", "no open end"].as_slice(),
        ),
        (
            "\"wall\", \"periodic\"",
            "[\"wall\", \"periodic\"], \"periodic\"",
            &["boundary", "make both periodic or none"],
        ),
        (
            "boundary",
            "points_at = [\"interior\", \"nodes\"]\nboundary",
            &["points_at", "no walls of value 0", "\"cells\""],
        ),
        (
            "boundary",
            "points_at = [\"cells\"]\nboundary",
            &["points_at has 1 entry", "write one per axis"],
        ),
        (
            reaction,
            flow,
            &["equation", "axis 0", "make the axis periodic"],
        ),
        ("[16, 12]", "[2, 12]", &["grid", "at least 4"]),
        ("[16, 12]", "[16, 13]", &["axis 1", "even"]),
    ] {
        assert!(NOISE.contains(from), "{from}");
        let recipe = folder.write("noise.toml", &NOISE.replace(from, to));
        let (success, said) = simulate(&recipe, &folder.path("noise.h5"));
        assert!(!success, "{to} is accepted");
        for part in parts {
            assert!(said.contains(part), "{to}: `{part}` is missing: {said}");
        }
    }
}
