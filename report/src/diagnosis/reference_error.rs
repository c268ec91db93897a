//! A surrogate as good as the solver that it is judged by.

use super::words::percent;
use super::{Evidence, Finding, Remedy, Rule, Way};

/// Share of the surrogate's error that may be the solver's.
const SHARE: f64 = 0.2;

pub(super) const RULE: Rule = Rule {
    name: "reference_error",
    summary: "the solver's own error, in time or in space, is a fifth of the surrogate's error of one step, or more",
    covers: &["fine_scales"],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let source = &evidence.subject.source;
    if evidence.evaluation.file.is_some() || source.held_out_of_file {
        return None; // the solver of a file is not known
    }
    let solver = source.solver.as_ref()?;
    let error = evidence.evaluation.surrogate.nrmse;
    let frames = evidence.stride() as f64;
    let errors = evidence.solver_errors;
    let reference = frames * errors.largest()?;
    if reference.is_nan() || reference < SHARE * error {
        return None;
    }
    let in_space = errors.spatial == errors.largest();
    let seen = format!(
        "The solver itself errs by about {} over a step, {}, the surrogate by {}: it can't be better than what it learned \
         from.",
        percent(reference),
        if in_space { "in space" } else { "in time" },
        percent(error)
    );
    let way = if in_space {
        let points = &solver.points;
        // What the look before the training found, or the next finer grid where it found nothing.
        let twice = || points.iter().map(|n| 2 * n).collect();
        let finer: Vec<usize> = errors.points.clone().unwrap_or_else(twice);
        let key = &solver.points_key;
        let text = format!("raise {key} from {points:?} to {finer:?}");
        let way = Way::set(key, format!("{finer:?}"), text);
        way.with("time.substeps", "\"auto\"") // a run keeps the number that was found
    } else {
        let now = solver.tolerance;
        let lower = Way::change("time.tolerance", [now, 0.1 * now]);
        lower.with("time.substeps", "\"auto\"") // a run keeps the number that was found
    };
    Some(RULE.found(evidence, seen, Remedy::ways([way])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;
    use ondine_metrics::results::SolverErrors;

    #[test]
    fn the_error_of_the_solver_counts_over_a_step() {
        let mut double = Double::healthy();
        double.assert_silent(&RULE);
        double.solver_errors = SolverErrors::in_time(Some(1e-3));
        double.assert_said(
            &RULE,
            &[
                "about 0.4 % over a step",
                "by 1 %",
                "tolerance from 1.00e-6 to 1.00e-7",
            ],
        );
        double.solver_errors.spatial = Some(2e-3);
        double.assert_said(
            &RULE,
            &[
                "about 0.8 % over a step",
                "in space",
                "solver_points from [64] to [128]",
            ],
        );
        double.solver_errors.points = Some(vec![1024]);
        double.assert_said(&RULE, &["solver_points from [64] to [1024]"]);
        double.solver_errors = SolverErrors::default();
        double.assert_silent(&RULE);
    }
}
