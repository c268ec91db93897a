//! The axes of a plot: ends, ticks, labels with their units, and what has a place between them.

use super::line::Line;
use crate::numbers::page::{scientific, significant};
use kuva::prelude::{Layout, Theme, TickFormat};
use kuva::render::annotations::ReferenceLine;
use std::sync::Arc;

/// Time, on every axis.
pub(crate) const TIME: &str = "time (units of the problem)";
/// Wavenumbers, on every axis.
pub(crate) const WAVENUMBER: &str = "wavenumber (wavelengths over the longest side)";
/// Steps of the training, on every axis.
pub(crate) const STEP: &str = "training step";

/// Width of a plot, in units that are pixels on a wide screen.
pub(crate) const WIDTH: f64 = 540.0;
/// Height of a plot.
pub(crate) const HEIGHT: f64 = 330.0;

/// Size of the greatest numbers on an axis. Damaged files hold any number, and an axis has only so many ticks.
const GREATEST: f64 = 1e100;

/// Share of an axis that is left free beside the first and the last mark.
const ROOM: f64 = 0.04;

/// Whether a value has a place on an axis: on a logarithmic one neither 0 nor what a damaged file may hold.
pub(crate) fn has_place(value: f64, log: bool) -> bool {
    value.abs() <= GREATEST && (!log || value >= 1.0 / GREATEST)
}

/// The axes of a plot.
#[derive(Default)]
pub(crate) struct Axes {
    pub(crate) x_label: String,
    pub(crate) y_label: &'static str,
    pub(crate) log_x: bool,
    pub(crate) log_y: bool,
    /// The horizontal axis starts at zero.
    pub(crate) x_from_zero: bool,
    /// Least and greatest `x`; otherwise as the data have it.
    pub(crate) x_range: Option<(f64, f64)>,
    /// Least and greatest `y`; otherwise as the data have it.
    pub(crate) y_range: Option<(f64, f64)>,
    /// A dashed horizontal line.
    pub(crate) threshold: Option<f64>,
}

impl Axes {
    /// The points that have a place on the axes; none if they make no line.
    pub(crate) fn visible(&self, mut line: Line) -> Option<Line> {
        let x_shows = |x: f64| has_place(x, self.log_x);
        let y_shows = |y: f64| has_place(y, self.log_y);
        line.points.retain(|(x, y)| x_shows(*x) && y_shows(*y));
        line.band
            .retain(|(x, low, high)| x_shows(*x) && y_shows(*low) && y_shows(*high));
        if let Some((low, high)) = self.y_range {
            line.points
                .iter_mut()
                .for_each(|point| point.1 = point.1.clamp(low, high));
            line.band.iter_mut().for_each(|(_, bottom, top)| {
                *bottom = bottom.clamp(low, high);
                *top = top.clamp(low, high);
            });
        }
        (line.points.len() >= line.fewest()).then_some(line)
    }

    /// Ends of the horizontal axis for data from `low` to `high`.
    fn x_ends(&self, (low, high): (f64, f64), lines: &[Line]) -> (f64, f64) {
        let ends = if self.x_from_zero {
            (0.0, high)
        } else {
            (low, high)
        };
        let ends = self.x_range.unwrap_or(ends);
        if lines.iter().any(Line::is_marked) {
            apart(ends, self.log_x)
        } else {
            ends
        }
    }

    /// Ends of the vertical axis.
    fn y_ends(&self, lines: &[Line]) -> Option<(f64, f64)> {
        let points = lines
            .iter()
            .flat_map(|line| line.points.iter().map(|point| point.1));
        let bands = lines
            .iter()
            .flat_map(|line| line.band.iter().flat_map(|b| [b.1, b.2]));
        let (low, high) = self.y_range.or_else(|| range(points.chain(bands)))?;
        Some(if self.log_y {
            let room = (high / low).powf(0.06).max(1.2);
            (low / room, high * room)
        } else if lines.iter().any(Line::is_marked) {
            apart((low, high), false)
        } else {
            (low, high)
        })
    }

    /// The layout for lines whose `x` lie in `data`.
    pub(crate) fn layout(&self, data: (f64, f64), lines: &[Line]) -> Option<Layout> {
        let x_range = self.x_ends(data, lines);
        let (low, high) = self.y_ends(lines)?;
        let mut layout = Layout::new(x_range, (low, high))
            .with_width(WIDTH)
            .with_height(HEIGHT)
            .with_x_label(&*self.x_label)
            .with_y_label(self.y_label)
            .with_x_axis_min(x_range.0)
            .with_x_axis_max(x_range.1)
            .with_y_axis_min(low)
            .with_y_axis_max(high)
            .with_label_size(14)
            .with_tick_size(13)
            .with_ticks(6)
            .with_tick_format(TickFormat::Custom(Arc::new(tick)))
            .with_theme(theme());
        if self.log_x {
            layout = layout.with_log_x();
        }
        if self.log_y {
            layout = layout.with_log_y();
        }
        Some(match self.threshold {
            Some(value) => layout.with_reference_line(threshold(value)),
            None => layout,
        })
    }
}

fn theme() -> Theme {
    Theme {
        axis_color: "#57606a".into(),
        grid_color: "#eceff2".into(),
        tick_color: "#57606a".into(),
        text_color: "#424a53".into(),
        font_family: Some("inherit".into()),
        ..Theme::light()
    }
}

fn threshold(value: f64) -> ReferenceLine {
    ReferenceLine::horizontal(value)
        .with_color("#b08800")
        .with_dasharray("3 3")
}

/// Ticks such as `20,000`, `0.1` and `10⁻³`.
fn tick(value: f64) -> String {
    match value.abs() {
        1e-12..0.0095 => scientific(value, 3),
        _ => significant(value, 3),
    }
}

/// Room for whole marks at both ends.
fn apart((low, high): (f64, f64), log: bool) -> (f64, f64) {
    if log {
        let room = (high / low).powf(ROOM);
        return (low / room, high * room);
    }
    let room = ROOM * (high - low);
    (low - room, high + room)
}

/// Least and greatest value, a little apart even when all are the same.
pub(crate) fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let (low, high) = values.fold(None, |range: Option<(f64, f64)>, value| match range {
        Some((low, high)) => Some((low.min(value), high.max(value))),
        None => Some((value, value)),
    })?;
    let room = if high - low > 1e-9 * high.abs() {
        0.0
    } else {
        match high.abs() {
            size if size > 0.0 => 0.1 * size,
            _ => 1e-9, // any room
        }
    };
    Some((low - room, high + room))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_all_the_same_have_room_of_their_size() {
        for size in [1e-30, 1.0, 1e30] {
            let (low, high) = range([size; 3].into_iter()).expect("values");
            assert!(
                low < size && high > size && high < 1.2 * size,
                "{low} {high}"
            );
        }
        let (low, high) = range([0.0; 3].into_iter()).expect("values");
        assert!(low < 0.0 && high > 0.0);
    }
    use crate::draw::palette::SURROGATE;

    #[test]
    fn values_without_a_place_on_the_axes_are_left_out() {
        let axes = Axes {
            log_y: true,
            ..Axes::default()
        };
        let odd = [f64::NAN, f64::INFINITY, 0.0, -1.0, 1e-320, 1e308];
        let odd = odd.map(|y| (1.0, y)).into_iter();
        let points = odd.chain([(2.0, 1.0), (3.0, 10.0)]).collect();
        let kept = axes
            .visible(Line::new("a", SURROGATE, points))
            .expect("two points can be shown");
        assert_eq!(kept.points, [(2.0, 1.0), (3.0, 10.0)]);
    }
}
