//! Convolutions that skip points, and their adjoints, as products with the values that lie under all taps.
//!
//! A point of the coarse grid has one row: the values of the fine grid under its taps, side by side. A convolution with
//! a stride multiplies these rows with its weights; its adjoint, a transposed convolution, adds products to where the
//! rows came from.

use super::convolution::row_of;
use super::dense::write_sum;
use super::memory::Pieces;
use super::product::{Matrix, Target, product};
use super::scratch::{with_list, with_numbers};
use super::sum::over_items;
use crate::block::Padding;
use std::ops::Range;

/// Slabs of the fine grid that are computed together by an adjoint, because neighbours need some of the same products.
const JOINED: usize = 4;

/// Parts of all fields that an adjoint computes, where there are layers for so many.
const PARTS: usize = 2;

/// Two grids of three axes, and where taps lie: tap `t` of point `i` at `stride i + dilation t − margin`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Points {
    pub(crate) fine: [usize; 3],
    pub(crate) coarse: [usize; 3],
    pub(crate) kernel: [usize; 3],
    pub(crate) stride: usize,
    pub(crate) dilation: usize,
    pub(crate) margin: [usize; 3],
    pub(crate) padding: Padding,
}

/// The rows of fields with `channels` channels on the fine grid.
pub(super) struct Gathering {
    points: Points,
    channels: usize,
    /// Point under every tap of every coarse point, axis by axis; none for a zero.
    sources: [Vec<Option<usize>>; 3],
}

impl Gathering {
    pub(super) fn new(points: Points, channels: usize) -> Self {
        let source = |axis: usize, i: usize, tap: usize| {
            let position = points.stride * i + points.dilation * tap;
            let position = position as isize - points.margin[axis] as isize;
            points.padding.source(position, points.fine[axis])
        };
        let of_axis = |axis: usize| {
            let taps = points.kernel[axis];
            let all = 0..points.coarse[axis] * taps;
            all.map(|i| source(axis, i / taps, i % taps)).collect()
        };
        Self {
            points,
            channels,
            sources: [0, 1, 2].map(of_axis),
        }
    }

    fn fine(&self) -> usize {
        self.points.fine.iter().product()
    }

    fn coarse(&self) -> usize {
        self.points.coarse.iter().product()
    }

    /// Numbers of a row.
    fn row(&self) -> usize {
        self.points.kernel.iter().product::<usize>() * self.channels
    }

    /// All coarse points.
    fn all(&self) -> (usize, Range<usize>) {
        (0, 0..self.points.coarse[0])
    }

    /// Calls `visit` with every fine point under a tap, row by row and tap by tap, of the coarse points of some layers along an
    /// axis.
    fn for_each_tap(
        &self,
        (axis, layers): (usize, Range<usize>),
        mut visit: impl FnMut(Option<usize>),
    ) {
        let [k_1, k_2, k_3] = self.points.kernel;
        let mut sources = [0, 1, 2].map(|axis| &self.sources[axis][..]);
        let taps = self.points.kernel[axis];
        sources[axis] = &sources[axis][layers.start * taps..layers.end * taps];
        let [first, second, third] = sources;
        let [_, n_2, n_3] = self.points.fine;
        for first in first.chunks(k_1) {
            for second in second.chunks(k_2) {
                for third in third.chunks(k_3) {
                    for i in first {
                        for j in second {
                            let line = i.zip(*j).map(|(i, j)| (i * n_2 + j) * n_3);
                            third
                                .iter()
                                .for_each(|k| visit(line.zip(*k).map(|(l, k)| l + k)));
                        }
                    }
                }
            }
        }
    }

    /// The rows of some layers of one field.
    fn gather(&self, field: &[f32], layers: (usize, Range<usize>), rows: &mut Vec<f32>) {
        rows.clear();
        rows.reserve(self.coarse() / self.points.coarse[layers.0] * layers.1.len() * self.row());
        self.for_each_tap(layers, |point| match point {
            Some(point) => rows.extend_from_slice(&field[point * self.channels..][..self.channels]),
            None => rows.resize(rows.len() + self.channels, 0.0),
        });
    }

    /// Adds rows of some layers to where they came from, as far as it lies in the part of a field that starts at a point.
    fn scatter(
        &self,
        rows: &[f32],
        layers: (usize, Range<usize>),
        (start, part): (usize, &mut [f32]),
    ) {
        let mut rows = rows.chunks_exact(self.channels);
        let points = start..start + part.len() / self.channels;
        self.for_each_tap(layers, |point| {
            let values = rows.next().expect("a row has a place for every tap");
            if let Some(point) = point.filter(|point| points.contains(point)) {
                let part = &mut part[(point - start) * self.channels..][..self.channels];
                part.iter_mut().zip(values).for_each(|(y, x)| *y += x);
            }
        });
    }

