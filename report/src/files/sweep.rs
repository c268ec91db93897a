//! A sweep, `sweep.json`: the values of a recipe that are tried, a run for each combination of them.

use super::{Metrics, Summary};
use ondine_metrics::Ranking;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Sections of a recipe that say what is simulated, on what grid and from where.
const PROBLEM: [&str; 8] = [
    "equation", "problem", "source", "data", "grid", "time", "initial", "seed",
];

/// Keys of other sections that choose the held-out simulations, or the time between the states that are judged.
const HELD_OUT: [&str; 5] = [
    "evaluate.trajectories",
    "evaluate.frames",
    "evaluate.sampler",
    "ensemble.sampler",
    "objective.stride",
];

/// A sweep as its directory keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SweepFile {
    /// Version of the program that began it.
    pub version: String,
    /// Path of the recipe, in whose folder it looks for other files.
    pub recipe: PathBuf,
    /// The recipe as typed.
    pub text: String,
    /// Overrides of all combinations, as in `train.steps=500`.
    pub fixed: Vec<String>,
    /// Keys whose values differ.
    pub keys: Vec<String>,
    /// The metric that ranks combinations, one of [`RANKINGS`](ondine_metrics::RANKINGS).
    pub metric: String,
    /// The combinations, in the order of their trainings.
    pub combinations: Vec<Combination>,
    /// Errors of the trainings that failed, by the name of the combination.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub failures: BTreeMap<String, String>,
}

/// A combination of values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Combination {
    /// Name of its run's directory in that of the sweep.
    pub name: String,
    /// The values as TOML, in the order of the keys.
    pub values: Vec<String>,
}

/// The state of a combination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Its training has not begun.
    Waiting,
    /// Its training has begun, and is not finished.
    Begun,
    /// Its training is finished.
    Finished,
    /// Its training failed, for this reason.
    Failed(String),
}

/// A combination with what its run says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The combination.
    #[serde(flatten)]
    pub combination: Combination,
    /// Its state.
    pub standing: Standing,
    /// The score: of the best evaluation where the run keeps that, of the last one otherwise.
    pub score: Option<f64>,
    /// Steps of the training before the evaluation of the score.
    pub scored_at: Option<usize>,
    /// The numbers of the last evaluation by name; none where one is not finite.
    pub metrics: BTreeMap<String, Option<f64>>,
    /// Steps of the training.
    pub steps: Option<usize>,
    /// Seconds of training, evaluation left out.
    pub training_s: Option<f64>,
    /// Trainable numbers of the network.
    pub parameters: Option<usize>,
}

impl Combination {
    /// The values in words, as `modes = 16, width = 32`.
    #[must_use]
    pub fn describe(&self, keys: &[String]) -> String {
        let pairs = keys.iter().zip(&self.values);
        let pairs = pairs.map(|(key, value)| format!("{key} = {value}"));
        pairs.collect::<Vec<_>>().join(", ")
    }
}

impl SweepFile {
    /// Name of the file.
    pub const NAME: &'static str = "sweep.json";

    /// The sweep of a directory; none where there is none.
    ///
    /// # Errors
    /// Why the file can't be read, in words.
    pub fn read(directory: &Path) -> Result<Option<Self>, String> {
        super::optional(&directory.join(Self::NAME), super::json)
    }

    /// The ranking of the combinations.
    #[must_use]
    pub fn ranking(&self) -> Option<Ranking> {
        Ranking::of(&self.metric)
    }

    /// The keys that change what runs are judged on, in words; none where all are judged on the same held-out states.
    #[must_use]
    pub fn ranking_note(&self) -> Option<String> {
        let places = (0..self.keys.len()).filter(|&place| self.changes_the_truth(place));
        let keys: Vec<&str> = places.map(|place| &self.keys[place][..]).collect();
        (!keys.is_empty()).then(|| {
            format!(
                "Runs with other values of {} are judged on other held-out states: their scores are of problems that may be easier \
                 or harder, and the order of such runs does not say which surrogate is better.",
                keys.join(", ")
            )
        })
    }

    /// Whether the values of a key are judged on different held-out states; a value may be a table with keys that change these.
    fn changes_the_truth(&self, place: usize) -> bool {
        let key = &self.keys[place];
        let within = HELD_OUT.iter().filter_map(|known| {
            let rest = known.strip_prefix(&key[..])?;
            rest.strip_prefix('.')
        });
        let differs = |path: &str| {
            let values = self.combinations.iter().map(|one| &one.values[place]);
            let mut said = values.map(|value| value_within(value, path));
            let first = said.next();
            said.any(|other| Some(other) != first)
        };
        changes_the_truth(key) || within.into_iter().any(differs)
    }

    /// All combinations with what their runs in `directory` say, the best first, and those without a score last.
    #[must_use]
    pub fn rows(&self, directory: &Path) -> Vec<Row> {
        let rows = self.combinations.iter();
        let mut rows: Vec<Row> = rows.map(|one| self.row(directory, one)).collect();
        if let Some(ranking) = self.ranking() {
            rows.sort_by(|a, b| ranking.order(a.score, b.score));
        }
        rows
    }

