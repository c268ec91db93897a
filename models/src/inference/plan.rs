//! A grid with its retained modes: transforms of its axes, and the modes of the network that it resolves.
//!
//! The last axis comes first on the way to the modes and last on the way back, line by line; between the two every mode of it
//! is a field of its own over the other axes, so that a mode's transforms and its mixing of channels need no other mode.

use crate::block::{retained_modes, subset};
use crate::kernel::folding::{Axis, Folding};
use crate::kernel::scratch::with_numbers;
use crate::kernel::signs::{both_signs, from_both_signs};

/// The transforms of a grid.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) grid: Vec<usize>,
    /// The last axis.
    pub(super) line: Folding,
    /// The other axes, with the number of retained modes.
    others: Vec<(Folding, usize)>,
    /// The network's mode for each retained one, where it has others.
    subset: Option<Vec<i32>>,
}

impl Plan {
    /// The plan for a network with these modes.
    pub(super) fn new(grid: &[usize], modes: &[usize]) -> Self {
        let last = grid.len() - 1;
        let retained: Vec<usize> = (0..grid.len())
            .map(|axis| retained_modes(grid[axis], modes[axis], axis == last))
            .collect();
        let other = |axis: usize| {
            let count = retained[axis];
            (
                Folding::new(grid[axis], count / 2 + 1, Axis::Complex),
                count,
            )
        };
        Self {
            grid: grid.to_vec(),
            line: Folding::new(grid[last], retained[last], Axis::Real),
            others: (0..last).map(other).collect(),
            subset: subset(&retained, modes),
        }
    }

    /// Lines along the last axis.
    pub(super) fn lines(&self) -> usize {
        self.others.iter().map(|(axis, _)| axis.points()).product()
    }

    /// Retained modes of the other axes.
    fn other_modes(&self) -> usize {
        self.others.iter().map(|(_, count)| count).product()
    }

    /// The place in the network's weights of a retained mode.
    fn of_network(&self, mode: usize) -> usize {
        match &self.subset {
            Some(rows) => rows[mode] as usize,
            None => mode,
        }
    }

    /// Applies `mix` to every mode of the other axes of a field, that of mode `k` of the last axis: `mix` is given the network's
    /// number of the mode.
    ///
    /// # Shapes   x: `[line, mode of the last axis, part]` of parts of `size` numbers, real before imaginary → y: `[line, part]`
    pub(super) fn mixed(
        &self,
        k: usize,
        x: &[f32],
        size: usize,
        y: &mut [f32],
        mix: impl Fn(usize, &[f32], &mut [f32]),
    ) {
        let stride = self.line.modes() * size;
        if self.others.is_empty() {
            return mix(self.of_network(k), &x[k * size..][..size], y);
        }
        let modes = self.other_modes();
        with_numbers(2 * modes * size, |numbers| {
            let (x_hat, y_hat) = numbers.split_at_mut(modes * size);
            self.to_modes(&x[k * size..], stride, size, x_hat);
            let pairs = x_hat.chunks(size).zip(y_hat.chunks_mut(size));
            for (mode, (x, y)) in pairs.enumerate() {
                mix(self.of_network(k * modes + mode), x, y);
            }
            self.to_points(y_hat, size, y);
        });
    }

    /// # Shapes   x: `[line, part]`, lines `stride` numbers apart → `[mode, part]`, the last of the axes slowest
    fn to_modes(&self, x: &[f32], stride: usize, size: usize, x_hat: &mut [f32]) {
        let (last, before) = self.others.split_last().expect("there are other axes");
        let lines: usize = before.iter().map(|(axis, _)| axis.points()).product();
        let along = |x: &[f32], stride, axis: &(Folding, usize), x_hat: &mut [f32]| {
            with_numbers(axis.0.modes() * 2 * size, |waves| {
                let work = axis.0.work(size);
                with_numbers(work, |work| axis.0.to_modes(x, stride, size, work, waves));
                both_signs(waves, size, x_hat);
            });
        };
        let Some((first, _)) = before.split_first() else {
            return along(x, stride, last, x_hat);
        };
        // [first point, part of a mode of the second axis]
        with_numbers(lines * last.1 * size, |between| {
            let points = last.0.points();
            for (line, between) in between.chunks_mut(last.1 * size).enumerate() {
                along(&x[line * points * stride..], stride, last, between);
            }
            for (mode, x_hat) in x_hat.chunks_mut(first.1 * size).enumerate() {
                along(&between[mode * size..], last.1 * size, first, x_hat);
            }
        });
    }

    /// # Shapes   `y_hat`: as [`Self::to_modes`] leaves it → `[line, part]`
    fn to_points(&self, y_hat: &[f32], size: usize, y: &mut [f32]) {
        let (last, before) = self.others.split_last().expect("there are other axes");
        let along = |y_hat: &[f32], axis: &(Folding, usize), y: &mut [f32], stride| {
            with_numbers(axis.0.modes() * 2 * size, |waves| {
                from_both_signs(y_hat, size, waves);
                with_numbers(axis.0.work(size), |rows| {
                    axis.0.to_rows(waves, 2 * size, size, rows);
                    axis.0.to_points(rows, size, y, stride);
                });
            });
        };
        let Some((first, _)) = before.split_first() else {
            return along(y_hat, last, y, size);
        };
        // [first point, mode of the second axis]
        with_numbers(first.0.points() * last.1 * size, |between| {
            for (mode, y_hat) in y_hat.chunks(first.1 * size).enumerate() {
                along(y_hat, first, &mut between[mode * size..], last.1 * size);
            }
            let fields = y.chunks_mut(last.0.points() * size);
            for (y, between) in fields.zip(between.chunks(last.1 * size)) {
                along(between, last, y, size);
            }
        });
    }
}
