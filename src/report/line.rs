//! A curve of a plot, or a set of points.

use super::csv::Cell;
use super::figure::Mark;
use super::palette::{DASHED, SOLID};

/// One curve, or one set of points.
#[derive(Clone)]
pub(super) struct Line {
    /// Its name in the legend; empty leaves it out, of the numbers too.
    pub(super) label: String,
    pub(super) color: &'static str,
    pub(super) points: Vec<(f64, f64)>,
    /// Lower and upper edge of a shaded band, by `x`.
    pub(super) band: Vec<(f64, f64, f64)>,
    pub(super) mark: Mark,
    pub(super) width: f64,
}

impl Line {
    /// A plain line.
    pub(super) fn new(
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
    pub(super) fn dashed(self) -> Self {
        self.mark(Mark::Line(DASHED))
    }

    /// The same values, drawn otherwise.
    pub(super) fn mark(self, mark: Mark) -> Self {
        Self { mark, ..self }
    }

    /// The same line in another width.
    pub(super) fn width(self, width: f64) -> Self {
        Self { width, ..self }
    }

    /// The same line with a band: lower and upper edge by `x`.
    pub(super) fn band(self, band: Vec<(f64, f64, f64)>) -> Self {
        Self { band, ..self }
    }

    /// Edges of the band beside point `i`.
    pub(super) fn edges(&self, i: usize) -> [Cell<'static>; 2] {
        match self.band.get(i) {
            Some((_, low, high)) => [Cell::Number(*low), Cell::Number(*high)],
            None => [Cell::Empty, Cell::Empty],
        }
    }

    /// Whether its points stand alone.
    pub(super) fn is_marked(&self) -> bool {
        !matches!(self.mark, Mark::Line(_))
    }

    /// The fewest points that say something.
    pub(super) fn fewest(&self) -> usize {
        match self.mark {
            Mark::Line(_) => 2,
            Mark::Circle | Mark::Triangle => 1,
        }
    }
}
