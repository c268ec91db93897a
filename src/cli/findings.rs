//! The diagnosis of an evaluation, in text and as JSON.

use crate::diagnosis::Finding;
use crate::results::Evaluation;
use serde::Serialize;

/// An evaluation with what the rules find in it.
#[derive(Serialize)]
pub(super) struct Diagnosed<'a> {
    #[serde(flatten)]
    pub(super) evaluation: &'a Evaluation,
    /// What matters most first.
    pub(super) diagnosis: &'a [Finding],
}

/// The findings below a table; nothing where there are none.
pub(super) fn rendered(findings: &[Finding]) -> String {
    let lines = findings
        .iter()
        .map(|found| format!("\n- {}\n  {}", found.seen, found.remedy));
    match findings.is_empty() {
        true => String::new(),
        false => format!("\n\ndiagnosis{}", lines.collect::<String>()),
    }
}
