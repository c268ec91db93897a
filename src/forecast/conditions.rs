//! Conditions by name.

use super::{ForecastError, Forecaster};
use crate::conditioning::Outside;
use ondine_datasets::Conditions;
use ondine_solvers::Problem;
use ondine_solvers::problem::{Condition, DT};

/// Pairs of name and value.
pub type Named<'a> = [(&'a str, f64)];

impl Forecaster {
    /// The conditions that a forecast takes, with trained ranges and units: those of the problem, then lengths of the domain
    /// and the time `dt` between two frames.
    pub fn conditions(&self) -> Vec<Condition> {
        of(self.problem())
    }

    /// Time that a step advances a state by, over all frames of the answer.
    ///
    /// # Errors
    /// When a condition is unknown, missing or no possible value.
    pub fn step_time(&self, conditions: &Named<'_>) -> Result<f64, ForecastError> {
        let dt = self.resolved(conditions)?.dt;
        Ok(dt * (self.layout.stride * self.layout.bundle) as f64)
    }

    /// The conditions outside of their trained ranges, where answers are not to be trusted; `end` is the time that the
    /// forecasts reach.
    ///
    /// # Errors
    /// When a condition is unknown, missing or no possible value.
    pub fn outside(&self, conditions: &Named<'_>, end: f64) -> Result<Vec<Outside>, ForecastError> {
        let resolved = self.resolved(conditions)?;
        let named = self.network.conditions(self.points(), &resolved, end);
        Ok(self.network.outside(&[named]))
    }

    /// The conditions of a simulation, from those that are named and those that had one value in the training.
    pub(super) fn resolved(&self, named: &Named<'_>) -> Result<Conditions, ForecastError> {
        let known = self.conditions();
        let own = self.problem().conditions.len();
        for pair in named {
            check(&known, own, *pair)?;
        }
        let values = known
            .iter()
            .map(|condition| value(&known, condition, named));
        let mut values = values.collect::<Result<Vec<f64>, _>>()?.into_iter();
        let problem = self.problem();
        let parameters = values.by_ref().take(problem.conditions.len()).collect();
        let length: Vec<f64> = values.by_ref().take(problem.dims()).collect();
        let axes = problem.axes.iter().zip(self.points()).zip(&length);
        Ok(Conditions {
            spacing: axes
                .map(|((axis, &points), &length)| axis.kind.spacing(points, length))
                .collect(),
            dt: values.next().unwrap_or(problem.dt[0]),
            length,
            parameters,
        })
    }
}

/// The conditions of a step of a problem: its own, lengths of the domain, the time between two frames.
pub(super) fn of(problem: &Problem) -> Vec<Condition> {
    let other = |name: String, symbol: &str, axis, range| Condition {
        name,
        axis,
        symbol: symbol.to_owned(),
        range,
        unit: None,
    };
    let lengths = problem.length_names().into_iter().zip(&problem.axes);
    let lengths = lengths
        .enumerate()
        .map(|(i, (name, axis))| other(name, "L", Some(i), axis.length));
    let dt = other(DT.to_owned(), "Δt", None, problem.dt);
    let own = problem.conditions.iter().cloned();
    own.chain(lengths).chain([dt]).collect()
}

/// Checks that a condition exists and may have this value; behind the `own` ones of the problem stand lengths and
/// times.
pub(super) fn check(
    known: &[Condition],
    own: usize,
    (name, value): (&str, f64),
) -> Result<(), ForecastError> {
    let Some(place) = known.iter().position(|condition| condition.name == name) else {
        return Err(ForecastError::UnknownCondition {
            name: name.to_owned(),
            known: listed(known),
        });
    };
    check_value(&known[place], place >= own, value)
}

/// Checks that a condition may have this value; lengths and times are sizes.
pub(super) fn check_value(
    condition: &Condition,
    is_size: bool,
    value: f64,
) -> Result<(), ForecastError> {
    let refused = |expected| {
        Err(ForecastError::ConditionValue {
            name: condition.name.clone(),
            value,
            expected,
        })
    };
    if !value.is_finite() {
        return refused("a finite number");
    }
    if is_size && value <= 0.0 {
        return refused("a number above 0");
    }
    Ok(())
}

/// The value of a condition: the last one that is named, or the only one of the training.
pub(super) fn value(
    known: &[Condition],
    condition: &Condition,
    named: &Named<'_>,
) -> Result<f64, ForecastError> {
    let [low, high] = condition.range;
    let typed = named.iter().rfind(|(name, _)| *name == condition.name);
    let only = (low >= high).then_some(low);
    typed.map(|(_, value)| *value).or(only).ok_or_else(|| {
        let name = condition.name.clone();
        let known = listed(known);
        ForecastError::MissingCondition { name, known }
    })
}

/// Conditions with their trained ranges, in words.
pub(super) fn listed(known: &[Condition]) -> String {
    let shown = |condition: &Condition| {
        let (name, [low, high]) = (&condition.name, condition.range);
        let unit = condition.unit.iter().map(|unit| format!(" {unit}"));
        let unit: String = unit.collect();
        if low < high {
            format!("{name} in [{low}, {high}]{unit}")
        } else {
            format!("{name} = {low}{unit} (may be left out)")
        }
    };
    known.iter().map(shown).collect::<Vec<_>>().join(", ")
}
