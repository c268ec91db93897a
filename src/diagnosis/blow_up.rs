//! Rollouts that leave the range of numbers.

use super::remedies::against_own_errors;
use super::words::{number, percent};
use super::{Case, Finding, Rule};

pub(super) const RULE: Rule = Rule {
    name: "blow_up",
    summary: "rollouts that reach values which are not finite",
    covers: &[
        "spectral_tail",
        "energy_gained",
        "short_rollouts",
        "phase_or_amplitude",
    ],
    judge,
};

fn judge(case: &Case<'_>) -> Option<Finding> {
    let share = case.evaluation.surrogate.finite_share;
    if share >= 1.0 {
        return None;
    }
    let end = case.evaluation.times.last().copied().unwrap_or(0.0);
    let seen = format!(
        "{} of the rollouts blow up before time {}: small errors grow until values are not finite.",
        percent(1.0 - share),
        number(end)
    );
    Some(RULE.found(seen, against_own_errors(case)))
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
            &["25 % of the rollouts", "time 80", "objective.noise"],
        );
    }
}
