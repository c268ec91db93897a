//! Scores by field, at chosen steps, and of metrics that are read from rollouts: in the table, in `evaluation.json`, in the
//! report and its files.

use crate::common::{Folder, RECIPE, printed, run, text};
use serde_json::Value;
use std::fs;

/// Waves whose speed makes `v` about a thousand times as large as `u`.
const SETS: [&str; 7] = [
    "equation={kind=\"wave\",speed=1000.0}",
    "time={dt=1e-4,frames=12}",
    "ensemble.simulations=24",
    "train.steps=10",
    "evaluate.every=10",
    "evaluate.at=[1,5,10]",
    "evaluate.metrics=[\"nrmse\",\"correlation_time\",\"vrmse\",\"nrmse_geometric_mean\"]",
];

#[test]
fn every_field_is_judged_by_itself_everywhere() {
    let folder = Folder::new("by-field");
    let recipe = text(&folder.write("wave.toml", RECIPE));
    let output = text(&folder.path("run"));
    let sets = SETS.iter().flat_map(|set| ["--set", set]);
    let first = ["train", &recipe, "--output", &output];
    let trained = run(&first.into_iter().chain(sets).collect::<Vec<_>>());
    assert!(trained.status.success(), "{}", printed(&trained));

    let table = printed(&run(&["evaluate", &output, "--no-speed"]));
    for part in [
        "by field",
        "all, scaled",
        "nRMSE after 5 steps",
        "vrmse after 10 steps",
        "nrmse_geometric_mean",
        "  in steps",
    ] {
        assert!(table.contains(part), "`{part}` is not in: {table}");
    }

    let json = fs::read(folder.path("run").join("evaluation.json")).expect("evaluated");
    let json: Value = serde_json::from_slice(&json).expect("JSON");
    let fields = json["by_field"].as_array().expect("fields");
    let names: Vec<_> = fields.iter().map(|of| of["field"].as_str()).collect();
    assert_eq!(names, [Some("u"), Some("v"), Some("all, scaled")]);
    for of in fields.iter().chain([&json]) {
        assert!(of["metrics"]["nrmse_geometric_mean"].as_f64() > Some(0.0));
        assert!(of["surrogate"]["curves"][0]["mean"][4].as_f64() > Some(0.0));
        let errors = of["surrogate"]["nrmse_over_time"]
            .as_array()
            .expect("a curve");
        let at = of["at"].as_array().expect("chosen steps");
        let steps: Vec<_> = at.iter().map(|at| at["rollout_step"].as_u64()).collect();
        assert_eq!(steps, [Some(1), Some(5), Some(10)]);
        assert_eq!(at[1]["numbers"]["nrmse"], errors[4]);
        let judged = &of["surrogate"];
        let [time, count] = ["correlation_time", "correlation_steps"]
            .map(|name| judged[name]["0.8"].as_f64().expect("a number"));
        assert!((time / count / 1e-4 - 1.0).abs() < 1e-9, "{time} {count}");
    }

    let reported = run(&["report", &output]);
    assert!(reported.status.success(), "{}", printed(&reported));
    let page = fs::read_to_string(folder.path("run").join("report.html")).expect("a page");
    assert!(page.contains("all, scaled") && page.contains("nrmse_geometric_mean"));
    let data = folder
        .path("run")
        .join("report.data")
        .join("error-by-field.csv");
    let data = fs::read_to_string(data).expect("numbers of the figure");
    for part in ["\nu,surrogate,", "\nv,persistence,", ",vrmse,"] {
        assert!(data.contains(part), "`{part}` is not in the file");
    }
}

#[test]
fn steps_beyond_the_rollout_are_refused_with_those_that_are_there() {
    let folder = Folder::new("at-steps");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let said = run(&["check", &recipe, "--set", "evaluate.at=[1,20]"]);
    assert_eq!(said.status.code(), Some(2));
    let said = printed(&said);
    for part in ["evaluate.at", "step 20", "19 steps", "from 1 to 19"] {
        assert!(said.contains(part), "`{part}` is not in: {said}");
    }
}
