//! Frames with noise, which no surrogate can foresee.
//!
//! Independent noise has as much energy in every wave, as far as the grid reaches, where smooth solutions have none; and a
//! wave of noise has nothing to do with that of the frame before, so that its change has twice its energy.

use super::energy::Energy;
use super::words::percent;
use super::{Evidence, Finding, Remedy, Rule, Way};
use crate::numbers::text::number;
use ondine_metrics::results::Spectra;

/// The noise is read off waves from this share of the highest wavenumber on.
const TAIL: f64 = 2.0 / 3.0;
/// Energy of a change over that of the state, 2 for independent frames; waves that turn fast get there by chance alone.
const APART: std::ops::RangeInclusive<f64> = 1.7..=2.3;
/// Mean energy of a wave in the upper half of those over that in the lower.
const FLAT: std::ops::RangeInclusive<f64> = 0.7..=1.4;
/// Error over the truth there, in energy: 1 for a surrogate that foresees nothing and does not try.
const UNFORESEEN: f64 = 0.8;
/// Amplitude over that of the state below which noise is rounding of 32-bit numbers.
const SEEN: f64 = 1e-5;
/// Share of the squared error.
const MATTERS: f64 = 0.3;

pub(super) const RULE: Rule = Rule {
    name: "noisy_frames",
    summary: "the highest third of the wavenumbers of the truth is flat and has nothing to do with the frame before, and as \
              much noise in every wave makes 30 % of the squared error",
    covers: &[
        "blind_above_modes",
        "overfitting",
        "reference_error",
        "worse_than_persistence",
        "fine_scales",
    ],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let spectra = evidence.one_step()?;
    let noise = Noise::of(spectra, evidence.dims())?;
    let seen = format!(
        "Frames of the truth hold noise of {} of their size: above wavenumber {} amplitudes are all alike, and have nothing \
         to do with those of the frame before. It makes {} of the squared error of one step, and no surrogate can foresee it.",
        percent(noise.size),
        number(noise.from),
        percent(noise.share)
    );
    let ways = [
        "judge it on frames without noise",
        "filter the frames before they are trained on",
        "train on more of them, over which noise averages out",
    ];
    Some(RULE.found(evidence, seen, Remedy::ways(ways.map(Way::words))))
}

/// Noise of a truth.
struct Noise {
    /// Over the size of the state, root mean square.
    size: f64,
    /// Share of the squared error of one step, one at most.
    share: f64,
    /// The wavenumber from which on it was read.
    from: f64,
}

impl Noise {
    fn of(spectra: &Spectra, dims: usize) -> Option<Self> {
        let energy = Energy::new(spectra, dims);
        let highest = energy.highest() - 1.0; // the last one of a grid counts once
        let [from, middle] = [TAIL, 0.5 * (1.0 + TAIL)].map(|share| (share * highest).ceil());
        let waves: Vec<f64> = vec![1.0; spectra.wavenumber.len()];
        let mean = |band: std::ops::RangeInclusive<f64>, of: &[f64]| {
            energy.within(band.clone(), of) / energy.within(band, &waves)
        };
        let tail = |of: &[f64]| mean(from..=highest, of);
        let truth = tail(&spectra.truth);
        let flat =
            mean(middle..=highest, &spectra.truth) / mean(from..=middle - 1.0, &spectra.truth);
        let size = truth * energy.from(0.0, &waves) / energy.from(0.0, &spectra.truth);
        let error = energy.from(0.0, &spectra.error);
        let share = (truth * energy.from(0.0, &waves) / error).min(1.0);
        let noisy = APART.contains(&(tail(&spectra.persistence_error) / truth))
            && FLAT.contains(&flat)
            && tail(&spectra.error) >= UNFORESEEN * truth
            && size.sqrt() >= SEEN
            && share >= MATTERS;
        noisy.then_some(Self {
            size: size.sqrt(),
            share,
            from,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::{self, Double};

    #[test]
    fn noise_is_told_from_small_waves_that_are_known_or_that_fall_off() {
        Double::healthy().assert_silent(&RULE);
        let mut double = Double::healthy();
        doubles::noise(&mut double, 0.02);
        double.assert_said(
            &RULE,
            &[
                "hold noise of",
                "above wavenumber 21",
                "of the squared error",
            ],
        );
        let known = &mut double.evaluation.spectra[0];
        known.error[12..].fill(0.002);
        double.assert_silent(&RULE); // a surrogate foresees it: it is no noise
        doubles::noise(&mut double, 1e-7);
        double.assert_silent(&RULE); // rounding
        doubles::noise(&mut double, 0.02);
        double.evaluation.spectra[0].persistence_error[12..].fill(0.01);
        double.assert_silent(&RULE); // it hardly changes
    }
}
