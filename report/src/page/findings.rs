//! The diagnosis under the verdict: what the rules see, and what would help.

use crate::diagnosis::Finding;
use maud::{Markup, html};

/// The findings; nothing where there are none.
pub(super) fn findings(found: &[Finding]) -> Markup {
    html! {
        @if !found.is_empty() {
            div.diagnosis {
                h2 { "Diagnosis" }
                ul { @for one in found { li { (one.seen) " " span.remedy { (one.remedy) } } } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_shown_with_their_remedies() {
        let found = Finding {
            rule: "blow_up",
            seen: "Half of the rollouts < 1.".to_owned(),
            remedy: "Set objective.noise.".to_owned(),
            changes: Vec::new(),
        };
        let page = findings(&[found]).into_string();
        assert!(
            page.contains(
                "Half of the rollouts &lt; 1. <span class=\"remedy\">Set objective.noise."
            )
        );
        assert_eq!(findings(&[]).into_string(), "");
    }
}
