//! Maps of one rollout: truth, prediction and error, over time and space in one dimension, at three
//! times in two and three.

use super::captions::{SNAPSHOTS, SPACE_TIME};
use super::fields::Fields;
use super::score::THRESHOLD;
use super::truth::Truth;
use super::units::UNKNOWN;
use crate::draw::csv::{Cell, Csv};
use crate::draw::figure::Figure;
use crate::draw::panel::{ABOVE, BELOW, LEFT, Panel, RIGHT, plain};
use crate::draw::pixels::picture;
use crate::draw::plot::TIME;
use crate::numbers::page::significant;
use maud::{Markup, html};
use ondine_metrics::results::Sample;

/// Width of the figure, in units that are pixels on a wide screen.
const WIDTH: f64 = 1040.0;
/// Height of one space-time map.
const HEIGHT: f64 = 168.0;
/// A picture has at most so many pixels along an axis.
const MOST_PIXELS: usize = 512;
/// Said of maps with points without data.
const GAPS: &str = " Grey: points without data.";

/// The maps of the first field over axes of these names; none if there is not even one step to show.
pub(super) fn maps(
    sample: &Sample,
    field: Option<&str>,
    axes: &[String],
    truth: Truth,
) -> Option<Figure> {
    let fields = Fields::new(sample)?.beside(truth);
    let (title, caption, svg) = match sample.length.len() {
        1 => (
            "Truth, prediction and error",
            space_time_caption(&fields),
            space_time(&fields, axes),
        ),
        dimensions => {
            let cut = if dimensions > 2 {
                " Cut through the middle of the third axis."
            } else {
                ""
            };
            (
                "Truth, prediction and error at three times",
                format!("{SNAPSHOTS}{cut}"),
                snapshots(&fields, axes),
            )
        }
    };
    let channels = sample.shape[1];
    let shown = match field {
        _ if channels < 2 => String::new(),
        Some(field) => format!(" Shown: {field}, the first of {channels} fields."),
        None => format!(" Shown: the first of {channels} fields."),
    };
    let gaps = if fields.has_gaps() { GAPS } else { "" };
    Some(Figure {
        title: title.into(),
        caption: caption + &shown + gaps,
        panels: vec![svg.into_string().into()],
        legend: vec![],
        data: Some(numbers(&fields, axes)),
    })
}

/// The label of an axis, without its unit.
fn label(axes: &[String], axis: usize) -> String {
    format!("{} {UNKNOWN}", axes[axis])
}

fn space_time(fields: &Fields<'_>, axes: &[String]) -> Markup {
    let label = label(axes, 0);
    let width = WIDTH - LEFT - RIGHT;
    let pitch = HEIGHT + ABOVE + 6.0;
    let (columns, rows) = (fields.frames.min(MOST_PIXELS), fields.nx.min(MOST_PIXELS));
    let panel = |which: usize| {
        let value = |column: usize, row: usize| {
            let frame = column * fields.frames / columns;
            fields.value(which, frame, (rows - 1 - row) * fields.nx / rows, 0)
        };
        Panel {
            title: fields.titles()[which].into(),
            picture: picture(columns, rows, fields.scale(which), value),
            scale: fields.scale(which),
            place: [LEFT, ABOVE + pitch * which as f64, width, HEIGHT],
            x: (
                if which == 2 { TIME } else { "" },
                fields.sample.times[0],
                fields.end(),
            ),
            y: (&label, 0.0, fields.sample.length[0]),
            mark: fields.lost(),
            label: plain,
        }
    };
    canvas(3.0 * pitch + BELOW - 4.0, (0..3).map(panel))
}

fn snapshots(fields: &Fields<'_>, axes: &[String]) -> Markup {
    let labels = [0, 1].map(|axis| label(axes, axis));
    let column_width = WIDTH / 3.0;
    let side = column_width - LEFT - RIGHT;
    let length = &fields.sample.length;
    let height = side * (length[1] / length[0]).clamp(0.4, 2.0);
    let pitch = height + ABOVE + 6.0;
    let frames = shown(fields.frames);
    let panel = |index: usize| {
        let (which, line) = (index % 3, index / 3);
        let frame = frames[line];
        Panel {
            title: format!(
                "{}, time {}",
                fields.titles()[which],
                significant(fields.sample.times[frame], 3)
            ),
            picture: snapshot(fields, which, frame),
            scale: fields.scale(which),
            place: [
                LEFT + column_width * which as f64,
                ABOVE + pitch * line as f64,
                side,
                height,
            ],
            x: (if line == 2 { &labels[0] } else { "" }, 0.0, length[0]),
            y: (if which == 0 { &labels[1] } else { "" }, 0.0, length[1]),
            mark: None,
            label: plain,
        }
    };
    canvas(3.0 * pitch + BELOW - 4.0, (0..9).map(panel))
}

