//! Forecasts judged field by field, and all fields together in units of what varies of each: where fields have numbers of
//! different sizes, or means far larger than their variations, scores of whole states see only the largest.

use super::at_steps::at_steps;
use super::judge::{self, Forecast};
use super::quiet::Quiet;
use super::slices::Part;
use super::{HeldOut, curves, metrics};
use crate::batch::Layout;
use crate::metric::Meaning;
use crate::plan::Plan;
use crate::results::{Evaluation, FieldScores, Judged, SCALED};
use ondine_solvers::SolverError;

/// Every field where there are several, and all of them scaled.
pub(super) fn by_field(
    plan: &Plan,
    layout: &Layout,
    held_out: &HeldOut,
    forecasts: [&Forecast<'_>; 2],
    whole: &Evaluation,
) -> Result<Vec<FieldScores>, SolverError> {
    let mut all = Vec::new();
    if layout.channels > 1 {
        for channel in 0..layout.channels {
            let name = whole.fields.get(channel);
            let name = name.map_or_else(|| format!("channel {channel}"), Clone::clone);
            all.push((name, Part::field(channel, layout)));
        }
    }
    all.push((SCALED.to_owned(), Part::scaled(held_out, layout)));
    let of = |(name, part): (String, Part)| judged(plan, &part, held_out, forecasts, whole, name);
    all.into_iter().map(of).collect()
}

/// The scores of a part of the states.
fn judged(
    plan: &Plan,
    part: &Part,
    held_out: &HeldOut,
    forecasts: [&Forecast<'_>; 2],
    whole: &Evaluation,
    field: String,
) -> Result<FieldScores, SolverError> {
    let layout = part.layout();
    let truth = part.truth(held_out);
    let states = forecasts.map(|forecast| part.forecast(held_out, forecast));
    let [forecast, still] = [0, 1].map(|i: usize| Forecast::new(&states[i]));
    let quiet = Quiet::of(&truth);
    let judged = |forecast: &Forecast<'_>| -> Result<Judged, SolverError> {
        let mut judged = judge::judge(&truth, &quiet, forecast, &whole.times);
        let meaning = Meaning::Scalars;
        judged.curves = curves::curves(plan, layout, meaning, &truth, &quiet, forecast)?;
        Ok(judged)
    };
    let alone = Evaluation {
        surrogate: judged(&forecast)?,
        persistence: judged(&still)?,
        spectra: judge::spectra(layout, &truth, &forecast, &still, &whole.times)?,
        ..whole.clone()
    };
    Ok(FieldScores {
        field,
        quiet: quiet.simulations(),
        constant: quiet.all_constant(),
        metrics: metrics(plan, &alone),
        at: at_steps(&plan.recipe.evaluate.at, &alone),
        surrogate: alone.surrogate,
        persistence: alone.persistence,
        spectra: alone.spectra,
    })
}
