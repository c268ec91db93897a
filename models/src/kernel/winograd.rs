//! Convolutions of 3 taps per axis on tiles of 2 points: `y = Aᵀ [(G w) ⊙ (Bᵀ x)]` along every axis.
//!
//! `F(2, 3)` of Winograd (1980) as Lavin & Gray (2016), §4.1, use it: a tile reads 4 points, gives 2, and needs 4
//! products in place of 6, in two dimensions 16 in place of 36. Every product is a matrix over channels, so all tiles of
//! a batch are the rows of one matrix product for each of the 4 places per axis (`planes`). All factors are 0, ±½ and
//! ±1, so nearly every digit of single precision stays. The derivatives are the adjoint steps in reverse order. Where taps lie
//! `d` points apart, so do the points of a tile.

mod axis;
mod lines;

use super::convolution::{Layer, row_of};
use super::memory::Pieces;
use super::product::{Matrix, Target, product};
use super::scratch::with_numbers;
use super::sum::add_terms;
use axis::{Axis, Few, Term};
use lines::{Lists, Sums};
use rayon::prelude::*;
use std::borrow::Cow;

/// Channels, in and out, from which on fewer products outweigh the steps before and after them, by the number of axes with
/// tiles: with one, a third of the products is saved, with two more than half. With vectors of 8 numbers a line of 48 channels
/// is slower on tiles, one of 64 or 96 about as fast, and one of 128 faster.
const CHANNELS: [usize; 4] = [usize::MAX, 128, 48, 48];

/// Rows of one task, about.
const ROWS: usize = 512;

/// A convolution on tiles.
pub(super) struct Winograd<'a> {
    layer: &'a Layer<'a>,
    axes: [Axis; 3],
}

/// Selections of the axes, joined: positions in an array of `sizes`, the factors multiplied.
fn joined(parts: [Few; 3], sizes: [usize; 3]) -> Vec<Term> {
    let [first, second, third] = parts;
    let mut all = Vec::new();
    for (i, a) in first.iter() {
        for (j, b) in second.iter() {
            let (line, ab) = ((i * sizes[1] + j) * sizes[2], a * b);
            all.extend(third.iter().map(|(k, c)| (line + k, ab * c)));
        }
    }
    all
}

/// Place `i` of an array of `sizes`, axis by axis.
fn split(i: usize, sizes: [usize; 3]) -> [usize; 3] {
    [
        i / (sizes[1] * sizes[2]),
        i / sizes[2] % sizes[1],
        i % sizes[2],
    ]
}

/// All places of an array of `sizes` from place `i` on.
fn places_from(i: usize, sizes: [usize; 3]) -> impl Iterator<Item = [usize; 3]> {
    std::iter::successors(Some(split(i, sizes)), move |&[i, j, k]| {
        Some(if k + 1 < sizes[2] {
            [i, j, k + 1]
        } else if j + 1 < sizes[1] {
            [i, j + 1, 0]
        } else {
            [i + 1, 0, 0]
        })
    })
}

/// Points that enter or leave a plane.
#[derive(Clone, Copy)]
enum Side {
    Read,
    Given,
}

impl<'a> Winograd<'a> {
    /// The products for a layer; none where its shape does not allow them, or channels are few.
    pub(super) fn new(layer: &'a Layer<'_>) -> Option<Self> {
        let geometry = &layer.geometry;
        let axes = [0, 1, 2].map(|axis| Axis::new(geometry, axis));
        let [Some(first), Some(second), Some(third)] = axes else {
            return None;
        };
        let simple = geometry.stride == 1 && third.tiled;
        let axes = [first, second, third];
        let tiled = axes.iter().filter(|axis| axis.tiled).count();
        let wide = layer.inputs.min(layer.outputs) >= CHANNELS[tiled];
        (simple && wide).then_some(Self { layer, axes })
    }

    fn tile_grid(&self) -> [usize; 3] {
        self.axes.map(Axis::tiles)
    }

    fn tiles(&self) -> usize {
        self.tile_grid().iter().product()
    }

    fn plane_grid(&self) -> [usize; 3] {
        self.axes.map(Axis::planes)
    }

    fn planes(&self) -> usize {
        self.plane_grid().iter().product()
    }

