//! The error on held-out simulations is larger than that of training, or grows while the loss falls: too few simulations.

use super::remedies::{more_simulations, wider};
use super::words::percent;
use super::{Evidence, Finding, Remedy, Rule, Way};
use crate::files::Learns;
use ondine_metrics::WORST;

/// Error on held-out simulations over that of training. With enough simulations both are the same.
const GAP: f64 = 2.0;
/// Fewer evaluations say nothing of growth.
const FEWEST: usize = 3;
/// The last error over the smallest one; less is chance between evaluations.
const WORSE: f64 = 1.2;
/// The loss has fallen to this since then.
const FALLEN: f64 = 0.9;

pub(super) const RULE: Rule = Rule {
    name: "overfitting",
    summary: "the error on held-out simulations is twice that of training, or has grown by 20 % since its best while the \
              training loss fell by 10 %",
    covers: &["worse_than_persistence", "fine_scales", "loss_still_falls"],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let seen = gap(evidence).or_else(|| growth(evidence))?;
    Some(RULE.found(evidence, seen, remedy(evidence)))
}

/// Errors of one step in units of its size, where the loss is one.
fn gap(evidence: &Evidence<'_>) -> Option<String> {
    let objective = evidence.objective();
    let comparable = objective.kind == "one_step" && objective.norm == "l2";
    let errors = evidence.subject.model.learns == Learns::Errors;
    let of_itself =
        comparable && errors && evidence.feeds_back() && evidence.evaluation.file.is_none();
    let loss = evidence
        .history
        .loss_between(0.9, 1.0)
        .filter(|_| of_itself)?;
    let evaluation = evidence.evaluation;
    let held_out = evaluation.surrogate.nrmse / evaluation.persistence.nrmse;
    let training = loss.sqrt();
    (held_out >= GAP * training && evaluation.surrogate.nrmse < WORST).then(|| {
        format!(
            "On held-out simulations one step errs by {} of its size, in training by {}: the surrogate learns its simulations \
             by heart.",
            percent(held_out),
            percent(training)
        )
    })
}

/// Growth of the held-out error since it was smallest, as a sentence; none unless it grew while the loss fell.
fn growth(evidence: &Evidence<'_>) -> Option<String> {
    let errors = &evidence.history.errors;
    let (best_step, best) = *errors.iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let (step, error) = *errors.last()?;
    let losses = [
        loss_around(evidence, best_step)?,
        loss_around(evidence, step)?,
    ];
    if errors.len() < FEWEST || error < WORSE * best || losses[1] > FALLEN * losses[0] {
        return None;
    }
    Some(format!(
        "The error of one step on held-out simulations grew from {} at step {best_step} to {} at step {step}, while the \
         training loss fell by {}: the surrogate learns its simulations by heart.",
        percent(best),
        percent(error),
        percent(1.0 - losses[1] / losses[0])
    ))
}

fn remedy(evidence: &Evidence<'_>) -> Remedy {
    let ways = [more_simulations(evidence), fewer_reads(evidence)];
    Remedy::ways(ways.into_iter().chain(wider(evidence, 0.5)))
}

/// Half as many reads of every window.
fn fewer_reads(evidence: &Evidence<'_>) -> Way {
    let (key, steps) = evidence.steps();
    let asked = evidence.asked();
    let mut way = match asked.filter(|_| evidence.subject.training.stages.is_empty()) {
        Some((key, asked)) => Way::change(key, [asked, 0.5 * asked]).with("train.steps", 0),
        None => Way::change(&key, [steps, (0.5 * steps).round()]),
    };
    way.text = format!("read each less often: {}", way.text);
    way
}

/// Mean loss over the tenth of the training that ends at a step.
fn loss_around(evidence: &Evidence<'_>, step: usize) -> Option<f64> {
    let losses = &evidence.history.losses;
    let tenth = losses.last()?.0 / 10;
    let near = |line: &&(usize, f64)| line.0 <= step && line.0 + tenth >= step;
    let near: Vec<f64> = losses.iter().filter(near).map(|line| line.1).collect();
    (!near.is_empty()).then(|| near.iter().sum::<f64>() / near.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;

    #[test]
    fn an_error_that_grows_while_the_loss_falls_is_told() {
        let mut double = Double::healthy();
        double.assert_silent(&RULE);
        double.history.errors[4].1 = 0.005; // the best, at step 1000
        double
            .history
            .losses
            .iter_mut()
            .for_each(|line| line.1 = 1.0 - line.0 as f64 / 3000.0);
        let parts = [
            "0.5 % at step 1000 to 1 % at step 2000",
            "by 48 %",
            "Raise ensemble.simulations from 500 to 1000",
        ];
        double.assert_said(&RULE, &parts);
        double
            .history
            .losses
            .iter_mut()
            .for_each(|line| line.1 = 1.0);
        double.assert_silent(&RULE); // the loss did not fall: it is the training that got worse
    }

    #[test]
    fn an_error_larger_than_that_of_training_is_told() {
        let mut double = Double::healthy();
        double
            .history
            .losses
            .iter_mut()
            .for_each(|line| line.1 *= 1e-4);
        double.assert_said(&RULE, &["errs by 2 % of its size, in training by 0.32 %"]);
        double.subject = Double::with(&["training.main.objective.kind=\"unrolled\""]).subject;
        double.assert_silent(&RULE); // its loss is of several steps
    }
}
