//! Rollouts that fade: predictions with less energy than the truth, smoothed or damped.

use super::energy::Energy;
use super::words::{number, percent};
use super::{Case, Finding, Rule};

/// Share of the truth's energy. Over some tens of chaotic simulations the mean energy scatters by a few percent.
const LOST: f64 = 0.8;

pub(super) const RULE: Rule = Rule {
    name: "energy_lost",
    summary: "predictions at the end of the rollout have less than 80 % of the truth's energy, the mean left out",
    covers: &[],
    judge,
};

fn judge(case: &Case<'_>) -> Option<Finding> {
    let last = case.at_the_end()?;
    let kept = kept(case)?;
    if kept >= LOST {
        return None;
    }
    let energy = Energy::new(last, case.dims());
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
    let remedy = match case.refines() {
        true => {
            "Lower model.min_noise_variance, so that fine scales are refined too, or add refinement steps."
        }
        false => {
            "A mean square rewards the mean of all possible futures: take shorter steps (objective.stride), or \
             model.kind = \"pde_refiner\", which draws one of them."
        }
    };
    Some(RULE.found(seen, remedy.to_owned()))
}

/// Energy of the predictions at the end over the truth's, the mean left out.
pub(super) fn kept(case: &Case<'_>) -> Option<f64> {
    let last = case.at_the_end()?;
    let energy = Energy::new(last, case.dims());
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
}
