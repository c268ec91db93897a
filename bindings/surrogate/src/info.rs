//! The description of a surrogate.

use ondine::forecast::Forecaster;
use serde_json::json;

/// Places, in the order of the forecaster, of the conditions that a call brings: all of the problem, then the lengths and the
/// time step that varied in the training.
pub(crate) fn conditioning(forecaster: &Forecaster) -> Vec<usize> {
    ordered(forecaster).0
}

/// Places of the conditions that a call brings, and of those that had one value.
fn ordered(forecaster: &Forecaster) -> (Vec<usize>, Vec<usize>) {
    let (own, all) = (
        forecaster.problem().conditions.len(),
        forecaster.conditions(),
    );
    let varies = |place: &usize| *place < own || all[*place].range[0] < all[*place].range[1];
    (0..all.len()).partition(varies)
}

/// The description as JSON.
pub(crate) fn describe(forecaster: &Forecaster) -> String {
    let (own, others) = ordered(forecaster);
    let (told, known) = (own.len(), forecaster.conditions());
    let all = own.into_iter().chain(others);
    let conditions: Vec<_> = all
        .map(|place| &known[place])
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