/// The frames that are shown, value by value, at as many points as a picture has.
fn numbers(fields: &Fields<'_>, axes: &[String]) -> Csv {
    let flat = fields.sample.length.len() == 1;
    let axes = axes.iter().map(|name| &name[..]);
    let axes = axes.take(if flat { 1 } else { 2 });
    let columns = std::iter::once("time").chain(axes);
    let mut table = Csv::new(columns.chain(["truth", "prediction"]));
    let frames: Vec<usize> = if flat {
        thin(fields.frames)
    } else {
        shown(fields.frames).to_vec()
    };
    let length = &fields.sample.length;
    let place = |index: usize, points: usize, axis: usize| {
        Cell::Number(length[axis] * index as f64 / points as f64)
    };
    for frame in frames {
        for x in thin(fields.nx) {
            for y in thin(fields.ny) {
                let second = (!flat).then(|| place(y, fields.ny, 1));
                let values =
                    [0, 1].map(|which| Cell::Number(f64::from(fields.value(which, frame, x, y))));
                let first = [
                    Cell::Number(fields.sample.times[frame]),
                    place(x, fields.nx, 0),
                ];
                table.row(first.into_iter().chain(second).chain(values));
            }
        }
    }
    table
}

/// At most 128 of `count` indices, evenly.
fn thin(count: usize) -> Vec<usize> {
    (0..count).step_by(count.div_ceil(128)).collect()
}

/// The frames of the snapshots.
fn shown(frames: usize) -> [usize; 3] {
    [1, frames / 2, frames - 1]
}

/// One frame as a picture, `x` to the right and `y` up.
fn snapshot(fields: &Fields<'_>, which: usize, frame: usize) -> String {
    let columns = fields.nx.min(MOST_PIXELS / 2);
    let rows = fields.ny.min(MOST_PIXELS / 2);
    picture(columns, rows, fields.scale(which), |column, row| {
        let y = (rows - 1 - row) * fields.ny / rows;
        fields.value(which, frame, column * fields.nx / columns, y)
    })
}

fn canvas<'a>(height: f64, panels: impl Iterator<Item = Panel<'a>>) -> Markup {
    html! {
        svg.maps viewBox=(format!("0 0 {WIDTH} {height}")) role="img"
            aria-label="Maps of truth, prediction and error" {
            @for panel in panels { (panel.draw()) }
        }
    }
}

fn space_time_caption(fields: &Fields<'_>) -> String {
    let lost = match fields.lost() {
        Some(time) => {
            let time = significant(time, 3);
            format!(
                "The dashed line marks time {time}, where the correlation of this rollout falls below {THRESHOLD}."
            )
        }
        None => format!("The correlation of this rollout never falls below {THRESHOLD}."),
    };
    format!("{SPACE_TIME} {lost}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::doubles;

    fn names() -> Vec<String> {
        ["x", "y", "z"].map(str::to_owned).to_vec()
    }

    #[test]
    fn fields_of_every_dimension_are_drawn() {
        for points in [&[16][..], &[8, 6], &[4, 4, 4]] {
            let shape = [&[5, 2], points].concat();
            let size = shape.iter().product();
            let sample = Sample {
                truth: (0..size).map(|index| (index as f32).sin()).collect(),
                prediction: vec![f32::NAN; size],
                times: (0..5).map(f64::from).collect(),
                length: vec![1.0; points.len()],
                shape,
            };
            let figure = maps(&sample, Some("u"), &names(), Truth::Solver).expect("it has frames");
            assert!(
                figure.caption.contains("u, the first of 2 fields"),
                "{}",
                figure.caption
            );
            assert!(!figure.panels[0].svg.contains("NaN"), "{points:?}");
        }
    }

    #[test]
    fn a_single_frame_is_no_map() {
        let sample = Sample {
            shape: vec![1, 1, 4],
            ..doubles::sample()
        };
        assert!(maps(&sample, Some("u"), &names(), Truth::Solver).is_none());
    }
}
