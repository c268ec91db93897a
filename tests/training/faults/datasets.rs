//! Datasets whose simulations diverge.

use super::recipe;
use crate::common::{Folder, printed, run, text};
use ondine::datasets::Source;
use ondine::datasets::files::{DatasetReader, Time, Varying, WellReader};
use ondine::recipe::Recipe;
use serde_json::Value;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Runs the simulations alone; the file, whether it worked, and what was said.
fn simulate(folder: &Folder, name: &str, more: &[&str]) -> (PathBuf, Option<i32>, String) {
    let output = folder.path(name);
    let (recipe, target) = (folder.write("faulty.toml", &recipe()), text(&output));
    let (recipe, count) = (text(&recipe), ["--count", "40", "--dtype", "f64"]);
    let start = ["simulate", &recipe, "--output", &target];
    let result = run(&[&start[..], &count, more].concat());
    (output, result.status.code(), printed(&result))
}

#[test]
fn simulations_of_a_dataset_that_diverge_are_drawn_again_and_the_file_says_which() {
    let folder = Folder::new("dataset-faults");
    let (file, code, said) = simulate(&folder, "one.h5", &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("failure 1: simulation "), "{said}");
    assert!(said.contains("; drawn again"), "{said}");
    assert!(said.contains(" diverged\n"), "counted in the end: {said}");
    let reader = WellReader::open(&file).expect("a dataset");
    let attempts = &reader.info().provenance.attempts;
    assert_eq!(attempts.len(), 40);
    let (first, again) = (attempts.contains(&0), attempts.iter().any(|&draw| draw > 0));
    assert!(first && again, "{attempts:?}");
    let Time::Uniform(Varying::Each(dt)) = &reader.info().time else {
        panic!("dt varies");
    };
    let typed = Recipe::parse("faulty.toml", &recipe(), &[]).expect("a recipe");
    let plan = typed.check_simulations(None, Some(40)).expect("a plan");
    for (index, &attempt) in attempts.iter().enumerate() {
        let drawn = plan.ensemble.again(attempt).expect("drawn");
        let conditions = drawn.conditions(index as u64);
        assert_eq!(conditions.dt.to_bits(), dt[index].to_bits(), "{index}");
        let mut frames: Vec<f64> = Vec::new();
        let ran = drawn.run(index as u64, &mut |frame| {
            frames.extend_from_slice(frame);
            ControlFlow::Continue(())
        });
        assert_eq!(ran, Ok(()), "{index}");
        let found = reader.trajectory(index).expect("it is there").frames;
        assert!(found == frames, "{index}, attempt {attempt}");
        for failed in 0..attempt {
            let failed = plan.ensemble.again(failed).expect("drawn");
            let ran = failed.run(index as u64, &mut |_| ControlFlow::Continue(()));
            assert!(
                ran.is_err(),
                "{index}, attempt {attempt}: drawn again for nothing"
            );
        }
    }
    let (_, code, said) = simulate(&folder, "other.h5", &["--json"]);
    assert_eq!(code, Some(0), "{said}");
    let result: Value = serde_json::from_str(&said).expect("JSON and nothing else");
    let failures: u32 = attempts.iter().sum();
    assert_eq!(result["failures"]["diverged"], failures);
    let failed = result["failed"].as_array().expect("a list");
    assert_eq!(failed.len(), failures as usize);
    for one in failed {
        assert_eq!(one["failed"], "diverged", "{one}");
        assert_eq!(one["parameters"]["viscosity"], 0.01, "{one}");
    }
}

#[test]
fn a_dataset_with_too_many_failures_is_no_file() {
    let folder = Folder::new("no-dataset");
    let few = ["--set", "ensemble.max_failures=1"];
    let none = ["--set", "ensemble.max_failures=0"];
    let late = ["--set", "ensemble.time_limit=1e-9", "--set"];
    let late = [&late[..], &["ensemble.max_failures=1000"]].concat();
    let never = "--set time.dt=5.0 --set time.frames=40 --set ensemble.max_failures=1000";
    let never: Vec<&str> = never.split(' ').collect();
    for (sets, expected) in [
        (
            &few[..],
            "error: 2 simulations failed, more than ensemble.max_failures = 1; the last one: simulation ",
        ),
        (&none, "error: simulation "),
        (
            &late,
            " failed 10 times in a row, each time with other parameters",
        ),
        (&late, "no end within ensemble.time_limit = 0.000000001 s"),
        (&never, " failed 10 times in a row"),
    ] {
        let (file, code, said) = simulate(&folder, "none.h5", sets);
        assert_eq!(code, Some(1), "{said}");
        assert!(
            said.contains(expected),
            "{expected:?} is missing in: {said}"
        );
        assert!(!file.exists() && !folder.path("none.h5.part").exists());
    }
    let (_, code, said) = simulate(&folder, "none.h5", &["--set", "ensemble.time_limit=0"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("time_limit = 0 lies outside"), "{said}");
}

#[test]
fn simulations_that_go_on_from_a_file_keep_their_states_and_are_drawn_again_where_they_can_be() {
    let folder = Folder::new("go-on");
    let short = ["--set", "time.dt=0.05", "--set", "time.frames=3"];
    let (states, code, said) = simulate(&folder, "states.h5", &short);
    assert_eq!(code, Some(0), "{said}");
    let initial = ["--initial", &text(&states)];
    let (file, code, said) = simulate(&folder, "later.h5", &initial);
    assert_eq!(code, Some(0), "{said}");
    let [states, later] = [&states, &file].map(|path| WellReader::open(path).expect("a dataset"));
    let attempts = &later.info().provenance.attempts;
    assert!(attempts.iter().any(|&draw| draw > 0), "{said}");
    for (index, attempt) in attempts.iter().enumerate() {
        let begin = later.frames(index, 0..1).expect("a frame");
        let end = states.last_frame(index).expect("a frame");
        assert!(begin == end, "{index}, attempt {attempt}");
    }
    let fixed = ["--set", "time.dt=0.5", "--set", "time.frames=60"];
    let (file, code, said) = simulate(&folder, "fixed.h5", &[&fixed[..], &initial].concat());
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("error: simulation "), "{said}");
    assert!(
        !said.contains("drawn again"),
        "it would be the same: {said}"
    );
    assert!(!file.exists());
}
