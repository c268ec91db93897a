//! Energy that gathers at the highest wavenumbers of long rollouts, until it spoils the rest.

use super::energy::Energy;
use super::remedies::against_own_errors;
use super::words::percent;
use super::{Evidence, Finding, Rule};
use crate::numbers::text::number;

/// The tail begins at this share of the highest wavenumber: where dealiasing leaves solvers nothing.
const TAIL: f64 = 2.0 / 3.0;
/// Amplitude of the tail over the truth's.
const RATIO: f64 = 3.0;
/// Share of the prediction's energy, 1 % in amplitude, below which the tail does no harm.
const HARMFUL: f64 = 1e-4;
/// Factor by which the share has grown since the first prediction.
const GROWTH: f64 = 4.0;

pub(super) const RULE: Rule = Rule {
    name: "spectral_tail",
    summary: "the highest third of the wavenumbers grows over the rollout to three times the truth's amplitude and 1 % of \
              the whole",
    covers: &["energy_gained"],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let (first, last) = (evidence.one_step()?, evidence.at_the_end()?);
    let energy = Energy::new(last, evidence.dims());
    let from = TAIL * energy.highest();
    let share = |of: &[f64]| energy.from(from, of) / energy.from(1.0, of);
    let [before, after] = [share(&first.prediction), share(&last.prediction)];
    let ratio = (energy.from(from, &last.prediction) / energy.from(from, &last.truth)).sqrt();
    let bad = ratio >= RATIO && after >= HARMFUL && after >= GROWTH * before;
    if !bad {
        return None;
    }
    let seen = format!(
        "Energy gathers above wavenumber {}: {} of the amplitude at time {}, {} in the truth, {} after one step.",
        number(from.ceil()),
        percent(after.sqrt()),
        number(last.time),
        percent(share(&last.truth).sqrt()),
        percent(before.sqrt())
    );
    Some(RULE.found(evidence, seen, against_own_errors(evidence)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;

    #[test]
    fn a_tail_that_grows_is_told_from_one_that_is_always_there() {
        let mut double = Double::healthy();
        double.assert_silent(&RULE);
        double.evaluation.spectra[2].prediction[25..].fill(0.05);
        double.assert_said(
            &RULE,
            &[
                "wavenumber 22",
                "% of the amplitude at time 80",
                "objective.noise (0.005",
            ],
        );
        double.evaluation.spectra[0].prediction[25..].fill(0.05);
        double.assert_silent(&RULE);
    }

    #[test]
    fn a_tail_that_the_truth_has_is_right() {
        let mut double = Double::healthy();
        double.evaluation.spectra[2].prediction[25..].fill(0.05);
        double.evaluation.spectra[2].truth[25..].fill(0.05);
        double.assert_silent(&RULE);
    }
}
