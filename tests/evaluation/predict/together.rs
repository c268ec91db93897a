//! Surrogates of several trainings as members of one.

use super::{Trained, frames};
use crate::common::{RECIPE, printed, run, text};
use burn::tensor::Device;
use ondine::forecast::{ForecastError, Forecaster};
use serde_json::Value;
use std::path::{Path, PathBuf};

const NETWORK: &str = "{kind=\"fno\",width=8,modes=6,layers=2}";

/// Another training of ten updates, with these keys of its own.
fn another(trained: &Trained, name: &str, sets: &[&str]) -> String {
    let recipe = text(&trained.folder.write(&format!("{name}.toml"), RECIPE));
    let output = text(&trained.folder.path(name));
    let model = format!("model={NETWORK}");
    let own = ["train.steps=10", "ensemble.simulations=40", &model];
    let sets = own.iter().chain(sets).flat_map(|set| ["--set", *set]);
    let train = ["train", &recipe, "--output", &output];
    let result = run(&train.into_iter().chain(sets).collect::<Vec<_>>());
    assert!(result.status.success(), "{}", printed(&result));
    output
}

/// The rollouts of a run alone, 5 frames of the three states.
fn alone(trained: &Trained, of: &str, name: &str) -> PathBuf {
    let output = trained.folder.path(name);
    let to = text(&output);
    let own = ["predict", of, "--initial", &trained.states, "--output", &to];
    let result = run(&[&own[..], &["--frames", "5"]].concat());
    assert!(result.status.success(), "{}", printed(&result));
    output
}

/// The largest distance of two rollouts; batches of other sizes sum in another order.
fn distance(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let distances = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    distances.fold(0.0, f64::max)
}

#[test]
fn each_member_has_the_rollout_that_it_has_alone() {
    let trained = Trained::new("together", NETWORK);
    let [b, c] = [("b", "seed=8"), ("c", "seed=9")];
    let [b, c] = [b, c].map(|(name, seed)| another(&trained, name, &[seed]));
    let more = ["--frames", "5", "--json", "--members", &b, &c];
    let (file, result) = trained.predict("members.h5", &more);
    assert!(result.status.success(), "{}", printed(&result));
    let said: Value = serde_json::from_slice(&result.stdout).expect("it is JSON");
    assert_eq!((&said["samples"], &said["states"]), (&3.into(), &3.into()));
    let runs = [("a1.h5", &trained.run), ("b1.h5", &b), ("c1.h5", &c)];
    for (place, (name, of)) in runs.into_iter().enumerate() {
        let own = alone(&trained, of, name);
        for state in 0..3 {
            let (own, found) = (frames(&own, state), frames(&file, 3 * state + place));
            assert!(distance(&own, &found) < 1e-5, "{name}, state {state}");
            let other = frames(&file, 3 * state + (place + 1) % 3);
            assert!(distance(&own, &other) > 1e-3, "{name}, state {state}");
        }
    }
    let output = text(&trained.folder.path("judged"));
    let judged = ["evaluate", &trained.run, "--no-speed", "--json"];
    let members = ["--output", &output, "--members", &b, &c];
    let result = run(&[&judged[..], &members].concat());
    assert!(result.status.success(), "{}", printed(&result));
    let found: Value = serde_json::from_slice(&result.stdout).expect("it is JSON");
    assert_eq!(found["uncertainty"]["samples"], 3);
    let spread = &found["uncertainty"]["spread_over_time"][0];
    assert!(
        spread.as_f64().is_some_and(|spread| spread > 0.0),
        "{spread}"
    );
    let plain: Value = serde_json::from_slice(&run(&judged).stdout).expect("it is JSON");
    assert_eq!(found["surrogate"], plain["surrogate"], "the first member's");
}

#[test]
fn checkpoints_of_one_run_are_members_for_other_programs() {
    let trained = Trained::new("checkpoints", NETWORK);
    let kept = another(&trained, "kept", &["train.checkpoint=5"]);
    let first = PathBuf::from(format!("{kept}@step-00000005"));
    let open = || Forecaster::open(Path::new(&kept), &Device::flex());
    let plain = open().unwrap_or_else(|error| panic!("{error}"));
    let point = |i: usize| (i as f64 * std::f64::consts::TAU / 32.0).sin();
    let wave: Vec<f64> = (0..plain.state_len()).map(point).collect();
    let mut both = plain
        .with_members(&[first])
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(both.is_stochastic());
    let speed = [("velocity", 0.9)];
    let members = both.members(&wave, &speed, 2, 2).expect("two members");
    let (newest, older) = members.split_at(2 * wave.len());
    let alone = both.rollout(&wave, &speed, 2).expect("the first one");
    assert!(distance(newest, &alone) < 1e-5 && distance(older, &alone) > 1e-4);
    assert!(matches!(
        both.members(&wave, &speed, 2, 3),
        Err(ForecastError::MemberCount { members: 2 })
    ));
}

#[test]
fn members_that_do_not_fit_are_refused_with_the_difference() {
    let trained = Trained::new("misfits", NETWORK);
    let coarse = another(&trained, "coarse", &["grid.points=[16]"]);
    let longer = another(&trained, "longer", &["objective.stride=2"]);
    let slower = another(&trained, "slower", &["time.dt=0.2"]);
    let missing = text(&trained.folder.path("missing"));
    for (member, expected) in [
        (&coarse, "points: [16], and [32]"),
        (&longer, "objective.stride: 2, and 1"),
        (&slower, "dt: [0.2, 0.2], and [0.1, 0.1]"),
        (&missing, "missing"),
    ] {
        let more = ["--frames", "2", "--members", member];
        let (file, result) = trained.predict("none.h5", &more);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{said}");
        assert!(said.contains(expected) && !file.exists(), "{said}");
    }
    let result = run(&["evaluate", &trained.run, "--members", &coarse]);
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(2), "{said}");
    assert!(said.contains("--output"), "{said}");
}
