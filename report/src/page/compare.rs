//! Several runs side by side: their key numbers, and the settings in which they differ.

use super::cards::time_above;
use super::facts::Facts;
use super::layout::swatch;
use super::score::Score;
use super::simulations;
use super::table::Cell;
use super::truth::Truth;
use crate::diagnosis::Finding;
use crate::draw::figure::{Key, Mark};
use crate::draw::palette::style;
use crate::files::RunFiles;
use crate::numbers::page::{count, duration, percent, times};
use maud::{Markup, html};
use ondine_metrics::results::Evaluation;
use std::collections::{BTreeMap, BTreeSet};

/// A run as the comparison sees it.
pub(super) struct Entry<'a> {
    /// Its name, unlike that of every other run on the page.
    pub(super) label: &'a str,
    pub(super) files: &'a RunFiles,
    pub(super) facts: &'a Facts,
    pub(super) score: Option<&'a Score>,
    pub(super) findings: &'a [Finding],
}

/// Key numbers, one run a row.
pub(super) fn table(runs: &[Entry<'_>]) -> Markup {
    let row = |(index, run): (usize, &Entry<'_>)| {
        let name = html! {
            (swatch(&key(index)))
            a href=(format!("#run-{}", index + 1)) { (run.label) }
        };
        let numbers = cells(run).into_iter();
        let numbers = numbers.map(|cell| Cell::number(cell.as_deref().unwrap_or("–")));
        let known = [Cell::name(name), Cell::words(&run.facts.model)];
        known.into_iter().chain(numbers).collect()
    };
    let rows: Vec<_> = runs.iter().enumerate().map(row).collect();
    let truth = Truth::of_all(runs.iter().map(|run| run.facts.truth));
    let close = format!("Time close to {}", truth.short());
    let columns = [
        "Run",
        "Model",
        "Error of one step",
        &close,
        "vs persistence",
        "Worst simulation",
        "Error at the end",
        "Training time",
        "Samples seen",
        "Parameters",
    ];
    super::table::table(&columns, &rows)
}

/// The line of run `index` in the figures.
fn key(index: usize) -> Key {
    let (color, dashes) = style(index);
    Key {
        label: String::new(),
        color,
        mark: Mark::Line(dashes),
    }
}

fn cells(run: &Entry<'_>) -> [Option<String>; 8] {
    let evaluation = run.files.evaluation.as_ref();
    let last = evaluation.and_then(|of| of.surrogate.nrmse_over_time.last());
    [
        run.score
            .and_then(|score| score.surrogate.step_error)
            .map(percent),
        run.score.and_then(time_above),
        run.score.and_then(Score::ratio).map(times),
        evaluation
            .and_then(Evaluation::worst)
            .map(simulations::time),
        last.copied().map(percent),
        run.facts.training_s.map(duration),
        run.facts.samples().map(count),
        run.facts.parameters.map(count),
    ]
}

/// Settings of the recipes that are not the same in all runs, one setting a row.
pub(super) fn differences(runs: &[Entry<'_>]) -> Markup {
    let settings: Vec<_> = runs
        .iter()
        .map(|run| flattened(&run.files.recipe))
        .collect();
    let keys: BTreeSet<_> = settings.iter().flat_map(BTreeMap::keys).collect();
    let differs = |key: &&String| {
        settings
            .iter()
            .any(|all| all.get(*key) != settings[0].get(*key))
    };
    let keys: Vec<_> = keys
        .into_iter()
        .filter(differs)
        .filter(|key| *key != "name")
        .collect();
    html! {
        h3 { "Settings that differ" }
        @if keys.is_empty() {
            p { "None: the recipes are the same." }
        } @else {
            (settings_table(runs, &keys, &settings))
        }
    }
}

/// The settings of one recipe by their path.
type Settings = BTreeMap<String, String>;

fn settings_table(runs: &[Entry<'_>], keys: &[&String], settings: &[Settings]) -> Markup {
    let value = |all: &Settings, key: &str| all.get(key).cloned().unwrap_or("–".into());
    let row = |key: &&String| {
        let values = settings.iter().map(|all| Cell::words(&value(all, key)));
        let name = Cell::name(html! { code { (key) } });
        std::iter::once(name).chain(values).collect()
    };
    let rows: Vec<_> = keys.iter().map(row).collect();
    let labels = runs.iter().map(|run| run.label);
    let headings: Vec<_> = std::iter::once("Setting").chain(labels).collect();
    super::table::table(&headings, &rows)
}

/// Every value of a recipe by its dotted path.
fn flattened(table: &toml::Table) -> Settings {
    let mut all = BTreeMap::new();
    for (key, value) in table {
        match value {
            toml::Value::Table(inner) => {
                let inner = flattened(inner).into_iter();
                all.extend(inner.map(|(rest, value)| (format!("{key}.{rest}"), value)));
            }
            toml::Value::String(text) => _ = all.insert(key.clone(), text.clone()),
            other => _ = all.insert(key.clone(), other.to_string()),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_named_by_their_path() {
        let recipe = "seed = 1\n[train]\noptimizer = { kind = 'adamw', learning_rate = 1e-4 }";
        let all = flattened(&recipe.parse().expect("it is TOML"));
        assert_eq!(all["train.optimizer.kind"], "adamw");
        assert_eq!(all["train.optimizer.learning_rate"], "0.0001");
        assert_eq!(all["seed"], "1");
    }
}
