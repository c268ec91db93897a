//! Errors in recipes: the fault, its place and the text to write instead.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::ops::Range;

/// A recipe that can't be used. Its display shows the line as rustc does.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.rendered())]
pub struct RecipeError {
    /// The fault.
    pub message: String,
    /// The text to write instead.
    pub help: Option<String>,
    /// The place of the fault.
    pub place: Place,
}

/// The place of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a recipe file, at a range of bytes of its text.
    File {
        /// Name of the file.
        path: String,
        /// Its text.
        text: String,
        /// The range.
        span: Range<usize>,
    },
    /// In a recipe file, nowhere in particular.
    Whole {
        /// Name of the file.
        path: String,
    },
    /// In an override of the command line.
    Override {
        /// As typed: `key=value`.
        typed: String,
    },
}

impl RecipeError {
    fn rendered(&self) -> String {
        let mut text = match &self.place {
            Place::File { path, text, span } => excerpt(&self.message, path, text, span),
            Place::Whole { path } => format!("{}\n --> {path}", self.message),
            Place::Override { typed } => format!("{}\n --> --set {typed}", self.message),
        };
        if let Some(help) = &self.help {
            text.push_str(&format!("\n  = help: {help}"));
        }
        text
    }
}

/// The message above the marked lines of the file, without the leading word "error".
fn excerpt(message: &str, path: &str, text: &str, span: &Range<usize>) -> String {
    let mark = AnnotationKind::Primary.span(span.clone());
    let snippet = Snippet::source(text).path(path).annotation(mark);
    let report = &[Level::ERROR.primary_title(message).element(snippet)];
    let rendered = Renderer::plain()
        .decor_style(DecorStyle::Ascii)
        .render(report);
    rendered
        .strip_prefix("error: ")
        .unwrap_or(&rendered)
        .to_owned()
}

/// The name nearest to `wrong`, if one is near enough to be meant: one that begins with it, or a misspelt one.
pub fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let names: Vec<&str> = names.into_iter().collect();
    let wrong = &wrong.to_lowercase();
    let begun = names
        .iter()
        .find(|name| wrong.len() > 2 && name.starts_with(wrong.as_str()));
    if let Some(name) = begun {
        return Some(name);
    }
    let distance = |name: &&str| strsim::damerau_levenshtein(wrong, name);
    let best = names.into_iter().min_by_key(distance)?;
    let similar = strsim::jaro_winkler(wrong, best) > 0.8;
    (similar || distance(&best) * 3 <= wrong.len().max(best.len())).then_some(best)
}

/// The help for a wrong name: the nearest right one, or all of them.
pub fn suggest(wrong: &str, names: &[&str]) -> String {
    match nearest(wrong, names.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("possible: {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_guessed_from_their_beginning_or_a_slip_but_not_at_random() {
        let names = ["advection", "burgers", "kdv", "kuramoto_sivashinsky"];
        for (wrong, right) in [
            ("kuramoto", Some("kuramoto_sivashinsky")),
            ("advektion", Some("advection")),
            ("burger", Some("burgers")),
            ("kvd", Some("kdv")),
            ("KdV", Some("kdv")),
            ("heat", None),
        ] {
            assert_eq!(nearest(wrong, names), right, "{wrong}");
        }
    }
}
