//! Puts the page together.

use super::compare::{self, Entry};
use super::contents::{Group, groups};
use super::data::DataFile;
use super::facts::{Facts, Status};
use super::fields::Fields;
use super::score::Score;
use super::words::{Level, Verdict, story, verdict};
use super::{cards, curves, findings, glossary, spectra, training};
use crate::draw::figure::{Figure, Key, Mark};
use crate::files::RunFiles;
use crate::numbers::page::significant;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use ondine_metrics::results::SolverErrors;
use std::path::Path;

const STYLE: &str = include_str!("style.css");

/// A page, and the numbers of its figures.
pub(super) struct Page {
    pub(super) html: String,
    pub(super) files: Vec<DataFile>,
}

/// The page of one run, or of several; the numbers of its figures lie in `folder`, as an address seen from the page.
pub(super) fn page(runs: &[RunFiles], folder: &str) -> Page {
    let facts: Vec<_> = runs.iter().map(Facts::new).collect();
    let scores: Vec<_> = runs.iter().map(Score::new).collect();
    let findings: Vec<_> = runs.iter().map(RunFiles::diagnosis).collect();
    let named = |(run, facts): (&RunFiles, &Facts)| (facts.name.clone(), run.directory.clone());
    let labels = labels(&runs.iter().zip(&facts).map(named).collect::<Vec<_>>());
    let entry = |index: usize| Entry {
        label: &labels[index],
        files: &runs[index],
        facts: &facts[index],
        score: scores[index].as_ref(),
        findings: &findings[index],
    };
    let entries: Vec<_> = (0..runs.len()).map(entry).collect();
    let title = match &labels[..] {
        [name] => name.clone(),
        several => format!("Comparison of {} runs", several.len()),
    };
    let mut writer = Writer {
        folder,
        files: Vec::new(),
    };
    let html = writer.document(&title, &entries).into_string();
    Page {
        html,
        files: writer.files,
    }
}

/// Labels that tell runs apart, from their names and directories: runs of one recipe have the same name.
fn labels(runs: &[(String, String)]) -> Vec<String> {
    let names: Vec<_> = runs.iter().map(|(name, _)| name.clone()).collect();
    let with_directory = |(name, directory): &(String, String)| match count(&names, name) {
        1 => name.clone(),
        _ if name == directory => name.clone(),
        _ => format!("{name} ({directory})"),
    };
    let named: Vec<_> = runs.iter().map(with_directory).collect();
    let numbered = |(index, label): (usize, &String)| match count(&named, label) {
        1 => label.clone(),
        _ => format!("{label} {}", 1 + count(&named[..index], label)),
    };
    named.iter().enumerate().map(numbered).collect()
}

fn count(names: &[String], wanted: &str) -> usize {
    names.iter().filter(|name| *name == wanted).count()
}

/// Lays out figures and gathers their numbers.
struct Writer<'a> {
    folder: &'a str,
    files: Vec<DataFile>,
}

