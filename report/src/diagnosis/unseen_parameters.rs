//! Judged on what it was not trained on: conditions outside of the recipe's ranges.

use super::words::percent;
use super::{Evidence, Finding, Remedy, Rule, Way};
use crate::numbers::text::{counted, number, range};
use ondine_metrics::results::SimulationScore;

/// A value may lie so far outside of a range, as a share of it: files of other programs keep 32-bit.
const ROUNDING: f64 = 1e-5;
/// One in so many outside matters whatever its error is.
const MANY: usize = 4;
/// The mean error outside over that inside from which on any matter.
const WORSE: f64 = 2.0;

pub(super) const RULE: Rule = Rule {
    name: "unseen_parameters",
    summary: "a quarter of the simulations, or some that err twice as much as the others, have a parameter, length or time \
              step outside of the ranges of the recipe",
    covers: &[
        "overfitting",
        "worse_than_persistence",
        "parameter_dependence",
    ],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let trained = evidence.trained().iter();
    let unseen = trained.map(|(name, range)| Unseen::of(evidence, name.clone(), *range));
    let mut unseen: Vec<Unseen<'_>> = unseen.filter(Unseen::matters).collect();
    unseen.sort_by_key(|unseen| std::cmp::Reverse(unseen.outside.len()));
    let (worst, others) = unseen.split_first()?;
    Some(worst.finding(evidence, others))
}

/// Whether a value lies in a range, rounding left out.
pub fn inside([low, high]: [f64; 2], value: f64) -> bool {
    let room = ROUNDING * low.abs().max(high.abs());
    (low - room..=high + room).contains(&value)
}

/// The simulations that have a condition outside of its range, and the others.
struct Unseen<'a> {
    name: String,
    trained: [f64; 2],
    outside: Vec<&'a SimulationScore>,
    inside: Vec<&'a SimulationScore>,
}

impl<'a> Unseen<'a> {
    fn of(evidence: &Evidence<'a>, name: String, trained: [f64; 2]) -> Self {
        let all = evidence.evaluation.loud().into_iter();
        let all = all.filter(|simulation| simulation.conditions.contains_key(&name));
        let (inside, outside) =
            all.partition(|simulation| inside(trained, simulation.conditions[&name]));
        Self {
            name,
            trained,
            outside,
            inside,
        }
    }

    /// Whether many lie outside, or those that do are worse.
    fn matters(&self) -> bool {
        let all = self.outside.len() + self.inside.len();
        let many = self.outside.len() * MANY >= all;
        let worse = mean(&self.outside) >= WORSE * mean(&self.inside);
        !self.outside.is_empty() && (many || worse)
    }

    /// The finding, which names `others` that are outside too.
    fn finding(&self, evidence: &Evidence<'_>, others: &[Self]) -> Finding {
        let values = self
            .outside
            .iter()
            .map(|simulation| simulation.conditions[&self.name]);
        let low = values.clone().fold(f64::INFINITY, f64::min);
        let high = values.fold(f64::NEG_INFINITY, f64::max);
        let all = self.outside.len() + self.inside.len();
        let seen = format!(
            "In {} of {} `{}` lies where the surrogate was not trained: {}, trained {}.{} {}",
            self.outside.len(),
            counted(all, "simulation"),
            self.name,
            range([low, high], number),
            self.trained_words(),
            also(others),
            self.errors()
        );
        let [low, high] = [low.min(self.trained[0]), high.max(self.trained[1])];
        RULE.found(evidence, seen, self.remedy(evidence, [low, high]))
    }

