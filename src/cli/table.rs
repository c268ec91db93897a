//! Output of commands: aligned columns, JSON, numbers for people.

use super::CliError;
use crate::report::numbers::significant;
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
const WIDTH: usize = 80;

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
        let cells = cells.map(|(column, (cell, &width))| match column + 1 == count {
            true => folded(cell, room).join(&format!("\n{:before$}", "")),
            false => format!("{cell:width$}"),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A text in lines of so many characters; longer words stay whole.
fn folded(text: &str, room: usize) -> Vec<String> {
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

/// Seconds as "3 min 42 s".
pub(super) fn duration(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match whole {
        0..60 => format!("{seconds:.1} s"),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
    }
}

/// A time in the units of the equation, with two decimals.
pub(super) fn time(value: f64) -> String {
    fixed(value, 2)
}

/// A number with as many decimals, or with three significant digits where they could hide it.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    match value.abs() {
        size if size > 0.0 && !(1.0..1e6).contains(&size) => significant(value, 3),
        _ => format!("{value:.decimals$}"),
    }
}

/// A share with two significant digits, as "12 %" or "0.12 %".
pub(super) fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    match percent {
        p if !p.is_finite() => "not finite".to_owned(),
        p if p >= 10.0 => format!("{p:.0} %"),
        p if p >= 1.0 => format!("{p:.1} %"),
        p if p >= 0.01 => format!("{p:.2} %"),
        p if p > 0.0 => "below 0.01 %".to_owned(),
        _ => "0 %".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_times_are_numbers() {
        assert_eq!([time(0.0), time(31.668)], ["0.00", "31.67"]);
        assert_eq!([time(4.25e-3), time(0.5)], ["0.00425", "0.5"]);
        assert!(time(3.2e-10).starts_with("3.2"), "{}", time(3.2e-10));
        assert_eq!(fixed(2e-30, 4).chars().next(), Some('2'));
    }

    #[test]
    fn what_is_no_number_is_no_share_of_zero() {
        assert_eq!(percent(f64::NAN), "not finite");
        assert_eq!([percent(0.0), percent(1e-9)], ["0 %", "below 0.01 %"]);
    }

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
