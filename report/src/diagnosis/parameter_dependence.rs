//! An error that depends on a parameter, within the range that was trained.

use super::remedies::wider;
use super::words::percent;
use super::{Evidence, Finding, Remedy, Rule, Way};
use crate::numbers::text::number;

/// Spearman's rank correlation times `√(n − 1)`, which is about normal without a dependence: chance reaches 3 once in 370.
const NO_CHANCE: f64 = 3.0;
/// Factor between the errors of both ends of the range from which on it matters.
const FACTOR: f64 = 2.0;

pub(super) const RULE: Rule = Rule {
    name: "parameter_dependence",
    summary: "the error of one step changes by a factor of 2 or more from one third of a parameter's values to another",
    covers: &[],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let names = evidence.trained().keys().cloned();
    let found = names.filter_map(|name| Dependence::of(evidence, name));
    let strongest = found.max_by(|a, b| a.factor().total_cmp(&b.factor()))?;
    Some(strongest.finding(evidence))
}

/// Mean errors of the third of the simulations with the lowest values of a condition, and with the highest.
struct Dependence {
    name: String,
    correlation: f64,
    /// Values up to this are low, from this on high.
    ends: [f64; 2],
    errors: [f64; 2],
}

impl Dependence {
    /// The dependence of the error on a condition; none where it is weak or may be chance.
    fn of(evidence: &Evidence<'_>, name: String) -> Option<Self> {
        let all = evidence.evaluation.loud().into_iter();
        let pair = |simulation: &ondine_metrics::results::SimulationScore| {
            Some((*simulation.conditions.get(&name)?, simulation.nrmse))
        };
        let mut pairs: Vec<(f64, f64)> = all.filter_map(pair).collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (first, last) = (pairs.first()?, pairs.last()?);
        let third = pairs.len() / 3;
        if third == 0 || last.0 <= first.0 {
            return None;
        }
        let mean = |of: &[(f64, f64)]| of.iter().map(|pair| pair.1).sum::<f64>() / of.len() as f64;
        let (low, high) = (&pairs[..third], &pairs[pairs.len() - third..]);
        let found = Self {
            correlation: rank_correlation(&pairs),
            ends: [low[third - 1].0, high[0].0],
            errors: [mean(low), mean(high)],
            name,
        };
        let chance = NO_CHANCE / ((pairs.len() - 1) as f64).sqrt();
        (found.correlation.abs() > chance && found.factor() >= FACTOR).then_some(found)
    }

    fn factor(&self) -> f64 {
        let [low, high] = self.errors;
        (high / low).max(low / high)
    }

    fn finding(&self, evidence: &Evidence<'_>) -> Finding {
        let [low, high] = self.errors.map(percent);
        let (grows, side) = if self.correlation > 0.0 {
            ("rises", "high")
        } else {
            ("falls", "low")
        };
        let seen = format!(
            "The error grows as `{}` {grows}: one step errs by {low} where it is below {}, by {high} where it is above {} (rank \
             correlation {:.2}).",
            self.name,
            number(self.ends[0]),
            number(self.ends[1]),
            self.correlation
        );
        let breed = "ensemble.sampler = { kind = \"breed\" }, which draws more simulations where the surrogate is wrong";
        let breed = Way::set("ensemble.sampler", "{ kind = \"breed\" }", breed);
        let breed = (!evidence.subject.is_of_file()).then_some(breed);
        let narrow = Way::words("train it on a narrower range");
        let ways = breed
            .into_iter()
            .chain(wider(evidence, 2.0))
            .chain([narrow]);
        let lead = format!("Spend more on {side} values of it");
        RULE.found(evidence, seen, Remedy::of(&lead, ways))
    }
}

/// Spearman's, of pairs in the order of their first values.
fn rank_correlation(pairs: &[(f64, f64)]) -> f64 {
    let ranks = [ranks(pairs, |pair| pair.0), ranks(pairs, |pair| pair.1)];
    let mean = (pairs.len() as f64 - 1.0) / 2.0;
    let sum = |a: usize, b: usize| -> f64 {
        let products = ranks[a].iter().zip(&ranks[b]);
        products.map(|(x, y)| (x - mean) * (y - mean)).sum()
    };
    sum(0, 1) / (sum(0, 0) * sum(1, 1)).sqrt()
}

/// The places of values in their order, equal ones at the mean of their places.
fn ranks(pairs: &[(f64, f64)], value: fn(&(f64, f64)) -> f64) -> Vec<f64> {
    let rank = |of: f64| {
        let less = pairs.iter().filter(|other| value(other) < of).count();
        let upto = pairs.iter().filter(|other| value(other) <= of).count();
        (less + upto) as f64 / 2.0 - 0.5
    };
    pairs.iter().map(|pair| rank(value(pair))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;

    #[test]
    fn an_error_that_follows_a_parameter_is_told_from_one_that_does_not() {
        let mut double = Double::healthy();
        double.assert_silent(&RULE);
        for simulation in &mut double.evaluation.simulations {
            simulation.nrmse = 0.1 * (simulation.conditions["viscosity"] - 0.8);
        }
        double.assert_said(
            &RULE,
            &[
                "grows as `viscosity` rises",
                "rank correlation 1.00",
                "on high",
            ],
        );
        for simulation in &mut double.evaluation.simulations {
            simulation.nrmse = 0.1 * (1.21 - simulation.conditions["viscosity"]);
        }
        double.assert_said(
            &RULE,
            &[
                "grows as `viscosity` falls",
                "rank correlation -1.00",
                "on low",
            ],
        );
        for simulation in &mut double.evaluation.simulations {
            simulation.nrmse = 1.0 + 0.1 * simulation.conditions["viscosity"];
        }
        double.assert_silent(&RULE); // it follows, but hardly changes
    }

    #[test]
    fn ranks_of_equal_values_are_shared() {
        let pairs = [(1.0, 5.0), (1.0, 7.0), (2.0, 9.0)];
        let halves = ranks(&pairs, |pair| pair.0)
            .into_iter()
            .map(|rank| (2.0 * rank) as usize);
        assert_eq!(halves.collect::<Vec<_>>(), [1, 1, 4]);
        assert!((rank_correlation(&pairs) - 0.75_f64.sqrt()).abs() < 1e-12);
    }
}
