//! Conformal bounds as a table.

use super::super::table::{WIDTH, columns, folded};
use crate::numbers::text::{aligned_percent, fixed, time};
use crate::results::{Conformal, ConformalBound, ConformalScore, Evaluation};

/// The bounds over the steps whose spectra are kept, and their coverage; and those that are missing.
pub(super) fn table(evaluation: &Evaluation) -> Option<String> {
    let there = evaluation
        .conformal
        .as_ref()
        .map(|of| bounds(evaluation, of));
    let missing = evaluation
        .bounds_note()
        .map(|note| folded(&note, WIDTH).join("\n"));
    let parts: Vec<String> = there.into_iter().chain(missing).collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

fn bounds(evaluation: &Evaluation, of: &Conformal) -> String {
    let steps: Vec<usize> = evaluation
        .spectra
        .iter()
        .map(|s| s.rollout_step - 1)
        .collect();
    let head = steps.iter().filter_map(|&step| evaluation.times.get(step));
    let head = head.map(|&at| format!("after {}", time(at)));
    let title = ["bound of the next error".to_owned()].into_iter();
    let head = title.chain(head).chain(["holds for".to_owned()]);
    let mut rows = vec![head.collect::<Vec<_>>()];
    for score in ConformalScore::ALL {
        rows.extend(of.of(score).map(|bound| row(bound, &steps)));
    }
    format!("{}\n{}", columns(&rows), basis(of))
}

fn row(bound: &ConformalBound, steps: &[usize]) -> Vec<String> {
    let shown = |value: &f64| match bound.score {
        _ if !value.is_finite() => "none".to_owned(),
        ConformalScore::Nrmse => aligned_percent(*value),
        ConformalScore::LargestError => fixed(*value, 2),
    };
    let name = format!("{}, {}", bound.score.name(), aligned_percent(bound.level));
    let values = steps
        .iter()
        .filter_map(|&step| bound.bound_over_time.get(step));
    let values = values.map(shown);
    let name = [name].into_iter();
    name.chain(values)
        .chain([aligned_percent(bound.coverage)])
        .collect()
}

/// The simulations behind the bounds.
fn basis(of: &Conformal) -> String {
    let text = format!(
        "from {} simulations at random, coverage of the other {}; largest errors in deviations of the fields",
        of.calibrated_on, of.tested_on
    );
    folded(&text, WIDTH).join("\n")
}
