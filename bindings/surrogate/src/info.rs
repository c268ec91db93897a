//! The description of a surrogate.

use ondine::forecast::Forecaster;
use serde_json::json;

/// Conditions of a surrogate.
pub(crate) struct Told {
    /// Names: the told ones first.
    pub(crate) names: Vec<String>,
    /// Number of those that a call brings.
    pub(crate) told: usize,
}

/// The conditions that a call brings: all of the problem, then the lengths and the time step that varied in the training.
pub(crate) fn told(forecaster: &Forecaster) -> Told {
    let (own, others) = ordered(forecaster);
    Told {
        told: own.len(),
        names: own.into_iter().chain(others).map(|one| one.name).collect(),
    }
}

type Conditions = Vec<ondine::solvers::problem::Condition>;

fn ordered(forecaster: &Forecaster) -> (Conditions, Conditions) {
    let count = forecaster.problem().conditions.len();
    let all = forecaster.conditions().into_iter().enumerate();
    let (own, others): (Vec<_>, Vec<_>) =
        all.partition(|(place, one)| *place < count || one.range[0] < one.range[1]);
    let plain = |pairs: Vec<(usize, _)>| pairs.into_iter().map(|(_, one)| one).collect();
    (plain(own), plain(others))
}

/// The description as JSON.
pub(crate) fn describe(forecaster: &Forecaster) -> String {
    let (own, others) = ordered(forecaster);
    let told = own.len();
    let all = own.into_iter().chain(others);
    let conditions: Vec<_> = all
        .map(|one| json!({ "name": one.name, "range": one.range, "unit": one.unit }))
        .collect();
    let described = json!({
        "problem": forecaster.problem().name,
        "fields": forecaster.fields(),
        "points": forecaster.points(),
        "values": forecaster.state_len(),
        "frames": forecaster.history(),
        "stride": forecaster.stride(),
        "conditions": conditions,
        "told": told,
        "steps": forecaster.trained_steps(),
        "stochastic": forecaster.is_stochastic(),
        "horizon": forecaster.horizon().map(|horizon| horizon.time),
    });
    described.to_string()
}
