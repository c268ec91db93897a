//! A surrogate that has learned nothing: a trivial forecast is as good.

use super::remedies::{learning_rate, longer};
use super::words::percent;
use super::{Evidence, Finding, Remedy, Rule};

/// Share of a trivial forecast's error from which on a surrogate is no better to speak of.
const BARELY: f64 = 0.9;
/// nRMSE of the forecast that every value is zero, the mean of most fields here.
const ZERO: f64 = 1.0;

pub(super) const RULE: Rule = Rule {
    name: "worse_than_persistence",
    summary: "one step errs by 90 % or more of what the forecast that nothing changes does, or that all is zero",
    covers: &[
        "fine_scales",
        "spectral_tail",
        "energy_gained",
        "energy_lost",
        "short_rollouts",
        "phase_or_amplitude",
    ],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let error = evidence.evaluation.surrogate.nrmse;
    let persistence = evidence.evaluation.persistence.nrmse;
    if error < BARELY * persistence.min(ZERO) {
        return None;
    }
    let other = if persistence < ZERO {
        format!(
            "assuming that nothing changes errs by {}",
            percent(persistence)
        )
    } else {
        "a forecast of zero errs by 100 %".to_owned()
    };
    let seen = format!("One step errs by {}, and {other}.", percent(error));
    let rates = [3.0, 1.0 / 3.0].map(|factor| learning_rate(evidence, factor));
    let ways = [longer(evidence)].into_iter().chain(rates);
    Some(RULE.found(
        evidence,
        seen,
        Remedy::of("It has learned nothing of use", ways),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;

    #[test]
    fn the_better_of_two_trivial_forecasts_is_the_bar() {
        let mut double = Double::healthy();
        double.assert_silent(&RULE);
        double.evaluation.surrogate.nrmse = 0.61;
        double.assert_said(
            &RULE,
            &[
                "errs by 61 %",
                "nothing changes errs by 50 %",
                "from 2000 to 4000",
            ],
        );
        double.evaluation.surrogate.nrmse = 1.2;
        double.evaluation.persistence.nrmse = 1.4;
        double.assert_said(&RULE, &["errs by 120 %", "zero errs by 100 %"]);
    }
}