    /// The rows of `plane` for a range of fields: one per field and tile.
    fn rows(&self, side: Side, plane: usize, x: &[f32], channels: usize, rows: &mut [f32]) {
        let (tiles, field) = (self.tiles(), self.layer.geometry.points() * channels);
        let plane = split(plane, self.plane_grid());
        let selected = [0, 1, 2].map(|i| {
            let (axis, plane) = (self.axes[i], plane[i]);
            let of_tile = |tile| match side {
                Side::Read => axis.read(plane, tile),
                Side::Given => axis.given(plane, tile),
            };
            (0..axis.tiles()).map(of_tile).collect::<Vec<_>>()
        });
        let mut lists = Lists::default();
        for place in places_from(0, self.tile_grid()).take(tiles) {
            let selected = [0, 1, 2].map(|axis| &selected[axis][place[axis]][..]);
            lists.join(selected, self.layer.geometry.grid, channels);
        }
        let starts = (0..x.len()).step_by(field);
        let lines = starts.flat_map(|start| (0..tiles).map(move |tile| (start, tile)));
        let sums = Sums {
            source: x,
            len: channels,
            lists: &lists,
            lines: &lines.collect::<Vec<_>>(),
        };
        sums.write(rows);
    }

    /// `G w`, `[plane, inputs, outputs]`.
    pub(super) fn weights(&self) -> Vec<f32> {
        let size = self.layer.inputs * self.layer.outputs;
        let planes = Pieces {
            field: size,
            ..Pieces::of(self.planes() * size)
        };
        planes.collect(Vec::new, |sum, place, w| {
            let plane = split(place.field, self.plane_grid());
            let taps = [0, 1, 2].map(|axis| self.axes[axis].taps(plane[axis]));
            let mut terms = joined(taps, self.layer.geometry.kernel);
            let offset = |tap: usize| tap * size + place.start;
            terms.iter_mut().for_each(|(tap, _)| *tap = offset(*tap));
            sum.clear();
            sum.resize(w.len(), 0.0);
            add_terms(sum, self.layer.weight, &terms);
            w.write_copy_of_slice(sum);
        })
    }

    /// [`Self::weights`] in the order in which products read them, for a layer with settled weights.
    pub(super) fn settled_weights(&self) -> Vec<f32> {
        let Layer {
            inputs, outputs, ..
        } = *self.layer;
        let planes = self.weights();
        let planes = planes.chunks(inputs * outputs);
        let planes = planes.flat_map(|plane| Matrix::new(plane, inputs, outputs).lay_out());
        planes.collect()
    }

    /// `Gᵀ w̄`, `[tap, inputs, outputs]`.
    fn weight_sums(&self, planes: &[f32]) -> Vec<f32> {
        let size = self.layer.inputs * self.layer.outputs;
        let kernel = self.layer.geometry.kernel;
        let taps = Pieces {
            field: size,
            ..Pieces::of(self.layer.weight.len())
        };
        taps.collect(Vec::new, |sum, place, w| {
            let tap = split(place.field, kernel);
            let planes_of = [0, 1, 2].map(|axis| self.axes[axis].of_tap(tap[axis]));
            let mut terms = joined(planes_of, self.plane_grid());
            let offset = |plane: usize| plane * size + place.start;
            terms
                .iter_mut()
                .for_each(|(plane, _)| *plane = offset(*plane));
            sum.clear();
            sum.resize(w.len(), 0.0);
            add_terms(sum, planes, &terms);
            w.write_copy_of_slice(sum);
        })
    }

    pub(super) fn values(&self, x: &[f32], rows: &[f32], batch: usize) -> Vec<f32> {
        let Layer {
            inputs, outputs, ..
        } = *self.layer;
        let (size, settled) = (inputs * outputs, self.layer.planes);
        let weights = match settled {
            Some(planes) => Cow::Borrowed(planes),
            None => Cow::Owned(self.weights()),
        };
        let matrix = |plane| {
            let matrix = Matrix::new(&weights[plane * size..][..size], inputs, outputs);
            if settled.is_some() {
                matrix.laid_out()
            } else {
                matrix
            }
        };
        self.convolved(x, matrix, [inputs, outputs], rows, batch)
    }

    /// The convolution of `ȳ` with the taps in reverse order and their matrices transposed.
    pub(super) fn input_gradient(&self, y_bar: &[f32], batch: usize) -> Vec<f32> {
        let weights = self.weights();
        let Layer {
            inputs, outputs, ..
        } = *self.layer;
        let size = inputs * outputs;
        let matrix = |plane| {
            let place = split(plane, self.plane_grid());
            let [i, j, k] = [0, 1, 2].map(|axis| self.axes[axis].reversed(place[axis]));
            let [_, second, third] = self.plane_grid();
            let plane = (i * second + j) * third + k;
            Matrix::new(&weights[plane * size..][..size], inputs, outputs).transposed()
        };
        self.convolved(y_bar, matrix, [outputs, inputs], &[], batch)
    }

