//! Pages of the reference that are written from the lists: keys of recipes, metrics, diagnoses, files of a run.

use super::markdown::{cell, table, wrapped};
use crate::diagnosis;
use crate::metric::{DEFAULT, METRICS, MetricEntry};
use crate::objective::OBJECTIVES;
use crate::recipe::{SECTION_KEYS, SURROGATE_KEYS, SectionKeys, split_default};
use crate::run::FILES;
use crate::telemetry;
use ondine_datasets::DISTRIBUTIONS;
use ondine_datasets::initial::INITIAL_STATES;
use ondine_datasets::policy::POLICIES;
use ondine_datasets::sampler::SAMPLERS;
use ondine_models::SURROGATES;
use ondine_models::network::NETWORKS;

/// Name and meaning, with the default at its end.
type Key = (&'static str, &'static str);

/// A page with its title and the command that writes it.
pub(crate) fn titled(title: &str, body: &str) -> String {
    let command = "cargo run --release --example reference_pages -- docs/book/reference";
    format!(
        "# {title}\n\n> Written from the lists of the program by\n> `{command}`.\n\n{}\n",
        body.trim_end()
    )
}

/// Every key of a recipe, then every name that a `kind` may have, with its options.
pub(super) fn recipe() -> String {
    let head = wrapped(
        "A recipe is one TOML file. Sections without a required key may be left out. Overrides write a key with its \
         section, `--set train.steps=500`; stages have numbers there, `--set stage.2.steps=500`. [A recipe](../recipe.md) \
         explains the keys in their context.",
    );
    let sections: Vec<String> = SECTION_KEYS.iter().map(section).collect();
    let body = [head, sections.join("\n\n"), members()];
    titled("Keys of a recipe", &body.join("\n\n"))
}

fn section(section: &SectionKeys) -> String {
    let title = match section.name {
        "" => "## Before the first section".to_owned(),
        name => format!("## `[{name}]`"),
    };
    let rows: Vec<Key> = section.keys.concat();
    format!("{title}\n\n{}\n\n{}", wrapped(section.summary), keys(&rows))
}

fn keys(keys: &[Key]) -> String {
    let row = |(name, meaning): &Key| {
        let (meaning, default) = split_default(meaning);
        vec![format!("`{name}`"), cell(meaning), cell(default)]
    };
    let rows: Vec<Vec<String>> = keys.iter().map(row).collect();
    table(&["key", "meaning", "default"], &rows)
}

/// The lists that a `kind` chooses from.
fn members() -> String {
    let networks = NETWORKS
        .iter()
        .map(|e| (e.kind, e.summary, e.options.to_vec()));
    let surrogates = SURROGATES.iter().map(|e| {
        let options = [SURROGATE_KEYS, e.options].concat();
        (e.kind, e.summary, options)
    });
    let lists = [
        chapter(
            "Distributions",
            "Any number that may vary between simulations is a number or one of these.",
            DISTRIBUTIONS.iter().map(|e| (e.example, e.summary, vec![])),
        ),
        chapter(
            "Initial states",
            "Values of `initial.kind`, with the keys that stand beside it.",
            INITIAL_STATES
                .iter()
                .map(|e| (e.kind, e.summary, e.options.to_vec())),
        ),
        chapter(
            "Samplers",
            "Values of `kind` in `ensemble.sampler` and `evaluate.sampler`, with the keys that stand beside it.",
            SAMPLERS
                .iter()
                .map(|e| (e.kind, e.summary, e.options.to_vec())),
        ),
        chapter(
            "Buffers",
            "Values of `buffer.kind`; all of them have the keys of that section.",
            POLICIES
                .iter()
                .map(|e| (e.kind, e.summary, e.options.to_vec())),
        ),
        chapter(
            "Models",
            "Values of `model.kind`, with the keys that stand beside it. `conserve_mean` and `keep_positive` belong to all of them.",
            networks.chain(surrogates),
        ),
        chapter(
            "Objectives",
            "Values of `objective.kind`, with the keys of that section that it alone reads.",
            OBJECTIVES
                .iter()
                .map(|e| (e.kind, e.summary, e.keys.to_vec())),
        ),
    ];
    lists.join("\n\n")
}

