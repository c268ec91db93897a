//! Forecasts field by field, and all fields in units of what varies of each.

use super::captions::BY_FIELD;
use super::curves::over_time;
use super::score::THRESHOLD;
use crate::draw::csv::{Cell, Csv};
use crate::draw::figure::{Figure, Mark};
use crate::draw::palette::style;
use crate::draw::plot::{Axes, Line, TIME, draw};
use crate::numbers::page::{percent, significant};
use maud::{Markup, html};
use ondine_metrics::results::{Evaluation, FieldScores, Judged};
use std::collections::BTreeMap;

/// The error of every field over time; none where there is but one.
pub(super) fn figure(evaluation: &Evaluation) -> Option<Figure> {
    let fields = &evaluation.by_field;
    if fields.len() < 2 {
        return None;
    }
    let line = |(index, of): (usize, &FieldScores)| {
        let (color, dashes) = style(index);
        let points = over_time(evaluation, &of.surrogate.nrmse_over_time);
        Line::new(&of.field, color, points).mark(Mark::Line(dashes))
    };
    let lines = fields.iter().enumerate().map(line).collect();
    let axes = Axes {
        x_label: TIME.into(),
        y_label: "error relative to the truth",
        x_from_zero: true,
        log_y: true,
        ..Axes::default()
    };
    let mut figure = draw("Error by field", BY_FIELD, &axes, lines)?;
    figure.data = Some(numbers(evaluation));
    Some(figure)
}

/// Every number of every field at every step.
fn numbers(evaluation: &Evaluation) -> Csv {
    let mut table = Csv::new([
        "field",
        "forecaster",
        "rollout step",
        TIME,
        "number",
        "value",
    ]);
    for of in &evaluation.by_field {
        for (name, judged) in [
            ("surrogate", &of.surrogate),
            ("persistence", &of.persistence),
        ] {
            for (number, values) in curves(judged) {
                let steps = evaluation.times.iter().zip(values).enumerate();
                for (step, (time, value)) in steps {
                    table.row([
                        Cell::Text(&of.field),
                        Cell::Text(name),
                        Cell::Count(step as u64 + 1),
                        Cell::Number(*time),
                        Cell::Text(number),
                        Cell::Number(*value),
                    ]);
                }
            }
        }
    }
    table
}

fn curves(judged: &Judged) -> Vec<(&str, &[f64])> {
    let first = [
        ("nrmse", &judged.nrmse_over_time[..]),
        ("correlation", &judged.correlation_over_time[..]),
    ];
    let measured = judged.curves.iter();
    let measured = measured.map(|curve| (curve.name.as_str(), &curve.mean[..]));
    first.into_iter().chain(measured).collect()
}

/// The numbers of whole states, of every field and of all fields scaled: after one step, at the chosen steps, and those of
/// the metrics that the recipe asks for.
pub(super) fn table(evaluation: &Evaluation) -> Option<Markup> {
    let whole = (
        "whole states",
        &evaluation.surrogate,
        &evaluation.metrics,
        &evaluation.at,
    );
    let fields = evaluation.by_field.iter();
    let fields = fields.map(|of| (of.field.as_str(), &of.surrogate, &of.metrics, &of.at));
    let columns: Vec<_> = std::iter::once(whole).chain(fields).collect();
    if evaluation.by_field.is_empty() {
        return None;
    }
    let mut rows = vec![row("error after one step", &columns, |of| {
        percent(of.1.nrmse)
    })];
    for at in &evaluation.at {
        let label = format!("error after {} steps", at.rollout_step);
        rows.push(row(&label, &columns, |of| {
            let mut all = of.3.iter();
            let same = all.find(|other| other.rollout_step == at.rollout_step);
            let error = same.and_then(|same| same.numbers.get("nrmse"));
            error.map_or("–".into(), |error| percent(*error))
        }));
    }
    let time = |of: &BTreeMap<String, f64>| {
        let time = of.get(THRESHOLD);
        time.map_or("–".into(), |time| significant(*time, 3))
    };
    let label = format!("time with correlation above {THRESHOLD}");
    rows.push(row(&label, &columns, |of| time(&of.1.correlation_time)));
    let label = format!("steps with correlation above {THRESHOLD}");
    rows.push(row(&label, &columns, |of| time(&of.1.correlation_steps)));
    for name in evaluation.metrics.keys().filter(|name| is_own(name)) {
        rows.push(row(name, &columns, |of| {
            let value = of.2.get(name);
            value.map_or("–".into(), |value| significant(*value, 3))
        }));
    }
    Some(html! {
        div.scroll {
            table {
                thead { tr { th { "Surrogate" } @for of in &columns { th { (of.0) } } } }
                tbody {
                    @for (label, values) in &rows {
                        tr { td { (label) } @for value in values { td.number { (value) } } }
                    }
                }
            }
        }
    })
}

/// Whether a number of `metrics` has no other row and is not that of persistence.
fn is_own(name: &str) -> bool {
    name != "nrmse" && !name.starts_with("persistence_") && !name.starts_with("correlation_time")
}

/// A row of a table with a column for each item.
pub(super) fn row<T>(
    label: &str,
    columns: &[T],
    read: impl Fn(&T) -> String,
) -> (String, Vec<String>) {
    (label.to_owned(), columns.iter().map(read).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::doubles;
    use ondine_metrics::results::{AtStep, SCALED};

    fn evaluation() -> Evaluation {
        let mut evaluation = doubles::evaluation();
        let field = |field: &str, error: f64| FieldScores {
            field: field.into(),
            surrogate: evaluation.surrogate.clone(),
            persistence: evaluation.persistence.clone(),
            spectra: Vec::new(),
            quiet: Vec::new(),
            constant: false,
            metrics: [("nrmse_geometric_mean".to_owned(), error)].into(),
            at: vec![AtStep {
                rollout_step: 100,
                time: 20.0,
                numbers: [("nrmse".to_owned(), error)].into(),
            }],
        };
        let fields = vec![field("u", 0.25), field("v", 0.5), field(SCALED, 0.75)];
        evaluation.at = fields[0].at.clone();
        evaluation.metrics = fields[0].metrics.clone();
        evaluation.by_field = fields;
        evaluation
    }

    #[test]
    fn the_table_has_every_field_and_what_was_asked_for() {
        assert!(table(&doubles::evaluation()).is_none());
        let page = table(&evaluation())
            .expect("there are fields")
            .into_string();
        for part in [
            "all, scaled",
            "error after 100 steps",
            "75\u{202f}%",
            "nrmse_geometric_mean",
            "steps with correlation above 0.8",
        ] {
            assert!(page.contains(part), "`{part}` is not in: {page}");
        }
    }

    #[test]
    fn the_numbers_of_every_field_are_in_a_file() {
        assert!(figure(&doubles::evaluation()).is_none());
        let figure = figure(&evaluation()).expect("there are fields");
        assert_eq!(figure.legend.len(), 3);
        let data = figure.data.expect("it has numbers");
        for part in [
            "u,surrogate,1,0.2,nrmse,",
            "\"all, scaled\",persistence,200,",
        ] {
            assert!(data.text().contains(part), "`{part}`");
        }
    }
}
