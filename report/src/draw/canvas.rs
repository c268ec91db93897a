//! A picture in pixels: maps with axes, colour bars and titles.

use super::panel::{LETTER, ticks, ticks_with_room};
use super::pixels::Scale;
use crate::numbers::page::significant;
use kuva::backend::raster::RasterBackend;
use kuva::render::color::Color;
use kuva::render::render::{Primitive, Scene, TextAnchor};

/// Width and height of a cell of one colour.
const CELL: f64 = 2.0;
/// Few, so that a picture is a small file.
const SHADES: f64 = 63.0;
const INK: Color = Color::Rgb(66, 74, 83);
const SIZE: u32 = 13;
/// Space between words that stand beside each other.
const SPACE: f64 = 6.0;

/// Left, top, width and height of a map.
pub type Place = [f64; 4];

/// A picture that is drawn part by part.
pub struct Canvas {
    scene: Scene,
}

impl Canvas {
    /// An empty picture of so many pixels.
    #[must_use]
    pub fn new(width: f64, height: f64) -> Self {
        Self {
            scene: Scene::new(width, height),
        }
    }

    /// The largest size of a map that whole cells fill, at least one.
    #[must_use]
    pub fn whole_cells(size: f64) -> f64 {
        CELL * (size / CELL).floor().max(1.0)
    }

    /// The picture as a PNG.
    ///
    /// # Errors
    /// When it can't be drawn, in words.
    pub fn png(&self) -> Result<Vec<u8>, String> {
        RasterBackend { scale: 1.0 }.render_scene(&self.scene)
    }

    /// The colours of `value` at shares of width and height, from the lower left corner.
    pub fn map(&mut self, place: Place, scale: &Scale, value: impl Fn(f64, f64) -> f32) {
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

    /// Ticks below a map from 0 to `length`, with the name of the axis.
    pub fn horizontal(&mut self, [left, top, width, height]: Place, label: &str, length: f64) {
        let bottom = top + height;
        let most = (width / 40.0).min(12.0) as usize;
        for tick in ticks_with_room(0.0, length, most, width) {
            let x = left + width * tick / length;
            self.line([x, bottom, x, bottom + 5.0]);
            self.text(
                [x, bottom + 18.0],
                TextAnchor::Middle,
                &significant(tick, 3),
            );
        }
        self.text(
            [left + width / 2.0, bottom + 38.0],
            TextAnchor::Middle,
            label,
        );
    }

    /// Ticks left of a map, with the name of the axis above them, at the height `at`.
    pub fn vertical(&mut self, place: Place, (label, at): (&str, f64), [low, high]: [f64; 2]) {
        let [left, top, _, height] = place;
        for tick in ticks(low, high, (height / 40.0) as usize) {
            let y = top + height * (1.0 - (tick - low) / (high - low));
            self.line([left - 5.0, y, left, y]);
            self.text(
                [left - 8.0, y + 4.5],
                TextAnchor::End,
                &significant(tick, 3),
            );
        }
        self.text([left - 8.0, at], TextAnchor::End, label);
    }

    /// A colour bar right of a map.
    pub fn bar(&mut self, [left, top, width, height]: Place, scale: &Scale) {
        let x = left + width + 14.0;
        let place = [x, top, 14.0, height];
        let value = |share: f64| (scale.low + share * (scale.high - scale.low)) as f32;
        self.map(place, scale, |_, share| value(share));
        for tick in ticks(scale.low, scale.high, (height / 30.0) as usize) {
            let y = top + height * (1.0 - (tick - scale.low) / (scale.high - scale.low));
            self.line([x + 14.0, y, x + 19.0, y]);
            self.text(
                [x + 23.0, y + 4.5],
                TextAnchor::Start,
                &significant(tick, 3),
            );
        }
    }

    /// Words in the middle above a place.
    pub fn title(&mut self, [x, y]: [f64; 2], content: &str) {
        self.text([x, y], TextAnchor::Middle, content);
    }

    /// The same above the first map of a row, which begins at `left`: behind the name of its vertical axis, which stands at the same
    /// height.
    pub fn title_beside(&mut self, [x, y]: [f64; 2], content: &str, (label, left): (&str, f64)) {
        let width = |words: &str| LETTER * words.chars().count() as f64;
        let end = (left - 8.0).max(width(label) + SPACE);
        self.title([x.max(end + SPACE + 0.5 * width(content)), y], content);
    }

    /// Words from a place to the right.
    pub fn label(&mut self, place: [f64; 2], content: &str) {
        self.text(place, TextAnchor::Start, content);
    }

    /// Words at a place, moved aside where they would leave the picture.
    fn text(&mut self, [x, y]: [f64; 2], anchor: TextAnchor, content: &str) {
        let width = LETTER * content.chars().count() as f64;
        let before = match anchor {
            TextAnchor::Start => 0.0,
            TextAnchor::Middle => 0.5 * width,
            TextAnchor::End => width,
        };
        self.scene.add(Primitive::Text {
            x: within(x - before, self.scene.width - width) + before,
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

/// The nearest place from 0 to `last`; 0 where there is none.
fn within(place: f64, last: f64) -> f64 {
    place.min(last).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_in_the_picture() {
        let mut canvas = Canvas::new(200.0, 100.0);
        let words = "temperature (degrees)";
        canvas.label([150.0, 10.0], words);
        canvas.title([10.0, 10.0], words);
        canvas.vertical([40.0, 20.0, 100.0, 60.0], (words, 10.0), [0.0, 1.0]);
        canvas.label([20.0, 10.0], "here");
        let width = LETTER * words.len() as f64;
        let places = canvas.scene.elements.iter().filter_map(|part| match part {
            Primitive::Text { x, content, .. } if content.len() > 3 => Some(*x),
            _ => None,
        });
        let expected = [200.0 - width, 0.5 * width, width, 20.0];
        let pairs = places.zip(expected);
        assert!(
            pairs
                .clone()
                .all(|(x, expected)| (x - expected).abs() < 1e-9)
        );
        assert_eq!(pairs.count(), 4);
    }
}
