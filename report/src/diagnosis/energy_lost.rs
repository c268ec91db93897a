//! Rollouts that fade: predictions with less energy than the truth, smoothed or damped.

use super::energy::Energy;
use super::remedies::{longer, refiner, shorter_steps};
use super::words::percent;
use super::{Evidence, Finding, Remedy, Rule, loss_still_falls};
use crate::files::Learns;
use crate::numbers::text::number;
use ondine_metrics::results::Spectra;

/// Share of the truth's energy. Over some tens of chaotic simulations the mean energy scatters by a few percent.
const LOST: f64 = 0.8;

/// Share of a trivial forecast's error, of no change or of zero, from which on a step is not learned: rollouts then fade because
/// the network answers little, whatever it is trained to minimise.
const UNLEARNED: f64 = 0.5;

pub(super) const RULE: Rule = Rule {
    name: "energy_lost",
    summary: "predictions at the end of the rollout have less than 80 % of the truth's energy, the mean left out",
    covers: &[],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let last = evidence.at_the_end()?;
    let kept = kept(evidence)?;
    if kept >= LOST {
        return None;
    }
    let energy = Energy::new(last, evidence.dims());
    let middle = energy.above(0.5, &last.truth);
    let part = |band: std::ops::RangeInclusive<f64>| {
        percent(energy.within(band.clone(), &last.prediction) / energy.within(band, &last.truth))
    };
    let (low, high) = (part(1.0..=middle), part(middle + 0.5..=f64::INFINITY));
    let middle = number(middle);
    let seen = format!(
        "At time {} predictions have {} of the truth's energy: {low} of it up to wavenumber {middle}, {high} above.",
        number(last.time),
        percent(kept)
    );
    Some(RULE.found(evidence, seen, remedy(evidence)))
}

fn remedy(evidence: &Evidence<'_>) -> Remedy {
    match evidence.subject.model.learns {
        Learns::Noise => {
            let least = evidence.model_number("min_noise_variance");
            let lower = least.map(|v| evidence.change_model("min_noise_variance", [v, 0.1 * v]));
            let calls = evidence.model_number("steps");
            let more = calls.map(|n| evidence.change_model("steps", [n, n + 1.0]));
            Remedy::of("Refine fine scales too", lower.into_iter().chain(more))
        }
        Learns::Scores => Remedy::ways(
            [longer(evidence)]
                .into_iter()
                .chain(shorter_steps(evidence)),
        ),
        Learns::Errors if is_unlearned(evidence) => {
            let lead = "A step is not learned yet";
            Remedy::of(lead, [longer(evidence)]).otherwise("A step is not learned yet.")
        }
        Learns::Errors => {
            let lead = "A mean square rewards the mean of all possible futures";
            let refiner = refiner(evidence, "which draws one of them");
            Remedy::of(lead, shorter_steps(evidence).into_iter().chain(refiner))
                .otherwise("A mean square rewards the mean of all possible futures.")
        }
    }
}

/// Whether one step errs by half of what a trivial forecast does or more, or the training was not done.
fn is_unlearned(evidence: &Evidence<'_>) -> bool {
    let evaluation = evidence.evaluation;
    let trivial = evaluation.persistence.nrmse.min(1.0);
    evaluation.surrogate.nrmse >= UNLEARNED * trivial || loss_still_falls::falls(evidence)
}

/// Energy of the predictions at the end over the largest that the truth has at any of the times, which a solution that
/// decays does not take along.
pub(super) fn grown(evidence: &Evidence<'_>) -> Option<f64> {
    let energy =
        |spectra: &Spectra, of: &[f64]| Energy::new(spectra, evidence.dims()).from(1.0, of);
    let all = evidence.evaluation.spectra.iter();
    let most = all.map(|one| energy(one, &one.truth)).fold(0.0, f64::max);
    let last = evidence.at_the_end()?;
    let ratio = energy(last, &last.prediction) / most;
    ratio.is_finite().then_some(ratio)
}

/// Energy of the predictions at the end over the truth's, the mean left out.
pub(super) fn kept(evidence: &Evidence<'_>) -> Option<f64> {
    let last = evidence.at_the_end()?;
    let energy = Energy::new(last, evidence.dims());
    let ratio = energy.from(1.0, &last.prediction) / energy.from(1.0, &last.truth);
    ratio.is_finite().then_some(ratio)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;

    #[test]
    fn predictions_that_fade_are_told_with_the_scales_that_do() {
        let mut double = Double::healthy();
        double.assert_silent(&RULE);
        let spectra = &mut double.evaluation.spectra[2];
        spectra.prediction[6..]
            .iter_mut()
            .for_each(|amplitude| *amplitude *= 0.5);
        double.assert_said(
            &RULE,
            &[
                "At time 80",
                "98 % of it up to wavenumber 5",
                "25 % above",
                "stride",
            ],
        );
    }

    #[test]
    fn a_network_that_has_learned_no_step_is_not_told_of_means() {
        let mut double = Double::healthy();
        let spectra = &mut double.evaluation.spectra[2];
        spectra.prediction.iter_mut().for_each(|of| *of *= 0.5);
        double.assert_said(&RULE, &["mean of all possible futures"]);
        double.evaluation.surrogate.nrmse = 0.6 * double.evaluation.persistence.nrmse;
        double.assert_said(&RULE, &["A step is not learned yet", "from 2000 to 4000"]);
        let mut double = Double::healthy();
        let spectra = &mut double.evaluation.spectra[2];
        spectra.prediction.iter_mut().for_each(|of| *of *= 0.5);
        let losses = &mut double.history.losses;
        losses
            .iter_mut()
            .for_each(|line| line.1 = (-0.005 * line.0 as f64).exp());
        double.assert_said(&RULE, &["A step is not learned yet"]);
    }
}
