//! A figure, to be laid out by the page.

use super::csv::Csv;

/// One figure with its caption and the numbers behind it.
pub(crate) struct Figure {
    /// Title, unlike that of every other figure of a run.
    pub(crate) title: String,
    pub(crate) caption: String,
    /// Side by side where there is room.
    pub(crate) panels: Vec<Picture>,
    pub(crate) legend: Vec<Key>,
    /// The numbers; none where they are those of another figure.
    pub(crate) data: Option<Csv>,
}

/// A picture of a figure.
pub(crate) struct Picture {
    /// Title that tells it from the others; empty where the axes do.
    pub(crate) title: String,
    pub(crate) svg: String,
}

/// An entry of a legend.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Key {
    pub(crate) label: String,
    pub(crate) color: &'static str,
    pub(crate) mark: Mark,
}

/// The way in which values are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Mark {
    /// A line with these dashes, as in SVG; empty for a solid one.
    Line(&'static str),
    /// A filled circle per value.
    Circle,
    /// A triangle a value.
    Triangle,
}

impl From<String> for Picture {
    fn from(svg: String) -> Self {
        let title = String::new();
        Self { title, svg }
    }
}

impl Figure {
    /// Whether a picture keeps a width that small screens lack, which style.css says of maps.
    pub(crate) fn is_wide(&self) -> bool {
        let mut svgs = self.panels.iter().map(|panel| &panel.svg);
        svgs.any(|svg| svg.starts_with("<svg class=\"maps"))
    }

    /// Name of the file with its numbers: the title in small letters and hyphens.
    pub(crate) fn file(&self) -> String {
        let letters = self.title.chars().map(|letter| match letter {
            'a'..='z' | '0'..='9' | '.' => letter,
            'A'..='Z' => letter.to_ascii_lowercase(),
            _ => ' ',
        });
        let words: String = letters.collect();
        let words: Vec<_> = words.split_whitespace().collect();
        format!("{}.csv", words.join("-"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_after_titles() {
        let figure = Figure {
            title: "Error (nRMSE), by k̂: 0.8".into(),
            caption: String::new(),
            panels: Vec::new(),
            legend: Vec::new(),
            data: None,
        };
        assert_eq!(figure.file(), "error-nrmse-by-k-0.8.csv");
    }
}
