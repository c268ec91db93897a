//! Hard simulations: errors over everything that varies between the held-out ones.

use super::captions::{PARAMETERS, PARAMETERS_END};
use super::truth::Truth;
use crate::draw::csv::{Cell, Csv};
use crate::draw::figure::{Figure, Key, Mark};
use crate::draw::palette::{ERROR, SURROGATE};
use crate::draw::plot::{Axes, Line, panel};
use ondine_metrics::results::SimulationScore;
use std::collections::BTreeSet;

/// Horizon and one-step error over every quantity that varies, a panel each; none if nothing does.
pub(super) fn figure(scores: &[SimulationScore], truth: Truth) -> Option<Figure> {
    let names: BTreeSet<&str> = scores
        .iter()
        .flat_map(|score| score.conditions.keys().map(String::as_str))
        .filter(|name| varies(scores, name))
        .collect();
    let panels = names
        .iter()
        .flat_map(|name| [horizon(scores, name, truth), step_error(scores, name)]);
    let panels: Vec<_> = panels.flatten().map(Into::into).collect();
    let cut = scores.iter().any(|score| score.to_the_end);
    (!panels.is_empty()).then(|| Figure {
        title: "Errors over what varies between simulations".into(),
        caption: if cut {
            format!("{PARAMETERS} {PARAMETERS_END}")
        } else {
            PARAMETERS.into()
        },
        panels,
        legend: legend(cut, truth),
        data: Some(table(scores)),
    })
}

/// Everything that is known of every simulation, a row each.
fn table(scores: &[SimulationScore]) -> Csv {
    let all = scores.iter().flat_map(|score| score.conditions.keys());
    let names: Vec<&str> = all
        .map(String::as_str)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let columns = ["simulation", "seed", "attempt"]
        .into_iter()
        .chain(names.iter().copied())
        .chain([
            "one-step nRMSE",
            "time with correlation above 0.8 (units of the problem)",
            "still above at the end",
            "nRMSE at the end",
        ]);
    let mut table = Csv::new(columns);
    for score in scores {
        let condition = |name: &&str| score.conditions.get(*name);
        let conditions = names
            .iter()
            .map(|name| condition(name).map_or(Cell::Empty, |value| Cell::Number(*value)));
        let first = [
            Cell::Count(score.index),
            score.seed.map_or(Cell::Empty, Cell::Count),
            Cell::Count(u64::from(score.attempt)),
        ];
        let last = [
            Cell::Number(score.nrmse),
            Cell::Number(score.correlation_time),
            Cell::Text(if score.to_the_end { "yes" } else { "no" }),
            Cell::Number(score.final_nrmse),
        ];
        table.row(first.into_iter().chain(conditions).chain(last));
    }
    table
}

fn varies(scores: &[SimulationScore], name: &str) -> bool {
    let values = || scores.iter().filter_map(|score| score.conditions.get(name));
    let low = values().copied().fold(f64::INFINITY, f64::min);
    let high = values().copied().fold(f64::NEG_INFINITY, f64::max);
    high - low > 1e-9 * high.abs().max(low.abs())
}

/// Values by a condition, of the simulations that are wanted.
fn points(
    scores: &[SimulationScore],
    name: &str,
    wanted: impl Fn(&SimulationScore) -> bool,
    value: impl Fn(&SimulationScore) -> f64,
) -> Vec<(f64, f64)> {
    let wanted = scores.iter().filter(|score| wanted(score));
    wanted
        .filter_map(|score| Some((*score.conditions.get(name)?, value(score))))
        .collect()
}

fn horizon(scores: &[SimulationScore], name: &str, truth: Truth) -> Option<String> {
    let truth = truth.short();
    let points = |to_the_end: bool| {
        let wanted = move |score: &SimulationScore| score.to_the_end == to_the_end;
        points(scores, name, wanted, |score| score.correlation_time)
    };
    let most = scores.iter().map(|score| score.correlation_time);
    let most = most.fold(f64::MIN_POSITIVE, f64::max);
    let axes = Axes {
        x_label: format!("{name} (units of the problem)"),
        y_label: "time above 0.8 (equation’s units)",
        y_range: Some((0.0, 1.08 * most)),
        ..Axes::default()
    };
    let lines = vec![
        Line::new("lost", SURROGATE, points(false)).mark(Mark::Circle),
        Line::new("to the end", SURROGATE, points(true)).mark(Mark::Triangle),
    ];
    Some(panel(&format!("Time close to {truth} over {name}"), &axes, lines)?.0)
}

fn step_error(scores: &[SimulationScore], name: &str) -> Option<String> {
    let axes = Axes {
        x_label: format!("{name} (units of the problem)"),
        y_label: "one-step nRMSE (relative error)",
        log_y: true,
        ..Axes::default()
    };
    let points = points(scores, name, |_| true, |score| score.nrmse);
    let lines = vec![Line::new("error", ERROR, points).mark(Mark::Circle)];
    Some(panel(&format!("Error of one step over {name}"), &axes, lines)?.0)
}

fn legend(cut: bool, truth: Truth) -> Vec<Key> {
    let close = format!("time close to {}", truth.short());
    let key = |label: &str, color, mark| Key {
        label: label.into(),
        color,
        mark,
    };
    let end = key("still close at the end", SURROGATE, Mark::Triangle);
    [
        Some(key(&close, SURROGATE, Mark::Circle)),
        cut.then_some(end),
        Some(key("error of one step", ERROR, Mark::Circle)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(index: u64, viscosity: f64) -> SimulationScore {
        SimulationScore {
            index,
            seed: Some(7),
            attempt: 0,
            conditions: [("viscosity".into(), viscosity), ("dt".into(), 0.1)].into(),
            nrmse: 0.01 * viscosity,
            correlation_time: 3.0,
            to_the_end: index == 0,
            final_nrmse: 1.0,
        }
    }

    #[test]
    fn only_what_varies_has_panels_and_the_numbers_have_everything() {
        let scores = [score(0, 1.0), score(1, 2.0), score(2, 1.5)];
        let figure = figure(&scores, Truth::Solver).expect("the viscosity varies");
        assert_eq!((figure.panels.len(), figure.legend.len()), (2, 3));
        let data = figure.data.expect("it has numbers");
        let mut lines = data.text().lines();
        let header = lines.next().expect("a header");
        assert!(
            header.starts_with("simulation,seed,attempt,dt,viscosity,one-step"),
            "{header}"
        );
        assert_eq!(lines.next(), Some("0,7,0,0.1,1.0,0.01,3.0,yes,1.0"));
    }

    #[test]
    fn simulations_that_are_alike_have_no_panels() {
        assert!(figure(&[score(0, 1.0), score(1, 1.0)], Truth::Solver).is_none());
        assert!(figure(&[score(0, 1.0)], Truth::Solver).is_none());
        assert!(figure(&[], Truth::Solver).is_none());
    }
}
