//! The settings that may change in a run that goes on: how long and how often, never what is learned from what.

use super::{Run, RunError};
use crate::plan::Plan;
use crate::recipe::{Recipe, RecipeError};
use ondine_datasets::read_text;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// The keys of a recipe that another value may be given to when its run goes on; one with a dot at its end is a section.
pub const CHANGEABLE: [&str; 22] = [
    "train.steps",
    "train.epochs",
    "train.patience",
    "train.log",
    "train.checkpoint",
    "train.tensorboard",
    "evaluate.",
    "ensemble.simulations",
    "ensemble.workers",
    "ensemble.launcher",
    "ensemble.max_failures",
    "ensemble.time_limit",
    "buffer.reads_per_sample",
    "source.endpoint",
    "source.token",
    "source.command",
    "source.folder",
    "source.environment",
    "source.launcher",
    "source.restarts",
    "source.silence",
    "source.wait",
];

/// Keys that say how long a training is. One of them that is given replaces the others.
const LENGTHS: [&str; 3] = ["train.steps", "train.epochs", "buffer.reads_per_sample"];

impl Run {
    /// The recipe of the run with other values, as in `train.steps=500`.
    ///
    /// # Errors
    /// When a key is not one of [`CHANGEABLE`], or the recipe is not valid with it.
    pub fn changed_recipe(&self, overrides: &[String]) -> Result<Recipe, RunError> {
        let key = |typed: &str| {
            typed
                .split('=')
                .next()
                .unwrap_or_default()
                .trim()
                .to_owned()
        };
        let may = |key: &str| {
            let mut keys = CHANGEABLE.iter();
            keys.any(|one| *one == key || one.ends_with('.') && key.starts_with(one))
        };
        if let Some(typed) = overrides.iter().find(|typed| !may(&key(typed))) {
            return Err(RunError::Fixed {
                typed: typed.clone(),
                keys: CHANGEABLE.map(|key| key.trim_end_matches('.')).join(", "),
            });
        }
        let path = self.file("recipe.toml");
        let text = read_text(&path, "a recipe");
        let text = text.map_err(|reason| self.damaged("recipe.toml", &reason))?;
        let shown = path.display().to_string();
        let text = if overrides
            .iter()
            .any(|typed| LENGTHS.contains(&&*key(typed)))
        {
            without_lengths(&text).unwrap_or(text)
        } else {
            text
        };
        Ok(Recipe::parse_with(
            &shown,
            &text,
            overrides,
            self.extensions,
        )?)
    }
}

/// A recipe that does not say how long its training is; none where it is no TOML.
fn without_lengths(text: &str) -> Option<String> {
    let mut recipe: Table = text.parse().ok()?;
    for key in LENGTHS {
        let (section, key) = key.split_once('.')?;
        let section = recipe.get_mut(section).and_then(Value::as_table_mut);
        section.and_then(|section| section.remove(key));
    }
    toml::to_string(&recipe).ok()
}

/// Makes sure that a plan goes on where another one is after `step` steps and the first `begun` simulations.
///
/// # Errors
/// When it ends before, or has other simulations than those that have been run.
pub fn check_change(from: &Plan, to: &Plan, step: usize, begun: u64) -> Result<(), RecipeError> {
    let refused = |key: &str, why: String| Err(to.recipe.source.error_at(key, why));
    let steps = to.recipe.train.steps;
    if steps != from.recipe.train.steps && steps <= step {
        return refused(
            "train.steps",
            format!(
                "steps = {steps}, and {step} are done: write more, or go on from an earlier checkpoint with --from"
            ),
        );
    }
    let (before, now) = (
        from.recipe.ensemble.simulations,
        to.recipe.ensemble.simulations,
    );
    if now < before {
        return refused(
            "ensemble.simulations",
            format!("simulations = {now}, and the run has {before}: write as many or more"),
        );
    }
    // None of a source that knows no number of simulations.
    let moved = |index: &u64| from.drawn(*index) != to.drawn(*index);
    if now != before && (0..begun.min(before)).any(|index| moved(&index)) {
        refused(
            "ensemble.simulations",
            format!(
                "the sampler `{}` has other parameters for the first of {now} simulations than for those of {before}, \
             which have been learned from: leave simulations = {before}",
                from.recipe.sampler.entry.kind
            ),
        )
    } else {
        Ok(())
    }
}

/// The differences between two resolved recipes, a sentence each: `train.steps = 500 (was 300)`.
pub fn differences(from: &str, to: &str) -> Vec<String> {
    let [from, to] = [from, to].map(|text| {
        let mut values = BTreeMap::new();
        flatten("", &text.parse().unwrap_or_default(), &mut values);
        values
    });
    let was = |key: &String| {
        from.get(key)
            .map_or("was absent".to_owned(), |old| format!("was {old}"))
    };
    let new = to
        .iter()
        .filter(|(key, value)| from.get(*key) != Some(value));
    let new = new.map(|(key, value)| format!("{key} = {value} ({})", was(key)));
    let gone = from.iter().filter(|(key, _)| !to.contains_key(*key));
    let gone = gone.map(|(key, value)| format!("{key} is absent (was {value})"));
    new.chain(gone).collect()
}

/// The values of a table by their paths.
fn flatten(prefix: &str, table: &Table, values: &mut BTreeMap<String, Value>) {
    for (key, value) in table {
        let path = format!("{prefix}{key}");
        match value {
            Value::Table(inner) => flatten(&format!("{path}."), inner, values),
            other => drop(values.insert(path, other.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_with_both_values() {
        let from = "seed = 1\n[train]\nsteps = 300\nlog = 2\n[data]\nmemory = 5";
        let to = "seed = 1\n[train]\nsteps = 500\nlog = 2\nepochs = 1.5";
        let expected = [
            "train.epochs = 1.5 (was absent)",
            "train.steps = 500 (was 300)",
            "data.memory is absent (was 5)",
        ];
        assert_eq!(differences(from, to), expected);
        assert!(differences(from, from).is_empty());
    }

    #[test]
    fn one_length_takes_the_place_of_the_others() {
        let text =
            "[train]\nsteps = 300\nepochs = 2.0\n[buffer]\nreads_per_sample = 3.0\ncapacity = 7";
        let left = without_lengths(text).expect("TOML");
        assert_eq!(left.trim(), "[train]\n\n[buffer]\ncapacity = 7");
        assert!(without_lengths("[").is_none());
    }
}
