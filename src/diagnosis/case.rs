//! What a diagnosis is made from.

use super::Way;
use crate::objective::ObjectiveSection;
use crate::recipe::{Objective, Recipe};
use crate::results::{Evaluation, SolverErrors, Spectra};
use crate::run::Run;
use crate::schedule::ScheduleSection;
use crate::told;
use ondine_models::Inputs;
use serde_json::Value;
use std::collections::BTreeMap;

/// A run and its evaluation.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// What the evaluation found.
    pub evaluation: &'a Evaluation,
    /// What the surrogate was trained by.
    pub recipe: &'a Recipe,
    /// How the training went.
    pub history: &'a History,
    /// Errors of the solver that it was trained on.
    pub solver_errors: &'a SolverErrors,
}

impl Case<'_> {
    /// Spectra of the first prediction.
    #[must_use]
    pub fn one_step(&self) -> Option<&Spectra> {
        let spectra = self.evaluation.spectra.first();
        spectra.filter(|spectra| spectra.rollout_step == 1)
    }

    /// Spectra at the end of the rollouts, where predictions were fed back.
    #[must_use]
    pub fn at_the_end(&self) -> Option<&Spectra> {
        let spectra = self.evaluation.spectra.last();
        spectra.filter(|spectra| spectra.rollout_step > 1 && self.feeds_back())
    }

    /// Whether predictions are made from predictions; those of a surrogate without a state are not.
    #[must_use]
    pub fn feeds_back(&self) -> bool {
        self.recipe.model.inputs() != Inputs::Parameters
    }

    /// Number of axes.
    #[must_use]
    pub fn dims(&self) -> usize {
        self.recipe.grid.points.len()
    }

    /// The options of the network, that of a refiner inside of it.
    #[must_use]
    pub fn network(&self) -> toml::Table {
        let model = self.recipe.model_table();
        let backbone = model.get("backbone").and_then(toml::Value::as_table);
        backbone.cloned().unwrap_or(model)
    }

    /// A number among the options of the network, or of the refiner or ensemble around it.
    #[must_use]
    pub fn model_number(&self, name: &str) -> Option<f64> {
        let find = |table: toml::Table| {
            let value = table.get(name)?;
            value.as_float().or(value.as_integer().map(|n| n as f64))
        };
        find(self.network()).or_else(|| find(self.recipe.model_table()))
    }

    /// The key of an option of the network, or of what is around it.
    #[must_use]
    pub fn model_key(&self, name: &str) -> String {
        let model = self.recipe.model_table();
        match model.contains_key("backbone") && self.network().contains_key(name) {
            true => format!("model.backbone.{name}"),
            false => format!("model.{name}"),
        }
    }

    /// Another value of such a number.
    #[must_use]
    pub fn change_model(&self, name: &str, values: [f64; 2]) -> Way {
        Way::change(&self.model_key(name), values)
    }

    /// A key of the last stage, or `main` where a training has none.
    #[must_use]
    pub fn stage_key(&self, key: &str, main: &str) -> String {
        match self.recipe.stages.len() {
            0 => main.to_owned(),
            stages => format!("stage.{stages}.{key}"),
        }
    }

    /// The key of an option of the objective.
    #[must_use]
    pub fn objective_key(&self, name: &str) -> String {
        self.stage_key(&format!("objective.{name}"), &format!("objective.{name}"))
    }

    /// The steps of the training, or of its last stage, with their key.
    #[must_use]
    pub fn steps(&self) -> (String, f64) {
        let stage = self.recipe.stages.last();
        let steps = stage.map_or(self.recipe.train.steps, |stage| stage.steps);
        (self.stage_key("steps", "train.steps"), steps as f64)
    }

    /// Whether the surrogate is a refiner.
    #[must_use]
    pub fn refines(&self) -> bool {
        self.recipe.model.kind() == "pde_refiner"
    }

    /// Frames a surrogate step, in the end.
    #[must_use]
    pub fn stride(&self) -> usize {
        self.objective().1.stride
    }

    /// What is minimised, in the end.
    #[must_use]
    pub fn objective(&self) -> (&Objective, &ObjectiveSection) {
        match self.recipe.stages.last() {
            Some(stage) => (&stage.objective, &stage.options),
            None => (&self.recipe.objective, &self.recipe.objective_section),
        }
    }

    /// The learning rates in the end: their largest, and how they decay.
    #[must_use]
    pub fn learning_rates(&self) -> (f64, &ScheduleSection) {
        match self.recipe.stages.last() {
            Some(stage) => (stage.learning_rate, &stage.schedule),
            None => (self.recipe.optimizer.learning_rate, &self.recipe.schedule),
        }
    }

    /// Least and largest value of every condition that the surrogate was trained on, by its name in
    /// [`SimulationScore::conditions`](crate::results::SimulationScore::conditions).
    #[must_use]
    pub fn trained(&self) -> BTreeMap<String, [f64; 2]> {
        told::trained(&self.recipe.problem(), self.recipe.model.inputs())
    }
}

