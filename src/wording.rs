//! Messages of the readers of TOML and JSON in plain words, without the types of the programming language.

use ondine_solvers::words::counted;

/// The message in plain words; as it is where it is none that those readers make themselves.
pub(crate) fn plain(message: &str) -> String {
    // Those of JSON end with their place.
    let (message, place) = match message.rfind(" at line ") {
        Some(at) => message.split_at(at),
        None => (message, ""),
    };
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let first = names.first().copied().unwrap_or_default();
    let plain = if let Some((found, expected)) = mismatch(message) {
        format!("expected {}; found {}", expected_words(expected), found)
    } else if message.starts_with("missing field") {
        format!("`{first}` is missing")
    } else if message.starts_with("duplicate field") {
        format!("`{first}` is there twice")
    } else if message.starts_with("unknown field") || message.starts_with("unknown variant") {
        format!("unknown name `{first}`{}", possible(&names[1..]))
    } else {
        return format!("{}{place}", other(message));
    };
    format!("{plain}{place}")
}

/// Why a text is no TOML, and how to write instead what stands at the place of the fault.
pub(crate) fn toml_fault(text: &str, error: &toml::de::Error) -> (String, Option<String>) {
    let start = error.span().map_or(0, |span| span.start).min(text.len());
    let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
    let rest = text[line..].lines().next().unwrap_or_default();
    let message = error.message();
    let said = |words: &str, help: &str| (words.to_owned(), Some(help.to_owned()));
    if rest.contains(['\u{2212}', '\u{2013}', '\u{2014}']) {
        return said("a dash that is no minus sign", "write -");
    }
    let begins = |starts: &[&str]| starts.iter().any(|start| message.starts_with(start));
    if begins(&[
        "invalid boolean",
        "invalid float",
        "string values must be quoted",
    ]) {
        let help = "a value is a number, true, false, a list, a table or a text in quotes";
        return said("the value can't be read", help);
    }
    if begins(&[
        "invalid exponent",
        "invalid mantissa",
        "invalid fraction",
        "invalid integer",
    ]) {
        return said("digits of the number are missing", "write 0.5, 5.0 or 1e5");
    }
    if begins(&[
        "unexpected leading zero",
        "redundant numeric sign",
        "`_` may only go",
    ]) {
        return said("the number can't be read", "write 12, -0.5 or 1e5");
    }
    if begins(&[
        "invalid basic string",
        "invalid literal string",
        "invalid multiline",
    ]) {
        return said(
            "a text is not closed",
            "end it with the quote that it begins with",
        );
    }
    if begins(&["missing escaped value", "invalid escape", "invalid unicode"]) {
        let help = "a text in single quotes takes \\ as it is: \'C:\\data\'";
        return said("\\ means something else in a text in double quotes", help);
    }
    if begins(&["key with no value"]) {
        return said("a key without a value", "write key = value");
    }
    if begins(&[
        "unquoted keys cannot be empty",
        "missing key",
        "invalid key",
    ]) {
        return said("a key is missing", "write key = value");
    }
    if begins(&["unclosed"]) {
        let closing = message.split('`').nth(1).unwrap_or("]");
        let open = match message.split(',').next().unwrap_or_default() {
            "unclosed array" => "the list",
            "unclosed inline table" => "the table",
            _ => "the name of the section",
        };
        return (format!("{open} is not closed: {closing} is missing"), None);
    }
    if begins(&["duplicate key"]) {
        return said("a key is there twice", "leave one of them");
    }
    match message {
        "max recursion depth met" => ("lists and tables are nested too deeply".to_owned(), None),
        // The place is shown; what the reader expected there is a character, if anything.
        other => (
            other.split(", expected").next().unwrap_or(other).to_owned(),
            None,
        ),
    }
}

/// The found kind and the expected one, of a value that can't be read.
fn mismatch(message: &str) -> Option<(String, &str)> {
    let said = |start: &str| {
        let (found, expected) = message.strip_prefix(start)?.split_once(", expected ")?;
        Some((found, expected))
    };
    let value = || said("invalid type: ").or_else(|| said("invalid value: "));
    if let Some((found, expected)) = value() {
        return Some((found_words(found), expected));
    }
    let (found, expected) = said("invalid length ")?;
    let entries = counted(found.parse().ok()?, "entry");
    Some((format!("a list of {entries}"), expected))
}

