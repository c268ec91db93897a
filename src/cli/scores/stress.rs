//! Scores under shifts as a table.

use super::super::table::{WIDTH, columns, folded};
use crate::numbers::page::significant;
use crate::numbers::text::{aligned_percent, time};
use crate::results::{Evaluation, StressCase, StressScores};

/// The shifts with their scores, and the factors by which these are worse.
pub(super) fn table(evaluation: &Evaluation) -> Option<String> {
    let cases = &evaluation.stress;
    if cases.is_empty() {
        return None;
    }
    let head = [
        "one-step nRMSE",
        "",
        "at the end",
        "",
        "correlation time",
        "",
        "shift",
    ];
    let rows = cases
        .iter()
        .filter_map(|case| Some(row(case, case.scores.as_ref()?)));
    let rows: Vec<Vec<String>> = [head.map(str::to_owned).to_vec()]
        .into_iter()
        .chain(rows)
        .collect();
    let left_out = cases.iter().filter_map(|case| {
        let note = case.note.as_ref()?;
        let text = format!("{} left out: {note}", case.shift);
        Some("\n".to_owned() + &folded(&text, WIDTH).join("\n"))
    });
    Some(columns(&rows) + &left_out.collect::<String>())
}

fn row(case: &StressCase, scores: &StressScores) -> Vec<String> {
    let factor = |factor: f64| {
        if factor.is_finite() {
            format!("x {}", significant(factor, 2))
        } else {
            "lost".to_owned()
        }
    };
    vec![
        aligned_percent(scores.nrmse),
        factor(scores.nrmse_factor),
        aligned_percent(scores.final_nrmse),
        factor(scores.final_nrmse_factor),
        time(scores.correlation_time),
        factor(1.0 / scores.correlation_time_factor),
        case.shift.clone(),
    ]
}
