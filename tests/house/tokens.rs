//! Words and signs of Rust.

/// The words and signs of a text. Comments and strings are left out, but for strings that are a path of the crate, which
/// attributes have: `deserialize_with = "crate::…"`.
pub(crate) fn tokens(text: &str) -> Vec<&str> {
    let (mut rest, mut found) = (text, Vec::new());
    while !rest.is_empty() {
        let length = length(rest);
        let (token, after) = rest.split_at(length);
        match token.strip_prefix('"') {
            Some(inner) if inner.starts_with("crate::") => {
                found.extend(tokens(inner.trim_end_matches('"')));
            }
            _ if is_word(token) || is_sign(token) => found.push(token),
            _ => {}
        }
        rest = after;
    }
    found
}

pub(crate) fn is_word(token: &str) -> bool {
    token.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn is_sign(token: &str) -> bool {
    token == "::" || (token.len() == 1 && !token.trim().is_empty())
}

/// Bytes of the first token of a text, or of the comment, string or space at its beginning.
fn length(text: &str) -> usize {
    let all = text.len();
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(all);
    }
    if text.starts_with("/*") {
        return text.find("*/").map_or(all, |end| end + 2);
    }
    if text.starts_with("::") {
        return 2;
    }
    raw_string(text)
        .or_else(|| string(text))
        .or_else(|| character(text))
        .unwrap_or_else(|| word(text))
}

/// Bytes of a word, or of one sign.
fn word(text: &str) -> usize {
    let other = |c: char| !(c.is_alphanumeric() || c == '_');
    let first = text.chars().next().map_or(0, char::len_utf8);
    text.find(other).unwrap_or(text.len()).max(first)
}

/// Bytes of `r"…"` or `r#"…"#`.
fn raw_string(text: &str) -> Option<usize> {
    let hashes = text.strip_prefix("br").or(text.strip_prefix('r'))?;
    let quoted = hashes.trim_start_matches('#');
    let inner = quoted.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes.len() - quoted.len()));
    let begin = text.len() - inner.len();
    Some(begin + inner.find(&end).map_or(inner.len(), |at| at + end.len()))
}

/// Bytes of `"…"`.
fn string(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('"')?;
    let mut escaped = false;
    let end = inner.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    Some(end.map_or(text.len(), |end| end + 2))
}

/// Bytes of `'c'` or `'\n'`; none for a lifetime.
fn character(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('\'')?;
    let first = inner.chars().next()?;
    let after = match first {
        '\\' => 2,
        _ => first.len_utf8(),
    };
    let end = inner.get(after..)?.find('\'')?;
    (first == '\\' || end == 0).then_some(1 + after + end + 1)
}
