//! Convolutions with stride 1 as products of padded images, whose rows overlap, with the weights of adjacent taps.
//!
//! The gradient of `x` is the convolution of that of `y` with the taps in reverse order and their matrices transposed;
//! this holds for fields that continue periodically or by zeros.

use super::convolution::{Layer, row_of};
use super::dense::write_sum;
use super::memory::Pieces;
use super::product::{Matrix, Target, by_tiles_alone, product};
use super::scratch::{with_list, with_numbers};
use super::sum::over_items;
use super::window::{Geometry, Slabs};

/// A convolution with stride 1.
pub(super) struct Sliding<'a, 'w>(pub(super) &'a Layer<'w>);

impl Sliding<'_, '_> {
    pub(super) fn values(&self, x: &[f32], rows: &[f32], batch: usize) -> Vec<f32> {
        let Layer {
            geometry,
            inputs,
            outputs,
            ..
        } = *self.0;
        let points = geometry.points();
        let (field, slabs) = (
            points * outputs,
            Slabs::new(geometry.grid, by_tiles_alone(outputs), batch),
        );
        let fields = Pieces {
            len: batch * field,
            field,
            piece: field / geometry.grid[slabs.axis] * slabs.layers,
        };
        let own = || ();
        fields.collect(own, |(), place, y| {
            let x = &x[place.field * points * inputs..][..points * inputs];
            let layers = slabs.range(geometry.grid, field, place.start, y.len());
            let part = geometry.part(slabs.axis, &layers);
            let (line, row) = (part.grid[2] * outputs, row_of(rows, outputs, place.field));
            with_list(|padded| {
                geometry.pad_part(x, inputs, (slabs.axis, layers), padded);
                with_numbers(part.rows() * outputs, |products| {
                    self.products(&part, padded, products);
                    for (y, start) in y.chunks_mut(line).zip(part.lines()) {
                        write_sum(y, &products[start * outputs..][..line], row);
                    }
                });
            });
        })
    }

    /// All rows of a part of an image, those across the edges of lines too.
    fn products(&self, geometry: &Geometry, padded: &[f32], products: &mut [f32]) {
        let Layer {
            inputs,
            outputs,
            weight,
            ..
        } = *self.0;
        let (windows, rows) = (geometry.windows(), geometry.rows());
        let size = windows[0].taps * inputs;
        let starts: Vec<usize> = windows.iter().map(|w| w.offset * inputs).collect();
        let all = Matrix::new(weight, weight.len() / outputs, outputs);
        if all.is_tiled() {
            let values = Matrix::with_stride(padded, rows, size, inputs).in_blocks(&starts);
            return product(products, Target::Replace, values, all);
        }
        for (i, (window, start)) in windows.iter().zip(starts).enumerate() {
            let target = if i == 0 { Target::Replace } else { Target::Add };
            let weight = Matrix::new(&weight[window.first * inputs * outputs..], size, outputs);
            let values = Matrix::with_stride(&padded[start..], rows, size, inputs);
            product(products, target, values, weight);
        }
    }

    /// The products for a whole field, without its rows, in place of `y`.
    pub(super) fn field(&self, x: &[f32], y: &mut [f32]) {
        let Layer {
            geometry,
            inputs,
            outputs,
            ..
        } = *self.0;
        with_list(|padded| {
            geometry.pad(x, inputs, padded);
            if geometry.rows() == geometry.points() {
                return self.products(&geometry, padded, y);
            }
            with_numbers(geometry.rows() * outputs, |products| {
                self.products(&geometry, padded, products);
                let line = geometry.grid[2] * outputs;
                for (y, start) in y.chunks_mut(line).zip(geometry.lines()) {
                    y.copy_from_slice(&products[start * outputs..][..line]);
                }
            });
        });
    }

    pub(super) fn input_gradient(&self, y_bar: &[f32], batch: usize) -> Vec<f32> {
        let reversed = self.reversed();
        Sliding(&self.adjoint(&reversed)).values(y_bar, &[], batch)
    }

    /// The convolution of gradients, of [`Self::reversed`].
    pub(super) fn adjoint<'r>(&self, reversed: &'r [f32]) -> Layer<'r> {
        Layer {
            geometry: self.0.geometry,
            inputs: self.0.outputs,
            outputs: self.0.inputs,
            weight: reversed,
            planes: None,
        }
    }

    /// The taps in reverse order, their matrices transposed: `[tap, inputs, outputs]` → `[tap, outputs, inputs]`.
    pub(super) fn reversed(&self) -> Vec<f32> {
        let Layer {
            inputs, outputs, ..
        } = *self.0;
        let mut reversed = Vec::with_capacity(self.0.weight.len());
        for matrix in self.0.weight.chunks(inputs * outputs).rev() {
            for output in 0..outputs {
                reversed.extend((0..inputs).map(|input| matrix[input * outputs + output]));
            }
        }
        reversed
    }

    pub(super) fn weight_gradient(&self, x: &[f32], y_bar: &[f32], batch: usize) -> Vec<f32> {
        let Layer {
            geometry,
            inputs,
            outputs,
            weight,
            ..
        } = *self.0;
        let points = geometry.points();
        over_items(batch, weight.len(), |fields, sum| {
            for field in fields {
                let x = &x[field * points * inputs..][..points * inputs];
                let y_bar = &y_bar[field * points * outputs..][..points * outputs];
                self.add_weight_gradient(x, y_bar, sum);
            }
        })
    }

    /// Adds what one field gives.
    pub(super) fn add_weight_gradient(&self, x: &[f32], y_bar: &[f32], sum: &mut [f32]) {
        let Layer {
            geometry, inputs, ..
        } = *self.0;
        with_list(|padded| {
            geometry.pad(x, inputs, padded);
            with_list(|rows| self.add_products(padded, self.with_gaps(y_bar, rows), sum));
        });
    }

    /// The rows of an image as far apart as its products left them, zeros between the lines.
    fn with_gaps<'a>(&self, y: &'a [f32], rows: &'a mut Vec<f32>) -> &'a [f32] {
        let Layer {
            geometry, outputs, ..
        } = *self.0;
        if geometry.rows() == geometry.points() {
            return y;
        }
        rows.clear();
        rows.resize(geometry.rows() * outputs, 0.0);
        let line = geometry.grid[2] * outputs;
        for (y, start) in y.chunks(line).zip(geometry.lines()) {
            rows[start * outputs..][..line].copy_from_slice(y);
        }
        rows
    }

    /// Adds what one padded field gives.
    fn add_products(&self, padded: &[f32], rows: &[f32], sum: &mut [f32]) {
        let Layer {
            geometry,
            inputs,
            outputs,
            ..
        } = *self.0;
        let rows = Matrix::new(rows, geometry.rows(), outputs);
        for window in geometry.windows() {
            let size = window.taps * inputs;
            let values = &padded[window.offset * inputs..];
            let values = Matrix::with_stride(values, geometry.rows(), size, inputs);
            let sum = &mut sum[window.first * inputs * outputs..][..size * outputs];
            product(sum, Target::Add, values.transposed(), rows);
        }
    }
}
