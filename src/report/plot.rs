//! Line plots in the style of the page: vector graphics whose legend is HTML, so that it never lies
//! over data and uses the fonts of the page.

use super::numbers::{scientific, significant};
use kuva::plot::{BandPlot, LinePlot, LineStyle};
use kuva::prelude::{Layout, Plot, SvgBackend, Theme, TickFormat};
use kuva::render::annotations::ReferenceLine;
use kuva::render::render::render_multiple;
use std::sync::Arc;

/// The surrogate, in every figure.
pub(super) const SURROGATE: &str = "#0b6bcb";
/// Persistence, in every figure.
pub(super) const PERSISTENCE: &str = "#8b949e";
/// The truth, in every figure.
pub(super) const TRUTH: &str = "#1f2328";
/// Errors of the surrogate.
pub(super) const ERROR: &str = "#d1495b";
/// One colour a run, where several share a figure.
pub(super) const RUNS: [&str; 8] = [
    "#0b6bcb", "#d1495b", "#2a9d6f", "#e08e0b", "#7b4fb5", "#1a9aaa", "#8c564b", "#57606a",
];

const WIDTH: f64 = 540.0;
const HEIGHT: f64 = 330.0;

/// One curve.
#[derive(Clone, Default)]
pub(super) struct Line {
    /// Its name in the legend; empty leaves it out.
    pub(super) label: String,
    pub(super) color: &'static str,
    pub(super) points: Vec<(f64, f64)>,
    /// Lower and upper edge of a shaded band, by `x`.
    pub(super) band: Vec<(f64, f64, f64)>,
    pub(super) dashed: bool,
    pub(super) width: f64,
}

impl Line {
    /// A plain line.
    pub(super) fn new(label: &str, color: &'static str, points: Vec<(f64, f64)>) -> Self {
        Self {
            label: label.into(),
            color,
            points,
            width: 2.2,
            ..Self::default()
        }
    }

    /// The same line, dashed.
    pub(super) fn dashed(self) -> Self {
        Self {
            dashed: true,
            ..self
        }
    }

    /// The same line in another width.
    pub(super) fn width(self, width: f64) -> Self {
        Self { width, ..self }
    }

    /// The same line with a band: lower and upper edge by `x`.
    pub(super) fn band(self, band: Vec<(f64, f64, f64)>) -> Self {
        Self { band, ..self }
    }
}

/// The axes of a plot.
#[derive(Default)]
pub(super) struct Axes {
    pub(super) x_label: &'static str,
    pub(super) y_label: &'static str,
    pub(super) log_x: bool,
    pub(super) log_y: bool,
    /// The horizontal axis starts at zero.
    pub(super) x_from_zero: bool,
    /// Least and greatest `y`; otherwise as the data have it.
    pub(super) y_range: Option<(f64, f64)>,
    /// A dashed horizontal line.
    pub(super) threshold: Option<f64>,
}

/// A figure, to be laid out by the page.
pub(super) struct Figure {
    pub(super) title: &'static str,
    pub(super) caption: String,
    pub(super) svg: String,
    /// Label, colour and whether the line is dashed.
    pub(super) legend: Vec<(String, &'static str, bool)>,
}

/// Draws the lines, the first on top; none if there is no line of at least two points.
pub(super) fn draw(
    title: &'static str,
    caption: impl Into<String>,
    axes: &Axes,
    lines: Vec<Line>,
) -> Option<Figure> {
    let lines: Vec<_> = lines
        .into_iter()
        .filter_map(|line| axes.visible(line))
        .collect();
    let x_range = range(
        lines
            .iter()
            .flat_map(|line| line.points.iter().map(|point| point.0)),
    )?;
    let x_range = if axes.x_from_zero {
        (0.0, x_range.1)
    } else {
        x_range
    };
    let layout = axes.layout(x_range, &lines)?;
    let legend = lines.iter().filter(|line| !line.label.is_empty());
    Some(Figure {
        title,
        caption: caption.into(),
        legend: legend
            .map(|line| (line.label.clone(), line.color, line.dashed))
            .collect(),
        svg: embed(&svg(&lines, layout), title),
    })
}

impl Axes {
    /// The points that have a place on the axes; none if they make no line.
    fn visible(&self, mut line: Line) -> Option<Line> {
        let x_shows = |x: f64| x.is_finite() && (!self.log_x || x > 0.0);
        let y_shows = |y: f64| y.is_finite() && (!self.log_y || y > 0.0);
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
        (line.points.len() > 1).then_some(line)
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
        Some(match self.log_y {
            true => (low / 1.2, high * 1.2),
            false => (low, high),
        })
    }

