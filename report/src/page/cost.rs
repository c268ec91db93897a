//! Wall time of forecasts: the surrogate beside the solver of its training and the cheapest solver that is as good.

use super::table::{Cell, table as drawn};
use crate::numbers::page::significant;
use crate::numbers::text::{beside, counted};
use crate::numbers::{breakeven, busy_machine, solver_place};
use maud::{Markup, html};
use ondine_metrics::results::{Evaluation, Setup, Speed, TimedSolver};

/// The table; none where no time was measured.
pub(super) fn table(evaluation: &Evaluation) -> Option<Markup> {
    let speed = evaluation.speed.as_ref()?;
    let headings = ["Forecaster", "Seconds per time unit", "Compared", "How"];
    Some(drawn(&headings, &rows(speed)))
}

fn rows(speed: &Speed) -> Vec<Vec<Cell>> {
    let batch = format!("a trajectory, {} at once", speed.batch);
    let mut rows = vec![
        row("surrogate", speed.surrogate, "", &batch),
        row(
            "surrogate alone",
            speed.surrogate_alone,
            "",
            "one trajectory at a time",
        ),
    ];
    rows.extend(busy_machine(speed).map(|words| {
        vec![
            Cell::name(html! { "a busy machine" }),
            Cell::number(""),
            Cell::words(""),
            Cell::words(&words),
        ]
    }));
    let Some(solver) = &speed.solver else {
        return rows;
    };
    rows.push(of_solver("solver", solver));
    rows.push(match &speed.same_error {
        Some(found) => of_solver("solver at the same error", &found.solver),
        None => vec![
            Cell::name(html! { "solver at the same error" }),
            Cell::number(""),
            Cell::words(""),
            Cell::words(&format!(
                "none of the {} that were tried is as good",
                speed.tried
            )),
        ],
    });
    rows.extend(speed.breakeven.as_ref().map(|found| {
        let (number, how) = breakeven(found);
        vec![
            Cell::name(html! { "breakeven" }),
            Cell::number(""),
            Cell::words(&number),
            Cell::words(&how),
        ]
    }));
    rows
}

fn row(name: &str, seconds: f64, compared: &str, how: &str) -> Vec<Cell> {
    vec![
        Cell::name(html! { (name) }),
        Cell::number(&significant(seconds, 3)),
        Cell::words(compared),
        Cell::words(how),
    ]
}

fn of_solver(name: &str, solver: &TimedSolver) -> Vec<Cell> {
    let Setup { points, steps } = &solver.setup;
    let points: Vec<String> = points.iter().map(usize::to_string).collect();
    let how = format!(
        "{} points, {} per frame of the forecast, {}",
        points.join(" × "),
        counted(*steps, "step"),
        solver_place(solver)
    );
    row(name, solver.seconds, &beside(solver.ratio), &how)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;
    use ondine_metrics::results::Breakeven;

    #[test]
    fn the_cheaper_forecaster_is_called_faster() {
        let mut evaluation = Double::healthy().evaluation;
        assert!(table(&evaluation).is_none());
        evaluation.speed = Some(Speed {
            threads: 2,
            batch: 8,
            surrogate_batch: 0.8,
            surrogate: 0.1,
            surrogate_alone: 0.2,
            processor_share: Some(0.25),
            solver: Some(TimedSolver {
                setup: Setup {
                    points: vec![64, 32],
                    steps: 16,
                },
                seconds: 0.0125,
                batch: None,
                ratio: 0.125,
            }),
            same_error: None,
            tried: 12,
            breakeven: Some(Breakeven {
                training: 60.0,
                without_data: false,
                length: 10.0,
                threads: 2,
                batch: None,
                surrogate: 1.0,
                solver: 0.125,
                forecasts: None,
            }),
        });
        let page = table(&evaluation).expect("times").into_string();
        for part in [
            "8 times faster than the surrogate",
            "64 × 32 points, 16 steps per frame of the forecast, one thread",
            "none of the 12 that were tried",
            "never",
            "no number of forecasts pays the training of 1 min 0 s back",
            "this one 25 % of the time",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        for share in [None, Some(0.97)] {
            let speed = evaluation.speed.as_mut().expect("times");
            speed.processor_share = share;
            let page = table(&evaluation).expect("times").into_string();
            assert!(!page.contains("busy machine"), "{page}");
        }
    }
}
