//! Why a surrogate fails, in words: rules that read its evaluation, the lines of metrics and the facts of its training.
//!
//! A rule says in a sentence what it sees, with the numbers, and in another what would help. One file and one entry of
//! [`RULES`] each. What it takes for too much is a named constant with its reason. Rules about the stream of windows
//! while a training runs are those of [`crate::advice`].

mod blind_above_modes;
mod blow_up;
mod constant_learning_rate;
#[cfg(any(test, feature = "doubles"))]
pub mod doubles;
mod energy;
mod energy_gained;
mod energy_lost;
mod evidence;
mod file_disagrees;
mod fine_scales;
mod loss_still_falls;
mod mean_drift;
mod noisy_frames;
mod overfitting;
mod parameter_dependence;
mod phase_or_amplitude;
mod reference_error;
mod refinements_without_gain;
mod remedies;
mod retained;
#[cfg(test)]
mod schema;
mod short_rollouts;
mod spectral_tail;
mod spread_skill;
mod unseen_parameters;
mod way;
mod words;
mod worse_than_persistence;

pub use evidence::{Evidence, History};
pub use file_disagrees::Disagreement;
pub use unseen_parameters::inside;
pub use way::{Changes, Remedy, Takes, Way};

use serde::Serialize;
use std::fmt;

/// More findings than this hide the first ones.
const MOST: usize = 5;

/// A weakness that a rule has found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Finding {
    /// Name of the rule.
    pub rule: &'static str,
    /// The observation, with the numbers.
    pub seen: String,
    /// Ways to improve on it, in words.
    pub remedy: String,
    /// The same as keys of the recipe with the values to write, as TOML: a way that would help each, all of which the recipe
    /// takes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Changes>,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.seen, self.remedy)
    }
}

/// A weakness of surrogates, and how it is recognised.
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// The weakness that it recognises, and the threshold.
    pub summary: &'static str,
    /// Rules that add nothing where this one speaks.
    pub covers: &'static [&'static str],
    /// Its finding, where there is one.
    pub find: fn(&Evidence<'_>) -> Option<Finding>,
}

impl Rule {
    /// A finding, with the ways alone that are open to the recipe.
    fn found(&self, evidence: &Evidence<'_>, seen: String, remedy: Remedy) -> Finding {
        let remedy = remedy.open_to(evidence.takes);
        Finding {
            rule: self.name,
            seen,
            remedy: remedy.text(),
            changes: remedy.changes(),
        }
    }
}

/// Every rule, what matters most first: what is wrong with the data, then with the surrogate, causes before what follows
/// from them.
pub const RULES: &[&Rule] = &[
    &noisy_frames::RULE,
    &file_disagrees::RULE,
    &unseen_parameters::RULE,
    &overfitting::RULE,
    &blow_up::RULE,
    &blind_above_modes::RULE,
    &worse_than_persistence::RULE,
    &reference_error::RULE,
    &fine_scales::RULE,
    &spectral_tail::RULE,
    &energy_gained::RULE,
    &energy_lost::RULE,
    &mean_drift::RULE,
    &short_rollouts::RULE,
    &parameter_dependence::RULE,
    &refinements_without_gain::RULE,
    &spread_skill::RULE,
    &loss_still_falls::RULE,
    &constant_learning_rate::RULE,
    &phase_or_amplitude::RULE,
];

/// Findings of the rules, what matters most first, five at most.
#[must_use]
pub fn diagnose(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut covered = Vec::new();
    for rule in RULES {
        if covered.contains(&rule.name) {
            continue;
        }
        if let Some(finding) = (rule.find)(evidence) {
            covered.extend(rule.covers);
            found.push(finding);
        }
    }
    found.truncate(MOST);
    found
}

/// Worked example of `docs/book/extending.md`, compiled for its own test alone.
#[cfg(test)]
#[path = "../../../examples/extending/uneven_rollouts.rs"]
pub mod uneven_rollouts;

#[cfg(test)]
mod tests {
    use super::doubles::Double;
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_healthy_case_gets_no_finding() {
        assert_eq!(diagnose(&Double::healthy().evidence()), []);
    }

    #[test]
    fn causes_come_first_and_cover_what_follows_from_them() {
        let mut double = Double::healthy();
        double.evaluation.surrogate.finite_share = 0.5;
        double.evaluation.surrogate.nrmse = 0.9;
        double.evaluation.spectra[2].prediction.fill(1.0);
        let found = diagnose(&double.evidence());
        let rules: Vec<&str> = found.iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, ["overfitting", "blow_up"]);
    }

    #[test]
    fn names_are_there_once_and_rules_cover_later_ones() {
        let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        for (place, rule) in RULES.iter().enumerate() {
            let later = |name: &&str| names[place + 1..].contains(name);
            assert!(rule.covers.iter().all(later), "{}", rule.name);
        }
    }
}
