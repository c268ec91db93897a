//! Forecasts grid by grid, where trajectories of several grids are held out.

use super::by_field::row;
use super::captions::BY_GRID;
use super::score::THRESHOLD;
use crate::draw::csv::{Cell, Csv};
use crate::draw::figure::{Figure, Mark};
use crate::draw::palette::style;
use crate::draw::plot::{Axes, Line, TIME, draw};
use crate::numbers::page::{percent, significant};
use maud::{Markup, html};
use ondine_metrics::results::{Evaluation, GridScores, Judged};

/// The error on every grid over time; none where there is one.
pub(super) fn figure(evaluation: &Evaluation) -> Option<Figure> {
    let grids = &evaluation.by_grid;
    if grids.len() < 2 {
        return None;
    }
    let line = |(index, of): (usize, &GridScores)| {
        let (color, dashes) = style(index);
        let times = of.times.iter().copied();
        let points = times.zip(of.surrogate.nrmse_over_time.iter().copied());
        Line::new(of.name(), color, points.collect()).mark(Mark::Line(dashes))
    };
    let lines = grids.iter().enumerate().map(line).collect();
    let axes = Axes {
        x_label: TIME.into(),
        y_label: "error relative to the truth",
        x_from_zero: true,
        log_y: true,
        ..Axes::default()
    };
    let mut figure = draw("Error by grid", BY_GRID, &axes, lines)?;
    figure.data = Some(numbers(grids));
    Some(figure)
}

/// Errors and correlations of every grid at every step.
fn numbers(grids: &[GridScores]) -> Csv {
    let columns = [
        "grid",
        "forecaster",
        "rollout step",
        TIME,
        "nrmse",
        "correlation",
    ];
    let mut table = Csv::new(columns);
    for of in grids {
        let forecasters = [
            ("surrogate", &of.surrogate),
            ("persistence", &of.persistence),
        ];
        for (forecaster, judged) in forecasters {
            let values = judged
                .nrmse_over_time
                .iter()
                .zip(&judged.correlation_over_time);
            for (step, (time, (error, correlation))) in of.times.iter().zip(values).enumerate() {
                table.row([
                    Cell::Text(&of.name()),
                    Cell::Text(forecaster),
                    Cell::Count(step as u64 + 1),
                    Cell::Number(*time),
                    Cell::Number(*error),
                    Cell::Number(*correlation),
                ]);
            }
        }
    }
    table
}

/// The scores of every grid; the other figures and tables of the page are of the first one.
pub(super) fn table(evaluation: &Evaluation) -> Option<Markup> {
    let grids = &evaluation.by_grid;
    let [first, _, ..] = &grids[..] else {
        return None;
    };
    let time = |judged: &Judged| {
        let time = judged.correlation_time.get(THRESHOLD);
        time.map_or("–".into(), |time| significant(*time, 3))
    };
    let rows: [(String, Vec<String>); 4] = [
        row("held-out trajectories", grids, |of| {
            of.trajectories.to_string()
        }),
        row("error after one step", grids, |of| {
            percent(of.surrogate.nrmse)
        }),
        row("the same of persistence", grids, |of| {
            percent(of.persistence.nrmse)
        }),
        row(
            &format!("time with correlation above {THRESHOLD}"),
            grids,
            |of| time(&of.surrogate),
        ),
    ];
    Some(html! {
        p {
            "Trained on files of several grids. Animation, maps, spectra and all other numbers are of the "
            (first.trajectories) " held-out trajectories on the grid of " (first.name()) " points."
        }
        div.scroll {
            table {
                thead { tr { th { "Grid" } @for of in grids { th { (of.name()) } } } }
                tbody {
                    @for (label, values) in &rows {
                        tr { td { (label) } @for value in values { td.number { (value) } } }
                    }
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::doubles;

    fn evaluation() -> Evaluation {
        let mut evaluation = doubles::evaluation();
        let grid = |points: &[usize], error: f64| GridScores {
            points: points.to_vec(),
            trajectories: 3,
            times: evaluation.times.clone(),
            surrogate: Judged {
                nrmse: error,
                ..evaluation.surrogate.clone()
            },
            persistence: evaluation.persistence.clone(),
            quiet: Vec::new(),
        };
        evaluation.by_grid = vec![grid(&[16, 16], 0.25), grid(&[32, 16], 0.75)];
        evaluation
    }

    #[test]
    fn the_table_says_which_grid_the_page_is_of() {
        assert!(table(&doubles::evaluation()).is_none());
        let page = table(&evaluation()).expect("there are two").into_string();
        for part in [
            "on the grid of 16 × 16 points",
            "32 × 16",
            "25\u{202f}%",
            "75\u{202f}%",
        ] {
            assert!(page.contains(part), "`{part}` is not in: {page}");
        }
    }

    #[test]
    fn the_numbers_of_every_grid_are_in_a_file() {
        assert!(figure(&doubles::evaluation()).is_none());
        let figure = figure(&evaluation()).expect("there are two");
        assert_eq!(figure.legend.len(), 2);
        let data = figure.data.expect("it has numbers");
        assert!(data.text().contains("32 × 16,persistence,200,"));
    }
}
