//! The worst and the middle one of the held-out simulations.

use super::numbers::{percent, significant};
use crate::evaluation::{Evaluation, SimulationScore};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// Their conditions and errors; none where there is not more than one simulation.
pub(super) fn table(evaluation: &Evaluation) -> Option<Markup> {
    let (worst, median) = (evaluation.worst()?, evaluation.median()?);
    if evaluation.simulations.len() < 2 {
        return None;
    }
    let names: BTreeSet<&String> = worst.conditions.keys().collect();
    Some(html! {
        p { (introduction(worst)) }
        div.scroll {
            table {
                thead {
                    tr {
                        th { "Held-out simulation" }
                        th { "Time close to the solver" }
                        th { "Error of one step" }
                        th { "Error at the end" }
                        @for name in &names { th { (name) } }
                    }
                }
                tbody {
                    @for (label, score) in [("worst", worst), ("median", median)] {
                        tr {
                            td { (label) ": number " (score.index) }
                            td.number { (time(score)) }
                            td.number { (percent(score.nrmse)) }
                            td.number { (percent(score.final_nrmse)) }
                            @for name in &names {
                                td.number { (score.conditions.get(*name).map_or("–".into(), |x| significant(*x, 4))) }
                            }
                        }
                    }
                }
            }
        }
    })
}

fn introduction(worst: &SimulationScore) -> String {
    let again = worst.seed.map(|seed| {
        let attempt = match worst.attempt {
            0 => String::new(),
            attempt => format!(", attempt {attempt}"),
        };
        format!(
            " A simulation is made again by its number and the seed of the held-out ensemble, {seed}{attempt}."
        )
    });
    let again = again.unwrap_or_default();
    format!(
        "Ordered by the time that forecasts stay close to the solver, then by the error at the end.{again}"
    )
}

/// Time close to the solver.
pub(super) fn time(score: &SimulationScore) -> String {
    let bound = if score.to_the_end { "≥ " } else { "" };
    format!("{bound}{}", significant(score.correlation_time, 3))
}