/// The value the reader met.
fn found_words(found: &str) -> String {
    let quoted = || found.split('`').nth(1).unwrap_or(found);
    if let Some(text) = found.strip_prefix("string ") {
        return format!("the text {text}");
    }
    match found.split('`').next().unwrap_or(found).trim() {
        "integer" | "floating point" => format!("the number {}", quoted()),
        "boolean" => quoted().to_owned(),
        "character" => format!("the text \"{}\"", quoted()),
        "sequence" | "tuple variant" | "byte array" => "a list".to_owned(),
        "map" | "struct variant" => "a table".to_owned(),
        "null" | "unit value" | "unit variant" | "Option value" => "nothing".to_owned(),
        _ => "a value of another kind".to_owned(),
    }
}

/// The value the reader wanted.
fn expected_words(expected: &str) -> String {
    let list = expected
        .strip_prefix("an array of length ")
        .or_else(|| expected.strip_prefix("a tuple of size "));
    if let Some(length) = list {
        return format!("a list of {length}");
    }
    match expected {
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => "a whole number, 0 or more".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" | "bool" => "true or false".to_owned(),
        "a string" | "a borrowed string" | "path string" | "a char" | "a character" => {
            "a text in quotes".to_owned()
        }
        words if words.starts_with("a nonzero ") => "a whole number, 1 or more".to_owned(),
        "a sequence" | "tuple" => "a list".to_owned(),
        "a map" => "a table".to_owned(),
        "string or table" | "variant identifier" => "a name in quotes".to_owned(),
        words if words.starts_with("struct ") => "a table".to_owned(),
        words if words.starts_with("tuple struct ") => "a list".to_owned(),
        words if words.starts_with("enum ") => "a name in quotes".to_owned(),
        words => words.to_owned(),
    }
}

/// The words for a message of the readers that does not name what they met.
fn other(message: &str) -> String {
    match message {
        "wanted string or table" | "expected table with exactly 1 entry, found empty table" => {
            "expected a name in quotes".to_owned()
        }
        "integer number overflowed" => "the number is too large".to_owned(),
        "floating-point number overflowed" => "the number is too large".to_owned(),
        other if other.starts_with("wanted exactly 1 element") => {
            "expected a name in quotes; found a table".to_owned()
        }
        other => other.to_owned(),
    }
}

fn possible(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        names => format!("; possible: {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its reader matters")]
    struct Section {
        count: usize,
        pair: Option<[f64; 2]>,
        name: Option<String>,
        inner: Option<Inner>,
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only its reader matters")]
    struct Inner {
        flag: bool,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        First,
        Second,
    }

    #[test]
    fn wrong_values_of_toml_are_told_in_plain_words() {
        for (text, expected) in [
            (
                "count = -1",
                "expected a whole number, 0 or more; found the number -1",
            ),
            (
                "count = 1.5",
                "expected a whole number, 0 or more; found the number 1.5",
            ),
            (
                "count = \"x\"",
                "expected a whole number, 0 or more; found the text \"x\"",
            ),
            (
                "count = [1]",
                "expected a whole number, 0 or more; found a list",
            ),
            ("pair = 5", "expected a list of 2; found the number 5"),
            (
                "pair = [5]",
                "expected a list of 2; found a list of 1 entry",
            ),
            ("name = true", "expected a text in quotes; found true"),
            ("inner = 5", "expected a table; found the number 5"),
            (
                "inner.flag = 5",
                "expected true or false; found the number 5",
            ),
            ("kind = 5", "expected a name in quotes"),
            (
                "kind = \"third\"",
                "unknown name `third`; possible: first, second",
            ),
            ("pair = [1, 2]", "`count` is missing"),
            (
                "other = 1",
                "unknown name `other`; possible: count, pair, name, inner, kind",
            ),
        ] {
            let error = toml::from_str::<Section>(text).expect_err(text);
            assert_eq!(plain(error.message()), expected, "{text}");
        }
    }

    #[test]
    fn those_of_json_keep_their_place() {
        let read = |text| {
            serde_json::from_str::<Section>(text)
                .expect_err(text)
                .to_string()
        };
        let expected = "expected a whole number, 0 or more; found a list at line 1 column 9";
        assert_eq!(plain(&read("{\"count\":[1]}")), expected);
        assert_eq!(plain(&read("{}")), "`count` is missing at line 1 column 2");
        assert_eq!(plain("own words"), "own words");
    }
}
