//! A Fourier operator that retains fewer modes than the solution moves in.
//!
//! A Fourier layer leaves out the wavenumbers above its retained ones; only its pointwise part passes them on (Li et al.
//! 2021), which sees one point at a time.

use super::energy::Energy;
use super::words::{number, percent};
use super::{Case, Finding, Rule};
use crate::recipe::PerAxis;

/// Share of the energy of a step's change above the retained modes that is worth learning.
const CHANGE: f64 = 0.01;
/// Share of the squared error from which on it lies mainly there.
const ERROR: f64 = 0.5;
/// Amplitude of the error there over that of the change: a tenth of it is missed.
const MISSED: f64 = 0.1;
/// Share of the energy of the change that may stay above the modes that are advised.
const LITTLE: f64 = 1e-3;

pub(super) const RULE: Rule = Rule {
    name: "blind_above_modes",
    summary: "above the modes that a Fourier operator retains lie 1 % of the energy of a step's change and half of the \
              squared error, and a tenth of the change there is missed",
    covers: &["worse_than_persistence", "fine_scales", "short_rollouts"],
    judge,
};

fn judge(case: &Case<'_>) -> Option<Finding> {
    let (modes, highest) = retained(case)?;
    let spectra = case.one_step()?;
    let energy = Energy::new(spectra, case.dims());
    if highest >= energy.highest() {
        return None;
    }
    let above = |amplitudes: &[f64]| energy.from(highest + 0.5, amplitudes);
    let share = |amplitudes: &[f64]| above(amplitudes) / energy.from(1.0, amplitudes);
    let (change, error) = (share(&spectra.persistence_error), share(&spectra.error));
    let missed = (above(&spectra.error) / above(&spectra.persistence_error)).sqrt();
    let blind = change >= CHANGE && error >= ERROR && missed >= MISSED;
    if !blind {
        return None;
    }
    let seen = format!(
        "The network retains wavenumbers up to {}. Above lie {} of the energy of what changes in a step, and {} of the \
         squared error: it is blind there and misses {} of the change.",
        number(highest),
        percent(change),
        percent(error),
        percent(missed)
    );
    let enough = needed(case, energy.above(LITTLE, &spectra.persistence_error));
    let remedy = format!("Raise modes of the network from {modes} to {enough}.");
    Some(RULE.found(seen, remedy))
}

/// `modes` of a Fourier operator, and the highest wavenumber that it retains along an axis: the shortest, whose waves have
/// the largest.
fn retained(case: &Case<'_>) -> Option<(usize, f64)> {
    let network = case.network();
    let modes = usize::try_from(network.get("modes")?.as_integer()?).ok()?;
    let highest = match one_sided(case) {
        true => modes as f64 - 1.0,
        false => (modes / 2) as f64,
    };
    Some((modes, highest * shortness(case)))
}

/// How many times as long as the shortest axis the longest one may be.
fn shortness(case: &Case<'_>) -> f64 {
    let PerAxis::Each(lengths) = &case.recipe.grid.length else {
        return 1.0;
    };
    let ends = lengths.iter().map(|length| length.range());
    let widest = ends.reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])]);
    widest
        .filter(|_| lengths.len() > 1)
        .map_or(1.0, |[shortest, longest]| longest / shortest)
}

/// `modes` that retain wavenumbers up to `highest`, or all that the grid has.
fn needed(case: &Case<'_>, highest: f64) -> usize {
    let fewest = case.recipe.grid.points.iter().min();
    let highest = highest.min(fewest.map_or(0, |points| points / 2) as f64);
    match one_sided(case) {
        true => highest as usize + 1,
        false => 2 * highest as usize,
    }
}

/// Whether modes count from 0 on, as those of `fno` in one dimension, not from `−modes/2`.
fn one_sided(case: &Case<'_>) -> bool {
    let network = case.network();
    case.dims() == 1 && network.get("kind").and_then(toml::Value::as_str) == Some("fno")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;

    /// An error that is all of the change above a wavenumber.
    fn blind(set: &str, highest: f64) -> Double {
        let mut double = Double::with(&[set]);
        let spectra = &mut double.evaluation.spectra[0];
        let waves = spectra.wavenumber.iter().zip(&spectra.persistence_error);
        let change: Vec<(f64, f64)> = waves.map(|(&k, &p)| (k, p)).collect();
        for (error, (k, change)) in spectra.error.iter_mut().zip(change) {
            *error = if k > highest { change } else { *error };
        }
        double
    }

    #[test]
    fn too_few_modes_are_named_with_enough_of_them() {
        let double = blind("model.modes=3", 2.0);
        double.assert_said(&RULE, &["up to 2", "blind", "from 3 to 11"]);
        let double = blind(
            "model={kind=\"pde_refiner\",backbone={kind=\"fno\",modes=3}}",
            2.0,
        );
        double.assert_said(&RULE, &["from 3 to 11"]);
        let double = blind("model={kind=\"fno_neuraloperator\",modes=6}", 3.0);
        double.assert_said(&RULE, &["up to 3", "from 6 to 20"]);
    }

    #[test]
    fn other_networks_and_enough_modes_are_no_case() {
        Double::healthy().assert_silent(&RULE);
        Double::with(&["model.modes=3"]).assert_silent(&RULE); // it misses 2 % of the change, above and below
        blind("model={kind=\"unet\"}", 2.0).assert_silent(&RULE);
        blind("model.modes=60", 2.0).assert_silent(&RULE); // more than the grid has
        blind("model.modes=20", 2.0).assert_silent(&RULE); // the error lies below
    }
}
