//! A learning rate that never decayed: steps too large to settle.

use super::remedies::decay;
use super::words::percent;
use super::{Evidence, Finding, Remedy, Rule};

/// The last rate over the largest.
const HIGH: f64 = 0.3;
/// Scatter of the loss over its mean in the last fifth, by the differences of neighbouring lines: a slope is none. Lines of one hundred windows or more scatter less.
const SCATTER: f64 = 0.1;

pub(super) const RULE: Rule = Rule {
    name: "constant_learning_rate",
    summary: "the learning rate ends above 30 % of its peak, and the loss of the last lines scatters by 10 % or more",
    covers: &[],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let [peak, last] = evidence.learning_rates();
    let scatter = scatter(evidence)?;
    if last < HIGH * peak || scatter < SCATTER {
        return None;
    }
    let seen = format!(
        "The learning rate hardly decays ({last:e} in the end, {peak:e} at its peak), and the loss scatters by {}: steps are \
         too large to settle.",
        percent(scatter)
    );
    Some(RULE.found(evidence, seen, Remedy::ways(decay(evidence))))
}

/// Of the loss in the last fifth.
fn scatter(evidence: &Evidence<'_>) -> Option<f64> {
    let losses = &evidence.history.losses;
    let last = &losses[losses.len() - losses.len() / 5..];
    let mean = evidence
        .history
        .loss_between(0.8, 1.0)
        .filter(|_| last.len() > 2)?;
    let steps = last.windows(2).map(|pair| (pair[1].1 - pair[0].1).powi(2));
    Some((steps.sum::<f64>() / (2 * (last.len() - 1)) as f64).sqrt() / mean)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;

    #[test]
    fn a_rate_that_stays_is_told_where_the_loss_scatters() {
        let mut double = Double::with(&["training.main.learning_rate=[1e-3, 1e-3]"]);
        double.assert_silent(&RULE);
        let lines = double.history.losses.iter_mut().enumerate();
        lines.for_each(|(i, line)| line.1 = if i % 2 == 0 { 0.08 } else { 0.12 });
        double.assert_said(
            &RULE,
            &["1e-3 in the end", "scatters by 28 %", "final = 1.00e-5"],
        );
        double.subject = Double::healthy().subject;
        double.assert_silent(&RULE);
    }
}
