//! Simulations that means leave out, since their truth is zero beside the others' or constant.

use super::{Evaluation, SimulationScore};
use serde::{Deserialize, Serialize};

/// A held-out simulation that some means leave out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct QuietSimulation {
    /// Which of the held-out simulations, counted from 0.
    pub index: u64,
    /// At how many rollout steps its truth is zero beside the others': no relative error counts there.
    pub zero_steps: usize,
    /// At how many rollout steps its truth is the same at all points: no correlation and no error relative to what varies
    /// counts there.
    pub constant_steps: usize,
}

impl Evaluation {
    /// The scores of the simulations that are never quiet; of all where all are.
    #[must_use]
    pub fn loud(&self) -> Vec<&SimulationScore> {
        let quiet = |score: &SimulationScore| self.quiet.iter().any(|of| of.index == score.index);
        let loud = self.simulations.iter().filter(|score| !quiet(score));
        let loud: Vec<_> = loud.collect();
        match loud.is_empty() {
            true => self.simulations.iter().collect(),
            false => loud,
        }
    }

    /// Which simulations are quiet, in words; none where none is.
    #[must_use]
    pub fn quiet_note(&self) -> Option<String> {
        let steps = self.times.len();
        let named = |read: fn(&QuietSimulation) -> usize| {
            let all = self.quiet.iter().filter(move |of| read(of) > 0);
            let one = |of: &QuietSimulation| match read(of) {
                count if count == steps => of.index.to_string(),
                count => format!("{} (at {count} of {steps} steps)", of.index),
            };
            all.map(one).collect::<Vec<_>>()
        };
        let line = |numbers: Vec<String>, what: &str| {
            let s = if numbers.len() == 1 { "" } else { "s" };
            let numbers = numbers.join(", ");
            (!numbers.is_empty()).then(|| format!("quiet: simulation{s} {numbers}, {what}"))
        };
        let zero = line(
            named(|of| of.zero_steps),
            "zero beside the others: left out of mean relative errors and correlations",
        );
        let constant = line(
            named(|of| of.constant_steps),
            "the same at all points: left out of mean correlations and errors relative to what varies",
        );
        let lines: Vec<String> = [zero, constant].into_iter().flatten().collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_simulations_are_said_and_are_never_the_worst() {
        let mut evaluation = crate::report::doubles::evaluation();
        assert_eq!(evaluation.quiet_note(), None);
        let worst = evaluation.worst().expect("simulations").index;
        evaluation.quiet = vec![QuietSimulation {
            index: worst,
            zero_steps: 200,
            constant_steps: 3,
        }];
        assert_ne!(evaluation.worst().expect("simulations").index, worst);
        let note = evaluation.quiet_note().expect("one is quiet");
        let parts = [
            format!("simulation {worst}, zero beside"),
            format!("simulation {worst} (at 3 of 200 steps), the same"),
        ];
        assert!(parts.iter().all(|part| note.contains(part)), "{note}");
    }
}
