//! Samples that are too sure, or too unsure, of what they say.
//!
//! The spread of samples that are as likely as the truth is as large as the error of their mean (Fortin et al. 2014, *J.
//! Hydrometeorol.* 15).

use super::words::number;
use super::{Case, Finding, Rule};

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
    judge,
};

fn judge(case: &Case<'_>) -> Option<Finding> {
    let of = case.evaluation.uncertainty.as_ref()?;
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
        _ if ratio < SURE && !case.refines() => (
            "sure",
            "Take intervals for too narrow: train longer, with more members (model.members) or more noise (model.noise_channels).",
        ),
        _ if ratio > UNSURE && !case.refines() => {
            ("unsure", "Take intervals for too wide: train longer.")
        }
        _ if ratio < SURE => (
            "sure",
            "Take intervals for too narrow, and draw more: raise model.fresh_noise towards 1, or search noise levels with \
             `ondine tune-sampler`.",
        ),
        _ if ratio > UNSURE => (
            "unsure",
            "Lower model.fresh_noise, or the noise levels (model.min_noise_variance).",
        ),
        _ => return None,
    };
    let seen = format!(
        "{} samples of every rollout are too {sure}: their spread is {} of the error of their mean (median over the rollout).",
        of.samples,
        number(ratio)
    );
    Some(RULE.found(seen, remedy.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;
    use crate::evaluation::Uncertainty;

    fn sampled(ratio: f64) -> Double {
        let mut double = Double::with(&["model={kind=\"pde_refiner\",backbone={kind=\"fno\"}}"]);
        let steps = double.evaluation.times.len();
        double.evaluation.uncertainty = Some(Uncertainty {
            samples: 8,
            mean: double.evaluation.surrogate.clone(),
            spread_over_time: vec![0.1; steps],
            spread_skill_over_time: vec![ratio; steps],
            crps_over_time: vec![0.1; steps],
            cross_correlation_over_time: vec![0.9; steps],
            sample_correlation_over_time: vec![0.9; steps],
            coverage: Vec::new(),
            horizons: Vec::new(),
            horizon_agreement: None,
            spectra: Vec::new(),
        });
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
        scored.recipe =
            Double::with(&["model={kind=\"crps_ensemble\",backbone={kind=\"fno\"}}"]).recipe;
        scored.assert_said(&RULE, &["too sure", "model.members"]);
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
