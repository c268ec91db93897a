//! Results of a gate, as a table.

use super::table::columns;
use crate::evaluation::{GateSeconds, Gated, Tried};
use crate::numbers::text::percent;

/// Titles of the columns.
const HEAD: [&str; 6] = [
    "nominal",
    "false accepts",
    "solver steps",
    "stops",
    "mean error",
    "net speed",
];

/// The numbers of a gate that was tried, with the file of its calibration.
pub(super) fn rendered(gated: &Gated) -> String {
    let tolerance = gated.policy.tolerance;
    let timed = gated.rows.iter().any(|row| row.net_speed.is_some());
    let head = HEAD.map(str::to_owned).to_vec();
    let mut rows = vec![head];
    rows.extend(gated.rows.iter().map(row));
    rows.iter_mut()
        .for_each(|row| row.truncate(HEAD.len() - usize::from(!timed)));
    format!(
        "gate: errors above {tolerance} are not to be accepted, in deviations of the fields; calibrated on {} held-out \
         simulations, tried on {} of {} steps\n{}\n\
         always the surrogate: mean error {:.3}; always the solver: 0, as it is the truth here\n{}\
         calibration by all of them, for codes: {}",
        gated.calibrating,
        gated.tried,
        gated.steps,
        columns(&rows),
        gated.surrogate_error,
        gated.seconds.map_or(String::new(), wall_times),
        gated.calibration.display(),
    )
}

fn row(tried: &Tried) -> Vec<String> {
    let net_speed = tried.net_speed.map(|speed| format!("{speed:.2}"));
    vec![
        percent(tried.alpha),
        percent(tried.false_accepts),
        percent(tried.solver_steps),
        percent(tried.stops),
        format!("{:.3}", tried.error),
        net_speed.unwrap_or_default(),
    ]
}

/// The wall times that net speeds are of.
fn wall_times(seconds: GateSeconds) -> String {
    let surrogate = format!("surrogate and gate {:.2e} s per step", seconds.surrogate);
    match seconds.solver {
        Some(solver) => format!(
            "net speed: wall time of the solver alone over that behind the gate; {surrogate}, solver {solver:.2e} s, on a core \
             each\n"
        ),
        None => format!("net speed: no solver here to compare with; {surrogate} on a core\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::Policy;

    fn gated(solver: Option<f64>) -> Gated {
        let seconds = GateSeconds {
            surrogate: 1e-3,
            solver,
        };
        let row = Tried {
            alpha: 0.05,
            false_accepts: 0.02,
            solver_steps: 0.125,
            stops: 0.0,
            error: 0.01,
            net_speed: seconds.net_speed(0.125),
        };
        Gated {
            policy: Policy::default(),
            calibrating: 2,
            tried: 2,
            steps: 9,
            seconds: Some(seconds),
            surrogate_error: 0.1,
            rows: vec![row],
            calibration: "run/gate.json".into(),
        }
    }

    #[test]
    fn the_net_speed_is_a_column_where_there_is_a_solver() {
        let text = rendered(&gated(Some(8e-3)));
        assert!(text.contains("mean error  net speed"), "{text}");
        assert!(text.contains("0.010       4.00"), "{text}");
        let text = rendered(&gated(None));
        assert!(text.contains("net speed: no solver here"), "{text}");
        assert!(!text.contains("mean error  net speed"), "{text}");
    }
}
