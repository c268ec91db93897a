//! Data that a training begins with, where fields of its surrogate are kept positive.

use super::TrainError;
use super::statistics::known;
use crate::plan::Plan;
use ondine_datasets::Window;

/// Share of the largest value of a field that rounding may leave below 0: solvers that sum waves do.
const ROUNDING: f64 = f32::EPSILON as f64;

/// Checks that the fields that are kept positive are not below 0 in windows on the host, rounding aside.
///
/// # Errors
/// The first value that is.
pub(super) fn check(plan: &Plan, windows: &[Window]) -> Result<(), TrainError> {
    let names = plan.problem.field_names().into_iter().enumerate();
    let mut kept = names.filter(|(_, name)| plan.recipe.keep_positive.has(name));
    kept.try_for_each(|(channel, field)| {
        let of = |window| extremes(plan, window, channel);
        let largest = windows.iter().map(|window| of(window)[1]);
        let least = -ROUNDING * largest.fold(0.0, f64::max);
        let mut lowest = windows.iter().map(|window| (window, of(window)[0]));
        let below = lowest.find(|(_, value)| *value < least);
        below.map_or(Ok(()), |(window, value)| {
            Err(TrainError::NotPositive {
                field,
                simulation: window.simulation,
                value,
            })
        })
    })
}

/// The least and the largest value of a channel of a window, at points with data.
fn extremes(plan: &Plan, window: &Window, channel: usize) -> [f64; 2] {
    let points = plan.stages[0].layout_on(window.grid).num_points();
    let mut extremes = [f64::INFINITY, f64::NEG_INFINITY];
    for frame in &window.frames {
        let frame = frame.on_host();
        for value in known(plan, window, &frame[channel * points..][..points]) {
            extremes = [extremes[0].min(value), extremes[1].max(value)];
        }
    }
    extremes
}