    fn layout(&self, x_range: (f64, f64), lines: &[Line]) -> Option<Layout> {
        let (low, high) = self.y_ends(lines)?;
        let mut layout = Layout::new(x_range, (low, high))
            .with_width(WIDTH)
            .with_height(HEIGHT)
            .with_x_label(self.x_label)
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

/// Least and greatest value, a little apart even when all are the same.
fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let (low, high) = values.fold(None, |range: Option<(f64, f64)>, value| match range {
        Some((low, high)) => Some((low.min(value), high.max(value))),
        None => Some((value, value)),
    })?;
    let room = if high - low > 1e-9 * high.abs() {
        0.0
    } else {
        (0.1 * high.abs()).max(1e-9)
    };
    Some((low - room, high + room))
}

fn svg(lines: &[Line], layout: Layout) -> String {
    let bands = lines
        .iter()
        .rev()
        .filter(|line| !line.band.is_empty())
        .map(|line| {
            let band = BandPlot::new(
                line.band.iter().map(|edge| edge.0),
                line.band.iter().map(|edge| edge.1),
                line.band.iter().map(|edge| edge.2),
            );
            Plot::from(band.with_color(line.color).with_opacity(0.15))
        });
    let curves = lines.iter().rev().map(|line| {
        let style = if line.dashed {
            LineStyle::Custom("6 4".into())
        } else {
            LineStyle::Solid
        };
        let curve = LinePlot::new().with_data(line.points.iter().copied());
        Plot::from(
            curve
                .with_color(line.color)
                .with_stroke_width(line.width)
                .with_line_style(style),
        )
    });
    // Bands first, so that no band hides a line.
    let plots: Vec<Plot> = bands.chain(curves).collect();
    SvgBackend::default().render_scene(&render_multiple(plots, layout))
}

/// Lets the picture scale with the page and gives it a name for those who cannot see it.
fn embed(svg: &str, title: &str) -> String {
    let body = svg.split_once('>').map_or("", |(_, body)| body);
    let body = match (body.find("<!--"), body.find("-->")) {
        (Some(start), Some(end)) => body[..start].to_string() + &body[end + 3..],
        _ => body.to_string(),
    };
    format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\">{body}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: Vec<(f64, f64)>) -> Line {
        Line::new("a", SURROGATE, points)
    }

    #[test]
    fn values_without_a_place_on_the_axes_are_left_out() {
        let axes = Axes {
            log_y: true,
            ..Axes::default()
        };
        let points = vec![(0.0, f64::NAN), (1.0, 0.0), (2.0, 1.0), (3.0, 10.0)];
        let kept = axes.visible(line(points)).expect("two points can be shown");
        assert_eq!(kept.points, [(2.0, 1.0), (3.0, 10.0)]);
    }

    #[test]
    fn a_figure_needs_a_line() {
        let none = draw("t", "c", &Axes::default(), vec![line(vec![(1.0, 2.0)])]);
        assert!(none.is_none());
        let flat = line(vec![(1.0, 2.0), (1.0, 2.0)]);
        let figure = draw("t", "c", &Axes::default(), vec![flat]);
        let svg = figure.expect("it has two points").svg;
        assert!(
            svg.starts_with("<svg viewBox") && !svg.contains("NaN"),
            "{svg}"
        );
    }
}
