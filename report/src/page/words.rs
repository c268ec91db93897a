//! The verdict, in words a newcomer understands.

use super::facts::{Facts, Status};
use super::score::{Forecaster, Score, THRESHOLD};
use super::truth::Truth;
use super::warnings::{self, Said};
use crate::numbers::page::{count, duration, percent, significant, times};
use crate::numbers::text::beside;

/// Colour of the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Good,
    Fair,
    Poor,
    Unknown,
}

/// The verdict on one run.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) level: Level,
    /// The verdict in one line.
    pub(super) headline: String,
    /// The numbers behind it.
    pub(super) sentences: Vec<String>,
    /// Reservations, in sentences.
    pub(super) warnings: Vec<String>,
}

/// From this factor over persistence on, a surrogate is called good.
const GOOD_RATIO: f64 = 3.0;
/// Judges one run.
pub(super) fn verdict(facts: &Facts, score: Option<&Score>, said: &Said<'_>) -> Verdict {
    let Some(score) = score else {
        return Verdict {
            level: Level::Unknown,
            headline: "Not judged yet".into(),
            sentences: vec!["No evaluation has been written, so nothing can be said about how good the surrogate is. The first one comes when the training reaches an evaluation step.".into()],
            warnings: warnings::of_progress(facts),
        };
    };
    let (level, headline) = headline(score, facts.truth);
    let sentences = [
        step_sentence(score),
        rollout_sentence(score, facts.truth),
        score.matched_cost.map(cost_sentence),
        basis_sentence(score),
        best_sentence(facts),
    ];
    Verdict {
        level,
        headline,
        sentences: sentences.into_iter().flatten().collect(),
        warnings: [
            warnings::of_score(facts, score, said),
            warnings::of_progress(facts),
        ]
        .concat(),
    }
}

/// Summary of the training: model, data and duration.
pub(super) fn story(facts: &Facts) -> String {
    let parameters = facts
        .parameters
        .map(|n| format!(" with {} parameters", count(n)));
    let grid = facts.grid.as_ref().map(|grid| {
        format!(
            " on {} of {grid} points",
            if grid.contains(" and ") {
                "grids"
            } else {
                "a grid"
            }
        )
    });
    let simulations = facts
        .simulations
        .map(|n| format!("{} simulations", count(n)));
    let (verb, made) = match (facts.status, facts.truth) {
        (Status::Unfinished, Truth::Solver) => {
            ("learns", " that the solver makes while the network trains")
        }
        (Status::Unfinished, Truth::Trajectories) => {
            ("learns", " that are made while the network trains")
        }
        (_, Truth::Solver) => ("learned", " that the solver made while the network trained"),
        (_, Truth::Trajectories) => ("learned", " that were made while the network trained"),
    };
    let problem = match facts.truth {
        Truth::Solver => format!("solutions of “{}”", facts.problem),
        Truth::Trajectories => format!("the states of “{}”", facts.problem),
    };
    let mut story = format!(
        "A neural network ({}{}) {verb} to advance {problem} in time{}, from {}{}.",
        facts.model,
        parameters.unwrap_or_default(),
        grid.unwrap_or_default(),
        simulations.unwrap_or_else(|| "simulations".into()),
        if facts.online {
            made.to_owned()
        } else {
            of_a_file(facts)
        },
    );
    if let (Some(steps), Some(seconds)) = (facts.steps, facts.training_s) {
        let device = facts.device.as_ref().map(|device| format!(" on {device}"));
        let (steps, seconds) = (count(steps), duration(seconds));
        let device = device.unwrap_or_default();
        story += &format!(" The {steps} training steps took {seconds}{device}.");
    }
    story
}

/// Origin of the simulations where they are those of a dataset, with the number of epochs.
fn of_a_file(facts: &Facts) -> String {
    let epochs = facts.epochs.map(|epochs| significant(epochs, 3));
    let epochs = epochs.map_or(String::new(), |epochs| {
        format!(", offline, in {epochs} epochs")
    });
    format!(" of a dataset{epochs}")
}

fn headline(score: &Score, truth: Truth) -> (Level, String) {
    let (own, idle) = (score.surrogate, score.persistence);
    let better_step = smaller(own.step_error, idle.step_error);
    let longer = smaller(idle.time, own.time);
    let (level, headline) = match (better_step, longer, score.ratio()) {
        (None, None, _) => (
            Level::Unknown,
            "The evaluation holds too little for a verdict",
        ),
        _ if own.to_the_end && idle.to_the_end => return (Level::Fair, too_easy(truth)),
        (Some(false), Some(false), _) => (Level::Poor, NO_BETTER),
        (Some(false), ..) => (Level::Fair, "Good over time, but not for a single step"),
        (_, Some(false), _) => (Level::Fair, ONLY_ONE_STEP),
        (_, None, _) => (Level::Fair, ONE_STEP_KNOWN),
        (.., Some(ratio)) if ratio < GOOD_RATIO => (Level::Fair, SOMEWHAT_BETTER),
        (.., Some(ratio)) => return (Level::Good, followed(ratio, own, truth)),
        (.., None) => return (Level::Good, idle_fails(truth)),
    };
    (level, headline.into())
}

