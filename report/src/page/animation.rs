//! One rollout as an animated PNG: truth, prediction and error side by side, in two dimensions or a cut through three.
//!
//! Pixels are indices into one palette, which keeps many frames small. Readers who asked their system for less motion
//! see the middle frame; print leaves both out, the maps at three times are there.

use super::captions::ANIMATION;
use super::fields::Fields;
use crate::draw::pixels::Scale;
use crate::numbers::page::significant;
use base64::{Engine, engine::general_purpose::STANDARD};
use kuva::render::color::Color;
use maud::{Markup, html};
use png::{BitDepth, ColorType, Encoder, EncodingError};

/// More frames are not worth their size.
const MOST_FRAMES: usize = 60;
/// A field has at most so many pixels along an axis.
const MOST_PIXELS: usize = 128;
/// Bytes of all frames before compression.
const MOST_BYTES: usize = 3_000_000;
/// Colours of each of the two scales.
const SHADES: usize = 120;
/// Indices of the palette after the two scales.
const HOLE: u8 = 2 * SHADES as u8;
const PAPER: u8 = HOLE + 1;
const INK: u8 = HOLE + 2;
/// Pixels between two fields.
const GAP: usize = 2;
/// Frames a second.
const RATE: u16 = 12;

/// The animation with its controls; none in one dimension, where maps show all times at once.
pub(super) fn animation(fields: &Fields<'_>) -> Option<Markup> {
    if fields.sample.length.len() < 2 || fields.ny < 2 {
        return None;
    }
    let strip = Strip::new(fields);
    let frames = strip.frames();
    let moving = strip.png(&frames).ok()?;
    let still = strip
        .png(&frames[frames.len() / 2..=frames.len() / 2])
        .ok()?;
    let address = |png: &[u8]| format!("data:image/png;base64,{}", STANDARD.encode(png));
    let end = significant(fields.sample.times[fields.frames - 1], 3);
    let titles = fields.titles();
    let truth = titles[0].trim_end_matches(" (truth)");
    let text = format!("{truth}, surrogate and size of the error from time 0 to {end}");
    Some(html! {
        details.film open {
            summary { "Animation, time 0 to " (end) }
            div.titles { @for title in titles { span { (title) } } }
            img.moving alt=(text) src=(address(&moving));
            img.still alt=(text) src=(address(&still));
            p.caption { (ANIMATION) }
        }
    })
}

/// Three fields side by side.
struct Strip<'a> {
    fields: &'a Fields<'a>,
    /// Pixels of a field.
    columns: usize,
    rows: usize,
}

impl<'a> Strip<'a> {
    fn new(fields: &'a Fields<'a>) -> Self {
        Self {
            fields,
            columns: fields.nx.min(MOST_PIXELS),
            rows: fields.ny.min(MOST_PIXELS),
        }
    }

    fn width(&self) -> usize {
        3 * self.columns + 2 * GAP
    }

    fn height(&self) -> usize {
        self.rows + 2 * self.bar()
    }

    /// Height of the bar of time, and of the gap above it.
    fn bar(&self) -> usize {
        self.rows.div_ceil(64)
    }

    /// The frames that are shown, evenly, with both ends.
    fn frames(&self) -> Vec<usize> {
        let affordable = MOST_BYTES / (self.width() * self.height());
        let count = self.fields.frames.min(MOST_FRAMES).min(affordable.max(2));
        let last = self.fields.frames - 1;
        (0..count).map(|i| i * last / (count - 1)).collect()
    }

    /// One frame as indices into the palette, from the top left.
    fn pixels(&self, frame: usize) -> Vec<u8> {
        let mut pixels = vec![PAPER; self.width() * self.height()];
        let (columns, rows) = (self.columns, self.rows);
        for which in 0..3 {
            let left = which * (columns + GAP);
            for row in 0..rows {
                let y = (rows - 1 - row) * self.fields.ny / rows;
                for column in 0..columns {
                    let x = column * self.fields.nx / columns;
                    let value = self.fields.value(which, frame, x, y);
                    let pixel = row * self.width() + left + column;
                    pixels[pixel] = index(self.fields.scale(which), value, which / 2);
                }
            }
        }
        let times = &self.fields.sample.times;
        let share = times[frame] / times[times.len() - 1];
        let done = (share * self.width() as f64).round() as usize;
        for row in rows + self.bar()..self.height() {
            let start = row * self.width();
            pixels[start..start + done.min(self.width())].fill(INK);
        }
        pixels
    }

