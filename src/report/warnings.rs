//! What to be careful about when reading the verdict.

use super::facts::{Facts, Status};
use super::numbers::{count, percent};
use super::score::{Forecaster, Score, THRESHOLD};

/// Fewer held-out simulations give an average that scatters.
const FEW_TRAJECTORIES: usize = 8;
/// Share of time lost to waiting from which on it is worth a word.
const LONG_WAIT: f64 = 0.2;

/// About the evaluation.
pub(super) fn of_score(facts: &Facts, score: &Score) -> Vec<String> {
    let own = score.surrogate;
    let mut warnings = Vec::new();
    if own.to_the_end {
        warnings.push(format!("The correlation never fell below {THRESHOLD} within the evaluated time, so the time given is a lower bound: evaluate more frames to see how far it really reaches."));
    }
    if let Some(share) = score.finite_share.filter(|share| *share < 1.0) {
        let lost = percent(1.0 - share);
        warnings.push(format!(
            "{lost} of the rollouts blew up: they reached values that are not finite."
        ));
    }
    if score.trajectories.is_some_and(|n| n < FEW_TRAJECTORIES) {
        warnings.push(
            "Few simulations were held out for the evaluation, so these averages are rough.".into(),
        );
    }
    if near_reference(facts, own) {
        warnings.push("The error of one step comes close to the numerical error of the solver itself, so smaller errors would mean nothing.".into());
    }
    if let (Some(judged), Some(last)) = (score.step, facts.steps)
        && judged < last
    {
        warnings.push(format!(
            "The evaluation is older than the network: it judged step {} of {}.",
            count(judged),
            count(last)
        ));
    }
    warnings
}

/// About the training.
pub(super) fn of_progress(facts: &Facts) -> Vec<String> {
    let mut warnings = Vec::new();
    let so_far = match (facts.steps, facts.planned_steps) {
        (Some(steps), Some(planned)) => {
            format!(" after {} of {} steps", count(steps), count(planned))
        }
        _ => String::new(),
    };
    match facts.status {
        Status::Finished => {}
        Status::Interrupted => warnings.push(format!(
            "The training was interrupted{so_far}. It can be resumed."
        )),
        Status::Unfinished => warnings.push(format!(
            "The training has not ended{so_far}: it still runs, or it was killed."
        )),
    }
    let remedy = match facts.online {
        true => "more solver workers",
        false => "more memory for the dataset (`data.memory`)",
    };
    if let Some(wait) = facts.trainer_wait.filter(|wait| *wait > LONG_WAIT) {
        warnings.push(format!("The network spent {} of the training time waiting for simulations: {} would make the training faster.", percent(wait), remedy));
    }
    warnings
}

fn near_reference(facts: &Facts, own: Forecaster) -> bool {
    match (facts.reference_error, own.step_error) {
        (Some(reference), Some(error)) => error < 5.0 * reference,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::doubles;

    #[test]
    fn a_run_that_was_stopped_or_waited_says_so() {
        let mut facts = doubles::facts();
        facts.status = Status::Interrupted;
        facts.steps = Some(1200);
        facts.trainer_wait = Some(0.4);
        let text = of_progress(&facts).join(" ").replace('\u{202f}', " ");
        assert!(
            text.contains("interrupted after 1,200 of 20,000 steps"),
            "{text}"
        );
        assert!(text.contains("40 % of the training time"), "{text}");
    }

    #[test]
    fn doubtful_evaluations_are_named() {
        let mut score = doubles::score();
        assert!(of_score(&doubles::facts(), &score).is_empty());
        score.trajectories = Some(4);
        score.step = Some(19_000);
        score.surrogate.step_error = Some(2e-7);
        let text = of_score(&doubles::facts(), &score).join(" ");
        for part in [
            "averages are rough",
            "step 19,000 of 20,000",
            "numerical error of the solver",
        ] {
            assert!(text.contains(part), "`{part}` is not in: {text}");
        }
    }
}
