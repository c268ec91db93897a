//! A Fourier operator that retains fewer modes than the solution moves in.
//!
//! A Fourier layer leaves out the wavenumbers above its retained ones; only its pointwise part passes them on (Li et al.
//! 2021), which sees one point at a time.

use super::energy::Energy;
use super::retained::{above, counted, highest_of, more, retained};
use super::words::percent;
use super::{Evidence, Finding, Remedy, Rule};
use crate::numbers::text::number;
use ondine_metrics::results::Spectra;

/// Share of the energy of a step's change above the retained modes that is worth learning.
const CHANGE: f64 = 0.01;
/// Share of the squared error from which on it lies mainly there.
const ERROR: f64 = 0.5;
/// Amplitude of the error there over that of the change: a tenth of it is missed.
const MISSED: f64 = 0.1;
/// In later steps, the relative error there over that below: errors of all waves grow, and say nothing of modes.
const APART: f64 = 3.0;
/// Share of the energy of the largest change of the rollout below which a step is quiet, and says nothing.
const QUIET: f64 = 0.01;
/// Share of the energy of the change that may stay above the modes that are advised.
const LITTLE: f64 = 1e-3;

pub(super) const RULE: Rule = Rule {
    name: "blind_above_modes",
    summary: "above the modes that a Fourier operator retains lie 1 % of the energy of what changes in any step and half of \
              the squared error, and a tenth of what moves there is missed",
    covers: &["worse_than_persistence", "fine_scales", "short_rollouts"],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let modes = retained(evidence)?;
    let highest = highest_of(evidence, &modes);
    let energy = Energy::new(evidence.one_step()?, evidence.dims());
    if highest >= energy.highest() {
        return None;
    }
    let change = Change::of(evidence, &energy, highest)?;
    let mut spectra = evidence.evaluation.spectra.iter();
    let blind = spectra.find_map(|spectra| Blind::of(spectra, &energy, highest));
    let blind = blind.filter(|_| change.share >= CHANGE)?;
    let seen = format!(
        "The network retains wavenumbers up to {}{}. Above lie up to {} of the energy of what changes in a step (at time {}), \
         and {} of the squared error at time {}: it is blind there and misses {} of {}.",
        number(highest),
        counted(evidence),
        percent(change.share),
        number(change.time),
        percent(blind.share),
        number(blind.time),
        percent(blind.missed),
        blind.of
    );
    let more = more(evidence, &modes, change.enough);
    let other = "The network takes no more modes: it needs another grid, or to be another network.";
    Some(RULE.found(evidence, seen, Remedy::ways(more).otherwise(other)))
}

/// The change of the truth in a step above the retained modes, in the whole rollout.
struct Change {
    /// Largest share of the energy of the change that lies there.
    share: f64,
    /// When it does.
    time: f64,
    /// The wavenumber above which there is little of any change.
    enough: f64,
}

impl Change {
    fn of(evidence: &Evidence<'_>, energy: &Energy<'_>, highest: f64) -> Option<Self> {
        let all = |row: &[f64]| energy.from(1.0, row);
        let rows = changes(evidence)?;
        let most = rows.iter().map(|(_, row)| all(row)).fold(0.0, f64::max);
        let lively = rows.iter().filter(|(_, row)| all(row) > QUIET * most);
        let share = |row: &[f64]| energy.from(above(highest), row) / all(row);
        let (time, worst) = lively
            .clone()
            .max_by(|a, b| share(a.1).total_cmp(&share(b.1)))?;
        let enough = lively.map(|(_, row)| energy.above(LITTLE, row));
        Some(Self {
            share: share(worst),
            time: *time,
            enough: enough.fold(1.0, f64::max),
        })
    }
}

/// Amplitudes of the change of the truth in steps, with their times: of all that were kept, or of the first one where an
/// older version kept none.
fn changes<'a>(evidence: &Evidence<'a>) -> Option<Vec<(f64, &'a [f64])>> {
    let first = evidence.evaluation.spectra.first()?;
    let kept = evidence.evaluation.spectral_errors.as_ref();
    let kept = kept.filter(|kept| !kept.changes.is_empty());
    Some(match kept {
        Some(kept) => {
            let rows = kept.changes.iter().map(Vec::as_slice);
            kept.times.iter().copied().zip(rows).collect()
        }
        None => vec![(first.time, &first.persistence_error)],
    })
}

/// An error that lies above the retained modes.
struct Blind {
    /// Share of the squared error.
    share: f64,
    /// Amplitude of the error there over that of what it should have followed.
    missed: f64,
    /// The name of what it should have followed.
    of: &'static str,
    time: f64,
}