    /// A PNG of the frames, animated where there are several.
    fn png(&self, frames: &[usize]) -> Result<Vec<u8>, EncodingError> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, self.width() as u32, self.height() as u32);
        encoder.set_color(ColorType::Indexed);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_palette(self.palette());
        if frames.len() > 1 {
            encoder.set_animated(frames.len() as u32, 0)?;
            encoder.set_frame_delay(1, RATE)?;
        }
        let mut writer = encoder.write_header()?;
        for frame in frames {
            writer.write_image_data(&self.pixels(*frame))?;
        }
        writer.finish()?;
        Ok(bytes)
    }

    fn palette(&self) -> Vec<u8> {
        let scales = [self.fields.scale(0), self.fields.scale(2)];
        let shades = scales.into_iter().flat_map(|scale| {
            let step = (scale.high - scale.low) / (SHADES - 1) as f64;
            (0..SHADES).map(move |i| {
                scale.color((scale.low + step * i as f64) as f32, (SHADES - 1) as f64)
            })
        });
        let rest = [(120, 120, 120), (255, 255, 255), (31, 35, 40)];
        let rest = rest.map(|(r, g, b)| Color::Rgb(r, g, b));
        shades
            .chain(rest)
            .flat_map(|color| match color {
                Color::Rgb(r, g, b) => [r, g, b],
                _ => [0; 3],
            })
            .collect()
    }
}

/// The index of a value's colour in scale number `number`.
fn index(scale: &Scale, value: f32, number: usize) -> u8 {
    if !value.is_finite() {
        return HOLE;
    }
    let share = (f64::from(value) - scale.low) / (scale.high - scale.low);
    let shade = (share.clamp(0.0, 1.0) * (SHADES - 1) as f64).round() as usize;
    (number * SHADES + shade) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use ondine_metrics::results::Sample;

    fn sample(points: &[usize], frames: usize) -> Sample {
        let shape = [&[frames, 1], points].concat();
        let size = shape.iter().product();
        Sample {
            truth: (0..size).map(|i| (0.37 * i as f32).sin()).collect(),
            prediction: (0..size)
                .map(|i| if i % 7 == 0 { f32::NAN } else { 0.5 })
                .collect(),
            times: (0..frames).map(|frame| frame as f64).collect(),
            length: vec![1.0; points.len()],
            shape,
        }
    }

    #[test]
    fn an_animation_has_all_its_frames_and_the_colours_of_the_maps() {
        for points in [&[8, 6][..], &[8, 6, 4]] {
            let sample = sample(points, 100);
            let fields = Fields::new(&sample).expect("it has frames");
            let strip = Strip::new(&fields);
            let frames = strip.frames();
            assert_eq!((frames.len(), frames[0], frames[59]), (60, 0, 99));
            let bytes = strip.png(&frames).expect("it can be encoded");
            let decoder = png::Decoder::new(std::io::Cursor::new(&bytes));
            let mut reader = decoder.read_info().expect("a PNG");
            let control = reader.info().animation_control.expect("animated");
            assert_eq!((control.num_frames, control.num_plays), (60, 0));
            let mut pixels = vec![0; 28 * 8 * 3];
            for frame in frames {
                reader.next_frame(&mut pixels).expect("a frame");
                let width = strip.width();
                assert_eq!(width, 28);
                // The upper left corner is the truth at x = 0 and the largest y.
                let value = fields.value(0, frame, 0, 5);
                assert_eq!(pixels[0], index(fields.scale(0), value, 0));
            }
        }
    }

    #[test]
    fn large_fields_have_fewer_pixels_and_no_more_bytes() {
        let sample = sample(&[300, 300], 12);
        let fields = Fields::new(&sample).expect("it has frames");
        let strip = Strip::new(&fields);
        assert_eq!(
            (strip.columns, strip.rows, strip.frames().len()),
            (128, 128, 12)
        );
        let page = animation(&fields).expect("two dimensions").into_string();
        assert!(page.len() < 2_000_000, "{}", page.len());
    }

    #[test]
    fn in_one_dimension_there_is_none() {
        let sample = sample(&[16], 5);
        assert!(animation(&Fields::new(&sample).expect("frames")).is_none());
    }
}
