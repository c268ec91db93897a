//! Convolutions of 3 taps per axis on tiles of 2 points: `y = Aᵀ [(G w) ⊙ (Bᵀ x)]` along every axis.
//!
//! `F(2, 3)` of Winograd (1980) as Lavin & Gray (2016), §4.1, use it: a tile reads 4 points, gives 2, and needs 4
//! products in place of 6, in two dimensions 16 in place of 36. Every product is a matrix over channels, so all tiles of
//! a batch are the rows of one matrix product for each of the 4 places per axis (`planes`). All factors are 0, ±½ and
//! ±1, so nearly every digit of single precision stays. The derivatives are the adjoint steps in reverse order.

mod axis;

use super::convolution::{Layer, row_of};
use super::memory::Pieces;
use super::product::{Matrix, Target, product};
use super::sum::add_terms;
use axis::Axis;
use std::borrow::Cow;

/// Channels, in and out, from which on fewer products outweigh the steps before and after them.
const CHANNELS: usize = 48;

/// Rows of one task, about.
const ROWS: usize = 512;

/// A convolution on tiles.
pub(super) struct Winograd<'a> {
    layer: &'a Layer<'a>,
    axes: [Axis; 3],
}

/// Selections of the axes, joined: positions in an array of `sizes`, the factors multiplied.
fn joined(parts: [&[(usize, f32)]; 3], sizes: [usize; 3]) -> Vec<(usize, f32)> {
    let mut all = Vec::new();
    join(parts, sizes, &mut all);
    all
}

/// [`joined`] in the place of other selections.
fn join(parts: [&[(usize, f32)]; 3], sizes: [usize; 3], all: &mut Vec<(usize, f32)>) {
    let [first, second, third] = parts;
    all.clear();
    for (i, a) in first {
        for (j, b) in second {
            let (line, ab) = ((i * sizes[1] + j) * sizes[2], a * b);
            all.extend(third.iter().map(|(k, c)| (line + k, ab * c)));
        }
    }
}

