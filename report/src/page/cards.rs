//! The key numbers of a run, as cards.

use super::facts::Facts;
use super::score::Score;
use super::truth::Truth;
use crate::numbers::page::{count, duration, percent, significant, times};
use maud::{Markup, html};

/// One key number.
struct Card {
    label: &'static str,
    value: Option<String>,
    /// Number to compare it with.
    detail: Option<String>,
}

/// The row of cards.
pub(super) fn cards(facts: &Facts, score: Option<&Score>) -> Markup {
    let cards = [
        step_error(score),
        correlation_time(score, facts.truth),
        training_time(facts),
        samples(facts),
        parameters(facts),
        waiting(facts),
    ];
    html! {
        div.cards {
            @for card in cards {
                div.card {
                    div.label { (card.label) }
                    @match card.value {
                        Some(value) => div.value { (value) },
                        None => div.value.missing { "not known yet" },
                    }
                    @if let Some(detail) = card.detail { div.detail { (detail) } }
                }
            }
        }
    }
}

fn step_error(score: Option<&Score>) -> Card {
    let idle = score.and_then(|score| score.persistence.step_error);
    Card {
        label: "Error of one step",
        value: score
            .and_then(|score| score.surrogate.step_error)
            .map(percent),
        detail: idle.map(|idle| format!("persistence: {}", percent(idle))),
    }
}

/// The high-correlation time, in the figures of the verdict.
pub(super) fn time_above(score: &Score) -> Option<String> {
    let time = score.surrogate.time?;
    let bound = if score.surrogate.to_the_end {
        "≥ "
    } else {
        ""
    };
    Some(format!("{bound}{}", significant(time, 3)))
}

fn correlation_time(score: Option<&Score>, truth: Truth) -> Card {
    let idle = score.and_then(|score| score.persistence.time);
    let ratio = score.and_then(Score::ratio);
    Card {
        label: match truth {
            Truth::Solver => "Time units close to the solver",
            Truth::Trajectories => "Time units close to the truth",
        },
        value: score.and_then(time_above),
        detail: idle.map(|idle| match ratio {
            Some(ratio) => format!("{} persistence ({})", times(ratio), significant(idle, 3)),
            None => format!("persistence: {}", significant(idle, 3)),
        }),
    }
}

fn training_time(facts: &Facts) -> Card {
    let wall = facts
        .wall_s
        .map(|seconds| format!("{} in all", duration(seconds)));
    let device = facts.device.as_ref().map(|device| format!("on {device}"));
    let details: Vec<_> = [device, wall].into_iter().flatten().collect();
    Card {
        label: "Training time",
        value: facts.training_s.map(duration),
        detail: (!details.is_empty()).then(|| details.join(", ")),
    }
}

fn samples(facts: &Facts) -> Card {
    let simulations = facts
        .simulations
        .map(|n| format!("from {} simulations", count(n)));
    Card {
        label: "Samples seen",
        value: facts.samples().map(count),
        detail: simulations,
    }
}

fn parameters(facts: &Facts) -> Card {
    let memory = facts.peak_memory_mib.map(|mib| {
        if mib < 1024.0 {
            format!("{} MiB of memory at most", significant(mib, 3))
        } else {
            format!("{} GiB of memory at most", significant(mib / 1024.0, 3))
        }
    });
    Card {
        label: "Parameters",
        value: facts.parameters.map(count),
        detail: memory,
    }
}

fn waiting(facts: &Facts) -> Card {
    let solvers = facts
        .solver_wait
        .map(|share| format!("solvers waited {}", percent(share)));
    Card {
        label: "Trainer waited",
        value: facts.trainer_wait.map(percent),
        detail: solvers,
    }
}
