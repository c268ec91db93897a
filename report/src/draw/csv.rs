//! The numbers of a figure as comma-separated values (RFC 4180), with a header that says their units.

/// A table under construction.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Csv {
    text: String,
}

/// A cell of a row.
pub(crate) enum Cell<'a> {
    Text(&'a str),
    Number(f64),
    Count(u64),
    Empty,
}

impl Csv {
    /// A table with named columns.
    pub(crate) fn new<'a>(columns: impl IntoIterator<Item = &'a str>) -> Self {
        let mut table = Self {
            text: String::new(),
        };
        table.row(columns.into_iter().map(Cell::Text));
        table
    }

    /// Adds a row; numbers that are not finite are written as `NaN`, `inf` and `-inf`.
    pub(crate) fn row<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) {
        let cells = cells.into_iter().map(|cell| match cell {
            Cell::Text(text) => quoted(text),
            Cell::Number(value) => format!("{value:?}"),
            Cell::Count(count) => count.to_string(),
            Cell::Empty => String::new(),
        });
        self.text += &cells.collect::<Vec<_>>().join(",");
        self.text.push('\n');
    }

    /// The file.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_kept_apart_and_numbers_keep_their_digits() {
        let mut table = Csv::new(["time (units, of the equation)", "a \"name\""]);
        table.row([Cell::Number(0.1 + 0.2), Cell::Text("x")]);
        table.row([Cell::Count(u64::MAX), Cell::Number(f64::NAN)]);
        table.row([Cell::Number(1e-9), Cell::Empty]);
        let expected = "\"time (units, of the equation)\",\"a \"\"name\"\"\"\n\
                        0.30000000000000004,x\n18446744073709551615,NaN\n1e-9,\n";
        assert_eq!(table.text(), expected);
    }
}
