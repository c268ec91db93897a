//! Rollouts of very different length: in some simulations the surrogate leaves the truth long before it does in others.

use super::{Evidence, Finding, Remedy, Rule, Way};
use crate::numbers::text::number;

/// Median correlation time over the shortest. Chaotic systems alone give about 2.
const UNEVEN: f64 = 4.0;

pub(super) const RULE: Rule = Rule {
    name: "uneven_rollouts",
    summary: "the correlation time of the worst simulation is less than a quarter of the median",
    covers: &[],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let (worst, median) = (evidence.evaluation.worst()?, evidence.evaluation.median()?);
    if median.correlation_time <= UNEVEN * worst.correlation_time {
        return None;
    }
    let seen = format!(
        "Simulation {} is followed for {} time units, the median one for {}.",
        worst.index,
        number(worst.correlation_time),
        number(median.correlation_time)
    );
    let way = Way::words("draw more simulations with conditions like those of this one");
    Some(RULE.found(evidence, seen, Remedy::ways([way])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;

    #[test]
    fn a_simulation_that_is_left_early_is_named() {
        let mut double = Double::healthy();
        double.assert_silent(&RULE);
        double.evaluation.simulations[3].correlation_time = 2.0;
        double.assert_said(
            &RULE,
            &["Simulation 3", "2 time units, the median one for 40"],
        );
    }
}