/// How a training went: what the lines of its metrics say, by rising step.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    /// Step and mean loss of the training lines of the last stage.
    pub losses: Vec<(usize, f64)>,
    /// Step and one-step nRMSE of the evaluations of the last stage.
    pub errors: Vec<(usize, f64)>,
}

impl History {
    /// Of the metrics of a run; empty where there are none.
    #[must_use]
    pub fn of(run: &Run) -> Self {
        Self::parse(&std::fs::read_to_string(run.file("metrics.jsonl")).unwrap_or_default())
    }

    /// Of the lines of `metrics.jsonl`; those that are damaged are left out.
    #[must_use]
    pub fn parse(lines: &str) -> Self {
        let lines = lines
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        let lines: Vec<Value> = lines.collect();
        let stage = |line: &Value| line["stage"].as_u64();
        let last = lines.iter().filter_map(stage).max();
        let read = |line: &Value, name: &str| {
            Some((
                usize::try_from(line["step"].as_u64()?).ok()?,
                line[name].as_f64()?,
            ))
        };
        let of_last = lines.iter().filter(|line| stage(line) == last);
        let evaluated = of_last.clone().filter(|line| line.get("loss").is_none());
        Self {
            losses: of_last.filter_map(|line| read(line, "loss")).collect(),
            errors: evaluated.filter_map(|line| read(line, "nrmse")).collect(),
        }
    }

    /// The mean loss from one share of the steps to another, 0 to 1; none where there is no line.
    #[must_use]
    pub fn loss_between(&self, from: f64, to: f64) -> Option<f64> {
        let (first, last) = (self.losses.first()?.0, self.losses.last()?.0);
        let at = |share: f64| first as f64 + share * (last - first) as f64;
        let between = |(step, _): &&(usize, f64)| (at(from)..=at(to)).contains(&(*step as f64));
        let losses: Vec<f64> = self
            .losses
            .iter()
            .filter(between)
            .map(|line| line.1)
            .collect();
        (!losses.is_empty()).then(|| losses.iter().sum::<f64>() / losses.len() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_is_that_of_the_last_stage() {
        let lines = "{\"step\":1,\"loss\":4,\"stage\":1}\n{\"step\":2,\"nrmse\":0.5,\"stage\":1}\n\
                     {\"step\":3,\"loss\":2,\"stage\":2}\n{\"step\":4,\"nrmse\":0.25,\"stage\":2}\n{\"step\":5,\"lo";
        let history = History::parse(lines);
        assert_eq!(history.losses, [(3, 2.0)]);
        assert_eq!(history.errors, [(4, 0.25)]);
        assert_eq!(History::parse(""), History::default());
    }

    #[test]
    fn losses_are_averaged_over_a_share_of_the_steps() {
        let losses = (0..=10).map(|i| (100 * i, i as f64)).collect();
        let history = History {
            losses,
            ..History::default()
        };
        assert_eq!(history.loss_between(0.9, 1.0), Some(9.5));
        assert_eq!(history.loss_between(0.0, 0.1), Some(0.5));
        assert_eq!(History::default().loss_between(0.0, 1.0), None);
    }
}
