//! Conformal bounds as a table.

use super::super::table::{WIDTH, columns, folded};
use crate::numbers::text::{aligned_percent, fixed, time};
use crate::results::{Conformal, ConformalBound, ConformalScore, Evaluation};

/// Simulations for bounds at 95 %: half of them calibrate, and 19 are needed.
const ENOUGH: usize = 37;

/// The bounds over the steps whose spectra are kept, and their coverage.
pub(super) fn table(evaluation: &Evaluation) -> Option<String> {
    let of = evaluation.conformal.as_ref()?;
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
    Some(format!("{}\n{}", columns(&rows), basis(of)))
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
    let all = of.calibrated_on + of.tested_on;
    let more = if all < ENOUGH {
        format!("; with --trajectories {ENOUGH} or more there are bounds at 95 %")
    } else {
        String::new()
    };
    let text = format!(
        "from {} simulations at random, coverage of the other {}; largest errors in deviations of the fields{more}",
        of.calibrated_on, of.tested_on
    );
    folded(&text, WIDTH).join("\n")
}
