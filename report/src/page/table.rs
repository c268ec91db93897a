//! Tables that are lists where the page is narrow: each row then stands below the one before, each value beside its heading.

use maud::{Markup, html};

/// A value of a table.
pub(super) struct Cell {
    class: &'static str,
    value: Markup,
}

impl Cell {
    /// The subject of a row; it is not broken into lines.
    pub(super) fn name(value: Markup) -> Self {
        let class = "name";
        Self { class, value }
    }

    /// A number.
    pub(super) fn number(value: &str) -> Self {
        Self {
            class: "number",
            value: html! { (value) },
        }
    }

    /// Words.
    pub(super) fn words(value: &str) -> Self {
        Self {
            class: "words",
            value: html! { (value) },
        }
    }
}

/// A table of rows with as many cells as there are headings.
pub(super) fn table(headings: &[&str], rows: &[Vec<Cell>]) -> Markup {
    html! {
        div.table {
            table {
                thead { tr { @for heading in headings { th { (heading) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            @for (heading, cell) in headings.iter().zip(row) {
                                td class=(cell.class) data-heading=(heading) { span { (cell.value) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_knows_its_heading() {
        let row = vec![
            Cell::name(html! { "a" }),
            Cell::number("1"),
            Cell::words("<b>"),
        ];
        let page = table(&["Run", "Error", "Model"], &[row]).into_string();
        for part in [
            r#"<td class="name" data-heading="Run"><span>a</span>"#,
            r#"data-heading="Error"><span>1</span>"#,
            r#"data-heading="Model"><span>&lt;b&gt;</span>"#,
        ] {
            assert!(page.contains(part), "{part} is missing in {page}");
        }
    }
}
