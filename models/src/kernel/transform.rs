//! The transform along one axis and its inverse by folded products ([`folding`](super::folding)), with their derivatives.

use super::folding::{Axis, Folding};
use super::memory::{numbers, tensor};
use super::scratch::with_numbers;
use super::signs::{both_signs, from_both_signs};
use super::tile::LANES;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind, unary};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};
use burn::tensor::Shape;
use rayon::prelude::*;
use std::sync::Arc;

/// Columns of one task, at most, where there are too few lines for the threads.
const STRIP: usize = 256;

/// Lines from which on each is a task of its own.
const LINES: usize = 8;

/// Transforms along an axis.
#[backend_extension(Flex, Autodiff)]
pub(crate) trait Transforms: Backend {
    /// # Shapes   x: `[line, row, column]` → the same, other rows: points or modes; complex numbers and modes have two rows each
    fn transform(x: FloatTensor<Self>, transform: Transform) -> FloatTensor<Self>;
}

/// A transform along an axis.
#[derive(Debug, Clone)]
pub(crate) struct Transform {
    folding: Arc<Folding>,
    adjoint: Arc<Folding>,
    /// Retained modes.
    modes: usize,
    axis: Axis,
    way: Way,
}

/// The two ways of a transform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    ToModes,
    ToPoints,
}

impl Transform {
    /// The transforms of `points` points: to `modes` modes, and back.
    pub(crate) fn both(points: usize, modes: usize, axis: Axis) -> [Self; 2] {
        let count = match axis {
            Axis::Real => modes,
            Axis::Complex => modes / 2 + 1,
        };
        let folding = Arc::new(Folding::new(points, count, axis));
        let adjoint = Arc::new(folding.adjoint());
        [Way::ToModes, Way::ToPoints].map(|way| Self {
            folding: folding.clone(),
            adjoint: adjoint.clone(),
            modes,
            axis,
            way,
        })
    }

    /// Whether lines of so many columns are rows of whole vectors.
    pub(crate) fn takes(&self, columns: usize) -> bool {
        (columns * self.parts()).is_multiple_of(LANES)
    }

    /// Rows of a point.
    fn parts(&self) -> usize {
        match self.axis {
            Axis::Real => 1,
            Axis::Complex => 2,
        }
    }

    /// Rows before and after.
    fn rows(&self) -> [usize; 2] {
        let (points, modes) = (self.parts() * self.folding.points(), 2 * self.modes);
        match self.way {
            Way::ToModes => [points, modes],
            Way::ToPoints => [modes, points],
        }
    }

    /// The transposed transform.
    fn adjoint(&self) -> Self {
        Self {
            folding: self.adjoint.clone(),
            adjoint: self.folding.clone(),
            way: match self.way {
                Way::ToModes => Way::ToPoints,
                Way::ToPoints => Way::ToModes,
            },
            ..self.clone()
        }
    }

    fn values(&self, x: FlexTensor) -> FlexTensor {
        let x = x.to_contiguous();
        let shape = x.layout().shape();
        let (lines, columns) = (shape[0], shape[2]);
        let [before, after] = self.rows();
        let strip = self.strip(lines, columns);
        let strips = columns / strip;
        let values = numbers(&x);
        let mut y = vec![0.0; lines * after * columns];
        let tasks = y.par_chunks_mut(after * strip).enumerate();
        tasks.for_each(|(task, y)| {
            let start = task / strips * before * columns + task % strips * strip;
            self.line(&values[start..], columns, strip, y);
        });
        if strips > 1 {
            y = joined(&y, lines * after, [after, strip, columns]);
        }
        tensor(y, Shape::new([lines, after, columns]))
    }

    /// Columns of a task.
    fn strip(&self, lines: usize, columns: usize) -> usize {
        if lines >= LINES || self.axis == Axis::Complex {
            return columns;
        }
        let widths = (LANES..=STRIP).rev().step_by(LANES);
        let mut fitting = widths.filter(|width| columns.is_multiple_of(*width));
        fitting.next().unwrap_or(columns)
    }

    /// A strip of a line whose rows are `stride` numbers apart.
    fn line(&self, x: &[f32], stride: usize, columns: usize, y: &mut [f32]) {
        let (stride, size) = (self.parts() * stride, self.parts() * columns);
        let folding = &self.folding;
        with_numbers(folding.work(size), |work| match (self.way, self.axis) {
            (Way::ToModes, Axis::Real) => folding.to_modes(x, stride, size, work, y),
            (Way::ToPoints, Axis::Real) => {
                with_numbers(2 * self.modes * size, |x_hat| {
                    for (row, x_hat) in x_hat.chunks_mut(size).enumerate() {
                        x_hat.copy_from_slice(&x[row * stride..][..size]);
                    }
                    folding.to_rows(x_hat, 2 * size, size, work);
                });
                folding.to_points(work, size, y, size);
            }
            (Way::ToModes, Axis::Complex) => with_numbers(2 * folding.modes() * size, |waves| {
                folding.to_modes(x, stride, size, work, waves);
                both_signs(waves, size, y);
            }),
            (Way::ToPoints, Axis::Complex) => with_numbers(2 * folding.modes() * size, |waves| {
                from_both_signs(&x[..self.modes * size], size, waves);
                folding.to_rows(waves, 2 * size, size, work);
                folding.to_points(work, size, y, size);
            }),
        });
    }
}

/// Strips of `width` columns, `[line, strip, row, column]`, side by side.
fn joined(strips: &[f32], all: usize, [rows, width, columns]: [usize; 3]) -> Vec<f32> {
    let mut y = vec![0.0; all * columns];
    y.par_chunks_mut(columns).enumerate().for_each(|(i, y)| {
        let (line, row) = (i / rows, i % rows);
        for (strip, y) in y.chunks_mut(width).enumerate() {
            let start = line * rows * columns + (strip * rows + row) * width;
            y.copy_from_slice(&strips[start..][..width]);
        }
    });
    y
}

impl Transforms for Flex {
    fn transform(x: FlexTensor, transform: Transform) -> FlexTensor {
        transform.values(x)
    }
}

impl<C: CheckpointStrategy> Transforms for Autodiff<Flex, C> {
    fn transform(x: FloatTensor<Self>, transform: Transform) -> FloatTensor<Self> {
        let derivative = Derivative.prepare::<C>([x.node()]);
        let y = transform.values(x.into_primitive());
        match derivative.compute_bound().stateful() {
            OpsKind::Tracked(derivative) => derivative.finish(transform.adjoint(), y),
            OpsKind::UnTracked(derivative) => derivative.finish(y),
        }
    }
}

#[derive(Debug)]
struct Derivative;

impl Backward<Flex, 1> for Derivative {
    type State = Transform;

    fn backward(
        self,
        ops: Ops<Transform, 1>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        unary::<Flex, _>(ops.parents, ops.node, gradients, |gradient| {
            ops.state.values(gradient)
        });
    }
}
