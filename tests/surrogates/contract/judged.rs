//! Promises of every metric, and of what is judged.

use super::plan;
use burn::tensor::Device;
use ondine::control::Control;
use ondine::datasets::Source;
use ondine::evaluation::{Evaluation, HeldOut, judge, metrics};
use ondine::metrics::{DEFAULT, METRICS, rmse};
use ondine::models::{Init, Scaling};
use ondine::plan::Plan;
use std::collections::BTreeSet;

/// The evaluation of a surrogate that has learned nothing.
fn evaluation(plan: &Plan) -> Evaluation {
    let device = Device::flex();
    let surrogate = plan.surrogate(&mut Init::new(0, &device), Scaling::identity(&plan.fields));
    let held_out =
        HeldOut::simulate(plan, 0, Control::none()).unwrap_or_else(|error| panic!("{error}"));
    let judged = judge(plan, &held_out, &surrogate, &device, 0, Control::none());
    judged.unwrap_or_else(|error| panic!("{error}")).0
}

/// Small problems in one, two and three dimensions, of one field and of several.
const PROBLEMS: [&[&str]; 5] = [
    &[],
    &["equation={ kind = \"wave\", speed = 1.0 }"],
    &[
        "equation={ kind = \"navier_stokes\", viscosity = 0.01 }",
        "grid.points=[16, 16]",
    ],
    &[
        "equation={ kind = \"burgers\", viscosity = 0.1 }",
        "grid.points=[16, 16]",
    ],
    &[
        "equation={ kind = \"burgers\", viscosity = 0.1 }",
        "grid.points=[12, 12, 12]",
        "model.modes=3",
    ],
];

#[test]
fn every_metric_gives_finite_numbers_under_names_of_its_own() {
    let kinds: Vec<String> = METRICS.iter().map(|e| format!("{:?}", e.kind)).collect();
    let all = format!("evaluate.metrics=[{}]", kinds.join(", "));
    for problem in PROBLEMS {
        let short = [&all, "time.frames=6", "evaluate.trajectories=3"];
        let evaluation = evaluation(&plan(&[problem, &short].concat()));
        let mut names = BTreeSet::new();
        for entry in METRICS {
            let numbers = entry.numbers(&evaluation);
            assert!(!numbers.is_empty(), "{problem:?}: {}", entry.kind);
            for (name, value) in numbers {
                assert!(
                    value.is_finite() && value >= 0.0,
                    "{problem:?} {name}: {value}"
                );
                assert!(
                    names.insert(name.clone()),
                    "{problem:?}: {name} is given twice"
                );
            }
        }
        let curves = evaluation.surrogate.curves.iter();
        for curve in curves.chain(&evaluation.persistence.curves) {
            let [low, high] = &curve.quantiles;
            let steps = [&curve.mean, low, high].map(Vec::len);
            assert_eq!(steps, [5; 3], "{problem:?} {}", curve.name);
        }
    }
}

#[test]
fn curves_are_means_over_the_simulations_and_only_those_that_are_asked_for() {
    let short = ["time.frames=6", "evaluate.trajectories=3"];
    let asked = plan(&[&["evaluate.metrics=[\"rmse\"]"], &short[..]].concat());
    let found = evaluation(&asked);
    let held_out =
        HeldOut::simulate(&asked, 0, Control::none()).unwrap_or_else(|error| panic!("{error}"));
    let [curve] = &found.persistence.curves[..] else {
        panic!("{:?}", found.persistence.curves);
    };
    for (step, mean) in curve.mean.iter().enumerate() {
        let truths = held_out.trajectories.iter();
        let errors = truths.map(|truth| rmse(&truth.frames[0], &truth.frames[step + 1]));
        let exact = errors.sum::<f64>() / 3.0;
        assert!((mean / exact - 1.0).abs() < 1e-12, "{step}: {mean}"); // rounding
    }
    let numbers = metrics(&asked, &found);
    let names: Vec<&str> = numbers.keys().map(String::as_str).collect();
    assert_eq!(names, ["persistence_rmse", "rmse"]);
    let usual = plan(&short);
    assert_eq!(usual.recipe.evaluate.metrics, DEFAULT);
    assert!(evaluation(&usual).surrogate.curves.is_empty());
}

