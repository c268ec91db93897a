//! Calls of a refiner that do not lower its error.
//!
//! A refinement step can only correct what is larger than its noise, and learn what is not hidden by the error that its
//! network has anyway (Lippe et al. 2023).

use super::energy::Energy;
use super::remedies::longer;
use super::{Evidence, Finding, Remedy, Rule, Way};
use crate::numbers::text::number;
use ondine_metrics::results::{Refinement, Spectra};

/// A call lowers the mean squared error by 5 % or more, of all wavenumbers or of the highest third, which late calls are
/// for.
const GAIN: f64 = 0.95;
/// Squared error, in units of the change, above which a network is not good enough to be refined: refiners are trained with
/// noise of much smaller variances.
const COARSE: f64 = 1e-3;

pub(super) const RULE: Rule = Rule {
    name: "refinements_without_gain",
    summary: "the last calls of a refiner do not lower the mean squared error of a step by 5 %, nor that of its highest \
              third of wavenumbers",
    covers: &[],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let calls = &evidence.evaluation.refinements;
    let last = calls.last()?;
    let best = last_gain(calls, resolved(evidence))?;
    if best.calls == last.calls {
        return None;
    }
    let seen = format!(
        "After call {} of {} the error of a step does not fall any more, nor does it at high wavenumbers: mean squared error \
         {}, {} after the last.",
        best.calls,
        last.calls,
        number(best.mse),
        number(last.mse)
    );
    Some(RULE.found(evidence, seen, remedy(evidence, best, last)))
}

/// The last call that lowered the error.
fn last_gain(calls: &[Refinement], resolved: usize) -> Option<&Refinement> {
    let mut calls = calls.iter();
    let first = calls.next()?;
    let gain = |best: &'_ Refinement, call: &'_ Refinement| {
        call.mse <= GAIN * best.mse || fine(call, resolved) <= GAIN * fine(best, resolved)
    };
    Some(calls.fold(
        first,
        |best, call| if gain(best, call) { call } else { best },
    ))
}

/// Number of shells that have waves of every direction.
fn resolved(evidence: &Evidence<'_>) -> usize {
    let count = |spectra: &Spectra| {
        let resolved = spectra.resolved();
        spectra
            .wavenumber
            .iter()
            .filter(|k| **k <= resolved)
            .count()
    };
    evidence.one_step().map_or(usize::MAX, count)
}

/// Mean squared amplitude of the error over the highest third of the `resolved` shells and the corners above; not a number
/// where there is no spectrum.
fn fine(call: &Refinement, resolved: usize) -> f64 {
    let third = &call.error[call.error.len().min(resolved) * 2 / 3..];
    third.iter().map(|a| a * a).sum::<f64>() / third.len() as f64
}

fn remedy(evidence: &Evidence<'_>, best: &Refinement, last: &Refinement) -> Remedy {
    let change = evidence
        .one_step()
        .map(|spectra| Energy::new(spectra, evidence.dims()).from(0.0, &spectra.persistence_error));
    let error = change.map_or(f64::NAN, |change| (best.mse / change).sqrt());
    if error.is_nan() || last.noise >= error {
        let steps = (best.calls.saturating_sub(1)).max(1);
        let text = format!("ask for fewer with model.steps = {steps}");
        let search = Way::words("search better noise levels with `ondine tune-sampler`");
        return Remedy::ways([Way::set("model.steps", steps, text), search]);
    }
    let variance = error * error;
    let lead = format!(
        "The noise of the last call, {} of the size of a step's change, is smaller than the error, {} of it",
        number(last.noise),
        number(error)
    );
    if variance < COARSE {
        let key = "model.min_noise_variance";
        let text = format!("raise {key} to about {variance:.0e}");
        let raise = Way::set(key, format!("{variance:.0e}"), text);
        Remedy::of(&lead, [raise, longer(evidence)])
    } else {
        let mut way = longer(evidence);
        way.text = format!(
            "train longer, until there is something left to refine: {}",
            way.text
        );
        Remedy::of(&lead, [way])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::{Double, REFINER};

    fn refined(errors: [f64; 4], noises: [f64; 4]) -> Double {
        let mut double = Double::with(&[REFINER]);
        let calls = errors.into_iter().zip(noises).enumerate();
        let call = |(i, (mse, noise))| Refinement {
            calls: i + 1,
            noise,
            mse,
            noise_amplitude: None,
            error: Vec::new(),
        };
        double.evaluation.refinements = calls.map(call).collect();
        double
    }

    #[test]
    fn calls_that_do_not_help_are_counted() {
        let noises = [0.0, 0.1, 0.01, 0.001];
        let double = refined([4e-2, 1e-2, 9.9e-3, 1.1e-2], noises);
        let parts = [
            "After call 2 of 4",
            "mean squared error 0.01, 0.011 after the last",
            "0.001 of the size",
            "train longer, until",
        ];
        double.assert_said(&RULE, &parts);
        refined([4e-2, 1e-2, 5e-3, 1e-3], noises).assert_silent(&RULE);
        refined([1e-9, 1e-9, 1e-9, 1e-9], noises).assert_said(&RULE, &["fewer with model.steps"]);
        Double::healthy().assert_silent(&RULE);
    }

    #[test]
    fn calls_that_lower_the_error_of_small_waves_alone_are_worth_it() {
        let noises = [0.0, 0.1, 0.01, 0.001];
        let mut double = refined([1e-2, 1e-2, 1e-2, 1e-2], noises);
        for (i, call) in double.evaluation.refinements.iter_mut().enumerate() {
            let small = 1e-3 * 0.3_f64.powi(i as i32);
            call.error = (0..9).map(|k| if k < 6 { 0.1 } else { small }).collect();
        }
        double.assert_silent(&RULE);
        for call in &mut double.evaluation.refinements {
            call.error.truncate(6); // of these none gets smaller
        }
        double.assert_said(&RULE, &["After call 1 of 4"]);
    }
}
