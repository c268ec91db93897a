//! A curve of a plot, or a set of points.

use super::csv::Cell;
use super::figure::Mark;
use super::palette::{DASHED, SOLID};

/// One curve, or one set of points.
#[derive(Clone)]
pub(crate) struct Line {
    /// Its name in the legend; empty leaves it out, of the numbers too.
    pub(crate) label: String,
    pub(crate) color: &'static str,
    pub(crate) points: Vec<(f64, f64)>,
    /// Lower and upper edge of a shaded band, by `x`.
    pub(crate) band: Vec<(f64, f64, f64)>,
    pub(crate) mark: Mark,
    pub(crate) width: f64,
}

impl Line {
    /// A plain line.
    pub(crate) fn new(
        label: impl Into<String>,
        color: &'static str,
        points: Vec<(f64, f64)>,
    ) -> Self {
        Self {
            label: label.into(),
            color,
            points,
            band: Vec::new(),
            mark: Mark::Line(SOLID),
            width: 2.2,
        }
    }

    /// The same line, dashed.
    pub(crate) fn dashed(self) -> Self {
        self.mark(Mark::Line(DASHED))
    }

    /// The same values, drawn otherwise.
    pub(crate) fn mark(self, mark: Mark) -> Self {
        Self { mark, ..self }
    }

    /// The same line in another width.
    pub(crate) fn width(self, width: f64) -> Self {
        Self { width, ..self }
    }

    /// The same line with a band: lower and upper edge by `x`.
    pub(crate) fn band(self, band: Vec<(f64, f64, f64)>) -> Self {
        Self { band, ..self }
    }

    /// Edges of the band beside point `i`.
    pub(crate) fn edges(&self, i: usize) -> [Cell<'static>; 2] {
        match self.band.get(i) {
            Some((_, low, high)) => [Cell::Number(*low), Cell::Number(*high)],
            None => [Cell::Empty, Cell::Empty],
        }
    }

    /// Whether its points stand alone.
    pub(crate) fn is_marked(&self) -> bool {
        !matches!(self.mark, Mark::Line(_))
    }

    /// The fewest points that say something.
    pub(crate) fn fewest(&self) -> usize {
        match self.mark {
            Mark::Line(_) => 2,
            Mark::Circle | Mark::Triangle => 1,
        }
    }
}