#[test]
fn scores_name_simulations_that_can_be_made_again() {
    for problem in PROBLEMS {
        let short = ["time.frames=6", "evaluate.trajectories=3"];
        let plan = plan(&[problem, &short].concat());
        let found = evaluation(&plan);
        let errors: f64 = found.simulations.iter().map(|one| one.nrmse).sum();
        let mean = found.surrogate.nrmse;
        assert!((errors / 3.0 / mean - 1.0).abs() < 1e-12, "{problem:?}"); // rounding
        let held_out = &plan.solver.as_ref().expect("an equation").held_out;
        for (i, one) in found.simulations.iter().enumerate() {
            assert_eq!((one.index, one.attempt), (i as u64, 0));
            assert_eq!(one.seed, Some(held_out.seed), "{problem:?}");
            let conditions = held_out.conditions(one.index);
            let mut expected: Vec<f64> = conditions.values().collect();
            let mut named: Vec<f64> = one.conditions.values().copied().collect();
            expected.sort_by(f64::total_cmp);
            named.sort_by(f64::total_cmp);
            assert_eq!(named, expected, "{problem:?}");
            assert_eq!(
                one.conditions.get("dt"),
                Some(&conditions.dt),
                "{problem:?}"
            );
            assert!(
                one.correlation_time <= 5.0 * conditions.dt + 1e-12,
                "{problem:?}"
            );
        }
        assert_eq!(found.simulations.len(), 3);
        let map = found.spectral_errors.expect("every evaluation has it");
        assert_eq!(map.rollout_steps, [1, 2, 3, 4, 5], "{problem:?}");
        assert!(
            map.relative
                .iter()
                .all(|of| of.len() == map.wavenumber.len())
        );
    }
}

#[test]
fn held_out_simulations_differ_from_those_of_training_and_are_always_the_same() {
    let plan = plan(&[]);
    let first =
        HeldOut::simulate(&plan, 0, Control::none()).unwrap_or_else(|error| panic!("{error}"));
    let again =
        HeldOut::simulate(&plan, 0, Control::none()).unwrap_or_else(|error| panic!("{error}"));
    for (index, (truth, same)) in first
        .trajectories
        .iter()
        .zip(&again.trajectories)
        .enumerate()
    {
        assert_eq!(truth.frames, same.frames, "simulation {index}");
        assert_ne!(
            truth.conditions,
            plan.solver
                .as_ref()
                .expect("an equation")
                .training
                .conditions(index as u64),
            "simulation {index}"
        );
    }
}

#[test]
fn persistence_is_judged_by_its_closed_form_on_advection() {
    // A single wave that moves by c·dt·step has the correlation cos(k c dt step) with its start.
    let set = [
        "equation.velocity=1.0",
        "initial.terms=1",
        "initial.wavenumbers=[1, 1]",
        "evaluate.trajectories=2",
    ];
    let plan = plan(&set);
    let judged = evaluation(&plan).persistence;
    for (i, correlation) in judged.correlation_over_time.iter().enumerate() {
        let angle = 0.1 * (i + 1) as f64;
        assert!(
            (correlation - angle.cos()).abs() < 1e-6,
            "step {i}: {correlation}"
        ); // f32 frames
        let nrmse = judged.nrmse_over_time[i];
        let expected = (2.0 - 2.0 * angle.cos()).sqrt();
        assert!(
            (nrmse - expected).abs() < 1e-6,
            "step {i}: {nrmse} instead of {expected}"
        );
    }
    // cos(t) falls below 0.8 at t = 0.6435; linear interpolation between steps 0.1 apart.
    let time = judged.correlation_time["0.8"];
    assert!((time - 0.8_f64.acos()).abs() < 2e-3, "{time}");
}