    fn remedy(&self, evidence: &Evidence<'_>, [low, high]: [f64; 2]) -> Remedy {
        let problem = &evidence.subject.problem;
        if problem.is_spacing(&self.name) {
            let grid = problem.points();
            let ways = [
                format!("judge it on the {grid:?} points that it was trained on"),
                "train it on this grid".to_owned(),
                "take model.kind = \"fno\", which counts waves over the box and is the same on every grid"
                    .to_owned(),
            ];
            let lead = "Its network counts neighbours by points";
            return Remedy::of(lead, ways.map(Way::words));
        }
        let met = range([low, high], number);
        let text = format!("train on what it will meet, {} {met}", self.name);
        let key = match &self.name[..] {
            "dt" => Some("time.dt".to_owned()),
            "length" => Some("grid.length".to_owned()),
            // Those of single axes share a key, and times have none.
            name => {
                let mut known = problem.conditions.iter();
                let known = known.any(|one| one.name == name && one.axis.is_none());
                known.then(|| format!("equation.{name}"))
            }
        };
        let train = match key.filter(|_| !evidence.subject.is_of_file()) {
            Some(key) => Way::set(&key, format!("{{ uniform = [{low}, {high}] }}"), text),
            None => Way::words(text),
        };
        Remedy::ways([train, Way::words("judge it within its range")])
    }

    fn trained_words(&self) -> String {
        let [low, high] = self.trained;
        if low < high {
            range(self.trained, number)
        } else {
            format!("on {} alone", number(low))
        }
    }

    fn errors(&self) -> String {
        let outside = percent(mean(&self.outside));
        if self.inside.is_empty() {
            format!("One step errs by {outside} there.")
        } else {
            format!(
                "One step errs by {outside} there, by {} where it was.",
                percent(mean(&self.inside))
            )
        }
    }
}

/// The others that lie outside, in a sentence.
fn also(others: &[Unseen<'_>]) -> String {
    let names: Vec<String> = others.iter().map(|one| format!("`{}`", one.name)).collect();
    match names.len() {
        0 => String::new(),
        1 => format!(" {} lies outside too.", names[0]),
        _ => format!(" {} lie outside too.", names.join(", ")),
    }
}

fn mean(simulations: &[&SimulationScore]) -> f64 {
    let errors = simulations.iter().map(|simulation| simulation.nrmse);
    errors.sum::<f64>() / simulations.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;

    #[test]
    fn one_trained_value_and_a_range_of_others_are_named() {
        Double::healthy().assert_silent(&RULE);
        let double = Double::with(&["trained.viscosity=[1.0, 1.0]"]);
        let parts = [
            "In 32 of 32 simulations `viscosity`",
            "from 0.81 to 1.19, trained on 1 alone",
            "what it will meet, viscosity from 0.81 to 1.19",
        ];
        double.assert_said(&RULE, &parts);
    }

    #[test]
    fn everything_that_lies_outside_is_named() {
        let double = Double::with(&[
            "trained.viscosity=[1.0, 1.0]",
            "trained.length=[20.0, 20.0]",
        ]);
        double.assert_said(&RULE, &["`length`", "`viscosity` lies outside too"]);
    }

    #[test]
    fn a_spacing_of_another_grid_is_told_with_what_it_means() {
        let mut double = Double::healthy();
        double.assert_silent(&RULE);
        for simulation in &mut double.evaluation.simulations {
            simulation.conditions.insert("dx".into(), 0.25);
        }
        double.assert_said(
            &RULE,
            &[
                "`dx`",
                "trained on 0.5 alone",
                "[64] points that it was trained on",
            ],
        );
    }

    #[test]
    fn errors_inside_and_outside_are_compared() {
        let mut double = Double::with(&["trained.viscosity=[0.8, 1.0]"]);
        for simulation in &mut double.evaluation.simulations {
            let outside = simulation.conditions["viscosity"] > 1.0;
            simulation.nrmse = if outside { 0.2 } else { 0.01 };
        }
        let parts = [
            "In 16 of 32",
            "from 1.01 to 1.19",
            "errs by 20 % there, by 1 % where it was",
        ];
        double.assert_said(&RULE, &parts);
    }

    #[test]
    fn rounding_is_not_outside() {
        let mut double = Double::healthy();
        for simulation in &mut double.evaluation.simulations {
            simulation
                .conditions
                .insert("dt".into(), f64::from(0.2_f32));
        }
        double.assert_silent(&RULE);
    }
}
