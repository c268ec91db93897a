//! Trained on a file that says something else than the equation that the surrogate is judged by, or the other way round.
//!
//! A step of the recipe's solver from a frame of the file, with the conditions that the file has for the simulation, is
//! compared with the frame that follows. A wrong time between frames makes every change larger by a factor. The program that
//! has the solver makes the comparison.

use super::words::percent;
use super::{Evidence, Finding, Remedy, Rule, Way};
use crate::numbers::text::number;
use serde::{Deserialize, Serialize};

/// Distance of both changes over that of the solver. Solvers of one equation agree much better over a frame.
const DISAGREE: f64 = 0.1;
/// Distance from 1 at which the factor between both changes is reported.
const OTHER: f64 = 0.1;

pub(super) const RULE: Rule = Rule {
    name: "file_disagrees",
    summary: "trained on a file and judged by the solver, or the other way round, and frames of the file change by 10 % \
              otherwise than the solver says",
    covers: &[
        "overfitting",
        "worse_than_persistence",
        "fine_scales",
        "energy_gained",
        "energy_lost",
        "short_rollouts",
        "parameter_dependence",
        "loss_still_falls",
        "phase_or_amplitude",
    ],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let found = evidence
        .disagreement
        .filter(|found| found.distance >= DISAGREE)?;
    let other = (found.factor - 1.0).abs() >= OTHER;
    let seen = format!(
        "Frames of {} are not what the equation makes of those before: from one to the next they change {} times as much, \
         {} of the change has another shape, and {} of the energy remains.",
        found.file,
        number(found.factor),
        percent(found.rest),
        percent(found.kept)
    );
    let dt = if other {
        format!(
            "see whether its frames are {} apart, as that suggests, not {}",
            number(found.factor * found.dt),
            number(found.dt)
        )
    } else {
        "see whether its values hold noise, or its solver damps".to_owned()
    };
    let ways = [
        dt,
        "whether its parameters and lengths are those of the recipe's equation".to_owned(),
        "judge the surrogate on trajectories of the same origin (`evaluate --data`)".to_owned(),
    ];
    Some(RULE.found(evidence, seen, Remedy::ways(ways.map(Way::words))))
}

/// Changes between the frames of a file beside those of the solver from the same states, where a surrogate was trained on one
/// and is judged by the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Disagreement {
    /// Name of the file.
    pub file: String,
    /// `⟨d, s⟩ / ⟨s, s⟩` of the file's changes `d` and the solver's `s`.
    pub factor: f64,
    /// `‖d − s‖ / ‖s‖`.
    pub distance: f64,
    /// Share of the file's changes that no factor explains, from 0 to 1.
    pub rest: f64,
    /// Energy of the file's frames over that of the solver's.
    pub kept: f64,
    /// Time between frames, in the units of the problem, as the first trajectory says.
    pub dt: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;

    fn found(factor: f64, distance: f64, rest: f64) -> Double {
        let mut double = Double::healthy();
        double.disagreement = Some(Disagreement {
            file: "waves.h5".to_owned(),
            factor,
            distance,
            rest,
            kept: 1.0,
            dt: 0.1,
        });
        double
    }

    #[test]
    fn times_that_are_wrong_are_told_with_the_right_ones() {
        Double::healthy().assert_silent(&RULE);
        found(1.01, 0.02, 0.01).assert_silent(&RULE);
        let parts = [
            "Frames of waves.h5",
            "change 2 times as much",
            "0.2 apart, as that suggests, not 0.1",
        ];
        found(2.0, 1.0, 0.01).assert_said(&RULE, &parts);
    }

    #[test]
    fn what_no_factor_explains_is_told() {
        let parts = ["30 % of the change has another shape", "hold noise"];
        found(1.0, 0.3, 0.3).assert_said(&RULE, &parts);
    }
}
