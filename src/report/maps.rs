//! Maps of one rollout: truth, prediction and error, over time and space in one dimension, at three
//! times in two and three.

use super::captions::{SNAPSHOTS, SPACE_TIME};
use super::csv::{Cell, Csv};
use super::figure::Figure;
use super::numbers::significant;
use super::panel::{ABOVE, BELOW, LEFT, Panel, RIGHT, plain};
use super::pixels::{Scale, picture};
use super::plot::TIME;
use super::score::{THRESHOLD, THRESHOLD_VALUE};
use crate::evaluation::Sample;
use maud::{Markup, html};

/// Width of the figure, in units that are pixels on a wide screen.
const WIDTH: f64 = 1040.0;
/// Height of one space-time map.
const HEIGHT: f64 = 168.0;
/// A picture has at most so many pixels along an axis.
const MOST_PIXELS: usize = 512;
/// What the three fields are.
pub(super) const TITLES: [&str; 3] = [
    "Solver (truth)",
    "Surrogate (prediction)",
    "Size of the error",
];

/// The maps of the first field; none if there is not even one step to show.
pub(super) fn maps(sample: &Sample, field: Option<&str>) -> Option<Figure> {
    let fields = Fields::new(sample)?;
    let (title, caption, svg) = match sample.length.len() {
        1 => (
            "Truth, prediction and error",
            space_time_caption(&fields),
            space_time(&fields),
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
                snapshots(&fields),
            )
        }
    };
    let channels = sample.shape[1];
    let shown = match field {
        _ if channels < 2 => String::new(),
        Some(field) => format!(" Shown: {field}, the first of {channels} fields."),
        None => format!(" Shown: the first of {channels} fields."),
    };
    Some(Figure {
        title: title.into(),
        caption: caption + &shown,
        panels: vec![svg.into_string().into()],
        legend: vec![],
        data: Some(numbers(&fields)),
    })
}

/// The first channel of a sample as `[frame, x, y]`.
pub(super) struct Fields<'a> {
    pub(super) sample: &'a Sample,
    pub(super) frames: usize,
    pub(super) nx: usize,
    pub(super) ny: usize,
    /// Truth, prediction and magnitude of the error.
    values: [Vec<f32>; 3],
    /// The scales of the field and of the error.
    scales: [Scale; 2],
}

impl<'a> Fields<'a> {
    pub(super) fn new(sample: &'a Sample) -> Option<Self> {
        let (frames, nx) = (*sample.shape.first()?, *sample.shape.get(2)?);
        let ny = sample.shape.get(3).copied().unwrap_or(1);
        if frames < 2 || nx < 2 {
            return None;
        }
        let truth = first_channel(&sample.truth, &sample.shape);
        let prediction = first_channel(&sample.prediction, &sample.shape);
        let error: Vec<_> = truth
            .iter()
            .zip(&prediction)
            .map(|(t, p)| (t - p).abs())
            .collect();
        let field = Scale::of_field(&truth);
        let scales = [field, Scale::of_error(&error, &field)];
        Some(Self {
            sample,
            frames,
            nx,
            ny,
            values: [truth, prediction, error],
            scales,
        })
    }

    pub(super) fn scale(&self, which: usize) -> &Scale {
        &self.scales[which / 2]
    }

    pub(super) fn value(&self, which: usize, frame: usize, x: usize, y: usize) -> f32 {
        self.values[which][(frame * self.nx + x) * self.ny + y]
    }

    fn end(&self) -> f64 {
        self.sample.times[self.frames - 1]
    }

    /// Time from which on this rollout is no longer correlated with the truth.
    fn lost(&self) -> Option<f64> {
        let size = self.nx * self.ny;
        let [truth, prediction, _] = &self.values;
        let mut frames = truth.chunks(size).zip(prediction.chunks(size));
        let close = |(truth, prediction)| correlation(truth, prediction) >= THRESHOLD_VALUE;
        // The initial state is given, and may be uniform.
        let frame = 1 + frames.by_ref().skip(1).position(|frame| !close(frame))?;
        self.sample.times.get(frame).copied()
    }
}

