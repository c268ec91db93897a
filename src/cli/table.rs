//! Output of commands: aligned columns and JSON.

use super::CliError;
use serde::Serialize;
use std::io::Write;

/// Prints lines; an error when the reader has gone.
pub(super) fn print(text: &str) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", text.trim_end())?;
    Ok(out.flush()?)
}

/// Prints a value as JSON.
pub(super) fn print_json(value: &impl Serialize) -> Result<(), CliError> {
    let text = serde_json::to_string_pretty(value).map_err(|e| CliError::Output(e.into()))?;
    print(&text)
}

/// Columns of a terminal.
pub(super) const WIDTH: usize = 80;

/// Narrowest last column that is folded.
const NARROWEST: usize = 24;

/// Rows with aligned columns, two spaces apart. Words of the last one that would end beyond 80 columns go below.
pub(super) fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let before: usize = widths.iter().rev().skip(1).map(|width| width + 2).sum();
    let room = WIDTH.saturating_sub(before).max(NARROWEST);
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate();
        let cells = cells.map(|(column, (cell, &width))| {
            if column + 1 == count {
                folded(cell, room).join(&format!("\n{:before$}", ""))
            } else {
                format!("{cell:width$}")
            }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A text in lines of so many characters; longer words stay whole.
pub(super) fn folded(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let length = |line: &str| line.chars().count();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if length(line) + 1 + length(word) <= room => *line += &format!(" {word}"),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_fit_80_columns() {
        let words = vec!["word"; 40].join(" ");
        let rows = ["a", "a longer name"].map(|name| vec![name.to_owned(), words.clone()]);
        let text = columns(&rows);
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        assert!(
            text.lines().all(|line| line.find("word") == Some(15)),
            "{text}"
        );
        assert_eq!(text.matches("word").count(), 80);
        let short = columns(&[vec!["a".to_owned(), "b".to_owned()], vec!["cc".to_owned()]]);
        assert_eq!(short, "a   b\ncc");
    }
}