const NO_BETTER: &str = "No better than the forecast that nothing changes";
const ONLY_ONE_STEP: &str = "Good for a single step, but not for longer forecasts";
const ONE_STEP_KNOWN: &str = "Better than the forecast that nothing changes, for one step";
const SOMEWHAT_BETTER: &str = "Somewhat better than the forecast that nothing changes";

fn too_easy(truth: Truth) -> String {
    let truth = truth.name();
    format!("Close to {truth}, but so is the forecast that nothing changes")
}

fn idle_fails(truth: Truth) -> String {
    let truth = truth.name();
    format!("Follows {truth} where the forecast that nothing changes fails at once")
}

fn followed(ratio: f64, own: Forecaster, truth: Truth) -> String {
    let (ratio, truth) = (times(ratio), truth.name());
    format!(
        "Follows {truth} {}{ratio} longer than the forecast that nothing changes",
        bound(own)
    )
}

/// The word before a time that the evaluation was too short to find.
fn bound(forecaster: Forecaster) -> &'static str {
    if forecaster.to_the_end {
        "at least "
    } else {
        ""
    }
}

/// Whether the first is the smaller one, where both are known; NaN never is.
fn smaller(first: Option<f64>, second: Option<f64>) -> Option<bool> {
    Some(first? < second?)
}

fn step_sentence(score: &Score) -> Option<String> {
    let error = score.surrogate.step_error?;
    if !error.is_finite() {
        return Some("Its prediction of a single step is not even finite.".into());
    }
    let idle = score.persistence.step_error.filter(|idle| idle.is_finite());
    let compared =
        idle.map(|idle| format!("; assuming that nothing changes errs by {}", percent(idle)));
    let compared = compared.unwrap_or_default();
    Some(format!(
        "This surrogate predicts one step with an error of {}{compared}.",
        percent(error)
    ))
}

/// The price of the forecast: `ratio` is the time of a solver with the same error over that of the surrogate.
fn cost_sentence(ratio: f64) -> String {
    format!(
        "A solver with the same error is {} on one thread.",
        beside(ratio)
    )
}

fn rollout_sentence(score: &Score, truth: Truth) -> Option<String> {
    let truth = truth.name();
    let own = score.surrogate;
    let time = own.time?;
    if time <= 0.0 {
        return Some(format!(
            "Rolled out on its own predictions it loses {truth} at once: the correlation is below \
             {THRESHOLD} from the first step."
        ));
    }
    let bound = bound(own);
    let steps = score
        .step_time
        .map(|step| (time / step).round().max(1.0) as u64);
    let steps = match steps {
        Some(1) => " (1 of its steps)".into(),
        Some(steps) => format!(" ({} of its steps)", count(steps)),
        None => String::new(),
    };
    Some(format!(
        "Rolled out on its own predictions it stays close to {truth} (correlation above \
         {THRESHOLD}) for {bound}{} time units{steps} on average{}.",
        significant(time, 3),
        comparison(score),
    ))
}

fn comparison(score: &Score) -> String {
    let (own, idle) = (score.surrogate, score.persistence);
    let bound = bound(own);
    match (score.ratio(), idle.time) {
        _ if idle.to_the_end => ", and the forecast that nothing changes does so too".into(),
        (Some(ratio), _) if ratio > 1.05 => {
            format!(
                ", {bound}{} longer than the forecast that nothing changes",
                times(ratio)
            )
        }
        (Some(ratio), _) if ratio > 0.95 => {
            ", about as long as the forecast that nothing changes".into()
        }
        (Some(_), Some(idle)) => {
            format!(
                ", while the forecast that nothing changes does so for {}",
                significant(idle, 3)
            )
        }
        (None, Some(_)) => ", where the forecast that nothing changes fails at once".into(),
        _ => String::new(),
    }
}

fn basis_sentence(score: &Score) -> Option<String> {
    let simulations = match score.trajectories? {
        1 => "one simulation".into(),
        n => format!("{} simulations", count(n as u64)),
    };
    let which = if score.of_file {
        " of a file"
    } else {
        " it never trained on"
    };
    let step = score
        .step
        .map(|step| format!(", with the network as it was after step {}", count(step)));
    Some(format!(
        "Judged on {simulations}{which}{}.",
        step.unwrap_or_default()
    ))
}

/// The best evaluation of the training, where its surrogate is kept.
fn best_sentence(facts: &Facts) -> Option<String> {
    let best = facts.best.as_ref()?;
    let early = if facts.stopped_early {
        ", where the training ended early"
    } else {
        ""
    };
    let since = match best.since {
        0 => String::new(),
        1 => format!("; the evaluation after it was not better{early}"),
        since => format!("; the {since} evaluations after it were not better{early}"),
    };
    Some(format!(
        "The best {} of the training, {}, was that after step {}, whose network is kept as checkpoint “best”{since}.",
        best.metric,
        significant(best.score, 3),
        count(best.step as u64)
    ))
}

#[cfg(test)]
mod tests;
