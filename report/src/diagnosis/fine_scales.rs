//! An error that sits at finer scales than what changes: the network neglects them.
//!
//! A mean square is won with the large waves; what fine ones are worth shows in long rollouts (Lippe et al. 2023).

use super::energy::Energy;
use super::remedies::refiner;
use super::words::percent;
use super::{Evidence, Finding, Remedy, Rule, Way};
use crate::files::Learns;
use crate::numbers::text::number;

/// The middle wavenumber of the error, over that of the change.
const FINER: f64 = 2.0;
/// Relative error at these scales from which on they are neglected, rather than the last to be right.
const NEGLECTED: f64 = 0.3;
/// Share of the energy of the change at these scales below which there is rounding of 32-bit numbers alone.
const ROUNDING: f64 = 1e-12;

pub(super) const RULE: Rule = Rule {
    name: "fine_scales",
    summary: "half of the squared error lies above twice the wavenumber above which half of the change does, and errs by \
              30 % or more there",
    covers: &[],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let spectra = evidence.one_step()?;
    let energy = Energy::new(spectra, evidence.dims());
    let error = energy.above(0.5, &spectra.error);
    let change = energy.above(0.5, &spectra.persistence_error);
    let [wrong, there] = [&spectra.error, &spectra.truth].map(|of| energy.from(error, of));
    let relative = (wrong / there).sqrt();
    let part = energy.from(error, &spectra.persistence_error);
    let part = part / energy.from(1.0, &spectra.persistence_error);
    let neglected = relative >= NEGLECTED && part >= ROUNDING;
    if error < FINER * change || !neglected {
        return None;
    }
    let seen = format!(
        "Half of the squared error of one step lies at wavenumbers from {} on, where {} of the change does: fine scales \
         err by {}, all together by {}.",
        number(error),
        percent(part),
        percent(relative),
        percent(evidence.evaluation.surrogate.nrmse)
    );
    Some(RULE.found(evidence, seen, remedy(evidence, error)))
}

fn remedy(evidence: &Evidence<'_>, from: f64) -> Remedy {
    let mut ways = Vec::new();
    if let Some(modes) = evidence.model_number("modes") {
        let more = evidence.change_model("modes", [modes, (1.5 * modes).ceil()]);
        ways.push(more);
    }
    let learns = evidence.subject.model.learns;
    if learns == Learns::Noise {
        let least = evidence.model_number("min_noise_variance");
        ways.extend(least.map(|v| evidence.change_model("min_noise_variance", [v, 0.1 * v])));
    } else {
        if learns == Learns::Errors && evidence.subject.problem.is_periodic() {
            let key = evidence.objective_key("norm");
            let text = format!("{key} = \"h1\", in which they count more");
            ways.push(Way::set(&key, "\"h1\"", text));
        }
        ways.extend(refiner(evidence, "made for them"));
    }
    let lead = format!("What makes wavenumbers from {} on count", number(from));
    Remedy::of(&lead, ways).otherwise("A larger network may see them.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::{Double, REFINER};

    #[test]
    fn an_error_at_fine_scales_is_told_from_one_at_all_scales() {
        let mut double = Double::healthy();
        double.assert_silent(&RULE);
        let spectra = &mut double.evaluation.spectra[0];
        spectra.error[11..15].copy_from_slice(&[0.02; 4]);
        let parts = [
            "from 12 on",
            "wavenumbers",
            "raise model.modes from 20 to 30",
            "\"h1\"",
            "\"pde_refiner\"",
        ];
        double.assert_said(&RULE, &parts);
        double.evaluation.spectra[0].persistence_error[11..].fill(1e-9);
        double.assert_silent(&RULE); // rounding alone
        double.evaluation.spectra[0].persistence_error = Double::healthy().evaluation.spectra[0]
            .persistence_error
            .clone();
        let unet = "model.options.backbone={kind=\"unet\",width=32}";
        double.subject = Double::with(&[REFINER, unet]).subject;
        double.assert_said(
            &RULE,
            &["on count: lower model.min_noise_variance from 2.00e-7 to 2.00e-8."],
        );
    }
}
