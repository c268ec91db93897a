//! Results of a gate, as a table.

use super::table::columns;
use crate::evaluation::Gated;
use crate::numbers::text::percent;

/// The numbers of a gate that was tried, with the file of its calibration.
pub(super) fn rendered(gated: &Gated) -> String {
    let tolerance = gated.policy.tolerance;
    let head = [
        "nominal",
        "false accepts",
        "solver steps",
        "stops",
        "mean error",
    ]
    .map(str::to_owned);
    let rows = gated.rows.iter().map(|row| {
        vec![
            percent(row.alpha),
            percent(row.false_accepts),
            percent(row.solver_steps),
            percent(row.stops),
            format!("{:.3}", row.error),
        ]
    });
    let rows: Vec<Vec<String>> = std::iter::once(head.to_vec()).chain(rows).collect();
    format!(
        "gate: errors above {tolerance} are not to be accepted, in deviations of the fields; calibrated on {} held-out \
         simulations, tried on {} of {} steps\n{}\n\
         always the surrogate: mean error {:.3}; always the solver: 0, as it is the truth here\n\
         calibration by all of them, for codes: {}",
        gated.calibrating,
        gated.tried,
        gated.steps,
        columns(&rows),
        gated.surrogate_error,
        gated.calibration.display(),
    )
}