    /// Runs of coarse layers along an axis with a tap in some of the fine ones.
    fn touching(&self, axis: usize, fine: &Range<usize>) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        let taps = self.sources[axis].chunks(self.points.kernel[axis]);
        for (layer, taps) in taps.enumerate() {
            if !taps.iter().flatten().any(|point| fine.contains(point)) {
                continue;
            }
            match runs.last_mut() {
                Some(run) if run.end == layer => run.end += 1,
                _ => runs.push(layer..layer + 1),
            }
        }
        runs
    }

    /// From the fine grid to the coarse one: the product of all rows with `matrix`, `[row, outputs]`, and `added`.
    pub(super) fn gathered(
        &self,
        x: &[f32],
        matrix: Matrix<'_>,
        added: &[f32],
        batch: usize,
    ) -> Vec<f32> {
        let [_, outputs] = matrix.sizes();
        let field = self.coarse() * outputs;
        let source = self.fine() * self.channels;
        let (coarse, slabs) = (self.points.coarse, matrix.slabs(self.points.coarse, batch));
        let fields = Pieces {
            len: batch * field,
            field,
            piece: field / coarse[slabs.axis] * slabs.layers,
        };
        let own = || ();
        fields.collect(own, |(), place, y| {
            let layers = slabs.range(coarse, field, place.start, y.len());
            let x = &x[place.field * source..][..source];
            with_list(|rows| {
                self.gather(x, (slabs.axis, layers), rows);
                let rows = Matrix::new(rows, y.len() / outputs, self.row());
                with_numbers(y.len(), |products| {
                    product(products, Target::Replace, rows, matrix);
                    write_sum(y, products, row_of(added, outputs, place.field));
                });
            });
        })
    }

    /// From the coarse grid to the fine one: products with `matrix`, `[inputs, row]`, added to where the rows came from,
    /// and `added`.
    pub(super) fn scattered(
        &self,
        x: &[f32],
        matrix: Matrix<'_>,
        added: &[f32],
        batch: usize,
    ) -> Vec<f32> {
        let [inputs, _] = matrix.sizes();
        let field = self.fine() * self.channels;
        let source = self.coarse() * inputs;
        let (fine, slabs) = (self.points.fine, matrix.slabs(self.points.fine, batch));
        let layer = field / fine[slabs.axis];
        let shared = (batch * fine[slabs.axis]).div_ceil(PARTS);
        let layers = (JOINED * slabs.layers).min(shared).max(slabs.layers);
        let coarse = self.coarse() / self.points.coarse[slabs.axis];
        let fields = Pieces {
            len: batch * field,
            field,
            piece: layer * layers.min(fine[slabs.axis]),
        };
        let own = || ();
        fields.collect(own, |(), place, y| {
            let x = &x[place.field * source..][..source];
            let layers = slabs.range(fine, field, place.start, y.len());
            with_numbers(y.len(), |sum| {
                sum.fill(0.0);
                for run in self.touching(slabs.axis, &layers) {
                    let points = run.len() * coarse;
                    let x = Matrix::new(&x[run.start * coarse * inputs..], points, inputs);
                    with_numbers(points * self.row(), |rows| {
                        product(rows, Target::Replace, x, matrix);
                        let part = (place.start / self.channels, &mut sum[..]);
                        self.scatter(rows, (slabs.axis, run), part);
                    });
                }
                write_sum(y, sum, row_of(added, self.channels, place.field));
            });
        })
    }

    /// `Σ rowᵀ y` over all points and fields, `[row, column]`.
    pub(super) fn products(&self, x: &[f32], y: &[f32], batch: usize) -> Vec<f32> {
        let columns = y.len() / (batch * self.coarse());
        over_items(batch, self.row() * columns, |fields, sum| {
            self.for_fields(x, y, fields, |rows, y| {
                product(sum, Target::Add, rows.transposed(), y);
            });
        })
    }

    /// `Σ yᵀ row` over all points and fields, `[column, row]`.
    pub(super) fn products_transposed(&self, x: &[f32], y: &[f32], batch: usize) -> Vec<f32> {
        let columns = y.len() / (batch * self.coarse());
        over_items(batch, self.row() * columns, |fields, sum| {
            self.for_fields(x, y, fields, |rows, y| {
                product(sum, Target::Add, y.transposed(), rows);
            });
        })
    }

    /// The rows of every field and what belongs to them on the coarse grid.
    fn for_fields(
        &self,
        x: &[f32],
        y: &[f32],
        fields: Range<usize>,
        mut visit: impl FnMut(Matrix<'_>, Matrix<'_>),
    ) {
        let fine = self.fine() * self.channels;
        let columns = y.len() / (x.len() / fine * self.coarse());
        let coarse = self.coarse() * columns;
        with_list(|rows| {
            for field in fields {
                self.gather(&x[field * fine..][..fine], self.all(), rows);
                let y = &y[field * coarse..][..coarse];
                visit(
                    Matrix::new(rows, self.coarse(), self.row()),
                    Matrix::new(y, self.coarse(), columns),
                );
            }
        });
    }
}
