//! Evaluations with bounds of the next error and under shifts of what the surrogate was trained on, through the binary.

use crate::common::{Folder, RECIPE, printed, run, text, unwrapped};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// A run of the recipe, a little trained.
fn trained(folder: &Folder, sets: &[&str]) -> PathBuf {
    let recipe = text(&folder.write("small.toml", RECIPE));
    let output = folder.path("run");
    let place = text(&output);
    let sets = sets.iter().flat_map(|set| ["--set", set]);
    let own = [
        "train",
        &recipe,
        "--output",
        &place,
        "--set",
        "train.steps=150",
    ];
    let result = run(&own.into_iter().chain(sets).collect::<Vec<_>>());
    assert!(result.status.success(), "{}", printed(&result));
    output
}

/// An evaluation of a run without baselines and times, and what is printed.
fn evaluated(run_at: &Path, more: &[&str]) -> (Value, String) {
    let place = text(run_at);
    let own = [
        "evaluate",
        &place,
        "--no-speed",
        "--set",
        "evaluate.baseline_simulations=0",
    ];
    let result = run(&[&own[..], more].concat());
    assert!(result.status.success(), "{}", printed(&result));
    let evaluation = fs::read(run_at.join("evaluation.json")).expect("an evaluation");
    let evaluation = serde_json::from_slice(&evaluation).expect("JSON");
    (evaluation, printed(&result))
}

#[test]
fn half_of_the_held_out_simulations_bounds_the_errors_of_the_other_half() {
    let folder = Folder::new("bounds");
    let run = trained(&folder, &[]);
    let (evaluation, said) = evaluated(&run, &["--trajectories", "60"]);
    let conformal = &evaluation["conformal"];
    assert_eq!(
        (&conformal["calibrated_on"], &conformal["tested_on"]),
        (&30.into(), &30.into())
    );
    let bounds = conformal["bounds"].as_array().expect("a list");
    let of = |score: &str| -> Vec<&Value> {
        bounds
            .iter()
            .filter(|bound| bound["score"] == score)
            .collect()
    };
    for score in ["nrmse", "largest_error"] {
        let levels: Vec<f64> = of(score)
            .iter()
            .filter_map(|bound| bound["level"].as_f64())
            .collect();
        assert_eq!(levels, [0.5, 0.8, 0.95], "{score}");
        let firsts: Vec<f64> = of(score)
            .iter()
            .filter_map(|bound| bound["bound_over_time"][0].as_f64())
            .collect();
        assert!(firsts.is_sorted() && firsts[0] > 0.0, "{score}: {firsts:?}");
        for bound in of(score) {
            let (level, coverage) = (&bound["level"], &bound["coverage"]);
            let [level, coverage] =
                [level, coverage].map(|number| number.as_f64().expect("a number"));
            // Three standard deviations of 30 simulations bounded by 30 others, and 1/31.
            let noise =
                3.0 * (level * (1.0 - level) * (1.0 / 32.0 + 1.0 / 30.0)).sqrt() + 1.0 / 31.0;
            assert!(
                (coverage - level).abs() < noise,
                "{score} at {level}: {coverage}"
            );
        }
    }
    let said = unwrapped(&said);
    assert!(
        said.contains("bound of the next error") && said.contains("nRMSE, 95 %"),
        "{said}"
    );
    let page = fs::read_to_string(run.join("report.html")).expect("a report");
    assert!(page.contains("Bounds of the nRMSE") && page.contains("Coverage of the bounds"));
    let (few, said) = evaluated(&run, &["--trajectories", "4"]);
    assert_eq!(
        few["conformal"]["bounds"].as_array().map(Vec::len),
        Some(2),
        "50 % of both scores"
    );
    assert!(
        unwrapped(&said).contains("those at 95 % need 37: raise evaluate.trajectories"),
        "{said}"
    );
    let (none, said) = evaluated(&run, &["--trajectories", "3"]);
    assert!(none["conformal"].is_null());
    assert!(
        unwrapped(&said).contains("3 held-out trajectories are too few"),
        "{said}"
    );
}

