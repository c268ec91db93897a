//! Arrays of files as text.

use super::{NAMED, row};
use crate::cli::table::columns;
use crate::inspect::{ArrayLine, Unknown};
use crate::numbers::text::typed;

/// Rows of the first arrays of a file: how they are stored, and the words of arrays of words.
pub(super) fn rows(arrays: &[ArrayLine]) -> impl Iterator<Item = Option<Vec<String>>> {
    let stored = arrays.iter().filter(|array| array.shape.len() > 1);
    let stored = stored
        .take(NAMED)
        .map(|array| row("array", array_line(array)));
    let worded = arrays.iter().filter(|array| !array.words.is_empty());
    let words = worded
        .take(NAMED)
        .map(|array| row("words", format!("{} {}", array.path, words(array))));
    stored.chain(words)
}

/// The arrays of a file of no known layout, with lines of a recipe to fill in.
pub(in crate::cli) fn text_of_unknown(unknown: &Unknown) -> String {
    let rows = unknown.arrays.iter().map(|array| {
        let shape = array.shape.iter().map(|&n| typed(n as f64));
        vec![
            array.path.clone(),
            array.values.clone(),
            format!("[{}]", shape.collect::<Vec<_>>().join(", ")),
            words(array),
        ]
    });
    let head = format!("{}: arrays of no known layout", unknown.path.display());
    let layout = unknown.layout.as_ref().map_or(String::new(), |layout| {
        format!("\n\n# A description to fill in:\n\n{layout}")
    });
    format!("{head}\n\n{}{layout}", columns(&rows.collect::<Vec<_>>()))
}

/// The first words of an array of words.
fn words(array: &ArrayLine) -> String {
    let first = array.words.iter().take(NAMED);
    let more = if array.words.len() > NAMED {
        ", ..."
    } else {
        ""
    };
    first
        .map(|word| format!("{word:?}"))
        .collect::<Vec<_>>()
        .join(", ")
        + more
}

fn array_line(array: &ArrayLine) -> String {
    let stored = match &array.chunk {
        None => String::new(),
        Some(chunk) => format!(", chunks {chunk:?}"),
    };
    let filters = array.filters.iter().map(|filter| format!(", {filter}"));
    let filters: String = filters.collect();
    let values = match &array.values[..] {
        "" => String::new(),
        values => format!(" {values}"),
    };
    format!("{}{values} {:?}{stored}{filters}", array.path, array.shape)
}
