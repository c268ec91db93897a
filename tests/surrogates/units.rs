//! Units of the fields do not matter: a training in others is the same training, and its scores are the same.

use crate::common::{Folder, RECIPE, metrics, printed, run, text};
use serde_json::Value;
use std::path::PathBuf;

/// A short training from a file whose states are `amplitude` times as large; returns the run.
fn trained(folder: &Folder, name: &str, amplitude: f64) -> PathBuf {
    let recipe = text(&folder.write(&format!("{name}.toml"), RECIPE));
    let file = text(&folder.path(&format!("{name}.h5")));
    let output = folder.path(name);
    let sets = [
        format!("initial={{kind=\"shock\",width=0.1,amplitude={amplitude:e}}}"),
        "ensemble.simulations=16".to_owned(),
        "train.steps=60".to_owned(),
        "evaluate.every=60".to_owned(),
        "evaluate.metrics=[\"nrmse\",\"correlation_time\",\"vrmse\",\"mse\",\"h1\"]".to_owned(),
    ];
    let source = format!("data.source={file}");
    let ran = |first: [&str; 4], more: &[String]| {
        let sets = sets.iter().chain(more);
        let sets = sets.flat_map(|set| ["--set", set]);
        let output = run(&first.into_iter().chain(sets).collect::<Vec<_>>());
        assert!(output.status.success(), "{}", printed(&output));
    };
    ran(["simulate", &recipe, "--output", &file], &[]);
    ran(["train", &recipe, "--output", &text(&output)], &[source]);
    output
}

fn last(run: &std::path::Path, name: &str) -> f64 {
    let lines = metrics(run);
    let mut found = lines.iter().rev().filter_map(|line| line[name].as_f64());
    found.next().unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn a_training_in_other_units_is_the_same_training() {
    let folder = Folder::new("units");
    let plain = trained(&folder, "plain", 1.0);
    for (name, power) in [("tiny", -100), ("huge", 100)] {
        let amplitude = 2.0_f64.powi(power); // about 10^±30, exact
        let scaled = trained(&folder, name, amplitude);
        for key in [
            "loss",
            "nrmse",
            "vrmse",
            "h1",
            "correlation_time_0.8",
            "mse",
        ] {
            let unit = if key == "mse" {
                amplitude * amplitude
            } else {
                1.0
            };
            let [found, exact] = [last(&scaled, key) / unit, last(&plain, key)];
            let off = (found / exact - 1.0).abs();
            assert!(off < 1e-3, "{name} {key}: {found} instead of {exact}"); // smallest waves round
        }
    }
}

#[test]
fn small_time_units_are_numbers_in_every_table() {
    let folder = Folder::new("time-units");
    let recipe = text(&folder.write("fast.toml", RECIPE));
    let output = text(&folder.path("run"));
    let sets = [
        "equation.velocity={uniform=[0.5e9,1.5e9]}",
        "time.dt=1e-10",
        "ensemble.simulations=40",
        "train.steps=10",
        "evaluate.every=10",
    ];
    let sets = sets.iter().flat_map(|set| ["--set", set]);
    let first = ["train", &recipe, "--output", &output];
    let said = run(&first.into_iter().chain(sets).collect::<Vec<_>>());
    assert!(said.status.success(), "{}", printed(&said));
    let said = printed(&run(&["evaluate", &output, "--no-speed"]));
    let row = said
        .lines()
        .find(|line| line.contains("correlation above 0.8"));
    let row = row.unwrap_or_else(|| panic!("{said}"));
    assert!(row.contains("10⁻") && !said.contains("0.00"), "{said}");
    let json = std::fs::read(folder.path("run").join("evaluation.json")).expect("evaluated");
    let json: Value = serde_json::from_slice(&json).expect("JSON");
    assert!(json["surrogate"]["correlation_time"]["0.8"].as_f64() < Some(1e-8));
}
