//! A training that ended before it was done.

use super::remedies::longer;
use super::{Evidence, Finding, Remedy, Rule, Way};
use crate::numbers::text::number;

/// Factor by which the loss falls over the last third of a training that is not done. A decaying rate alone gives up to
/// about 2 at the end of a long training.
const FALLS: f64 = 3.0;

pub(super) const RULE: Rule = Rule {
    name: "loss_still_falls",
    summary: "the training was judged before its last step, or its loss fell by a factor of 3 over its last third",
    covers: &["constant_learning_rate"],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let (step, steps) = (evidence.evaluation.step, evidence.subject.training.steps);
    if step == 0 {
        return None; // of an import that was never trained here
    }
    if step < steps {
        let seen = format!(
            "The surrogate is the one after step {step} of {steps}: its training has not ended."
        );
        return Some(RULE.found(
            evidence,
            seen,
            Remedy::ways([Way::words(
                "let it train to the end, where the learning rate is small",
            )]),
        ));
    }
    let factor = factor(evidence)?;
    if factor < FALLS {
        return None;
    }
    let seen = format!(
        "The loss fell by a factor of {} over the last third of the training: it was not done.",
        number(factor)
    );
    Some(RULE.found(evidence, seen, Remedy::ways([longer(evidence)])))
}

/// Factor by which the loss fell over the last third of the training.
fn factor(evidence: &Evidence<'_>) -> Option<f64> {
    let history = evidence.history;
    let before = history.loss_between(0.6, 0.7)?;
    Some(before / history.loss_between(0.9, 1.0)?)
}

/// Whether the loss fell as it does in a training that is not done.
pub(super) fn falls(evidence: &Evidence<'_>) -> bool {
    factor(evidence).is_some_and(|factor| factor >= FALLS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;

    #[test]
    fn a_loss_that_still_falls_is_told() {
        let mut double = Double::healthy();
        double.assert_silent(&RULE);
        double
            .history
            .losses
            .iter_mut()
            .for_each(|line| line.1 = (-0.005 * line.0 as f64).exp());
        double.assert_said(
            &RULE,
            &["by a factor of 20", "Raise train.steps from 2000 to 4000"],
        );
    }

    #[test]
    fn a_training_that_has_not_ended_is_told() {
        let mut double = Double::healthy();
        double.evaluation.step = 1200;
        double.assert_said(&RULE, &["step 1200 of 2000"]);
        double.evaluation.step = 0;
        double.assert_silent(&RULE);
    }
}
