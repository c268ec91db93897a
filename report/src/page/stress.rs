//! Scores under shifts of what the surrogate was trained on, and the factors by which they are worse.

use super::table::{Cell, table};
use crate::draw::figure::{Figure, Mark};
use crate::draw::palette::{ERROR, SPREAD, SURROGATE};
use crate::draw::plot::{Axes, Line, draw};
use crate::numbers::page::{percent, significant};
use maud::{Markup, html};
use ondine_metrics::results::{Evaluation, StressScores};

/// The shifts, numbered as in the figure.
pub(super) fn shifts(evaluation: &Evaluation) -> Option<Markup> {
    let cases = &evaluation.stress;
    if cases.is_empty() {
        return None;
    }
    let rows = cases.iter().enumerate().map(|(place, case)| {
        let known = |read: fn(&StressScores) -> f64, shown: fn(f64) -> String| {
            let value = case.scores.as_ref().map(read);
            let value = value.filter(|value| value.is_finite()).map(shown);
            Cell::number(&value.unwrap_or_else(|| "–".to_owned()))
        };
        let digits = |value: f64| significant(value, 3);
        let factor = |value: f64| significant(value, 2);
        let words = match &case.note {
            Some(note) => format!("{} (left out: {note})", case.shift),
            None => case.shift.clone(),
        };
        vec![
            Cell::name(html! { ((place + 1).to_string()) }),
            Cell::words(case.kind.name()),
            Cell::words(&words),
            known(|scores| scores.nrmse, percent),
            known(|scores| scores.nrmse_factor, factor),
            known(|scores| scores.final_nrmse, percent),
            known(|scores| scores.final_nrmse_factor, factor),
            known(|scores| scores.correlation_time, digits),
            known(|scores| scores.correlation_time_factor, factor),
            known(|scores| scores.persistence_nrmse, percent),
        ]
    });
    let headings = [
        "Number",
        "Shifted",
        "Shift",
        "Error of one step",
        "times larger",
        "Error at the end",
        "times larger ",
        "Correlation time",
        "times shorter",
        "Persistence, one step",
    ];
    Some(table(&headings, &rows.collect::<Vec<_>>()))
}

/// The factors of all shifts.
pub(super) fn figure(evaluation: &Evaluation) -> Option<Figure> {
    let series = |label: &str, color, mark, read: fn(&StressScores) -> f64| {
        let cases = evaluation.stress.iter().enumerate();
        let points = cases.filter_map(|(place, case)| {
            let factor = read(case.scores.as_ref()?);
            factor.is_finite().then_some(((place + 1) as f64, factor))
        });
        Line::new(label, color, points.collect()).mark(mark)
    };
    let lines = vec![
        series("error of one step", SURROGATE, Mark::Circle, |scores| {
            scores.nrmse_factor
        }),
        series("error at the end", ERROR, Mark::Triangle, |scores| {
            scores.final_nrmse_factor
        }),
        series("correlation time", SPREAD, Mark::Circle, |scores| {
            scores.correlation_time_factor
        }),
    ];
    let axes = Axes {
        x_label: "number of the shift in the table".into(),
        y_label: "times worse than without the shift",
        log_y: true,
        threshold: Some(1.0),
        ..Axes::default()
    };
    let caption = "Each shift takes the surrogate out of what it was trained on in one way. At the dotted line it does no harm; errors above \
                   it are so many times larger, correlation times so many times shorter.";
    draw("Degradation under shifts", caption, &axes, lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::doubles;
    use ondine_metrics::results::{StressCase, StressKind};

    #[test]
    fn shifts_are_numbered_alike_in_table_and_figure() {
        let mut evaluation = doubles::evaluation();
        assert!(shifts(&evaluation).is_none() && figure(&evaluation).is_none());
        let case = |kind, shift: &str, factor: Option<f64>| StressCase {
            kind,
            shift: shift.to_owned(),
            scores: factor.map(|factor| StressScores {
                nrmse: 0.01 * factor,
                final_nrmse: 0.5,
                correlation_time: 3.0,
                persistence_nrmse: 0.2,
                nrmse_factor: factor,
                final_nrmse_factor: 2.0,
                correlation_time_factor: f64::INFINITY,
            }),
            note: factor
                .is_none()
                .then(|| "the network needs 64 points".to_owned()),
        };
        evaluation.stress = vec![
            case(StressKind::Noise, "1 % noise", Some(4.0)),
            case(StressKind::Resolution, "[32] points", None),
            case(StressKind::Parameter, "viscosity 2", Some(8.0)),
        ];
        let table = shifts(&evaluation).expect("a table").into_string();
        for part in [
            "1 % noise",
            "left out: the network needs 64 points",
            ">3<",
            "viscosity 2",
        ] {
            assert!(table.contains(part), "`{part}` is missing in {table}");
        }
        let figure = figure(&evaluation).expect("a figure");
        let csv = figure.data.expect("numbers");
        let rows: Vec<_> = csv.text().lines().collect();
        assert_eq!(
            rows[1..3],
            ["error of one step,1.0,4.0", "error of one step,3.0,8.0"]
        );
    }
}
