//! Facts that a diagnosis is made from.

use super::{Disagreement, Takes, Way};
use crate::files::{Inputs, Metrics, Objective, Record, Subject};
use ondine_metrics::results::{Evaluation, SolverErrors, Spectra};
use std::collections::BTreeMap;

/// A run and its evaluation.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    /// Results of the evaluation.
    pub evaluation: &'a Evaluation,
    /// Facts of the training.
    pub subject: &'a Subject,
    /// The course of the training.
    pub history: &'a History,
    /// Errors of the solver that it was trained on.
    pub solver_errors: &'a SolverErrors,
    /// Distance of frames of a file from those of the solver, where one is judged by the other and that was measured.
    pub disagreement: Option<&'a Disagreement>,
    /// Whether the recipe takes changes; all are advised where it is not known.
    pub takes: Option<&'a Takes<'a>>,
}

impl Evidence<'_> {
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
        self.subject.model.inputs == Inputs::State
    }

    /// Number of axes.
    #[must_use]
    pub fn dims(&self) -> usize {
        self.subject.problem.axes.len()
    }

    /// The options of the network, that of a refiner inside of it.
    #[must_use]
    pub fn network(&self) -> toml::Table {
        let model = &self.subject.model.options;
        let backbone = model.get("backbone").and_then(toml::Value::as_table);
        backbone.unwrap_or(model).clone()
    }

    /// A number among the options of the network, or of the refiner or ensemble around it.
    #[must_use]
    pub fn model_number(&self, name: &str) -> Option<f64> {
        let find = |table: &toml::Table| {
            let value = table.get(name)?;
            value.as_float().or(value.as_integer().map(|n| n as f64))
        };
        find(&self.network()).or_else(|| find(&self.subject.model.options))
    }

    /// The key of an option of the network, or of what is around it.
    #[must_use]
    pub fn model_key(&self, name: &str) -> String {
        let model = &self.subject.model.options;
        if model.contains_key("backbone") && self.network().contains_key(name) {
            format!("model.backbone.{name}")
        } else {
            format!("model.{name}")
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
        match self.subject.training.stages.len() {
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
        let steps = self.subject.last_stage().steps;
        (self.stage_key("steps", "train.steps"), steps as f64)
    }

    /// Whether the surrogate is a refiner.
    #[must_use]
    pub fn refines(&self) -> bool {
        self.subject.model.kind == "pde_refiner"
    }

    /// Frames per surrogate step, in the end.
    #[must_use]
    pub fn stride(&self) -> usize {
        self.objective().stride
    }

    /// The objective, in the end.
    #[must_use]
    pub fn objective(&self) -> &Objective {
        &self.subject.last_stage().objective
    }

    /// The learning rate in the end: after the warm-up, and after the decay.
    #[must_use]
    pub fn learning_rates(&self) -> [f64; 2] {
        self.subject.last_stage().learning_rate
    }

    /// Key and number of what the recipe asks for, from which the number of steps follows: reads of a window, or epochs.
    #[must_use]
    pub fn asked(&self) -> Option<(&'static str, f64)> {
        let training = &self.subject.training;
        let reads = training.reads_per_sample;
        let reads = reads.map(|reads| ("buffer.reads_per_sample", reads));
        reads.or(training.epochs.map(|epochs| ("train.epochs", epochs)))
    }

    /// Smallest and largest value of every condition that the surrogate was trained on, by its name in
    /// [`SimulationScore::conditions`](ondine_metrics::results::SimulationScore::conditions).
    #[must_use]
    pub fn trained(&self) -> &BTreeMap<String, [f64; 2]> {
        &self.subject.trained
    }
}

/// The course of a training as the lines of its metrics tell it, by rising step.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    /// Step and mean loss of the training lines of the last stage.
    pub losses: Vec<(usize, f64)>,
    /// Step and one-step nRMSE of the evaluations of the last stage.
    pub errors: Vec<(usize, f64)>,
}

impl History {
    /// The history that metrics tell.
    #[must_use]
    pub fn of(metrics: &Metrics) -> Self {
        let all = metrics.training.iter().chain(&metrics.evaluations);
        let last = all.filter_map(Record::stage).max();
        let of_last = |lines: &[Record], name: &str| {
            let lines = lines.iter().filter(|line| line.stage() == last);
            let pairs = lines.filter_map(|line| Some((line.step() as usize, line.get(name)?)));
            pairs.collect()
        };
        Self {
            losses: of_last(&metrics.training, "loss"),
            errors: of_last(&metrics.evaluations, "nrmse"),
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
        let history = History::of(&Metrics::parse(lines.as_bytes()));
        assert_eq!(history.losses, [(3, 2.0)]);
        assert_eq!(history.errors, [(4, 0.25)]);
        assert_eq!(History::of(&Metrics::default()), History::default());
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