    fn convolved<'m>(
        &self,
        x: &[f32],
        matrix: impl Fn(usize) -> Matrix<'m> + Sync,
        [inputs, outputs]: [usize; 2],
        added: &[f32],
        batch: usize,
    ) -> Vec<f32> {
        let (tiles, points) = (self.tiles(), self.layer.geometry.points());
        let (plane, row) = (batch * tiles * outputs, tiles * outputs);
        let piece = (ROWS / tiles).max(1) * row;
        with_numbers(self.planes() * plane, |products| {
            let planes = products.par_chunks_mut(plane).enumerate();
            let pieces = planes.flat_map(|(plane, y)| {
                let pieces = y.par_chunks_mut(piece).enumerate();
                pieces.map(move |(i, y)| (plane, i * piece / row, y))
            });
            pieces.for_each(|(plane, first, y)| {
                let fields = y.len() / row;
                let x = &x[first * points * inputs..][..fields * points * inputs];
                with_numbers(fields * tiles * inputs, |rows| {
                    self.rows(Side::Read, plane, x, inputs, rows);
                    let rows = Matrix::new(rows, fields * tiles, inputs);
                    product(y, Target::Replace, rows, matrix(plane));
                });
            });
            self.given(products, outputs, added, batch)
        })
    }

    /// `Aᵀ` of the planes, `[plane, batch, tile, outputs]` → `[batch, point, outputs]`.
    fn given(&self, planes: &[f32], outputs: usize, added: &[f32], batch: usize) -> Vec<f32> {
        let (tiles, grid) = (self.tiles(), self.layer.geometry.grid);
        // Terms depend on the place in a tile alone.
        let (parts, mut lists) = (self.axes.map(Axis::parts), Lists::default());
        for place in places_from(0, parts).take(parts.iter().product()) {
            let planes = [0, 1, 2].map(|axis| self.axes[axis].giving(place[axis]));
            let planes = planes.each_ref().map(|planes| &planes[..]);
            lists.join(planes, self.plane_grid(), batch * tiles * outputs);
        }
        let places = self.axes.map(Axis::places);
        let [_, tiles_2, tiles_3] = self.tile_grid();
        let line = |field: usize, point: [usize; 3]| {
            let [(t_1, p_1), (t_2, p_2), (t_3, p_3)] = [0, 1, 2].map(|i| places[i][point[i]]);
            let tile = (t_1 * tiles_2 + t_2) * tiles_3 + t_3;
            let part = (p_1 * parts[1] + p_2) * parts[2] + p_3;
            ((field * tiles + tile) * outputs, part)
        };
        let len = self.layer.geometry.points() * outputs;
        let fields = Pieces::of_rows(batch * len, len, outputs);
        fields.collect(Vec::new, |lines, place, y| {
            let points = places_from(place.start / outputs, grid).take(y.len() / outputs);
            lines.clear();
            lines.extend(points.map(|point| line(place.field, point)));
            let row = row_of(added, outputs, place.field);
            with_numbers(y.len(), |sums| {
                sums.chunks_exact_mut(outputs)
                    .for_each(|sum| start_with(sum, row));
                let all = Sums {
                    source: planes,
                    len: outputs,
                    lists: &lists,
                    lines,
                };
                all.add(sums);
                y.write_copy_of_slice(sums);
            });
        })
    }

    pub(super) fn weight_gradient(&self, x: &[f32], y_bar: &[f32], batch: usize) -> Vec<f32> {
        let Layer {
            inputs, outputs, ..
        } = *self.layer;
        let (size, count) = (inputs * outputs, batch * self.tiles());
        with_numbers(self.planes() * size, |planes| {
            let all = planes.par_chunks_mut(size).enumerate();
            all.for_each(|(plane, w)| {
                with_numbers(count * (inputs + outputs), |numbers| {
                    let (rows, bars) = numbers.split_at_mut(count * inputs);
                    self.rows(Side::Read, plane, x, inputs, rows);
                    self.rows(Side::Given, plane, y_bar, outputs, bars);
                    let rows = Matrix::new(rows, count, inputs);
                    let bars = Matrix::new(bars, count, outputs);
                    product(w, Target::Replace, rows.transposed(), bars);
                });
            });
            self.weight_sums(planes)
        })
    }
}

/// The row that is added to a sum, or zeros where none is.
fn start_with(sum: &mut [f32], row: &[f32]) {
    if row.is_empty() {
        sum.fill(0.0);
    } else {
        sum.copy_from_slice(row);
    }
}
