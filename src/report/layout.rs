//! Puts the page together.

use super::compare::{self, Entry};
use super::facts::{Facts, Status};
use super::plot::Figure;
use super::read::RunFiles;
use super::score::Score;
use super::words::{Level, Verdict, story, verdict};
use super::{cards, curves, findings, glossary, maps};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("style.css");

/// The page of one run, or of several.
pub(super) fn page(runs: &[RunFiles]) -> String {
    let facts: Vec<_> = runs.iter().map(Facts::new).collect();
    let scores: Vec<_> = runs.iter().map(Score::new).collect();
    let labels = labels(&facts);
    let entry = |index: usize| Entry {
        label: &labels[index],
        files: &runs[index],
        facts: &facts[index],
        score: scores[index].as_ref(),
    };
    let entries: Vec<_> = (0..runs.len()).map(entry).collect();
    let title = match &labels[..] {
        [name] => name.clone(),
        several => format!("Comparison of {} runs", several.len()),
    };
    document(&title, &entries).into_string()
}

fn document(title: &str, runs: &[Entry<'_>]) -> Markup {
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
                    @if runs.len() > 1 { (comparison(title, runs)) }
                    @for (index, run) in runs.iter().enumerate() { (section(index, run, runs.len() == 1)) }
                    footer { "Made by Ondine, which trains surrogates of differential equations while their solvers run." }
                }
            }
        }
    }
}

/// Names that tell the runs apart: runs of one recipe have the same name.
fn labels(facts: &[Facts]) -> Vec<String> {
    let numbered = |(index, run): (usize, &Facts)| {
        let same = |other: &&Facts| other.name == run.name;
        match facts.iter().filter(same).count() {
            1 => run.name.clone(),
            _ => format!(
                "{} ({})",
                run.name,
                1 + facts[..index].iter().filter(same).count()
            ),
        }
    };
    facts.iter().enumerate().map(numbered).collect()
}

fn comparison(title: &str, runs: &[Entry<'_>]) -> Markup {
    let named: Vec<_> = runs.iter().map(|run| (run.label, run.files)).collect();
    html! {
        header {
            div.eyebrow { "Ondine report" }
            h1 { (title) }
        }
        (compare::table(runs))
        (compare::differences(runs))
        div.figures {
            @for shown in [curves::correlations(&named), curves::losses(&named)].into_iter().flatten() {
                (figure(&shown, ""))
            }
        }
        (glossary::glossary())
    }
}

fn section(index: usize, run: &Entry<'_>, alone: bool) -> Markup {
    html! {
        section.run id=(format!("run-{}", index + 1)) {
            (head(run, alone))
            (cards::cards(run.facts, run.score))
            (judgement(&verdict(run.facts, run.score)))
            (findings::findings(&run.files.diagnosis))
            @for note in &run.files.notes { p.note { (note) } }
            @if alone { (glossary::glossary()) }
            (figures(run))
            (recipe(run))
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
                None => p.equation { (facts.equation) },
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

fn figures(run: &Entry<'_>) -> Markup {
    let files = run.files;
    let evaluation = files.evaluation.as_ref();
    let field = evaluation
        .and_then(|e| e.fields.first())
        .map(String::as_str);
    let maps = files
        .sample
        .as_ref()
        .and_then(|sample| maps::maps(sample, field));
    let mut narrow = vec![
        evaluation.and_then(curves::correlation),
        evaluation.and_then(curves::error),
    ];
    narrow.extend(
        evaluation
            .iter()
            .flat_map(|e| e.spectra.iter().map(curves::spectra)),
    );
    narrow.push(curves::loss(files));
    narrow.push(curves::progress(files));
    html! {
        @if let Some(maps) = maps { (figure(&maps, "wide")) }
        div.figures { @for shown in narrow.iter().flatten() { (figure(shown, "")) } }
        @for missing in missing(files) { p.note { (missing) } }
    }
}

/// What a full run would show and this one cannot.
fn missing(files: &RunFiles) -> impl Iterator<Item = &'static str> {
    let gaps = [
        (
            files.training.len() < 2,
            "Fewer than two training steps have been recorded, so there is no loss to show.",
        ),
        (
            files.evaluation.is_none(),
            "There is no full evaluation yet, so there are no curves over time and no spectra.",
        ),
        (
            files.sample.is_none(),
            "There is no sample rollout yet, so there are no maps.",
        ),
    ];
    gaps.into_iter()
        .filter_map(|(gap, sentence)| gap.then_some(sentence))
}

fn figure(shown: &Figure, class: &str) -> Markup {
    html! {
        figure class=(class) {
            h3 { (shown.title) }
            @if !shown.legend.is_empty() {
                div.legend {
                    @for (label, color, dashed) in &shown.legend {
                        @let stroke = if *dashed { "dashed" } else { "solid" };
                        span { i style=(format!("border-top:3px {stroke} {color}")) {} (label) }
                    }
                }
            }
            div.plot { (PreEscaped(&shown.svg)) }
            figcaption { (shown.caption) }
        }
    }
}

fn recipe(run: &Entry<'_>) -> Markup {
    let facts = run.facts;
    let version = facts
        .version
        .as_ref()
        .map(|version| format!(" (Ondine {version})"));
    let reference = facts
        .reference_error
        .map(|error| super::numbers::significant(error, 2));
    html! {
        details {
            summary { "The recipe of this run" (version.unwrap_or_default()) }
            @if let Some(reference) = reference {
                p { "Numerical error of the solver itself: " (reference) "." }
            }
            pre { code { (run.files.recipe_text) } }
        }
    }
}
