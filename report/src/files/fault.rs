//! Why a file is not what it should be, with the place.

use serde_json::error::Category;

/// Why a text is not the JSON that it should be, with the place.
pub fn json_fault(error: &serde_json::Error) -> String {
    let place = format!("line {}, column {}", error.line(), error.column());
    match error.classify() {
        Category::Eof => format!("it ends early, at {place}"),
        Category::Syntax => format!("it is no JSON from {place} on"),
        // Numbers that were decoded from JSON already have no place.
        Category::Data | Category::Io if error.line() == 0 => {
            "a value is missing, or of another kind".to_owned()
        }
        Category::Data | Category::Io => format!("the value at {place} is of another kind"),
    }
}

/// The line of a text at which a TOML file stops to make sense, counted from 1.
pub fn line_of(text: &str, error: &toml::de::Error) -> usize {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.bytes().take(start);
    before.filter(|byte| *byte == b'\n').count() + 1
}