impl Blind {
    /// The error above the modes in these spectra, if large: relative to the change in a first step, later to the
    /// truth.
    fn of(spectra: &Spectra, energy: &Energy<'_>, highest: f64) -> Option<Self> {
        let beyond = |amplitudes: &[f64]| energy.from(above(highest), amplitudes);
        let (aim, of) = match spectra.rollout_step {
            1 => (&spectra.persistence_error, "the change"),
            _ => (&spectra.truth, "what moves there"),
        };
        let below = |amplitudes: &[f64]| energy.within(1.0..=above(highest), amplitudes);
        let share = beyond(&spectra.error) / energy.from(1.0, &spectra.error);
        let missed = (beyond(&spectra.error) / beyond(aim)).sqrt();
        let usual = (below(&spectra.error) / below(aim)).sqrt();
        let apart = spectra.rollout_step == 1 || missed >= APART * usual;
        let time = spectra.time;
        (share >= ERROR && missed >= MISSED && apart).then_some(Self {
            share,
            missed,
            of,
            time,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;
    use ondine_metrics::results::SpectralErrors;

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
        let double = blind("model.options.modes=3", 2.0);
        double.assert_said(&RULE, &["up to 2", "blind", "from 3 to 11"]);
        let double = blind("model.options.backbone={kind=\"fno\",modes=3}", 2.0);
        double.assert_said(&RULE, &["from 3 to 11"]);
        let double = blind("model.options.modes=[3]", 2.0);
        double.assert_said(&RULE, &["from 3 to 11"]);
        let double = blind("model.options={kind=\"fno_neuraloperator\",modes=6}", 3.0);
        double.assert_said(&RULE, &["up to 3", "from 6 to 20"]);
    }

    #[test]
    fn between_walls_a_mode_is_half_a_period() {
        let mirrored = "model.options.padding=[\"mirror\"]";
        let mut double = blind(mirrored, 2.0);
        (double.subject.model.options).insert("modes".to_owned(), 5.into());
        double.assert_said(
            &RULE,
            &["up to 2 (in periods over the box", "blind", "from 5 to 21"],
        );
        (double.subject.model.options).insert("modes".to_owned(), 60.into()); // up to 29.5
        double.assert_silent(&RULE);
    }

    #[test]
    fn waves_that_grow_later_count_with_all_that_they_need() {
        let mut double = Double::with(&["model.options.modes=8"]);
        double.assert_silent(&RULE);
        let spectra = double.evaluation.spectra[0].clone();
        let steep = |last: usize| -> Vec<f64> {
            let waves = spectra.wavenumber.iter();
            waves
                .map(|&k| f64::from(k > 0.5 && k < last as f64 + 0.5) / k.max(1.0))
                .collect()
        };
        double.evaluation.spectral_errors = Some(SpectralErrors {
            rollout_steps: vec![1, 2, 3],
            times: vec![0.8, 1.6, 2.4],
            wavenumber: spectra.wavenumber.clone(),
            relative: vec![vec![None; 33]; 3],
            changes: vec![steep(7), steep(30), vec![1e-6; 33]], // a front forms; at last all is quiet
        });
        double.assert_silent(&RULE); // what moves there is learned
        let first = &mut double.evaluation.spectra[0];
        first.error[1..8].fill(1e-4);
        first.error[8..].fill(1e-3);
        first.persistence_error = steep(7);
        first.persistence_error[8..].fill(2e-3);
        let parts = [
            "up to 7",
            "(at time 1.6)",
            "50 % of the change",
            "from 8 to 30",
        ];
        double.assert_said(&RULE, &parts);
        double.evaluation.spectra[0].error[8..].fill(1e-5);
        let later = &mut double.evaluation.spectra[1];
        later.error[8..].fill(0.1);
        later.truth[8..].fill(0.2);
        double.assert_said(&RULE, &["50 % of what moves there", "from 8 to 30"]);
    }

    #[test]
    fn other_networks_and_enough_modes_are_no_case() {
        Double::healthy().assert_silent(&RULE);
        Double::with(&["model.options.modes=3"]).assert_silent(&RULE); // it misses 2 % of the change, above and below
        blind("model.options={kind=\"unet\",width=32}", 2.0).assert_silent(&RULE);
        blind("model.options.modes=60", 2.0).assert_silent(&RULE); // more than the grid has
        blind("model.options.modes=20", 2.0).assert_silent(&RULE); // the error lies below
    }
}