    fn row(&self, directory: &Path, combination: &Combination) -> Row {
        let run = directory.join(&combination.name);
        let summary = Summary::read(&run).ok().flatten();
        let finished = summary.as_ref().is_some_and(|of| of.status == "finished");
        let begun = run.join("recipe.toml").is_file();
        let failure = self.failures.get(&combination.name);
        let standing = match failure {
            _ if finished => Standing::Finished,
            Some(why) => Standing::Failed(why.clone()),
            None if begun => Standing::Begun,
            None => Standing::Waiting,
        };
        let scored = summary.as_ref().and_then(|of| self.scored(of));
        let scores = summary.as_ref().and_then(|of| of.scores.clone());
        Row {
            combination: combination.clone(),
            standing,
            score: scored.map(|(_, score)| score),
            scored_at: scored.map(|(step, _)| step),
            metrics: scores.map(|of| of.metrics).unwrap_or_default(),
            steps: summary.as_ref().map(|of| of.steps),
            training_s: summary.as_ref().map(|of| of.training_s),
            parameters: summary.as_ref().map(|of| of.parameters),
        }
    }

    /// The step and the number that ranks a run.
    fn scored(&self, summary: &Summary) -> Option<(usize, f64)> {
        let number = self.ranking()?.number;
        if let Some(best) = summary.best.as_ref().filter(|best| best.metric == number) {
            return Some((best.step, best.score));
        }
        let scores = summary.scores.as_ref()?;
        let score = scores.metrics.get(number).copied().flatten()?;
        Some((scores.step, score))
    }

    /// The score over the steps of a combination's training.
    #[must_use]
    pub fn course(&self, directory: &Path, name: &str) -> Vec<(f64, f64)> {
        let metrics = Metrics::read(&directory.join(name)).unwrap_or_default();
        let Some(ranking) = self.ranking() else {
            return Vec::new();
        };
        let lines = metrics.evaluations.iter();
        let point = |line: &super::Record| Some((line.step(), line.get(ranking.number)?));
        lines.filter_map(point).collect()
    }
}

/// Whether other values of a key are other held-out states, whatever the values are; a key may be one within a table.
fn changes_the_truth(key: &str) -> bool {
    let section = key.split('.').next().unwrap_or(key);
    let held_out = |known: &&str| {
        let rest = key.strip_prefix(known);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    PROBLEM.contains(&section) || HELD_OUT.iter().any(held_out)
}

/// The value at a path within a table that is written as TOML, where it says one.
fn value_within(table: &str, path: &str) -> Option<toml::Value> {
    let written: toml::Table = format!("table = {table}").parse().ok()?;
    let value = written.get("table")?;
    let found = path.split('.').try_fold(value, |value, key| value.get(key));
    found.cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_problem_change_what_runs_are_judged_on() {
        for key in [
            "equation.viscosity",
            "grid",
            "grid.points",
            "time.dt",
            "initial.kind",
            "seed",
            "evaluate.trajectories",
            "evaluate.sampler.kind",
            "data.held_out",
            "objective.stride",
        ] {
            assert!(changes_the_truth(key), "{key}");
        }
        for key in [
            "model.modes",
            "train.steps",
            "evaluate.every",
            "evaluate.frames_kept",
            "ensemble.simulations",
            "objective.kind",
            "buffer.capacity",
        ] {
            assert!(!changes_the_truth(key), "{key}");
        }
    }

    #[test]
    fn tables_change_it_by_the_keys_that_differ_within_them() {
        let sweep = |key: &str, values: [&str; 2]| {
            let combinations = values.map(|value| Combination {
                name: value.to_owned(),
                values: vec![value.to_owned()],
            });
            SweepFile {
                version: String::new(),
                recipe: PathBuf::new(),
                text: String::new(),
                fixed: Vec::new(),
                keys: vec![key.to_owned()],
                metric: String::new(),
                combinations: combinations.to_vec(),
                failures: BTreeMap::new(),
            }
        };
        let noted = |key, values| sweep(key, values).ranking_note().is_some();
        let kinds = [
            "{ kind = \"distil\", stride = 2 }",
            "{ kind = \"one_step\", stride = 2 }",
        ];
        assert!(!noted("objective", kinds));
        assert!(noted("objective", ["{ stride = 1 }", "{ stride = 2 }"]));
        assert!(noted(
            "objective",
            ["{ kind = \"one_step\" }", "{ stride = 2 }"]
        ));
        assert!(noted(
            "evaluate",
            ["{ sampler = { kind = \"halton\" } }", "{}"]
        ));
        assert!(noted("objective.stride", ["1", "2"]));
        assert!(!noted("objective.kind", ["\"one_step\"", "\"unrolled\""]));
    }
}
