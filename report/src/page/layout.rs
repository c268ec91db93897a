//! Puts the page together.

use super::compare::{self, Entry};
use super::contents::{Group, groups};
use super::data::DataFile;
use super::facts::Facts;
use super::head::{head, judged_against, judgement, missing, recipe};
use super::score::Score;
use super::truth::Truth;
use super::units::with_units;
use super::words::verdict;
use super::{cards, curves, findings, glossary, spectra, training};
use crate::draw::figure::{Figure, Key, Mark};
use crate::files::RunFiles;
use maud::{DOCTYPE, Markup, PreEscaped, html};

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
    let page = laid_out(&title, folder, |writer| writer.runs(&title, &entries));
    Page {
        html: with_units(page.html, runs),
        ..page
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
pub(super) struct Writer<'a> {
    folder: &'a str,
    files: Vec<DataFile>,
}

/// A whole page.
fn document(title: &str, contents: &Markup) -> Markup {
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
                    (contents)
                    footer { "Made by Ondine, which trains surrogates of differential equations while their solvers run." }
                }
            }
        }
    }
}

/// A page whose contents are laid out by `fill`; the numbers of its figures lie in `folder`.
pub(super) fn laid_out(
    title: &str,
    folder: &str,
    fill: impl FnOnce(&mut Writer<'_>) -> Markup,
) -> Page {
    let mut writer = Writer {
        folder,
        files: Vec::new(),
    };
    let html = document(title, &fill(&mut writer)).into_string();
    Page {
        html,
        files: writer.files,
    }
}

impl Writer<'_> {
    fn runs(&mut self, title: &str, runs: &[Entry<'_>]) -> Markup {
        html! {
            @if runs.len() > 1 { (self.comparison(title, runs)) }
            @for (index, run) in runs.iter().enumerate() { (self.section(index, run, runs.len() == 1)) }
        }
    }

    /// Figures side by side, of all runs of a page.
    pub(super) fn figures(&mut self, figures: &[Figure]) -> Markup {
        html! {
            div.figures {
                @for shown in figures {
                    @let class = if shown.panels.len() > 1 { "wide" } else { "" };
                    (self.figure(shown, class, None))
                }
            }
        }
    }

    /// Keeps a table as a file, and gives back a link to it.
    pub(super) fn file(&mut self, title: &str, name: &str, text: &str) -> Markup {
        self.files.push(DataFile {
            name: name.to_owned(),
            run: None,
            title: title.to_owned(),
            text: text.to_owned(),
        });
        html! { span.data { "Numbers: " a href=(address(self.folder, name)) { (name) } } }
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
            (self.figures(&shown.into_iter().flatten().collect::<Vec<_>>()))
            (glossary::glossary(Truth::of_all(runs.iter().map(|run| run.facts.truth))))
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
                @if alone { (glossary::glossary(run.facts.truth)) }
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
pub(super) fn address(folder: &str, name: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    let part = |text: &str| text.bytes().map(encoded).collect::<String>();
    format!("{}/{}", part(folder), part(name))
}

/// Links to the groups of figures.
fn contents(groups: &[Group], id: &str) -> Markup {
    html! {
        @if groups.len() > 1 {
            nav { @for group in groups { a href=(format!("#{id}-{}", group.id)) { (group.title) } } }
        }
    }
}

/// The mark of a legend's entry: a piece of line or a symbol.
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

#[cfg(test)]
mod tests;
