//! Simulations that means leave out, since their truth is zero beside the others' or constant.

use super::{Evaluation, SimulationScore};
use serde::{Deserialize, Serialize};

/// A held-out simulation that some means leave out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
        if loud.is_empty() {
            self.simulations.iter().collect()
        } else {
            loud
        }
    }

    /// Which simulations are quiet, over all fields and field by field, in words; none where none is.
    #[must_use]
    pub fn quiet_note(&self) -> Option<String> {
        let mut lines = self.quiet_lines(&self.quiet, "");
        for of in &self.by_field {
            let place = format!(" in `{}`", of.field);
            if of.constant {
                lines.push(format!(
                    "quiet: all simulations{place}, the same at all points at all steps: none is left out, and errors and \
                     correlations of it say nothing"
                ));
            } else if of.quiet != self.quiet {
                lines.extend(self.quiet_lines(&of.quiet, &place));
            }
        }
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// Quiet simulations at a place in words, one line for zeros and one for constants.
    fn quiet_lines(&self, quiet: &[QuietSimulation], place: &str) -> Vec<String> {
        let steps = self.times.len();
        let named = |read: fn(&QuietSimulation) -> usize| {
            let all = quiet.iter().filter(move |of| read(of) > 0);
            let one = |of: &QuietSimulation| match read(of) {
                count if count == steps => of.index.to_string(),
                count => format!("{} (at {count} of {steps} steps)", of.index),
            };
            all.map(one).collect::<Vec<_>>()
        };
        let line = |numbers: Vec<String>, what: &str| {
            let s = if numbers.len() == 1 { "" } else { "s" };
            let numbers = numbers.join(", ");
            (!numbers.is_empty()).then(|| format!("quiet: simulation{s} {numbers}{place}, {what}"))
        };
        let zero = line(
            named(|of| of.zero_steps),
            "zero beside the others: left out of mean relative errors and correlations",
        );
        let constant = line(
            named(|of| of.constant_steps),
            "the same at all points: left out of mean correlations and errors relative to what varies",
        );
        [zero, constant].into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_simulations_are_said_and_are_never_the_worst() {
        let mut evaluation = crate::results::doubles::evaluation();
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
        let field =
            |name: &str, quiet: Vec<QuietSimulation>, constant| crate::results::FieldScores {
                field: name.to_owned(),
                surrogate: evaluation.surrogate.clone(),
                persistence: evaluation.persistence.clone(),
                spectra: Vec::new(),
                metrics: std::collections::BTreeMap::new(),
                quiet,
                constant,
                at: Vec::new(),
            };
        let other = QuietSimulation {
            index: 7,
            zero_steps: 200,
            constant_steps: 0,
        };
        let same = evaluation.quiet.clone();
        evaluation.by_field = vec![
            field("u", vec![other], false),
            field("v", Vec::new(), true),
            field("w", same, false),
        ];
        let note = evaluation.quiet_note().expect("fields are quiet");
        assert!(note.contains("simulation 7 in `u`, zero beside"), "{note}");
        assert!(note.contains("all simulations in `v`, the same"), "{note}");
        assert!(!note.contains("in `w`"), "it is said of all fields: {note}");
    }
}
