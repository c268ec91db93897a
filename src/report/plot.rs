//! Line plots in the style of the page: vector graphics whose legend is HTML, so that it never lies
//! over data and uses the fonts of the page.

use super::csv::{Cell, Csv};
use super::figure::{Figure, Key, Mark, Picture};
use super::numbers::{scientific, significant};
use super::palette::{DASHED, SOLID};
use kuva::plot::scatter::MarkerShape;
use kuva::plot::{BandPlot, LinePlot, LineStyle, ScatterPlot};
use kuva::prelude::{Layout, Plot, SvgBackend, Theme, TickFormat};
use kuva::render::annotations::ReferenceLine;
use kuva::render::render::render_multiple;
use std::sync::Arc;

/// Time, on every axis.
pub(super) const TIME: &str = "time (units of the equation)";
/// Wavenumbers, on every axis.
pub(super) const WAVENUMBER: &str = "wavenumber (wavelengths over the box)";
/// Steps of the training, on every axis.
pub(super) const STEP: &str = "training step";

const WIDTH: f64 = 540.0;
const HEIGHT: f64 = 330.0;

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
    fn edges(&self, i: usize) -> [Cell<'static>; 2] {
        match self.band.get(i) {
            Some((_, low, high)) => [Cell::Number(*low), Cell::Number(*high)],
            None => [Cell::Empty, Cell::Empty],
        }
    }

    /// Whether its points stand alone.
    fn is_marked(&self) -> bool {
        !matches!(self.mark, Mark::Line(_))
    }

    /// The fewest points that say something.
    fn fewest(&self) -> usize {
        match self.mark {
            Mark::Line(_) => 2,
            Mark::Circle | Mark::Triangle => 1,
        }
    }
}

/// The axes of a plot.
#[derive(Default)]
pub(super) struct Axes {
    pub(super) x_label: String,
    pub(super) y_label: &'static str,
    pub(super) log_x: bool,
    pub(super) log_y: bool,
    /// The horizontal axis starts at zero.
    pub(super) x_from_zero: bool,
    /// Least and greatest `x`; otherwise as the data have it.
    pub(super) x_range: Option<(f64, f64)>,
    /// Least and greatest `y`; otherwise as the data have it.
    pub(super) y_range: Option<(f64, f64)>,
    /// A dashed horizontal line.
    pub(super) threshold: Option<f64>,
}

/// Draws the lines, the first on top; none if there is no line of at least two points and no point.
pub(super) fn draw(
    title: impl Into<String>,
    caption: impl Into<String>,
    axes: &Axes,
    lines: Vec<Line>,
) -> Option<Figure> {
    let title = title.into();
    let data = numbers(axes, &[(String::new(), lines.clone())]);
    let (panel, legend) = panel(&title, axes, lines)?;
    Some(Figure {
        title,
        caption: caption.into(),
        panels: vec![panel.into()],
        legend,
        data: Some(data),
    })
}

/// A figure of several panels on the same kind of axes: each a title and its lines; none where there is nothing to draw.
pub(super) fn draw_panels(
    title: impl Into<String>,
    caption: impl Into<String>,
    axes: &Axes,
    panels: Vec<(String, Vec<Line>)>,
) -> Option<Figure> {
    let mut figure = Figure {
        title: title.into(),
        caption: caption.into(),
        panels: Vec::new(),
        legend: Vec::new(),
        data: Some(numbers(axes, &panels)),
    };
    for (title, lines) in panels {
        let Some((svg, legend)) = panel(&title, axes, lines) else {
            continue;
        };
        figure.panels.push(Picture { title, svg });
        let new = legend
            .into_iter()
            .filter(|key| !figure.legend.contains(key));
        let new: Vec<_> = new.collect();
        figure.legend.extend(new);
    }
    (!figure.panels.is_empty()).then_some(figure)
}

/// The picture of the lines, and their names.
pub(super) fn panel(title: &str, axes: &Axes, lines: Vec<Line>) -> Option<(String, Vec<Key>)> {
    let lines: Vec<_> = lines
        .into_iter()
        .filter_map(|line| axes.visible(line))
        .collect();
    let values = lines.iter().flat_map(|line| &line.points);
    let x_range = range(values.map(|point| point.0))?;
    let x_range = match axes.x_from_zero {
        true => (0.0, x_range.1),
        false if lines.iter().any(Line::is_marked) => apart(x_range),
        false => x_range,
    };
    let layout = axes.layout(axes.x_range.unwrap_or(x_range), &lines)?;
    let named = lines.iter().filter(|line| !line.label.is_empty());
    let legend = named.map(|line| Key {
        label: line.label.clone(),
        color: line.color,
        mark: line.mark,
    });
    Some((embed(&svg(&lines, layout), title), legend.collect()))
}

