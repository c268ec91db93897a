//! The picture of a simulation: over space and time in one dimension, at four times in two.

use super::film::Film;
use crate::draw::panel::ticks;
use crate::draw::pixels::Scale;
use crate::numbers::page::significant;
use kuva::backend::raster::RasterBackend;
use kuva::render::color::Color;
use kuva::render::render::{Primitive, Scene, TextAnchor};

/// Number of times at which a simulation in two dimensions is shown.
const SNAPSHOTS: usize = 4;

const WIDTH: f64 = 840.0;
/// Space for labels and ticks on the left, for the colour bar on the right.
const MARGINS: [f64; 2] = [56.0, 102.0];
const ABOVE: f64 = 28.0;
const BELOW: f64 = 46.0;
/// Height of a map over space and time.
const TALL: f64 = 280.0;
/// Space between two snapshots.
const GAP: f64 = 14.0;
/// Width and height of a cell of one colour.
const CELL: f64 = 2.0;
/// Few, so that a picture is a small file.
const SHADES: f64 = 63.0;
const INK: Color = Color::Rgb(66, 74, 83);
const SIZE: u32 = 13;

/// The frames that are shown of so many.
fn snapshots(frames: usize) -> [usize; SNAPSHOTS] {
    std::array::from_fn(|i| i * (frames - 1) / (SNAPSHOTS - 1))
}

/// The picture as a PNG.
pub(super) fn draw(film: &Film, field: &str) -> Result<Vec<u8>, String> {
    let mut canvas = match film.axes.len() {
        1 => space_time(film),
        _ => at_four_times(film),
    };
    canvas.text(WIDTH - MARGINS[1] + 14.0, 15.0, TextAnchor::Start, field);
    RasterBackend { scale: 1.0 }.render_scene(&canvas.scene)
}

fn space_time(film: &Film) -> Canvas {
    let place = [MARGINS[0], ABOVE, WIDTH - MARGINS[0] - MARGINS[1], TALL];
    let scale = Scale::of_field(&film.frames.concat());
    let (last, length) = (film.frames.len() - 1, film.axes[0].length);
    let mut canvas = Canvas::new(ABOVE + TALL + BELOW);
    canvas.map(place, &scale, |x, y| {
        film.value((y * last as f64).round() as usize, &[x * length])
    });
    canvas.horizontal(place, length);
    canvas.vertical(place, "time", film.times[0], film.times[last]);
    canvas.bar(place, &scale);
    canvas
}

fn at_four_times(film: &Film) -> Canvas {
    let shown = snapshots(film.frames.len());
    let scale = Scale::of_field(&shown.map(|frame| &film.frames[frame][..]).concat());
    let room = WIDTH - MARGINS[0] - MARGINS[1] - GAP * (SNAPSHOTS - 1) as f64;
    let width = whole_cells(room / SNAPSHOTS as f64);
    let length = [film.axes[0].length, film.axes[1].length];
    let height = whole_cells(width * length[1] / length[0]);
    let mut canvas = Canvas::new(ABOVE + height + BELOW);
    for (i, frame) in shown.into_iter().enumerate() {
        let place = [MARGINS[0] + i as f64 * (width + GAP), ABOVE, width, height];
        canvas.map(place, &scale, |x, y| {
            film.value(frame, &[x * length[0], y * length[1]])
        });
        let title = format!("time {}", significant(film.times[frame], 3));
        canvas.text(place[0] + width / 2.0, 15.0, TextAnchor::Middle, &title);
        canvas.horizontal(place, length[0]);
        if i == 0 {
            canvas.vertical(place, "y", 0.0, length[1]);
        }
        if i + 1 == SNAPSHOTS {
            canvas.bar(place, &scale);
        }
    }
    canvas
}

fn whole_cells(size: f64) -> f64 {
    CELL * (size / CELL).floor().max(1.0)
}

/// A scene that knows the parts of a figure; a place is left, top, width and height.
struct Canvas {
    scene: Scene,
}

impl Canvas {
    fn new(height: f64) -> Self {
        Self {
            scene: Scene::new(WIDTH, height),
        }
    }

    /// The colours of `value` at shares of width and height, from the lower left corner.
    fn map(&mut self, place: [f64; 4], scale: &Scale, value: impl Fn(f64, f64) -> f32) {
        let [left, top, width, height] = place;
        let (columns, rows) = ((width / CELL) as usize, (height / CELL) as usize);
        let cells = || (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        let share = |cell: usize, cells: usize| (cell as f64 + 0.5) / cells as f64;
        let color = |(column, row)| {
            let (x, y) = (share(column, columns), 1.0 - share(row, rows));
            scale.color(value(x, y), SHADES)
        };
        self.scene.add(Primitive::RectBatch {
            x: cells()
                .map(|(column, _)| left + CELL * column as f64)
                .collect(),
            y: cells().map(|(_, row)| top + CELL * row as f64).collect(),
            w: vec![CELL; columns * rows],
            h: vec![CELL; columns * rows],
            fills: cells().map(color).collect(),
        });
    }

    fn horizontal(&mut self, [left, top, width, height]: [f64; 4], length: f64) {
        let bottom = top + height;
        for tick in ticks(0.0, length, (width / 40.0).min(12.0) as usize) {
            let x = left + width * tick / length;
            self.line([x, bottom, x, bottom + 5.0]);
            self.text(x, bottom + 18.0, TextAnchor::Middle, &significant(tick, 3));
        }
        self.text(left + width / 2.0, bottom + 38.0, TextAnchor::Middle, "x");
    }

    fn vertical(&mut self, place: [f64; 4], label: &str, low: f64, high: f64) {
        let [left, top, _, height] = place;
        for tick in ticks(low, high, (height / 40.0) as usize) {
            let y = top + height * (1.0 - (tick - low) / (high - low));
            self.line([left - 5.0, y, left, y]);
            self.text(left - 8.0, y + 4.5, TextAnchor::End, &significant(tick, 3));
        }
        self.text(left - 8.0, 15.0, TextAnchor::End, label);
    }

    fn bar(&mut self, [left, top, width, height]: [f64; 4], scale: &Scale) {
        let x = left + width + 14.0;
        let place = [x, top, 14.0, height];
        let value = |share: f64| (scale.low + share * (scale.high - scale.low)) as f32;
        self.map(place, scale, |_, share| value(share));
        for tick in ticks(scale.low, scale.high, (height / 30.0) as usize) {
            let y = top + height * (1.0 - (tick - scale.low) / (scale.high - scale.low));
            self.line([x + 14.0, y, x + 19.0, y]);
            self.text(x + 23.0, y + 4.5, TextAnchor::Start, &significant(tick, 3));
        }
    }

    fn text(&mut self, x: f64, y: f64, anchor: TextAnchor, content: &str) {
        self.scene.add(Primitive::Text {
            x,
            y,
            content: content.to_owned(),
            size: SIZE,
            anchor,
            rotate: None,
            bold: false,
            color: Some(INK),
        });
    }

    fn line(&mut self, [x1, y1, x2, y2]: [f64; 4]) {
        self.scene.add(Primitive::Line {
            x1,
            y1,
            x2,
            y2,
            stroke: INK,
            stroke_width: 1.0,
            stroke_dasharray: None,
        });
    }
}
