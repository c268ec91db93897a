//! Dense layers with rows of whole vectors.

use super::host;
use crate::kernel::tile::{LANES, Rows, Sizes, Start, multiply};
use burn::nn::Linear;
use pulp::{Arch, Simd, WithSimd};

/// `y = x W + b`, columns of zeros behind those of the outputs.
#[derive(Debug)]
pub(super) struct Dense {
    /// `[input, column]`.
    weight: Vec<f32>,
    pub(super) bias: Vec<f32>,
    inputs: usize,
}

impl Dense {
    pub(super) fn new(linear: &Linear) -> Self {
        let [inputs, outputs] = linear.weight.dims();
        let bias = linear.bias.as_ref();
        let bias = bias.map_or_else(|| vec![0.0; outputs], |bias| host(bias.val()));
        Self {
            weight: padded(&host(linear.weight.val()), outputs),
            bias: padded(&bias, outputs),
            inputs,
        }
    }

    /// Outputs, rounded up to whole vectors.
    pub(super) fn columns(&self) -> usize {
        self.bias.len()
    }

    /// The layer at every point, with its own bias or another one.
    ///
    /// # Shapes   x: `[point, input]`, points `stride` numbers apart → `[point, column]`
    pub(super) fn points(&self, x: &[f32], stride: usize, bias: &[f32], y: &mut [f32]) {
        let columns = self.columns();
        let sizes = Sizes {
            rows: y.len() / columns,
            depth: self.inputs,
            columns,
            stride: columns,
        };
        let weight = Rows::new(&self.weight, columns);
        multiply(y, Start::Row(bias), Rows::new(x, stride), weight, sizes);
    }

    /// The layer at one point.
    pub(super) fn point(&self, x: &[f32]) -> Vec<f32> {
        let mut y = vec![0.0; self.columns()];
        self.points(x, self.inputs, &self.bias, &mut y);
        y
    }
}

/// Rows of `columns` numbers with zeros behind them, to whole vectors.
pub(super) fn padded(rows: &[f32], columns: usize) -> Vec<f32> {
    let whole = columns.next_multiple_of(LANES);
    let rows = rows.chunks(columns).flat_map(|row| {
        let zeros = std::iter::repeat_n(0.0, whole - columns);
        row.iter().copied().chain(zeros)
    });
    rows.collect()
}

/// A dense layer with few outputs: a scalar product for each of them.
#[derive(Debug)]
pub(super) struct Projection {
    /// `[output, column]`.
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl Projection {
    pub(super) fn new(linear: &Linear) -> Self {
        let inputs = linear.weight.dims()[0];
        let outputs = linear.weight.dims()[1];
        let bias = linear.bias.as_ref();
        Self {
            weight: padded(&host(linear.weight.val().transpose()), inputs),
            bias: bias.map_or_else(|| vec![0.0; outputs], |bias| host(bias.val())),
        }
    }

    pub(super) fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// # Shapes   x: `[point, column]` → `[point, output]`
    pub(super) fn points(&self, x: &[f32], y: &mut [f32]) {
        Arch::new().dispatch(Points(self, x, y));
    }
}

struct Points<'a>(&'a Projection, &'a [f32], &'a mut [f32]);

impl WithSimd for Points<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self(layer, x, y) = self;
        let columns = layer.weight.len() / layer.outputs();
        for (y, x) in y.chunks_mut(layer.outputs()).zip(x.chunks(columns)) {
            let outputs = layer.weight.chunks(columns).zip(&layer.bias);
            for (y, (weight, bias)) in y.iter_mut().zip(outputs) {
                *y = bias + dot(x, weight);
            }
        }
    }
}

/// The scalar product of whole vectors: a sum per lane, then the sum of the lanes by halves.
#[inline(always)]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    let (a, b) = (a.as_chunks::<LANES>().0, b.as_chunks::<LANES>().0);
    for (a, b) in a.iter().zip(b) {
        for i in 0..LANES {
            sums[i] += a[i] * b[i];
        }
    }
    let mut count = LANES / 2;
    while count > 0 {
        for i in 0..count {
            sums[i] += sums[i + count];
        }
        count /= 2;
    }
    sums[0]
}
