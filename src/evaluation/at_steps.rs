//! Numbers at the rollout steps that a recipe chooses.

use crate::results::{AtStep, Evaluation, Judged};

/// The numbers at the steps `at` that the rollouts have.
pub(super) fn at_steps(at: &[usize], evaluation: &Evaluation) -> Vec<AtStep> {
    let steps = at.iter().copied();
    let reached = steps.filter(|step| (1..=evaluation.times.len()).contains(step));
    let one = |rollout_step: usize| {
        let numbers = [
            ("", &evaluation.surrogate),
            ("persistence_", &evaluation.persistence),
        ];
        AtStep {
            rollout_step,
            time: evaluation.times[rollout_step - 1],
            numbers: numbers
                .into_iter()
                .flat_map(|(prefix, judged)| numbers_at(prefix, judged, rollout_step - 1))
                .collect(),
        }
    };
    reached.map(one).collect()
}

fn numbers_at(prefix: &str, judged: &Judged, step: usize) -> Vec<(String, f64)> {
    let errors = ("nrmse", &judged.nrmse_over_time);
    let correlations = ("correlation", &judged.correlation_over_time);
    let curves = judged.curves.iter();
    let curves = curves.map(|curve| (curve.name.as_str(), &curve.mean));
    let all = [errors, correlations].into_iter().chain(curves);
    all.filter_map(|(name, values)| Some((format!("{prefix}{name}"), *values.get(step)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_beyond_the_rollout_are_left_out() {
        let evaluation = crate::results::doubles::evaluation();
        let found = at_steps(&[1, 10, 1000], &evaluation);
        let steps: Vec<usize> = found.iter().map(|of| of.rollout_step).collect();
        assert_eq!(steps, [1, 10]);
        assert!((found[1].time - evaluation.times[9]).abs() <= 0.0);
        let exact = evaluation.surrogate.nrmse_over_time[9];
        assert!((found[1].numbers["nrmse"] - exact).abs() <= 0.0);
        let exact = evaluation.persistence.correlation_over_time[9];
        assert!((found[1].numbers["persistence_correlation"] - exact).abs() <= 0.0);
    }
}