/// The lines as they were before anything was left out: one value a row, with the panel where there are several.
fn numbers(axes: &Axes, panels: &[(String, Vec<Line>)]) -> Csv {
    let all = || panels.iter().flat_map(|(_, lines)| lines);
    let banded = all().any(|line| !line.band.is_empty());
    let titled = panels.iter().any(|(title, _)| !title.is_empty());
    let columns = ["panel"].into_iter().filter(|_| titled);
    let columns = columns.chain(["line", &axes.x_label, axes.y_label]);
    let edges = ["lower edge", "upper edge"].into_iter().filter(|_| banded);
    let mut table = Csv::new(columns.chain(edges));
    for (title, lines) in panels {
        for line in lines.iter().filter(|line| !line.label.is_empty()) {
            for (i, (x, y)) in line.points.iter().enumerate() {
                let panel = [Cell::Text(title)].into_iter().filter(|_| titled);
                let point = [Cell::Text(&line.label), Cell::Number(*x), Cell::Number(*y)];
                let edges = line.edges(i).into_iter().filter(|_| banded);
                table.row(panel.chain(point).chain(edges));
            }
        }
    }
    table
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
        (line.points.len() >= line.fewest()).then_some(line)
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
            true => {
                let room = (high / low).powf(0.06).max(1.2);
                (low / room, high * room)
            }
            false => (low, high),
        })
    }

    fn layout(&self, x_range: (f64, f64), lines: &[Line]) -> Option<Layout> {
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
fn apart((low, high): (f64, f64)) -> (f64, f64) {
    let room = 0.04 * (high - low);
    (low - room, high + room)
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
    let curves = lines.iter().rev().map(curve);
    // Bands first, so that no band hides a line.
    let plots: Vec<Plot> = bands.chain(curves).collect();
    SvgBackend::default().render_scene(&render_multiple(plots, layout))
}

fn curve(line: &Line) -> Plot {
    let points = || line.points.iter().copied();
    let marked = |shape| {
        let points = ScatterPlot::new().with_data(points()).with_marker(shape);
        let points = points.with_color(line.color).with_size(4.2);
        Plot::from(points.with_marker_opacity(0.75))
    };
    match line.mark {
        Mark::Circle => marked(MarkerShape::Circle),
        Mark::Triangle => marked(MarkerShape::Triangle),
        Mark::Line(dashes) => {
            let style = match dashes {
                SOLID => LineStyle::Solid,
                dashes => LineStyle::Custom(dashes.into()),
            };
            let curve = LinePlot::new().with_data(points()).with_color(line.color);
            Plot::from(curve.with_stroke_width(line.width).with_line_style(style))
        }
    }
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
        Line::new("a", super::super::palette::SURROGATE, points)
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
    fn numbers_are_those_before_anything_was_cut() {
        let axes = Axes {
            x_label: "time".into(),
            y_label: "correlation",
            y_range: Some((0.0, 1.0)),
            ..Axes::default()
        };
        let lines = vec![
            line(vec![(1.0, 0.5), (2.0, -3.0)]).band(vec![(1.0, 0.25, 1.0), (2.0, -4.0, 0.0)]),
            Line::new("", super::super::palette::FAINT, vec![(0.0, 0.0); 9]),
        ];
        let figure = draw("t", "c", &axes, lines).expect("it has lines");
        let expected = "line,time,correlation,lower edge,upper edge\n\
                        a,1.0,0.5,0.25,1.0\na,2.0,-3.0,-4.0,0.0\n";
        assert_eq!(figure.data.expect("it has numbers").text(), expected);
    }

    #[test]
    fn panels_share_a_legend_and_say_which_they_are() {
        let lines = || vec![line(vec![(1.0, 0.5), (2.0, 1.0)])];
        let panels = vec![
            ("first".into(), lines()),
            ("empty".into(), vec![]),
            ("last".into(), lines()),
        ];
        let figure = draw_panels("t", "c", &Axes::default(), panels).expect("two have lines");
        let titles: Vec<_> = figure.panels.iter().map(|panel| &panel.title).collect();
        assert_eq!(titles, ["first", "last"]);
        assert_eq!(figure.legend.len(), 1);
        let data = figure.data.expect("it has numbers");
        assert_eq!(data.text().lines().nth(4), Some("last,a,2.0,1.0"));
    }

    #[test]
    fn a_point_is_enough_for_a_set_of_points() {
        let point = line(vec![(1.0, 2.0)]).mark(Mark::Circle);
        let figure = draw("t", "c", &Axes::default(), vec![point]).expect("it has a point");
        assert_eq!(figure.legend[0].mark, Mark::Circle);
        assert!(figure.panels[0].svg.contains("<circle"));
    }

    #[test]
    fn a_figure_needs_a_line() {
        let none = draw("t", "c", &Axes::default(), vec![line(vec![(1.0, 2.0)])]);
        assert!(none.is_none());
        let flat = line(vec![(1.0, 2.0), (1.0, 2.0)]);
        let figure = draw("t", "c", &Axes::default(), vec![flat]);
        let svg = &figure.expect("it has two points").panels[0].svg;
        assert!(
            svg.starts_with("<svg viewBox") && !svg.contains("NaN"),
            "{svg}"
        );
    }
}
