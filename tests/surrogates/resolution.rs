//! A surrogate on another grid than the one that it was trained on: networks that count by the box are as good there as on
//! their own, and of the others every command says that they are told a spacing that they were not trained on.

use crate::common::{Folder, RECIPE, printed, run, text};
use ondine::models::Reach;
use ondine::models::network::NETWORKS;
use ondine::recipe::Recipe;
use serde_json::Value;

/// Lengths are drawn, so that spacings are a range, and the network learns what they mean.
const LENGTHS: &str = "grid.length={uniform=[5.0,8.0]}";

/// Small members of every kind.
fn small(kind: &str) -> String {
    let options = match kind {
        "fno" | "tfno" | "fno_neuraloperator" => "width=8,modes=6,layers=2",
        "recurrent_fno" => "width=8,modes=6",
        "unet" => "width=8,multipliers=[1,2],blocks=1",
        "classic_unet" => "width=8,levels=1",
        "resnet" => "width=8,blocks=1",
        "dilated_resnet" => "width=8,blocks=1,dilations=[1,2],groups=1",
        "pde_transformer" => "width=8,heads=2,window=4,levels=1",
        "message_passing" => "width=8,layers=1",
        "mlp" => "width=16,layers=1",
        _ => panic!("give `{kind}` small options here"),
    };
    format!("{{kind=\"{kind}\",{options}}}")
}

fn done(arguments: &[&str]) -> std::process::Output {
    let output = run(arguments);
    assert!(output.status.success(), "{}", printed(&output));
    output
}

/// A run, with the same simulations on its own points and on three times as many.
struct Trained {
    folder: Folder,
    run: String,
    files: [String; 2],
}

impl Trained {
    fn new(name: &str, model: &str) -> Self {
        let folder = Folder::new(&format!("resolution-{name}"));
        let recipe = text(&folder.write("small.toml", RECIPE));
        let output = text(&folder.path("run"));
        let model = format!("model={model}");
        let sets = [&model, LENGTHS, "train.steps=40", "ensemble.simulations=40"];
        let sets = sets.iter().flat_map(|set| ["--set", set]);
        let train = ["train", &recipe, "--output", &output].into_iter();
        done(&train.chain(sets).collect::<Vec<_>>());
        let files = [32, 96].map(|points| {
            let file = text(&folder.path(&format!("{points}.h5")));
            let points = format!("grid.points=[{points}]");
            let sets = ["--set", "seed=8", "--set", LENGTHS, "--set", &points];
            let simulate = ["simulate", &recipe, "--count", "4", "--output", &file];
            done(&[&simulate[..], &sets].concat());
            file
        });
        Self {
            folder,
            run: output,
            files,
        }
    }

    /// The JSON that `evaluate` prints of a file.
    fn judged(&self, file: &str) -> Value {
        let output = done(&[
            "evaluate",
            &self.run,
            "--data",
            file,
            "--no-speed",
            "--json",
        ]);
        serde_json::from_slice(&output.stdout).expect("it is JSON")
    }

    /// The warnings of `predict` from a file, as they are in its JSON.
    fn predicted(&self, file: &str) -> Value {
        let output = text(&self.folder.path("predicted.h5"));
        let arguments = ["--initial", file, "--frames", "2", "--json"];
        let own = ["predict", &self.run, "--output", &output];
        let said = done(&[&own[..], &arguments].concat());
        let said: Value = serde_json::from_slice(&said.stdout).expect("it is JSON");
        said["warnings"].clone()
    }
}

#[test]
fn what_networks_are_told_of_spacing_survives_another_grid_or_is_warned_of() {
    let recipe = |model: &str| {
        let set = format!("model={model}");
        Recipe::parse("small.toml", RECIPE, &[set]).unwrap_or_else(|error| panic!("{error}"))
    };
    let refiner = format!(
        "{{kind=\"pde_refiner\",steps=1,min_noise_variance=1e-2,backbone={}}}",
        small("fno")
    );
    let kinds = NETWORKS.iter().map(|entry| (entry.kind, small(entry.kind)));
    for (kind, model) in kinds.chain([("pde_refiner", refiner)]) {
        let config = recipe(&model).model;
        if config.check_grid(&[32], &[96]).is_err() {
            continue; // bound to its grid, and refused elsewhere
        }
        let trained = Trained::new(kind, &model);
        let [here, there] = trained.files.each_ref().map(|file| trained.judged(file));
        let errors = [&here, &there].map(|of| of["surrogate"]["nrmse"].as_f64().expect("a number"));
        let told = |of: &Value| of.to_string().contains("dx = ");
        let warned = [
            &here["file"],
            &there["file"],
            &trained.predicted(&trained.files[1]),
        ]
        .map(told);
        let rules = there["diagnosis"].to_string();
        let diagnosed = rules.contains("unseen_parameters") && rules.contains("`dx`");
        match config.reach() {
            Reach::Domain => {
                let change = (errors[1] / errors[0] - 1.0).abs();
                assert!(change < 0.02, "{kind}: {errors:?}");
                assert!(warned == [false; 3] && !diagnosed, "{kind}: {there}");
            }
            Reach::Points => {
                assert_eq!(warned, [false, true, true], "{kind}: {there}");
                assert!(diagnosed, "{kind}: {rules}");
            }
        }
    }
}

#[test]
fn weights_that_are_imported_for_another_grid_are_told_what_they_were_trained_on() {
    let trained = Trained::new("import", &small("fno"));
    let weights = text(&trained.folder.path("w.safetensors"));
    done(&["export", &trained.run, &weights]);
    let recipe = text(&trained.folder.path("run/recipe.toml"));
    let error = |points: &str, file: &str| {
        let output = text(&trained.folder.path(points));
        let points = format!("grid.points=[{points}]");
        let import = ["import", &recipe, &weights, "--output", &output];
        done(&[&import[..], &["--set", &points]].concat());
        let judged = done(&["evaluate", &output, "--data", file, "--no-speed", "--json"]);
        let judged: Value = serde_json::from_slice(&judged.stdout).expect("it is JSON");
        judged["surrogate"]["nrmse"].as_f64().expect("a number")
    };
    let errors = [
        error("32", &trained.files[0]),
        error("96", &trained.files[1]),
    ];
    assert!((errors[1] / errors[0] - 1.0).abs() < 0.02, "{errors:?}");
}
