//! Line plots in the style of the page: vector graphics whose legend is HTML, so that it never lies
//! over data and uses the fonts of the page.

pub(crate) use super::axes::{Axes, STEP, TIME, WAVENUMBER};
pub(crate) use super::line::Line;

use super::axes::{HEIGHT, WIDTH, range};
use super::csv::{Cell, Csv};
use super::figure::{Figure, Key, Mark, Picture};
use super::palette::SOLID;
use kuva::plot::scatter::MarkerShape;
use kuva::plot::{BandPlot, LinePlot, LineStyle, ScatterPlot};
use kuva::prelude::{Layout, Plot, SvgBackend};
use kuva::render::render::render_multiple;

/// Draws the lines, the first on top; none if there is no line of at least two points and no point.
pub(crate) fn draw(
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
pub(crate) fn draw_panels(
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
pub(crate) fn panel(title: &str, axes: &Axes, lines: Vec<Line>) -> Option<(String, Vec<Key>)> {
    let lines: Vec<_> = lines
        .into_iter()
        .filter_map(|line| axes.visible(line))
        .collect();
    let values = lines.iter().flat_map(|line| &line.points);
    let x_range = range(values.map(|point| point.0))?;
    let layout = axes.layout(x_range, &lines)?;
    let named = lines.iter().filter(|line| !line.label.is_empty());
    let legend = named.map(|line| Key {
        label: line.label.clone(),
        color: line.color,
        mark: line.mark,
    });
    Some((embed(&svg(&lines, layout), title), legend.collect()))
}

/// The lines as they were before anything was left out: one value per row, with the panel where there are several.
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

/// Lets the picture scale with the page and gives it a name for readers who cannot see it.
fn embed(svg: &str, title: &str) -> String {
    let body = svg.split_once('>').map_or("", |(_, body)| body);
    let body = match (body.find("<!--"), body.find("-->")) {
        (Some(start), Some(end)) => body[..start].to_string() + &body[end + 3..],
        _ => body.to_string(),
    };
    // Titles hold keys of files, which may be anything.
    let name = title
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;");
    format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{name}\">{body}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: Vec<(f64, f64)>) -> Line {
        Line::new("a", super::super::palette::SURROGATE, points)
    }

    #[test]
    fn the_name_of_a_picture_is_harmless() {
        let svg = embed("<svg><g/></svg>", "a \"b\" <i>");
        assert!(
            svg.contains("aria-label=\"a &quot;b&quot; &lt;i>\""),
            "{svg}"
        );
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
