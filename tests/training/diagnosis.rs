//! Diagnoses of small trainings that are spoiled on purpose, and none of healthy ones.

use crate::common::{Folder, RECIPE, printed, run, text, unwrapped};
use ondine::checkpoint::Checkpoint;
use ondine::control::Control;
use ondine::device::device;
use ondine::diagnosis::{Evidence, Finding, History, RULES, diagnose};
use ondine::evaluation::{HeldOut, judge};
use ondine::evidence::subject;
use ondine::files::Metrics;
use ondine::models::Init;
use ondine::recipe::Recipe;
use ondine::resolution::SolverErrors;
use ondine::run::Run;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// States of many waves, so that few modes are too few.
const WAVES: &str = "initial={kind=\"fourier_series\",cutoff=6}";

/// The run of a training of the small recipe, and what the command printed.
fn trained(folder: &Folder, name: &str, set: &[&str]) -> (PathBuf, String) {
    let recipe = text(&folder.write("small.toml", RECIPE));
    let output = folder.path(name);
    let directory = text(&output);
    let mut arguments = vec!["train", &recipe, "--output", &directory];
    set.iter().for_each(|set| arguments.extend(["--set", set]));
    let result = run(&arguments);
    assert!(result.status.success(), "{}", printed(&result));
    (output, printed(&result))
}

#[test]
fn too_few_modes_are_told_in_text_in_json_and_in_the_report() {
    let folder = Folder::new("diagnosis-modes");
    let (few, said) = trained(&folder, "few", &[WAVES, "model.modes=2"]);
    let sentence = "The network retains wavenumbers up to 1.";
    assert!(said.contains(sentence), "{said}");
    let evaluated = run(&["evaluate", &text(&few), "--json"]);
    let found: Value = serde_json::from_slice(&evaluated.stdout).expect("JSON");
    let first = &found["diagnosis"][0];
    assert_eq!(first["rule"], "blind_above_modes", "{}", found["diagnosis"]);
    assert!(
        first["seen"]
            .as_str()
            .is_some_and(|seen| seen.starts_with(sentence))
    );
    assert!(
        first["remedy"]
            .as_str()
            .is_some_and(|remedy| remedy.contains("from 2 to 7"))
    );
    assert!(
        found["surrogate"]["nrmse"].is_f64(),
        "the evaluation is beside it"
    );
    let page = std::fs::read_to_string(few.join("report.html")).expect("a report");
    assert!(page.contains(sentence));
    let (_, said) = trained(&folder, "enough", &[WAVES, "model.modes=8"]);
    assert!(!said.contains("retains wavenumbers"), "{said}");
}

/// Findings of a run judged on velocities from 0.5 to 1.5.
fn judged(run: &Path) -> Vec<Finding> {
    let run = Run::open(run).expect("a run");
    let plan = run
        .recipe(&[])
        .expect("its recipe")
        .check()
        .expect("it is valid");
    let varied = Recipe::parse("varied.toml", RECIPE, &[]).expect("a recipe");
    let varied = varied.check().expect("it is valid");
    let device = device("cpu").expect("a processor");
    let checkpoint = Checkpoint::of(&run).expect("it was trained");
    let surrogate = checkpoint.best(&plan, &mut Init::new(0, &device));
    let surrogate = surrogate.expect("the weights of the plan");
    let held_out = HeldOut::simulate(&varied, 300, Control::none()).expect("simulations");
    let judged = judge(
        &varied,
        &held_out,
        &surrogate,
        &device,
        300,
        Control::none(),
    );
    let (evaluation, _) = judged.expect("states of one grid");
    let metrics = Metrics::read(run.directory()).expect("lines of metrics");
    diagnose(&Evidence {
        evaluation: &evaluation,
        subject: &subject(&plan.recipe),
        history: &History::of(&metrics),
        solver_errors: &SolverErrors::default(),
        disagreement: None,
        takes: None,
    })
}

#[test]
fn parameters_that_were_not_trained_are_told() {
    let folder = Folder::new("diagnosis-unseen");
    let (one, _) = trained(&folder, "one", &["equation.velocity=1.0"]);
    let found = judged(&one);
    let unseen = found.iter().find(|one| one.rule == "unseen_parameters");
    let said = unseen.unwrap_or_else(|| panic!("{found:?}")).to_string();
    for part in [
        "In 4 of 4 simulations `velocity`",
        "trained on 1 alone",
        "what it will meet, velocity from",
    ] {
        assert!(said.contains(part), "`{part}` is not in: {said}");
    }
    let (range, _) = trained(&folder, "range", &[]);
    let found = judged(&range);
    assert!(
        found.iter().all(|one| one.rule != "unseen_parameters"),
        "{found:?}"
    );
}

/// The page that `ondine report` makes of a run.
fn page(directory: &Path) -> String {
    let result = run(&["report", &text(directory)]);
    assert!(result.status.success(), "{}", printed(&result));
    std::fs::read_to_string(directory.join("report.html")).expect("a report")
}

#[test]
fn a_run_whose_recipe_does_not_load_any_more_keeps_its_diagnosis() {
    let folder = Folder::new("diagnosis-moved");
    let recipe = text(&folder.write("small.toml", RECIPE));
    let data = folder.path("waves.h5");
    let made = [
        "simulate",
        &recipe,
        "--output",
        &text(&data),
        "--set",
        WAVES,
    ];
    let made = run(&made);
    assert!(made.status.success(), "{}", printed(&made));
    let source = format!("data={{source={:?}}}", data.display().to_string());
    let (few, said) = trained(&folder, "few", &[WAVES, "model.modes=2", &source]);
    let sentence = "The network retains wavenumbers up to 1.";
    assert!(said.contains(sentence), "{said}");
    assert!(page(&few).contains(sentence));
    std::fs::rename(&data, folder.path("elsewhere.h5")).expect("it was written");
    let kept = Run::open(&few).expect("a run");
    assert!(kept.recipe(&[]).is_err(), "its file has moved");
    let shown = page(&few);
    for part in [
        sentence,
        "raise model.modes from 2 to",
        "<h2>Diagnosis</h2>",
    ] {
        assert!(
            shown.to_lowercase().contains(&part.to_lowercase()),
            "`{part}` is missing"
        );
    }
    let (renamed, _) = trained(&folder, "renamed", &[WAVES, "model.modes=2"]);
    let path = renamed.join("recipe.toml");
    let resolved = std::fs::read_to_string(&path).expect("a recipe");
    std::fs::write(&path, resolved.replace("modes = 2", "wavenumbers = 2")).expect("a file");
    assert!(Run::open(&renamed).expect("a run").recipe(&[]).is_err());
    assert!(page(&renamed).contains(sentence));
    std::fs::remove_file(renamed.join("subject.json")).expect("its facts");
    assert!(!page(&renamed).contains(sentence), "nothing else says it");
}

#[test]
fn every_rule_is_listed() {
    let said = unwrapped(&printed(&run(&["list", "diagnoses"])));
    for rule in RULES {
        assert!(
            said.contains(rule.name) && said.contains(rule.summary),
            "{}",
            rule.name
        );
    }
}
