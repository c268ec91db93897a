//! The head of a run's part of the page: verdict, facts, and what is missing.

use super::compare::Entry;
use super::facts::Status;
use super::fields::Fields;
use super::truth::Truth;
use super::words::{Level, Verdict, story};
use crate::files::RunFiles;
use crate::numbers::page::significant;
use maud::{Markup, html};
use ondine_metrics::results::SolverErrors;
use std::path::Path;

pub(super) fn head(run: &Entry<'_>, alone: bool) -> Markup {
    let facts = run.facts;
    let status = match facts.status {
        Status::Finished => "status good",
        Status::Interrupted | Status::Unfinished => "status fair",
    };
    html! {
        header {
            @if alone { div.eyebrow { "Ondine report" } }
            h1 { (run.label) span class=(status) { (facts.status.word()) } }
            @match &facts.formula {
                Some(formula) => p.equation { (formula) },
                None => p.equation { (facts.problem) },
            }
            p.story { (story(facts)) }
        }
    }
}

pub(super) fn judgement(verdict: &Verdict) -> Markup {
    let level = match verdict.level {
        Level::Good => "verdict good",
        Level::Fair => "verdict fair",
        Level::Poor => "verdict poor",
        Level::Unknown => "verdict unknown",
    };
    html! {
        div class=(level) {
            h2 { (verdict.headline) }
            p { (verdict.sentences.join(" ")) }
            @if !verdict.warnings.is_empty() {
                ul { @for warning in &verdict.warnings { li { (warning) } } }
            }
        }
    }
}

/// The data that the evaluation was made against, and which of them say nothing.
pub(super) fn judged_against(files: &RunFiles) -> Vec<String> {
    let Some(evaluation) = &files.evaluation else {
        return Vec::new();
    };
    let quiet = evaluation.quiet_note().into_iter();
    let quiet: Vec<String> = quiet
        .flat_map(|note| note.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let Some(file) = &evaluation.file else {
        return quiet;
    };
    let name = Path::new(&file.path).file_name().unwrap_or_default();
    let name = name.to_string_lossy();
    let first = format!(
        "Judged against the trajectories of {name}, not against held-out simulations of the recipe; `ondine evaluate` \
         without --data brings those back."
    );
    std::iter::once(first)
        .chain(file.warnings.iter().cloned())
        .chain(quiet)
        .collect()
}

/// Parts of the page of a full run that this one cannot have, and why.
pub(super) fn missing(files: &RunFiles) -> impl Iterator<Item = &'static str> {
    let steps = files.evaluation.as_ref().map(|of| of.times.len());
    let drawn = files.sample.as_ref().map(|of| Fields::new(of).is_some());
    let gaps = [
        (
            files.metrics.training.len() < 2,
            "Fewer than two training steps have been recorded, so there is no loss to show.",
        ),
        (
            steps.is_none(),
            "There is no full evaluation yet, so there are no curves over time and no spectra.",
        ),
        (
            steps.is_some_and(|steps| steps < 2),
            "The rollouts have a single step, so there are no curves over time: evaluate more frames.",
        ),
        (
            drawn.is_none(),
            "There is no sample rollout yet, so there are no maps.",
        ),
        (
            drawn == Some(false),
            "The sample rollout has a single frame or point, so there are no maps.",
        ),
    ];
    let gaps = gaps.into_iter();
    gaps.filter_map(|(gap, sentence)| gap.then_some(sentence))
}

pub(super) fn recipe(run: &Entry<'_>) -> Markup {
    let facts = run.facts;
    let version = facts
        .version
        .as_ref()
        .map(|version| format!(" (Ondine {version})"));
    html! {
        details {
            summary { "The recipe of this run" (version.unwrap_or_default()) }
            @if facts.truth == Truth::Solver { p { (solver_errors(&facts.solver_errors)) } }
            pre { code { (run.files.recipe_text) } }
        }
    }
}

/// Both errors of the solver, each by its name.
pub(super) fn solver_errors(errors: &SolverErrors) -> String {
    let words = |error: Option<f64>| match error {
        Some(error) => significant(error, 2),
        None => "not known".to_owned(),
    };
    let note = match errors.note.as_str() {
        "" => String::new(),
        note => format!(" {note}"),
    };
    format!(
        "Relative error that a frame of the solver itself adds: {} in time, {} in space.{note}",
        words(errors.temporal),
        words(errors.spatial)
    )
}
