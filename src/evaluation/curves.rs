//! The metrics that a recipe asks for, over the steps of the rollouts.

use super::HeldOut;
use super::judge::{Forecast, mean, quantile};
use super::quiet::Quiet;
use crate::batch::Layout;
use crate::metric::{Definition, Fields, Meaning, MetricEntry, Pair, Scale, measured};
use crate::parallel;
use crate::plan::Plan;
use crate::results::Curve;
use ondine_solvers::SolverError;
use std::borrow::Cow;

/// The curves of every metric that the recipe asks for and that measures states.
pub(super) fn curves(
    plan: &Plan,
    layout: &Layout,
    meaning: Meaning,
    held_out: &HeldOut,
    quiet: &Quiet,
    forecast: &Forecast<'_>,
) -> Result<Vec<Curve>, SolverError> {
    let lengths: Vec<&[f64]> = held_out.lengths().collect();
    let fields = Fields {
        points: &layout.grid,
        axes: &layout.axes,
        lengths: &lengths,
        meaning,
    };
    let mut curves = Vec::new();
    for entry in measured(&plan.recipe.evaluate.metrics) {
        let (names, measured) = measure(entry, &fields, held_out, forecast)?;
        for (i, (name, scale)) in names.into_iter().enumerate() {
            let of_step = |step: usize| {
                let told: Vec<Option<f64>> = measured.iter().map(|of| of[step][i]).collect();
                quiet.counted(scale, step, &told)
            };
            let steps: Vec<Vec<f64>> = (0..held_out.steps()).map(of_step).collect();
            curves.push(curve(entry.kind, name, steps));
        }
    }
    Ok(curves)
}

/// The curve of a number from its values `[step][simulation]`.
fn curve(metric: &str, name: String, mut steps: Vec<Vec<f64>>) -> Curve {
    steps.iter_mut().for_each(|of| of.sort_by(f64::total_cmp));
    Curve {
        metric: metric.to_owned(),
        name,
        mean: steps.iter().map(|of_step| mean(of_step)).collect(),
        quantiles: [0.1, 0.9].map(|share| steps.iter().map(|of| quantile(of, share)).collect()),
    }
}

/// Numbers `[simulation][step][name]` of a metric, with their names and ranges.
type Measured = (Vec<(String, Scale)>, Vec<Vec<Vec<Option<f64>>>>);

/// Measures every state, the simulations shared out to all cores; over the points with data, where others have none and the
/// metric does not need all.
fn measure(
    entry: &MetricEntry,
    fields: &Fields<'_>,
    held_out: &HeldOut,
    forecast: &Forecast<'_>,
) -> Result<Measured, SolverError> {
    let Definition::States(make) = entry.definition else {
        return Ok((Vec::new(), Vec::new()));
    };
    let count = held_out.trajectories.len();
    let share = count.div_ceil(parallel::cores());
    let work = |&first: &usize| -> Result<Measured, SolverError> {
        let end = count.min(first + share);
        let mut measure = make(fields)?;
        let mut simulations = Vec::with_capacity(end - first);
        for simulation in first..end {
            let truth = &held_out.trajectories[simulation];
            let some = truth.known.as_ref().filter(|_| entry.is_pointwise());
            if let Some(known) = some {
                measure = make(&Fields {
                    points: &[known.len()],
                    ..*fields
                })?;
            }
            let counted = |state| match some {
                Some(_) => truth.known(state),
                None => Cow::Borrowed(state),
            };
            let mut of = |step: usize| {
                let frame = &truth.since_last(held_out.num_initial_frames)[step + 1];
                measure.told(&Pair {
                    prediction: &counted(forecast.frame(step, simulation)),
                    truth: &counted(frame),
                    length: &truth.conditions.length,
                    parameters: &truth.conditions.parameters,
                })
            };
            simulations.push((0..held_out.steps()).map(&mut of).collect());
        }
        let names = measure.names.into_iter().zip(measure.scales);
        Ok((names.collect(), simulations))
    };
    let starts: Vec<usize> = (0..count).step_by(share).collect();
    let parts = parallel::map(&starts, work)?;
    let (names, simulations): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
    let names = names.into_iter().next().unwrap_or_default();
    Ok((names, simulations.concat()))
}
