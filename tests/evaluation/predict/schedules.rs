//! Schedules of recurrent networks and refiners.

use super::{REFINER, Trained, frames};
use crate::common::{printed, run, text};
use serde_json::Value;
use std::path::Path;

#[test]
fn a_recurrent_network_is_used_as_often_as_a_schedule_says() {
    let recurrent = "{kind=\"recurrent_fno\",width=8,modes=6,iterations=2}";
    let trained = Trained::new("recurrent", recurrent);
    let schedule = |iterations: usize| {
        let name = format!("iterations-{iterations}.toml");
        let keys = format!("iterations = {iterations}\n");
        text(&trained.folder.write(&name, &keys))
    };
    let predicted = |name: &str, more: &[&str]| {
        let (file, result) = trained.predict(name, &[&["--frames", "3"], more].concat());
        assert!(result.status.success(), "{}", printed(&result));
        frames(&file, 1)
    };
    let own = predicted("own.h5", &[]);
    assert_eq!(own, predicted("two.h5", &["--schedule", &schedule(2)]));
    assert_ne!(own, predicted("five.h5", &["--schedule", &schedule(5)]));
    let error = |more: &[&str]| {
        let judged = run(&[&["evaluate", &trained.run, "--no-speed", "--json"], more].concat());
        assert!(judged.status.success(), "{}", printed(&judged));
        let judged: Value = serde_json::from_slice(&judged.stdout).expect("it is JSON");
        judged["surrogate"]["nrmse"].as_f64().expect("a number")
    };
    assert!((error(&[]) - error(&["--schedule", &schedule(5)])).abs() > 1e-9);
    let plain = Trained::new("whole", "{kind=\"tfno\",width=8,modes=6,layers=2}");
    for (run_of, iterations, expected) in [
        (&trained, 65, "iterations = 65 lies outside [1, 64]"),
        (&plain, 5, "`tfno` has no iterations; recurrent_fno has"),
    ] {
        let refused = run(&["evaluate", &run_of.run, "--schedule", &schedule(iterations)]);
        let said = printed(&refused);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(
            said.contains(expected),
            "{expected:?} is missing in:\n{said}"
        );
    }
}

#[test]
fn a_schedule_is_searched_written_and_used() {
    let trained = Trained::new("tuned", REFINER);
    let search = |more: &[&str]| {
        let own = ["tune-sampler", &trained.run, "--candidates", "6", "--set"];
        run(&[&own[..], &["evaluate.frames=6"], more].concat())
    };
    let result = search(&["--calls", "4", "--json"]);
    assert!(result.status.success(), "{}", printed(&result));
    let said: Value = serde_json::from_slice(&result.stdout).expect("it is JSON");
    let tried = said["result"]["tried"].as_array().expect("a list");
    let score = |tried: &Value| tried["score"].as_f64().expect("a number");
    let best = tried.iter().map(score).fold(f64::NEG_INFINITY, f64::max);
    assert_eq!((tried.len(), score(&said["result"]["best"])), (6, best));
    let again = search(&["--calls", "4", "--json"]);
    assert_eq!(
        again.stdout, result.stdout,
        "a search is a function of the run"
    );

    let schedule = text(&Path::new(&trained.run).join("schedule.toml"));
    let predicted = |name: &str, more: &[&str]| {
        let (file, result) = trained.predict(name, &[&["--frames", "3"], more].concat());
        assert!(result.status.success(), "{}", printed(&result));
        frames(&file, 1)
    };
    let (own, tuned) = (
        predicted("own.h5", &[]),
        predicted("tuned.h5", &["--schedule", &schedule]),
    );
    assert_ne!(own, tuned);
    let judged = run(&["evaluate", &trained.run, "--schedule", &schedule]);
    assert!(judged.status.success(), "{}", printed(&judged));
    let cutoff = trained.folder.write("cutoff.toml", "cutoff = 0.5\n");
    let to = text(&trained.folder.path("said.h5"));
    let said = run(&[
        &[
            "predict",
            &trained.run,
            "--initial",
            &trained.states,
            "--output",
            &to,
        ],
        &["--frames", "2", "--schedule", &text(&cutoff)][..],
    ]
    .concat());
    assert!(
        printed(&said).contains("guard: wavenumbers from 0.5 of the highest on are set to zero")
    );
    let judged = run(&[
        "evaluate",
        &trained.run,
        "--no-speed",
        "--json",
        "--schedule",
        &text(&cutoff),
    ]);
    let judged: Value = serde_json::from_slice(&judged.stdout).expect("it is JSON");
    let guards = judged["guards"].as_array().expect("it says its guards");
    assert!(
        guards
            .iter()
            .any(|guard| guard == "wavenumbers from 0.5 of the highest on are set to zero")
    );
    let guarded = predicted("guarded.h5", &["--schedule", &text(&cutoff)]);
    let last = |frames: &[f64]| frames[frames.len() - 32..].to_vec();
    let above = |u: Vec<f64>| -> f64 {
        let at = |k: usize| {
            let angle = |i: usize| std::f64::consts::TAU * (k * i) as f64 / 32.0;
            let part = |f: fn(f64) -> f64| -> f64 {
                u.iter().enumerate().map(|(i, u)| u * f(angle(i))).sum()
            };
            part(f64::cos).hypot(part(f64::sin))
        };
        (8..=16).map(at).fold(0.0, f64::max)
    };
    assert!(above(last(&own)) > 1e-3, "{}", above(last(&own)));
    assert!(above(last(&guarded)) < 1e-4, "{}", above(last(&guarded)));

    let rising = text(&trained.folder.write(
        "rising.toml",
        "noise_variances = [1e-3, 1e-2]\nfresh_noise = 1.0\n",
    ));
    let wrong = text(&trained.folder.write("wrong.toml", "cutoff = 1.5\n"));
    let plain = Trained::new("plain", "{kind=\"fno\",width=8,modes=6,layers=2}");
    for (arguments, expected) in [
        (
            ["evaluate", &trained.run, "--schedule", &rising],
            "do not fall",
        ),
        (
            ["evaluate", &trained.run, "--schedule", &wrong],
            "outside (0, 1]",
        ),
        (
            ["evaluate", &plain.run, "--schedule", &schedule],
            "no noise levels",
        ),
        (
            ["tune-sampler", &plain.run, "--candidates", "2"],
            "no noise levels",
        ),
        (["tune-sampler", &trained.run, "--calls", "1"], "2 or more"),
    ] {
        let result = run(&arguments);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "{said}");
    }
}
