//! The worst and the middle one of the held-out simulations.

use super::table::Cell;
use super::truth::Truth;
use crate::numbers::page::{percent, significant};
use maud::{Markup, html};
use ondine_metrics::results::{Evaluation, SimulationScore};
use std::collections::BTreeSet;

/// Their conditions and errors; none where there is not more than one simulation.
pub(super) fn table(evaluation: &Evaluation, truth: Truth) -> Option<Markup> {
    let (worst, median) = (evaluation.worst()?, evaluation.median()?);
    if evaluation.simulations.len() < 2 {
        return None;
    }
    let names: BTreeSet<&String> = worst.conditions.keys().collect();
    let named = names.iter().map(|name| name.as_str());
    let close = format!("Time close to {}", truth.short());
    // The headings that both have before their conditions.
    let own = [
        "Held-out simulation",
        &close,
        "Error of one step",
        "Error at the end",
    ];
    let headings: Vec<_> = own.into_iter().chain(named).collect();
    let row = |label: &str, score: &SimulationScore| {
        let conditions = names.iter().map(|name| score.conditions.get(*name));
        let conditions = conditions.map(|value| value.map_or("–".into(), |x| significant(*x, 4)));
        let errors = [
            time(score),
            percent(score.nrmse),
            percent(score.final_nrmse),
        ];
        let numbers = errors.into_iter().chain(conditions);
        let name = Cell::words(&format!("{label}: number {}", score.index));
        let numbers = numbers.map(|number| Cell::number(&number));
        std::iter::once(name).chain(numbers).collect()
    };
    let rows: [Vec<Cell>; 2] = [row("worst", worst), row("median", median)];
    Some(html! {
        p { (introduction(worst, truth)) }
        (super::table::table(&headings, &rows))
    })
}

fn introduction(worst: &SimulationScore, truth: Truth) -> String {
    let again = worst.seed.map(|seed| {
        let attempt = match worst.attempt {
            0 => String::new(),
            attempt => format!(", attempt {attempt}"),
        };
        format!(
            " A simulation is made again by its number and the seed of the held-out ensemble, {seed}{attempt}."
        )
    });
    let (again, truth) = (again.unwrap_or_default(), truth.name());
    format!(
        "Ordered by the time that forecasts stay close to {truth}, then by the error at the end.{again}"
    )
}

/// Time close to the truth.
pub(super) fn time(score: &SimulationScore) -> String {
    let bound = if score.to_the_end { "≥ " } else { "" };
    format!("{bound}{}", significant(score.correlation_time, 3))
}
