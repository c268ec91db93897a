//! A mean that the equation conserves and the surrogate does not.

use super::energy::Energy;
use super::words::percent;
use super::{Evidence, Finding, Remedy, Rule, Way};
use crate::numbers::text::number;

/// Error of the mean over the size of the state from which on it is seen in pictures.
const DRIFT: f64 = 0.02;

pub(super) const RULE: Rule = Rule {
    name: "mean_drift",
    summary: "the mean, which the equation conserves, is off by 2 % of the size of the state at the end of the rollout",
    covers: &[],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let last = evidence.at_the_end()?;
    let (problem, held) = (
        &evidence.subject.problem,
        &evidence.subject.model.conserve_mean,
    );
    let holds = problem.fields.iter().all(|field| held.has(&field.name));
    let drifts = problem.conserves_means() && !holds;
    let all = evidence.evaluation.spectra.iter();
    let sizes = all.map(|one| {
        Energy::new(one, evidence.dims())
            .from(0.0, &one.truth)
            .sqrt()
    });
    let size = sizes.fold(0.0, f64::max);
    let drift = last.error.first()? / size;
    if !drifts || drift.is_nan() || drift < DRIFT {
        return None;
    }
    let seen = format!(
        "The equation conserves the mean of its fields, and the surrogate lets it drift: by {} of the size of the state at \
         time {}.",
        percent(drift),
        number(last.time)
    );
    let key = "model.conserve_mean";
    let hold = Way::set(key, true, format!("set {key} = true"));
    Some(RULE.found(evidence, seen, Remedy::ways([hold])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;

    #[test]
    fn a_mean_that_drifts_is_told_where_the_equation_holds_it() {
        let mut double = Double::with(&["model.conserve_mean=false"]);
        double.assert_silent(&RULE);
        double.evaluation.spectra[2].error[0] = 0.5;
        double.assert_said(&RULE, &["at time 80", "conserve_mean = true"]);
        double.subject.problem.fields[0].conserved = false;
        double.assert_silent(&RULE);
        double.subject = Double::healthy().subject;
        double.assert_silent(&RULE);
    }
}