#[test]
fn a_surrogate_under_stress_is_worse_by_factors_that_are_told() {
    let folder = Folder::new("stress");
    let run = trained(&folder, &[]);
    let (evaluation, said) = evaluated(&run, &["--stress"]);
    let cases = evaluation["stress"].as_array().expect("a list");
    let named = |words: &str| -> &Value {
        let shift = |case: &Value| case["shift"].as_str().unwrap_or_default().to_owned();
        let first = cases.iter().find(|case| shift(case).starts_with(words));
        let found = first.or_else(|| cases.iter().find(|case| shift(case).contains(words)));
        found.unwrap_or_else(|| panic!("{words} is missing in {cases:?}"))
    };
    let factor = |words: &str, name: &str| named(words)["scores"][name].as_f64().expect("a factor");
    for words in [
        "from 1.5",
        "dt 0.11",
        "[64] points",
        "rollouts of 38 steps instead of 19",
        "0.1 % noise",
        "initial states times 0.5",
        "20 frames later",
    ] {
        let scores = &named(words)["scores"];
        assert!(
            scores["nrmse"].as_f64().is_some_and(|error| error > 0.0),
            "{words}: {scores}"
        );
    }
    let fast = named("from 1.5")["shift"].as_str().expect("words");
    assert!(fast.contains("trained on from 0.5 to 1.5"), "{fast}");
    // A velocity beyond all that were trained moves waves too far; a network that counts waves takes any number of points; states that
    // are advected stay what they are, however late.
    assert!(factor("from 1.5", "nrmse_factor") > 1.2);
    assert!((factor("[64] points", "nrmse_factor") - 1.0).abs() < 0.5);
    assert!((factor("20 frames later", "nrmse_factor") - 1.0).abs() < 0.5);
    let noise =
        ["0.1 % noise", "1 % noise", "10 % noise"].map(|words| factor(words, "nrmse_factor"));
    assert!(noise.is_sorted() && noise[2] > noise[0], "{noise:?}");
    let own = evaluation["surrogate"]["nrmse"].as_f64().expect("an error");
    let noisy = named("10 % noise")["scores"]["nrmse"]
        .as_f64()
        .expect("an error");
    assert!((noisy / own / noise[2] - 1.0).abs() < 1e-12);
    let said = unwrapped(&said);
    assert!(
        said.contains("correlation time") && said.contains("10 % noise on the initial states"),
        "{said}"
    );
    let page = fs::read_to_string(run.join("report.html")).expect("a report");
    assert!(
        page.contains("Degradation under shifts") && page.contains("trained on from 0.5 to 1.5")
    );
}

#[test]
fn shifts_that_cannot_be_made_are_left_out_with_the_reason() {
    let folder = Folder::new("stress-left-out");
    let run = trained(&folder, &["model={kind=\"mlp\"}"]);
    let (evaluation, _) = evaluated(&run, &["--stress"]);
    let cases = evaluation["stress"].as_array().expect("a list");
    let grids = cases.iter().filter(|case| case["kind"] == "resolution");
    for case in grids {
        assert!(
            case["scores"].is_null() && case["note"].as_str().is_some_and(|note| !note.is_empty()),
            "{case}"
        );
    }
    let file = folder.path("truth.h5");
    let recipe = text(&folder.path("small.toml"));
    let made = crate::common::run(&[
        "simulate",
        &recipe,
        "--output",
        &text(&file),
        "--set",
        "ensemble.simulations=6",
    ]);
    assert!(made.status.success(), "{}", printed(&made));
    let (on_file, said) = evaluated(&run, &["--stress", "--data", &text(&file)]);
    let cases = on_file["stress"].as_array().expect("a list");
    assert_eq!(
        cases.iter().filter(|case| case["kind"] == "noise").count(),
        3
    );
    assert!(
        unwrapped(&said).contains("there is no solver to shift"),
        "{said}"
    );
}
