//! Several members of a surrogate that samples.

use super::{REFINER, Trained, frames};
use crate::common::{printed, run};
use ondine::datasets::files::{DatasetReader, WellReader};
use ondine::predict::statistics_path;
use serde_json::Value;
use std::path::Path;

#[test]
fn several_members_have_a_mean_a_deviation_and_a_horizon() {
    let trained = Trained::new("several", REFINER);
    let sampled = |name: &str, seed: &str| {
        let more = ["--frames", "5", "--samples", "4", "--json", "--seed", seed];
        let (file, result) = trained.predict(name, &more);
        assert!(result.status.success(), "{}", printed(&result));
        let said: Value = serde_json::from_slice(&result.stdout).expect("it is JSON");
        assert_eq!(said["horizons"].as_array().map(Vec::len), Some(3));
        file
    };
    let file = sampled("members.h5", "1");
    let members = WellReader::open(&file).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(members.info().trajectories, 12);
    let named = |name: &str| {
        let found = members
            .info()
            .parameters
            .iter()
            .find(|(other, _)| other == name);
        (0..12)
            .map(|i| *found.expect("it is there").1.get(i))
            .collect::<Vec<f64>>()
    };
    assert_eq!(named("initial_state")[3..6], [0.0, 1.0, 1.0]);
    assert_eq!(named("sample")[3..6], [3.0, 0.0, 1.0]);
    let statistics = WellReader::open(statistics_path(&file));
    let statistics = statistics.unwrap_or_else(|error| panic!("{error}"));
    let fields = statistics.info().fields.iter();
    assert_eq!(
        fields.map(|field| &field.name[..]).collect::<Vec<_>>(),
        ["u_mean", "u_std"]
    );
    for state in 0..3 {
        let of_state: Vec<Vec<f64>> = (0..4)
            .map(|sample| frames(&file, 4 * state + sample))
            .collect();
        let found = statistics.frame(state, 5).expect("it is there");
        for point in 0..32 {
            let values = of_state.iter().map(|member| member[5 * 32 + point]);
            let mean = values.clone().sum::<f64>() / 4.0;
            let square = values.map(|value| (value - mean).powi(2)).sum::<f64>() / 3.0;
            assert!((found[point] - mean).abs() < 1e-6);
            assert!((found[32 + point] - square.sqrt()).abs() < 1e-6 && square > 0.0);
        }
        let first = statistics.frame(state, 0).expect("it is there");
        assert!(
            first[32..].iter().all(|deviation| *deviation < 1e-6),
            "one initial state"
        );
    }
    assert_eq!(frames(&file, 7), frames(&sampled("same.h5", "1"), 7));
    assert_ne!(frames(&file, 7), frames(&sampled("other.h5", "2"), 7));
}

#[test]
fn an_evaluation_with_samples_says_how_well_they_know_their_error() {
    let trained = Trained::new("uncertain", REFINER);
    let evaluate = |more: &[&str]| run(&[&["evaluate", &trained.run], more].concat());
    let once = evaluate(&["--json"]);
    let json = |output: &std::process::Output| -> Value {
        serde_json::from_slice(&output.stdout).expect("it is JSON")
    };
    let [first, again] = [(); 2].map(|()| evaluate(&["--samples", "5", "--no-speed", "--json"]));
    assert!(first.status.success(), "{}", printed(&first));
    assert_eq!(first.stdout, again.stdout, "it is a function of the run");
    let (alone, sampled) = (json(&once), json(&first));
    assert!(alone.get("uncertainty").is_none());
    assert_eq!(alone["surrogate"], sampled["surrogate"], "the same rollout");
    let found = &sampled["uncertainty"];
    let numbers = |of: &Value| -> Vec<f64> {
        let list = of.as_array().expect("a list").iter();
        list.map(|value| value.as_f64().expect("a number"))
            .collect()
    };
    for curve in [
        &found["spread_over_time"],
        &found["crps_over_time"],
        &found["spread_skill_over_time"],
        &found["mean"]["nrmse_over_time"],
        &found["coverage"][0]["share_over_time"],
    ] {
        let values = numbers(curve);
        assert_eq!(values.len(), 19);
        assert!(
            values.iter().all(|x| *x >= 0.0 && x.is_finite()),
            "{values:?}"
        );
    }
    let spread = numbers(&found["spread_over_time"]);
    assert!(spread[0] > 0.0 && spread[18] > spread[0], "{spread:?}");
    assert_eq!(found["horizons"].as_array().map(Vec::len), Some(4));
    // The mean of samples of independent noise is nearer to the truth than a sample.
    let of_one = numbers(&sampled["surrogate"]["nrmse_over_time"]);
    assert!(numbers(&found["mean"]["nrmse_over_time"])[18] < 1.05 * of_one[18]);
    let kept: Value = serde_json::from_slice(
        &std::fs::read(Path::new(&trained.run).join("evaluation.json")).expect("it is there"),
    )
    .expect("it is JSON");
    assert_eq!(kept["uncertainty"], *found);
    let said = printed(&evaluate(&["--samples", "3"]));
    for part in [
        "3 samples of each",
        "spread over skill",
        "correlation with each other",
    ] {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
    let plain = Trained::new("certain", "{kind=\"fno\",width=8,modes=6,layers=2}");
    for (directory, samples, expected) in [
        (&plain.run, "2", "the same rollout every time"),
        (&trained.run, "0", "--samples must be 1 or more"),
    ] {
        let result = run(&["evaluate", directory, "--samples", samples]);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "{said}");
    }
}
