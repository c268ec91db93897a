//! The picture of a simulation: over space and time in one dimension, at four times in two.

use super::film::Film;
use crate::draw::canvas::Canvas;
use crate::draw::pixels::Scale;
use crate::numbers::page::significant;

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
    canvas.label([WIDTH - MARGINS[1] + 14.0, 15.0], field);
    canvas.png()
}

fn space_time(film: &Film) -> Canvas {
    let place = [MARGINS[0], ABOVE, WIDTH - MARGINS[0] - MARGINS[1], TALL];
    let scale = Scale::of_field(&film.frames.concat());
    let (last, length) = (film.frames.len() - 1, film.axes[0].length);
    let mut canvas = Canvas::new(WIDTH, ABOVE + TALL + BELOW);
    canvas.map(place, &scale, |x, y| {
        film.value((y * last as f64).round() as usize, &[x * length])
    });
    canvas.horizontal(place, "x", length);
    canvas.vertical(place, ("time", 15.0), [film.times[0], film.times[last]]);
    canvas.bar(place, &scale);
    canvas
}

fn at_four_times(film: &Film) -> Canvas {
    let shown = snapshots(film.frames.len());
    let scale = Scale::of_field(&shown.map(|frame| &film.frames[frame][..]).concat());
    let room = WIDTH - MARGINS[0] - MARGINS[1] - GAP * (SNAPSHOTS - 1) as f64;
    let width = Canvas::whole_cells(room / SNAPSHOTS as f64);
    let length = [film.axes[0].length, film.axes[1].length];
    let height = Canvas::whole_cells(width * length[1] / length[0]);
    let mut canvas = Canvas::new(WIDTH, ABOVE + height + BELOW);
    for (i, frame) in shown.into_iter().enumerate() {
        let place = [MARGINS[0] + i as f64 * (width + GAP), ABOVE, width, height];
        canvas.map(place, &scale, |x, y| {
            film.value(frame, &[x * length[0], y * length[1]])
        });
        let title = format!("time {}", significant(film.times[frame], 3));
        canvas.title([place[0] + width / 2.0, 15.0], &title);
        canvas.horizontal(place, "x", length[0]);
        if i == 0 {
            canvas.vertical(place, ("y", 15.0), [0.0, length[1]]);
        }
        if i + 1 == SNAPSHOTS {
            canvas.bar(place, &scale);
        }
    }
    canvas
}