/// Channel 0 of every frame; of three axes the last is cut in the middle.
fn first_channel(values: &[f32], shape: &[usize]) -> Vec<f32> {
    let points: usize = shape[2..].iter().product();
    let depth: usize = shape[2..].iter().skip(2).product();
    let frames = values
        .chunks(points * shape[1])
        .map(|frame| &frame[..points]);
    frames
        .flat_map(|frame| frame.iter().skip(depth / 2).step_by(depth))
        .copied()
        .collect()
}

/// Pearson correlation.
fn correlation(a: &[f32], b: &[f32]) -> f64 {
    let mean =
        |values: &[f32]| values.iter().copied().map(f64::from).sum::<f64>() / values.len() as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let pairs = a
        .iter()
        .zip(b)
        .map(|(a, b)| (f64::from(*a) - mean_a, f64::from(*b) - mean_b));
    let (ab, aa, bb) = pairs.fold((0.0, 0.0, 0.0), |(ab, aa, bb), (a, b)| {
        (ab + a * b, aa + a * a, bb + b * b)
    });
    ab / (aa * bb).sqrt()
}

fn space_time(fields: &Fields<'_>) -> Markup {
    let width = WIDTH - LEFT - RIGHT;
    let pitch = HEIGHT + ABOVE + 6.0;
    let (columns, rows) = (fields.frames.min(MOST_PIXELS), fields.nx.min(MOST_PIXELS));
    let panel = |which: usize| {
        let value = |column: usize, row: usize| {
            let frame = column * fields.frames / columns;
            fields.value(which, frame, (rows - 1 - row) * fields.nx / rows, 0)
        };
        Panel {
            title: TITLES[which].into(),
            picture: picture(columns, rows, fields.scale(which), value),
            scale: fields.scale(which),
            place: [LEFT, ABOVE + pitch * which as f64, width, HEIGHT],
            x: (
                if which == 2 { TIME } else { "" },
                fields.sample.times[0],
                fields.end(),
            ),
            y: ("x (units of the equation)", 0.0, fields.sample.length[0]),
            mark: fields.lost(),
            label: plain,
        }
    };
    canvas(3.0 * pitch + BELOW - 4.0, (0..3).map(panel))
}

fn snapshots(fields: &Fields<'_>) -> Markup {
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
                TITLES[which],
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
            x: (
                if line == 2 {
                    "x (units of the equation)"
                } else {
                    ""
                },
                0.0,
                length[0],
            ),
            y: (
                if which == 0 {
                    "y (units of the equation)"
                } else {
                    ""
                },
                0.0,
                length[1],
            ),
            mark: None,
            label: plain,
        }
    };
    canvas(3.0 * pitch + BELOW - 4.0, (0..9).map(panel))
}

/// The frames that are shown, value by value, at as many points as a picture has.
fn numbers(fields: &Fields<'_>) -> Csv {
    let flat = fields.sample.length.len() == 1;
    let axes = ["time", "x", "y"]
        .into_iter()
        .take(if flat { 2 } else { 3 });
    let mut table = Csv::new(axes.chain(["truth", "prediction"]));
    let frames: Vec<usize> = match flat {
        true => thin(fields.frames),
        false => shown(fields.frames).to_vec(),
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
    use crate::report::doubles;

    #[test]
    fn a_rollout_that_leaves_the_truth_is_marked() {
        let sample = doubles::sample();
        let fields = Fields::new(&sample).expect("it has frames");
        let lost = fields.lost().expect("its last frames are wrong");
        assert!(lost > 0.0 && lost < fields.end(), "{lost}");
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
            let figure = maps(&sample, Some("u")).expect("it has frames");
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
        assert!(maps(&sample, Some("u")).is_none());
    }
}
