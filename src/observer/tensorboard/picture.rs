//! The picture of a rollout: truth, prediction and size of the error of the first field; in one dimension over time from
//! left to right, one above the other, in more at three times from top to bottom, side by side.

use crate::draw::pixels::Scale;
use crate::results::Sample;
use kuva::backend::raster::RasterBackend;
use kuva::render::render::{Primitive, Scene};

/// Truth, prediction, error.
const MAPS: usize = 3;
/// Times that are shown in several dimensions.
const TIMES: usize = 3;
/// A map has at most so many cells along an axis.
const MOST: usize = 256;
/// A map over time and space is at least so many pixels wide and high, ...
const LINE: [usize; 2] = [480, 160];
/// ... one of two axes so many either way.
const PLANE: usize = 160;
/// Pixels between two maps.
const GAP: usize = 4;
/// Few, so that a picture is a small file.
const SHADES: f64 = 63.0;

/// A picture with its size in pixels.
pub(super) struct Picture {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) png: Vec<u8>,
}

/// The picture of a rollout; none if it has no step, or can't be drawn.
pub(super) fn draw(sample: &Sample) -> Option<Picture> {
    let [frames, _, nx, ..] = sample.shape[..] else {
        return None;
    };
    let maps = Maps::of(sample);
    let line = sample.length.len() == 1;
    let [columns, rows] = if line {
        [frames, nx]
    } else {
        [nx, sample.shape[3]]
    };
    let shown = [columns.min(MOST), rows.min(MOST)];
    let at = |cell: usize, axis: usize| cell * [columns, rows][axis] / shown[axis];
    let tiles = if line { 1 } else { TIMES };
    let mut grid = if line {
        Grid::new(shown, LINE, [1, MAPS])
    } else {
        Grid::new(shown, [PLANE; 2], [MAPS, TIMES])
    };
    for which in 0..MAPS {
        for tile in 0..tiles {
            let frame = (tile + 1) * (frames - 1) / TIMES;
            let place = if line { [0, which] } else { [which, tile] };
            grid.map(place, &maps.scales[which / 2], |[column, row]| {
                let (i, j) = (at(column, 0), at(shown[1] - 1 - row, 1));
                if line {
                    maps.values[which][i * nx + j]
                } else {
                    maps.values[which][(frame * nx + i) * rows + j]
                }
            });
        }
    }
    (frames > 1).then(|| grid.picture()).flatten()
}

/// The first field as `[frame, x]` or `[frame, x, y]`, cut through the middle of a third axis.
struct Maps {
    values: [Vec<f32>; MAPS],
    /// Of the field, of the error.
    scales: [Scale; 2],
}

impl Maps {
    fn of(sample: &Sample) -> Self {
        let points: usize = sample.shape[2..].iter().product();
        let depth = sample.shape.get(4).copied().unwrap_or(1);
        let field = |all: &[f32]| -> Vec<f32> {
            let frames = all.chunks(points * sample.shape[1]);
            let cut = frames.flat_map(|of| of[..points].iter().skip(depth / 2).step_by(depth));
            cut.copied().collect()
        };
        let [truth, prediction] = [field(&sample.truth), field(&sample.prediction)];
        let pairs = truth.iter().zip(&prediction);
        let error: Vec<f32> = pairs.map(|(t, p)| (t - p).abs()).collect();
        let scale = Scale::of_field(&truth);
        Self {
            scales: [scale, Scale::of_error(&error, &scale)],
            values: [truth, prediction, error],
        }
    }
}

/// Maps of one size, of cells of one size.
struct Grid {
    /// Cells of a map, columns and rows.
    map: [usize; 2],
    /// Pixels of a cell.
    cell: [usize; 2],
    /// Pixels of the picture.
    size: [usize; 2],
    scene: Scene,
}

impl Grid {
    /// `count` maps along each axis, each of at least `least` pixels.
    fn new(map: [usize; 2], least: [usize; 2], count: [usize; 2]) -> Self {
        let cell = [0, 1].map(|axis| least[axis].div_ceil(map[axis]));
        let size = [0, 1].map(|axis| count[axis] * (map[axis] * cell[axis] + GAP) - GAP);
        Self {
            map,
            cell,
            size,
            scene: Scene::new(size[0] as f64, size[1] as f64),
        }
    }

    fn map(&mut self, place: [usize; 2], scale: &Scale, value: impl Fn([usize; 2]) -> f32) {
        let ([columns, rows], cell) = (self.map, self.cell);
        let cells = || (0..rows).flat_map(|row| (0..columns).map(move |column| [column, row]));
        let corner = |at: [usize; 2], axis: usize| {
            let before = place[axis] * (self.map[axis] * cell[axis] + GAP);
            (before + at[axis] * cell[axis]) as f64
        };
        self.scene.add(Primitive::RectBatch {
            x: cells().map(|at| corner(at, 0)).collect(),
            y: cells().map(|at| corner(at, 1)).collect(),
            w: vec![cell[0] as f64; columns * rows],
            h: vec![cell[1] as f64; columns * rows],
            fills: cells().map(|at| scale.color(value(at), SHADES)).collect(),
        });
    }

    fn picture(self) -> Option<Picture> {
        let [width, height] = self.size;
        let png = RasterBackend { scale: 1.0 }
            .render_scene(&self.scene)
            .ok()?;
        Some(Picture { width, height, png })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(points: &[usize], frames: usize) -> Sample {
        let shape = [&[frames, 2], points].concat();
        let size: usize = shape.iter().product();
        Sample {
            truth: (0..size).map(|i| (i as f32).sin()).collect(),
            prediction: (0..size).map(|i| (i as f32).cos()).collect(),
            times: (0..frames).map(|i| i as f64).collect(),
            length: vec![1.0; points.len()],
            shape,
        }
    }

    #[test]
    fn a_picture_has_the_size_that_it_says_in_every_dimension() {
        for points in [&[16][..], &[600], &[8, 6], &[4, 6, 5]] {
            let picture = draw(&sample(points, 7)).expect("it has steps");
            // The header of a PNG has width and height at bytes 16 and 20.
            let size = [picture.width as u32, picture.height as u32].map(u32::to_be_bytes);
            assert_eq!(picture.png[16..24], size.concat(), "{points:?}");
            assert!(picture.width >= 480 && picture.height >= 480, "{points:?}");
        }
    }

    #[test]
    fn a_single_frame_gives_no_picture() {
        assert!(draw(&sample(&[16], 1)).is_none());
    }
}
