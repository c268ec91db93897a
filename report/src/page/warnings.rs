//! Reservations about the verdict.

use super::facts::{Facts, Status};
use super::score::{Score, THRESHOLD};
use crate::numbers::page::{count, percent};

/// Fewer held-out simulations give an average that scatters.
const FEW_TRAJECTORIES: usize = 8;

/// A test whether the diagnosis has a finding of a rule, which then need not be repeated.
pub(super) type Said<'a> = dyn Fn(&str) -> bool + 'a;

/// About the evaluation.
pub(super) fn of_score(facts: &Facts, score: &Score, said: &Said<'_>) -> Vec<String> {
    let own = score.surrogate;
    let mut warnings = Vec::new();
    if own.to_the_end {
        warnings.push(format!("The correlation never fell below {THRESHOLD} within the evaluated time, so the time given is a lower bound: evaluate more frames to see how far it really reaches."));
    }
    let finite = score.finite_share.filter(|_| !said("blow_up"));
    if let Some(share) = finite.filter(|share| *share < 1.0) {
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
    warnings.extend(facts.advice.iter().cloned());
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advice::Setting;
    use crate::diagnosis::doubles::Double;
    use crate::files::Subject;
    use crate::page::doubles;

    /// The facts of a run with such a stream of windows and a line of metrics for each of 19 steps.
    fn facts(name: &str, stream: Setting, line: impl Fn(u32) -> String) -> Facts {
        let run = doubles::Run::new(name);
        let lines: String = (1..20).map(line).collect();
        run.write("metrics.jsonl", lines.as_bytes());
        let subject = Subject {
            stream,
            ..Double::healthy().subject
        };
        let json = serde_json::to_vec(&subject).expect("plain data");
        run.write(Subject::NAME, &json);
        Facts::new(&run.files())
    }

    /// A stream of 100 simulations to one worker's buffer.
    fn stream(capacity: usize, steps: usize) -> Setting {
        Setting {
            device_batch: None,
            workers: Some(1),
            simulations: 100,
            batch: 16,
            capacity,
            steps,
            ..Double::healthy().subject.stream
        }
    }

    #[test]
    fn a_run_that_was_stopped_says_so() {
        let mut facts = doubles::facts();
        facts.status = Status::Interrupted;
        facts.steps = Some(1200);
        let text = of_progress(&facts).join(" ").replace('\u{202f}', " ");
        assert!(
            text.contains("interrupted after 1,200 of 20,000 steps"),
            "{text}"
        );
    }

    #[test]
    fn a_run_whose_trainer_waited_says_what_to_change() {
        let line = |step: u32| {
            format!(
                "{{\"step\":{step},\"loss\":1,\"training_s\":{step},\"trainer_wait\":0.4,\
                 \"batch_simulations\":16,\"windows_arrived\":{step},\"windows_planned\":1000,\
                 \"reads_per_window\":1.6}}\n"
            )
        };
        let facts = facts("waited", stream(500, 100), line);
        let text = of_progress(&facts).join(" ");
        let expected = "The trainer waits 40 % of the time: raise ensemble.workers from 1 to 2";
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn what_the_recipe_says_alone_is_not_repeated() {
        let line = |step: u32| {
            format!(
                "{{\"step\":{step},\"loss\":1,\"training_s\":{step},\"batch_simulations\":16,\
                 \"windows_arrived\":{step},\"windows_planned\":1000,\"reads_per_window\":0.2}}\n"
            )
        };
        let facts = facts("foreseen", stream(5000, 10), line);
        assert_eq!(facts.advice, [""; 0]); // windows that are never read, room that is never filled
    }

    #[test]
    fn doubtful_evaluations_are_named() {
        let mut score = doubles::score();
        assert!(of_score(&doubles::facts(), &score, &|_| false).is_empty());
        score.trajectories = Some(4);
        score.step = Some(19_000);
        let text = of_score(&doubles::facts(), &score, &|_| false).join(" ");
        for part in ["averages are rough", "step 19,000 of 20,000"] {
            assert!(text.contains(part), "`{part}` is not in: {text}");
        }
    }
}
