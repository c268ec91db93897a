//! Rollouts that leave the range of numbers.

use super::energy_lost::grown;
use super::remedies::against_own_errors;
use super::words::percent;
use super::{Evidence, Finding, Rule};
use crate::numbers::text::number;

/// Energy over the truth's largest from which on predictions are only numbers: a hundred times the size.
const ABSURD: f64 = 1e4;

pub(super) const RULE: Rule = Rule {
    name: "blow_up",
    summary: "rollouts that reach values which are not finite, or a hundred times the truth's size",
    covers: &[
        "spectral_tail",
        "energy_gained",
        "short_rollouts",
        "phase_or_amplitude",
    ],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let lost = 1.0 - evidence.evaluation.surrogate.finite_share;
    let grown = grown(evidence).filter(|grown| *grown > ABSURD);
    let what = match grown {
        _ if lost > 0.0 => format!(
            "{} of the rollouts reach values that are not finite",
            percent(lost)
        ),
        Some(grown) => format!(
            "predictions are {} times as large as the truth ever is",
            number(grown.sqrt())
        ),
        None => return None,
    };
    let end = evidence.evaluation.times.last().copied().unwrap_or(0.0);
    let seen = format!("Rollouts blow up: by time {} {what}.", number(end));
    Some(RULE.found(evidence, seen, against_own_errors(evidence)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;

    #[test]
    fn rollouts_that_are_not_finite_are_counted() {
        let mut double = Double::healthy();
        double.assert_silent(&RULE);
        double.evaluation.surrogate.finite_share = 0.75;
        double.assert_said(
            &RULE,
            &["by time 80 25 % of the rollouts", "objective.noise"],
        );
    }

    #[test]
    fn numbers_that_mean_nothing_are_no_better() {
        let mut double = Double::healthy();
        double.evaluation.spectra[2].prediction.fill(1e3);
        double.assert_said(&RULE, &["by time 80 predictions are", "times as large"]);
    }

    #[test]
    fn small_errors_of_a_solution_that_has_decayed_are_none() {
        let mut double = Double::healthy();
        double.evaluation.spectra[2].truth.fill(1e-9);
        double.evaluation.spectra[2].prediction.fill(1e-4);
        double.assert_silent(&RULE);
        double.assert_silent(&super::super::energy_gained::RULE);
    }
}
