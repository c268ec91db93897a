//! The diagnosis of an evaluation, in text and as JSON.

use super::table::{WIDTH, folded};
use crate::diagnosis::Finding;
use crate::results::Evaluation;
use serde::Serialize;
use std::io::{IsTerminal, stdout};

/// An evaluation with what the rules find in it.
#[derive(Serialize)]
pub(super) struct Diagnosed<'a> {
    #[serde(flatten)]
    pub(super) evaluation: &'a Evaluation,
    /// The findings, what matters most first.
    pub(super) diagnosis: &'a [Finding],
}

/// The findings below a table, folded for a terminal; nothing where there are none.
pub(super) fn rendered(findings: &[Finding]) -> String {
    let room = if stdout().is_terminal() {
        WIDTH - 2
    } else {
        usize::MAX
    };
    lines(findings, room)
}

/// The findings in lines of `room` characters and two more.
fn lines(findings: &[Finding], room: usize) -> String {
    let text = |text: &str| folded(text, room).join("\n  ");
    let lines = findings
        .iter()
        .map(|found| format!("\n- {}\n  {}", text(&found.seen), text(&found.remedy)));
    if findings.is_empty() {
        String::new()
    } else {
        format!("\n\ndiagnosis{}", lines.collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_fit_a_terminal_and_lose_no_word() {
        let finding = Finding {
            rule: "overfitting",
            seen: "a word and another ".repeat(20).trim_end().to_owned(),
            remedy: "Raise train.steps from 10 to 20.".to_owned(),
            changes: Vec::new(),
        };
        let narrow = lines(std::slice::from_ref(&finding), WIDTH - 2);
        assert!(narrow.lines().all(|line| line.chars().count() <= WIDTH));
        let wide = lines(&[finding], usize::MAX);
        assert_eq!(wide.lines().count(), 5);
        let words = |text: &str| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(words(&narrow), words(&wide));
    }
}
