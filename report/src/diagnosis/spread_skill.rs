//! Samples that are too sure, or too unsure, of what they say.
//!
//! The spread of samples that are as likely as the truth is as large as the error of their mean (Fortin et al. 2014, *J.
//! Hydrometeorol.* 15).

use super::remedies::{longer, more_steps};
use super::{Evidence, Finding, Remedy, Rule, Way};
use crate::numbers::text::number;

/// Spread over skill below which samples are too sure: the error is half as large again as they say.
const SURE: f64 = 0.67;
/// The inverse, above which they are too unsure.
const UNSURE: f64 = 1.5;
/// Errors of the mean, relative to the truth, between which the spread can say something: neither rounding nor lost.
const TELLING: std::ops::RangeInclusive<f64> = 0.001..=0.7;

pub(super) const RULE: Rule = Rule {
    name: "spread_skill",
    summary: "the spread of samples over the error of their mean is below 0.67 or above 1.5, on the median over the rollout",
    covers: &[],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let of = evidence.evaluation.uncertainty.as_ref()?;
    let steps = of
        .mean
        .nrmse_over_time
        .iter()
        .zip(&of.spread_skill_over_time);
    let told = steps.filter(|(error, ratio)| TELLING.contains(*error) && ratio.is_finite());
    let mut ratios: Vec<f64> = told.map(|(_, ratio)| *ratio).collect();
    ratios.sort_by(f64::total_cmp);
    let ratio = *ratios.get(ratios.len() / 2)?;
    let (sure, remedy) = match ratio {
        _ if ratio < SURE => ("sure", too_sure(evidence)),
        _ if ratio > UNSURE => ("unsure", too_unsure(evidence)),
        _ => return None,
    };
    let seen = format!(
        "{} samples of every rollout are too {sure}: their spread is {} of the error of their mean (median over the rollout).",
        of.samples,
        number(ratio)
    );
    Some(RULE.found(evidence, seen, remedy))
}

fn too_sure(evidence: &Evidence<'_>) -> Remedy {
    let lead = "Take intervals for too narrow";
    if evidence.refines() {
        let fresh = "model.fresh_noise";
        let more = Way::set(fresh, "1.0", format!("draw more: raise {fresh} towards 1"));
        let search = Way::words("search noise levels with `ondine tune-sampler`");
        return Remedy::of(lead, [more, search]);
    }
    let twice = |name: &str| {
        let now = evidence.model_number(name)?;
        Some(evidence.change_model(name, [now, 2.0 * now]))
    };
    let kept = || {
        let name = "noise_correlation";
        let now = evidence.model_number(name).filter(|now| *now < 1.0)?;
        Some(evidence.change_model(name, [now, 0.5 + 0.5 * now]))
    };
    let ways = ["members", "noise_channels"].into_iter().filter_map(twice);
    let first = kept().into_iter();
    let first = first.chain([more_steps(evidence), longer(evidence)]);
    Remedy::of(lead, first.chain(ways))
}

fn too_unsure(evidence: &Evidence<'_>) -> Remedy {
    if !evidence.refines() {
        return Remedy::of("Take intervals for too wide", [longer(evidence)]);
    }
    let lower = |name: &str, factor: f64| {
        let now = evidence.model_number(name).filter(|now| *now > 0.0)?;
        Some(evidence.change_model(name, [now, factor * now]))
    };
    let ways = [lower("fresh_noise", 0.5), lower("min_noise_variance", 0.1)];
    Remedy::ways(ways.into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::{self, CRPS, Double, REFINER};

    fn sampled(ratio: f64) -> Double {
        let mut double = Double::with(&[REFINER, "model.options.fresh_noise=0.5"]);
        double.evaluation.uncertainty = Some(doubles::sampled(&double, ratio));
        double
    }

    #[test]
    fn samples_that_are_too_sure_or_too_unsure_are_told() {
        Double::healthy().assert_silent(&RULE);
        sampled(0.95).assert_silent(&RULE);
        sampled(0.2).assert_said(
            &RULE,
            &["8 samples", "too sure", "0.2 of the error", "fresh_noise"],
        );
        sampled(2.5).assert_said(&RULE, &["too unsure", "2.5 of the error"]);
        let mut scored = sampled(0.2);
        scored.subject = Double::with(&[CRPS]).subject;
        scored.assert_said(
            &RULE,
            &[
                "too sure",
                "raise model.noise_correlation from 0 to 0.5",
                "objective.kind = \"unrolled\"",
                "model.members",
            ],
        );
    }

    #[test]
    fn where_the_error_is_rounding_nothing_is_said() {
        let mut double = sampled(0.2);
        let mean = &mut double
            .evaluation
            .uncertainty
            .as_mut()
            .expect("sampled")
            .mean;
        mean.nrmse_over_time.fill(1e-6);
        double.assert_silent(&RULE);
    }
}