impl Writer<'_> {
    fn document(&mut self, title: &str, runs: &[Entry<'_>]) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (title) " – Ondine report" }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    main {
                        @if runs.len() > 1 { (self.comparison(title, runs)) }
                        @for (index, run) in runs.iter().enumerate() { (self.section(index, run, runs.len() == 1)) }
                        footer { "Made by Ondine, which trains surrogates of differential equations while their solvers run." }
                    }
                }
            }
        }
    }

    fn comparison(&mut self, title: &str, runs: &[Entry<'_>]) -> Markup {
        let named: Vec<_> = runs.iter().map(|run| (run.label, run.files)).collect();
        let shown = [
            curves::correlations(&named),
            curves::errors(&named),
            spectra::of_runs(&named),
            training::losses(&named),
        ];
        html! {
            header {
                div.eyebrow { "Ondine report" }
                h1 { (title) }
            }
            (compare::table(runs))
            (compare::differences(runs))
            div.figures {
                @for shown in shown.iter().flatten() {
                    @let class = if shown.panels.len() > 1 { "wide" } else { "" };
                    (self.figure(shown, class, None))
                }
            }
            (glossary::glossary())
        }
    }

    fn section(&mut self, index: usize, run: &Entry<'_>, alone: bool) -> Markup {
        let id = format!("run-{}", index + 1);
        let groups = groups(run.files);
        let owner = (!alone).then_some((index + 1, run.label));
        let said = |rule: &str| run.findings.iter().any(|found| found.rule == rule);
        html! {
            section.run id=(id) {
                (head(run, alone))
                (cards::cards(run.facts, run.score))
                (judgement(&verdict(run.facts, run.score, &said)))
                (findings::findings(run.findings))
                @for note in &run.files.notes { p.note { (note) } }
                @for note in judged_against(run.files) { p.note { (note) } }
                (contents(&groups, &id))
                @if alone { (glossary::glossary()) }
                @for group in &groups { (self.group(group, &id, owner)) }
                @for missing in missing(run.files) { p.note { (missing) } }
                (recipe(run))
            }
        }
    }

    fn group(&mut self, group: &Group, id: &str, owner: Option<(usize, &str)>) -> Markup {
        html! {
            h2.group id=(format!("{id}-{}", group.id)) { (group.title) }
            @for shown in &group.first { (shown) }
            @for shown in &group.wide { (self.figure(shown, "wide", owner)) }
            @if !group.narrow.is_empty() {
                div.figures { @for shown in &group.narrow { (self.figure(shown, "", owner)) } }
            }
        }
    }

    /// A figure of the run with this number and name, or of all.
    fn figure(&mut self, shown: &Figure, class: &str, owner: Option<(usize, &str)>) -> Markup {
        let name = self.keep(shown, owner);
        html! {
            figure class=(class) {
                h3 { (shown.title) }
                @if !shown.legend.is_empty() {
                    div.legend { @for key in &shown.legend { span { (swatch(key)) (key.label) } } }
                }
                @if shown.is_wide() { p.sideways { "Wider than this screen: scroll it sideways." } }
                div.plot.panels[shown.panels.len() > 1] {
                    @for panel in &shown.panels {
                        div {
                            @if !panel.title.is_empty() { h4 { (panel.title) } }
                            (PreEscaped(&panel.svg))
                        }
                    }
                }
                figcaption {
                    (shown.caption)
                    @if let Some(name) = name {
                        " " span.data { "Numbers: " a href=(address(self.folder, &name)) { (name) } }
                    }
                }
            }
        }
    }

    /// Keeps the numbers of a figure, and gives back the name of their file.
    fn keep(&mut self, shown: &Figure, owner: Option<(usize, &str)>) -> Option<String> {
        let text = shown.data.as_ref()?.text().to_owned();
        let name = match owner {
            Some((number, _)) => format!("run-{number}-{}", shown.file()),
            None => shown.file(),
        };
        self.files.push(DataFile {
            name: name.clone(),
            run: owner.map(|(_, label)| label.to_owned()),
            title: shown.title.clone(),
            text,
        });
        Some(name)
    }
}

/// The address of a file beside the page.
fn address(folder: &str, name: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    let part = |text: &str| text.bytes().map(encoded).collect::<String>();
    format!("{}/{}", part(folder), part(name))
}

/// Where to find what.
fn contents(groups: &[Group], id: &str) -> Markup {
    html! {
        @if groups.len() > 1 {
            nav { @for group in groups { a href=(format!("#{id}-{}", group.id)) { (group.title) } } }
        }
    }
}

/// How the values of a legend's entry are drawn.
pub(super) fn swatch(key: &Key) -> Markup {
    html! {
        svg.key viewBox="0 0 30 12" aria-hidden="true" {
            @match key.mark {
                Mark::Line(dashes) => line x1="0" y1="6" x2="30" y2="6" stroke=(key.color) stroke-width="3"
                    stroke-dasharray=(dashes) {},
                Mark::Circle => circle cx="15" cy="6" r="4.5" fill=(key.color) {},
                Mark::Triangle => path d="M15 1 L20.5 11 H9.5 Z" fill=(key.color) {},
            }
        }
    }
}

fn head(run: &Entry<'_>, alone: bool) -> Markup {
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

fn judgement(verdict: &Verdict) -> Markup {
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
fn judged_against(files: &RunFiles) -> Vec<String> {
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

/// What a full run would show and this one cannot.
fn missing(files: &RunFiles) -> impl Iterator<Item = &'static str> {
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

fn recipe(run: &Entry<'_>) -> Markup {
    let facts = run.facts;
    let version = facts
        .version
        .as_ref()
        .map(|version| format!(" (Ondine {version})"));
    html! {
        details {
            summary { "The recipe of this run" (version.unwrap_or_default()) }
            p { (solver_errors(&facts.solver_errors)) }
            pre { code { (run.files.recipe_text) } }
        }
    }
}

/// Both errors of the solver, each by its name.
fn solver_errors(errors: &SolverErrors) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(runs: &[(&str, &str)]) -> Vec<String> {
        let owned = |(name, directory): &(&str, &str)| (name.to_string(), directory.to_string());
        labels(&runs.iter().map(owned).collect::<Vec<_>>())
    }

    #[test]
    fn runs_of_one_recipe_are_told_apart_by_their_directories() {
        let found = labelled(&[("ks", "ks"), ("ks", "wide"), ("heat", "wide")]);
        assert_eq!(found, ["ks", "ks (wide)", "heat"]);
        // Directories of one name lie in different folders.
        let found = labelled(&[("ks", "a"), ("ks", "a"), ("ks", "b")]);
        assert_eq!(found, ["ks (a) 1", "ks (a) 2", "ks (b)"]);
    }
}