/// A list with one entry per member: name, summary and options.
fn chapter(
    title: &str,
    head: &str,
    members: impl Iterator<Item = (&'static str, &'static str, Vec<Key>)>,
) -> String {
    let mut parts = vec![format!("## {title}"), wrapped(head)];
    for (kind, summary, options) in members {
        parts.push(wrapped(&format!("**`{kind}`**: {summary}.")));
        if !options.is_empty() {
            parts.push(keys(&options));
        }
    }
    parts.join("\n\n")
}

/// Every metric with its formula.
pub(super) fn metrics() -> String {
    let head = wrapped(&format!(
        "Values of `evaluate.metrics`; default: {}. In formulas `u` is the forecast and `u*` the truth. Names that end in the \
         name of another program have that program's definition as it is, for comparisons with what it publishes. [Judging a \
         run](../judging.md) explains where the numbers appear.",
        DEFAULT.map(|name| format!("`{name}`")).join(", ")
    ));
    let row = |entry: &&MetricEntry| {
        vec![
            format!("`{}`", entry.kind),
            cell(entry.formula),
            cell(entry.summary),
        ]
    };
    let rows: Vec<Vec<String>> = METRICS.iter().map(row).collect();
    let body = [head, table(&["metric", "formula", "meaning"], &rows)];
    titled("Metrics", &body.join("\n\n"))
}

/// The rules of the diagnosis and those of the notes on a stream.
pub(super) fn diagnoses() -> String {
    let rules = diagnosis::RULES
        .iter()
        .map(|rule| (rule.name, rule.summary));
    let notes = telemetry::RULES
        .iter()
        .map(|rule| (rule.name, rule.summary));
    let body = [
        wrapped(
            "[Why a surrogate fails](../diagnosis.md) explains the diagnosis, [Watching a training](../watching.md) the notes.",
        ),
        "## Diagnoses".to_owned(),
        wrapped(
            "Weaknesses of a trained surrogate, by importance. At most five are shown, and one that follows from another is \
             left out.",
        ),
        conditions("diagnosis", rules),
        "## Notes".to_owned(),
        wrapped(
            "Weaknesses of the stream of windows, shown while a training runs and in its report.",
        ),
        conditions("note", notes),
    ];
    titled("Diagnoses and notes", &body.join("\n\n"))
}

fn conditions(title: &str, rules: impl Iterator<Item = (&'static str, &'static str)>) -> String {
    let row = |(name, summary): (&str, &str)| vec![format!("`{name}`"), cell(summary)];
    let rows: Vec<Vec<String>> = rules.map(row).collect();
    table(&[title, "condition"], &rows)
}

/// Every file of a run.
pub(super) fn files() -> String {
    let head = wrapped(
        "Files of a run directory, `runs/NAME` unless `--output` says otherwise. Files are replaced as a whole, so that none \
         is ever half written. [What a run leaves](../run.md) explains the numbers in them.",
    );
    let row = |(name, content): &Key| vec![format!("`{name}`"), cell(content)];
    let rows: Vec<Vec<String>> = FILES.iter().map(row).collect();
    let body = [head, table(&["file", "content"], &rows)];
    titled("Files of a run", &body.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_have_a_column_of_their_own() {
        let page = recipe();
        assert!(
            page.contains("| `batch` | windows per batch, 1 or more | 32 |"),
            "{page}"
        );
        assert!(page.contains("| `backbone` |") && page.contains("| required |"));
        assert!(!page.contains("; default"), "{page}");
    }

    #[test]
    fn every_row_has_as_many_cells_as_its_head() {
        for page in [recipe(), metrics(), diagnoses(), files()] {
            let cells = |line: &str| line.replace("\\|", "").matches('|').count();
            let mut head = None;
            for line in page.lines() {
                let rows = line.starts_with('|');
                head = rows.then(|| *head.get_or_insert(cells(line)));
                assert!(head.is_none_or(|head| head == cells(line)), "{line}");
            }
        }
    }
}
