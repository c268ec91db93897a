//! A good step and a short rollout: the surrogate does not stand its own errors.

use super::remedies::against_own_errors;
use super::words::percent;
use super::{Evidence, Finding, Rule};
use crate::numbers::text::number;

/// One step errs so many times less than persistence.
const GOOD_STEP: f64 = 10.0;
/// And follows the truth no longer than this many times as long. A chaotic system shortens what a better step gains, but
/// errors that grow only as those of the initial state do leave more than that: about 15 at a step 80 times better.
const SHORT: f64 = 3.0;

pub(super) const RULE: Rule = Rule {
    name: "short_rollouts",
    summary: "one step errs ten times less than persistence, and rollouts follow the truth less than three times as long",
    covers: &[],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let (own, idle) = (
        &evidence.evaluation.surrogate,
        &evidence.evaluation.persistence,
    );
    let time = |of: &ondine_metrics::results::Judged| of.correlation_time.get("0.8").copied();
    let (reached, still) = (time(own)?, time(idle)?);
    let end = evidence.evaluation.times.last().copied()?;
    let good = own.nrmse * GOOD_STEP <= idle.nrmse && evidence.feeds_back();
    if !good || reached >= SHORT * still || reached >= end {
        return None;
    }
    let seen = format!(
        "One step errs by {}, {} times less than persistence, but rollouts follow the truth (correlation above 0.8) for \
         {} time units, persistence for {}: its own errors upset it.",
        percent(own.nrmse),
        number((idle.nrmse / own.nrmse).round()),
        number(reached),
        number(still)
    );
    Some(RULE.found(evidence, seen, against_own_errors(evidence)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;

    #[test]
    fn a_good_step_with_a_short_rollout_is_told() {
        let mut double = Double::healthy();
        double.assert_silent(&RULE);
        double
            .evaluation
            .surrogate
            .correlation_time
            .insert("0.8".into(), 4.0);
        double.assert_said(
            &RULE,
            &[
                "50 times less",
                "for 4 time units, persistence for 2",
                "[[stage]]",
            ],
        );
        double.evaluation.surrogate.nrmse = 0.2;
        double.assert_silent(&RULE);
    }
}
