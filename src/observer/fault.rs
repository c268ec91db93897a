//! A failed attempt at a simulation, as observers get it.

use ondine_datasets::{Conditions, Failure, FailureCounts, FailureKind};
use ondine_solvers::Problem;
use ondine_solvers::problem::DT;
use serde::Serialize;
use serde_json::{Map, Value};

/// An attempt at a simulation that failed while training goes on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fault {
    /// Kind of the failure.
    pub failed: FailureKind,
    /// Index of the simulation.
    pub simulation: u64,
    /// Which draw, counted from 0.
    pub attempt: u32,
    /// Whether it is one of the simulations that the surrogate is judged on.
    pub held_out: bool,
    /// Whether the next attempt has other parameters.
    pub redrawn: bool,
    /// Conditions of the problem by name, `dt`, and `length` as a list of all axes.
    pub parameters: Map<String, Value>,
    /// The cause, as a sentence.
    pub cause: String,
}

impl Fault {
    /// The failure with the names of a problem.
    pub(crate) fn new(problem: &Problem, failure: &Failure, held_out: bool) -> Self {
        let named = |conditions: &Conditions| {
            let names = problem.condition_names().into_iter();
            let values = conditions.parameters.iter().map(|&value| value.into());
            let mut parameters: Map<String, Value> = names.zip(values).collect();
            parameters.insert(DT.into(), conditions.dt.into());
            parameters.insert("length".into(), conditions.length.clone().into());
            parameters
        };
        Self {
            failed: failure.kind,
            simulation: failure.simulation,
            attempt: failure.attempt,
            held_out,
            redrawn: failure.redrawn,
            parameters: failure.conditions.as_ref().map(named).unwrap_or_default(),
            cause: failure.cause.clone(),
        }
    }
}

/// The failures that there were in words, "3 diverged, 1 lost"; empty where there were none.
pub fn counted(counts: &FailureCounts) -> String {
    let named = counts.named().into_iter().filter(|(_, count)| *count > 0);
    let words: Vec<String> = named.map(|(name, n)| format!("{n} {name}")).collect();
    words.join(", ")
}
