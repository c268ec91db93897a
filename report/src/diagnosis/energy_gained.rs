//! Rollouts that heat up: predictions with more energy than the truth.

use super::energy_lost::{grown, kept};
use super::remedies::against_own_errors;
use super::{Evidence, Finding, Rule};
use crate::numbers::text::number;

/// The truth's energy times this; the inverse of what counts as lost.
const GAINED: f64 = 1.25;

pub(super) const RULE: Rule = Rule {
    name: "energy_gained",
    summary: "predictions at the end of the rollout have more than 125 % of the truth's energy, the mean left out",
    covers: &[],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let last = evidence.at_the_end()?;
    let kept = kept(evidence).filter(|kept| *kept > GAINED)?;
    grown(evidence).filter(|grown| *grown > 1.0)?; // more than the truth ever has
    let seen = format!(
        "Rollouts gain energy: at time {} predictions have {} times the truth's, and may blow up later.",
        number(last.time),
        number(kept)
    );
    Some(RULE.found(evidence, seen, against_own_errors(evidence)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;

    #[test]
    fn predictions_that_grow_are_told() {
        let mut double = Double::healthy();
        double.assert_silent(&RULE);
        let spectra = &mut double.evaluation.spectra[2];
        spectra
            .prediction
            .iter_mut()
            .for_each(|amplitude| *amplitude *= 2.0);
        double.assert_said(
            &RULE,
            &[
                "at time 80",
                "3.92 times the truth's",
                "objective.noise (0.005",
            ],
        );
    }
}