/// Place `i` of an array of `sizes`, axis by axis.
fn split(i: usize, sizes: [usize; 3]) -> [usize; 3] {
    [
        i / (sizes[1] * sizes[2]),
        i / sizes[2] % sizes[1],
        i % sizes[2],
    ]
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
        let simple = geometry.stride == 1 && geometry.dilation == 1 && third.tiled;
        let wide = layer.inputs.min(layer.outputs) >= CHANNELS;
        (simple && wide).then_some(Self {
            layer,
            axes: [first, second, third],
        })
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
    fn rows(&self, side: Side, plane: usize, x: &[f32], channels: usize, rows: &mut Vec<f32>) {
        let points = self.layer.geometry.points();
        let fields = x.len() / (points * channels);
        let plane = split(plane, self.plane_grid());
        let selected = [0, 1, 2].map(|i| {
            let (axis, plane) = (self.axes[i], plane[i]);
            let of_tile = |tile| match side {
                Side::Read => axis.read(plane, tile),
                Side::Given => axis.given(plane, tile),
            };
            (0..axis.tiles()).map(of_tile).collect::<Vec<_>>()
        });
        rows.clear();
        rows.resize(fields * self.tiles() * channels, 0.0);
        let mut terms = Vec::new();
        for tile in 0..self.tiles() {
            let place = split(tile, self.tile_grid());
            let selected = [0, 1, 2].map(|axis| &selected[axis][place[axis]][..]);
            join(selected, self.layer.geometry.grid, &mut terms);
            terms.iter_mut().for_each(|(point, _)| *point *= channels);
            for (field, x) in x.chunks(points * channels).enumerate() {
                let row = &mut rows[(field * self.tiles() + tile) * channels..][..channels];
                add_terms(row, x, &terms);
            }
        }
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
            let mut terms = joined(
                taps.each_ref().map(|taps| &taps[..]),
                self.layer.geometry.kernel,
            );
            let offset = |tap: usize| tap * size + place.start;
            terms.iter_mut().for_each(|(tap, _)| *tap = offset(*tap));
            sum.clear();
            sum.resize(w.len(), 0.0);
            add_terms(sum, self.layer.weight, &terms);
            w.write_copy_of_slice(sum);
        })
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
            let mut terms = joined(
                planes_of.each_ref().map(|planes| &planes[..]),
                self.plane_grid(),
            );
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
        let weights = match self.layer.planes {
            Some(planes) => Cow::Borrowed(planes),
            None => Cow::Owned(self.weights()),
        };
        let Layer {
            inputs, outputs, ..
        } = *self.layer;
        let size = inputs * outputs;
        let matrix = |plane| Matrix::new(&weights[plane * size..][..size], inputs, outputs);
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
        let plane = batch * tiles * outputs;
        let planes = Pieces {
            len: self.planes() * plane,
            field: plane,
            piece: (ROWS / tiles).max(1) * tiles * outputs,
        };
        let own = || (Vec::new(), Vec::new());
        let products = planes.collect(own, |(rows, products), place, y| {
            let (first, fields) = (place.start / (tiles * outputs), y.len() / (tiles * outputs));
            let x = &x[first * points * inputs..][..fields * points * inputs];
            self.rows(Side::Read, place.field, x, inputs, rows);
            products.resize(y.len(), 0.0);
            let rows = Matrix::new(rows, fields * tiles, inputs);
            product(products, Target::Replace, rows, matrix(place.field));
            y.write_copy_of_slice(products);
        });
        self.given(&products, outputs, added, batch)
    }

    /// `Aᵀ` of the planes, `[plane, batch, tile, outputs]` → `[batch, point, outputs]`.
    fn given(&self, planes: &[f32], outputs: usize, added: &[f32], batch: usize) -> Vec<f32> {
        let (tiles, geometry) = (self.tiles(), &self.layer.geometry);
        let size = batch * tiles * outputs;
        // What a point is given depends on its place in a tile alone.
        let parts = self.axes.map(|axis| if axis.tiled { 2 } else { 1 });
        let giving = |place: usize| {
            let place = split(place, parts);
            let planes = [0, 1, 2].map(|axis| self.axes[axis].giving(place[axis]));
            let mut terms = joined(
                planes.each_ref().map(|planes| &planes[..]),
                self.plane_grid(),
            );
            terms.iter_mut().for_each(|(plane, _)| *plane *= size);
            terms
        };
        let giving: Vec<Vec<(usize, f32)>> = (0..parts.iter().product()).map(giving).collect();
        let len = geometry.points() * outputs;
        let fields = Pieces::of_rows(batch * len, len, outputs);
        fields.collect(Vec::new, |sum: &mut Vec<f32>, place, y| {
            for (i, y) in y.chunks_mut(outputs).enumerate() {
                let point = split(place.start / outputs + i, geometry.grid);
                let [tile, part] = [0, 1].map(|which| {
                    let along = |axis: usize| match (which, parts[axis]) {
                        (0, parts) => point[axis] / parts,
                        (_, parts) => point[axis] % parts,
                    };
                    [0, 1, 2].map(along)
                });
                let [_, tiles_2, tiles_3] = self.tile_grid();
                let tile = (tile[0] * tiles_2 + tile[1]) * tiles_3 + tile[2];
                let part = (part[0] * parts[1] + part[1]) * parts[2] + part[2];
                sum.clear();
                sum.extend_from_slice(row_of(added, outputs, place.field));
                sum.resize(outputs, 0.0);
                let start = (place.field * tiles + tile) * outputs;
                add_terms(sum, &planes[start..], &giving[part]);
                y.write_copy_of_slice(sum);
            }
        })
    }

    pub(super) fn weight_gradient(&self, x: &[f32], y_bar: &[f32], batch: usize) -> Vec<f32> {
        let Layer {
            inputs, outputs, ..
        } = *self.layer;
        let size = inputs * outputs;
        let planes = Pieces {
            len: self.planes() * size,
            field: size,
            piece: size,
        };
        let own = || (Vec::new(), Vec::new(), vec![0.0; size]);
        let planes = planes.collect(own, |(rows, bars, sum), place, w| {
            self.rows(Side::Read, place.field, x, inputs, rows);
            self.rows(Side::Given, place.field, y_bar, outputs, bars);
            let rows = Matrix::new(rows, batch * self.tiles(), inputs);
            let bars = Matrix::new(bars, batch * self.tiles(), outputs);
            product(sum, Target::Replace, rows.transposed(), bars);
            w.write_copy_of_slice(sum);
        });
        self.weight_sums(&planes)
    }
}
