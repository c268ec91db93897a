//! The fields of a trajectory as a picture: over space and time in one dimension, at three times in others.

use crate::draw::canvas::Canvas;
use crate::draw::pixels::Scale;
use crate::numbers::page::significant;
use ondine_datasets::files::{
    DatasetError, DatasetInfo, DatasetReader, Time, Unpacked, channel_names, channel_units,
    known_points,
};

/// Channels that are drawn, at most.
const CHANNELS: usize = 8;

/// Frames of a picture over space and time, at most.
const FRAMES: usize = 256;

const WIDTH: f64 = 840.0;
/// Space for labels and ticks on the left, for the colour bar on the right.
const MARGINS: [f64; 2] = [56.0, 102.0];
const ABOVE: f64 = 28.0;
const BELOW: f64 = 46.0;
/// Height of a map over space and time, and the largest of others.
const TALL: f64 = 200.0;
/// Space between two maps.
const GAP: f64 = 26.0;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The file can't be read as a dataset.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// It could not be drawn.
    #[error("the picture can't be drawn: {0}")]
    Drawing(String),
}

/// The fields of the first trajectory of a dataset as a PNG, a row per channel and eight at most: over space and time in one
/// dimension, in others the first, the middle and the last frame, in three dimensions in the middle of the last axis. Points
/// without data are grey.
///
/// # Errors
/// When it can't be read or drawn.
pub fn picture(reader: &dyn DatasetReader) -> Result<Vec<u8>, PictureError> {
    let unpacked = Unpacked::new(reader);
    let film = Film::of(&unpacked)?;
    film.draw().png().map_err(PictureError::Drawing)
}

/// Some frames of a trajectory.
struct Film<'a> {
    info: &'a DatasetInfo,
    frames: Vec<Vec<f64>>,
    times: Vec<f64>,
    length: Vec<f64>,
}

impl<'a> Film<'a> {
    fn of(reader: &'a dyn DatasetReader) -> Result<Self, DatasetError> {
        let info = reader.info();
        let most = if info.axes.len() == 1 { FRAMES } else { 3 };
        let frames = info.frames_of(0);
        let chosen = super::sample::spread(frames, frames.min(most));
        let known = known_points(reader, 0)?;
        let shown = |mut frame: Vec<f64>| {
            for field in frame.chunks_mut(info.num_points()) {
                let known = known.iter().flatten();
                let unknown = field.iter_mut().zip(known).filter(|(_, known)| !**known);
                unknown.for_each(|(value, _)| *value = f64::NAN);
            }
            frame
        };
        let frames = chosen
            .iter()
            .map(|&frame| reader.frame(0, frame).map(shown));
        let time = |&frame: &usize| match &info.time {
            Time::Uniform(dt) => frame as f64 * dt.get(0),
            Time::Listed(times) => times.get(0)[frame],
        };
        Ok(Self {
            info,
            frames: frames.collect::<Result<_, _>>()?,
            times: chosen.iter().map(time).collect(),
            length: info.length(0),
        })
    }

    fn draw(&self) -> Canvas {
        let (names, units) = (channel_names(self.info), channel_units(self.info));
        let shown = names.len().min(CHANNELS);
        let row = ABOVE + self.height() + BELOW;
        let mut canvas = Canvas::new(WIDTH, row * shown as f64);
        for (channel, name) in names.iter().take(shown).enumerate() {
            let top = row * channel as f64;
            let values = self
                .frames
                .iter()
                .flat_map(|frame| self.channel(frame, channel));
            let values: Vec<f32> = values.map(|&value| value as f32).collect();
            let scale = Scale::of_field(&values);
            if self.info.axes.len() == 1 {
                self.space_time(&mut canvas, (channel, top), &scale);
            } else {
                self.maps(&mut canvas, (channel, top), &scale);
            }
            let name = labelled(name, units[channel].as_deref());
            canvas.label([WIDTH - MARGINS[1] + 14.0, top + 15.0], &name);
        }
        canvas
    }

    fn channel<'b>(&self, frame: &'b [f64], channel: usize) -> &'b [f64] {
        let points = self.info.num_points();
        &frame[channel * points..][..points]
    }

    fn unit(&self, name: &str) -> Option<&str> {
        self.info.units.get(name).map(|unit| &unit[..])
    }

    fn axis_label(&self, axis: usize) -> String {
        let name = self.info.axis_name(axis);
        labelled(name, self.unit(name))
    }

    /// Width of one map of several frames.
    fn width(&self) -> f64 {
        let maps = self.frames.len() as f64;
        let room = WIDTH - MARGINS[0] - MARGINS[1] - GAP * (maps - 1.0);
        Canvas::whole_cells(room / maps)
    }

    /// Height of a map, in the proportions of the box where these leave it in place.
    fn height(&self) -> f64 {
        match self.length[..] {
            [x, y, ..] => {
                Canvas::whole_cells((self.width().min(2.0 * TALL) * y / x).clamp(40.0, 2.0 * TALL))
            }
            _ => TALL,
        }
    }

    fn space_time(&self, canvas: &mut Canvas, (channel, top): (usize, f64), scale: &Scale) {
        let width = Canvas::whole_cells(WIDTH - MARGINS[0] - MARGINS[1]);
        let place = [MARGINS[0], top + ABOVE, width, TALL];
        let last = self.frames.len() - 1;
        canvas.map(place, scale, |x, y| {
            let frame = &self.frames[(y * last as f64).round() as usize];
            self.value(frame, channel, [x, 0.0])
        });
        canvas.horizontal(place, &self.axis_label(0), self.length[0]);
        let times = [self.times[0], self.times[last]];
        let label = labelled("time", self.unit("time"));
        canvas.vertical(place, (&label, top + 15.0), times);
        canvas.bar(place, scale);
    }

    fn maps(&self, canvas: &mut Canvas, (channel, top): (usize, f64), scale: &Scale) {
        let (width, height) = (self.width().min(2.0 * TALL), self.height());
        for (index, frame) in self.frames.iter().enumerate() {
            let left = MARGINS[0] + index as f64 * (width + GAP);
            let place = [left, top + ABOVE, width, height];
            canvas.map(place, scale, |x, y| self.value(frame, channel, [x, y]));
            let unit = self
                .unit("time")
                .map_or(String::new(), |unit| format!(" {unit}"));
            let title = format!("time {}{unit}", significant(self.times[index], 3));
            let middle = [left + width / 2.0, top + 15.0];
            canvas.horizontal(place, &self.axis_label(0), self.length[0]);
            if index == 0 {
                let label = self.axis_label(1);
                canvas.vertical(place, (&label, top + 15.0), [0.0, self.length[1]]);
                canvas.title_beside(middle, &title, (&label, left));
            } else {
                canvas.title(middle, &title);
            }
            if index + 1 == self.frames.len() {
                canvas.bar(place, scale);
            }
        }
    }

    /// The value at shares of the first two axes, in the middle of the third.
    fn value(&self, frame: &[f64], channel: usize, share: [f64; 2]) -> f32 {
        let shares = [share[0], share[1], 0.5];
        let mut place = 0;
        for (axis, share) in self.info.axes.iter().zip(shares) {
            let at = (share * axis.points as f64) as usize;
            place = place * axis.points + at.min(axis.points - 1);
        }
        self.channel(frame, channel)[place] as f32
    }
}

/// A name with its unit, where one is known: `x (m)`.
fn labelled(name: &str, unit: Option<&str>) -> String {
    match unit {
        Some(unit) => format!("{name} ({unit})"),
        None => name.to_owned(),
    }
}
