//! Places of the taps of a convolution in a padded image whose points stand one after the other.
//!
//! In such an image, `[P₁, P₂, P₃, channel]`, the values under the taps of the last axis are adjacent, and those of the
//! next point start one point later: a matrix whose rows overlap, made without a copy. All points of an image are rows
//! of one such matrix; those across the edge of a line are computed for nothing and left out afterwards.

use crate::block::Padding;
use std::ops::Range;

/// The shape of a convolution on a grid of three axes, of which the first ones may have a single point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Geometry {
    /// Points per axis.
    pub(crate) grid: [usize; 3],
    /// Taps per axis, odd.
    pub(crate) kernel: [usize; 3],
    /// Spacing of the taps.
    pub(crate) dilation: usize,
    /// Spacing of the points that are computed.
    pub(crate) stride: usize,
    /// The values beyond the edges.
    pub(crate) padding: Padding,
}

/// Points of a slab, about: its values stay in a core's cache.
const SLAB: usize = 256;

/// Layers of a slab, at least: a convolution reads some layers of its neighbours, too.
const LAYERS: usize = 4;

/// Slabs of all fields, where they have layers for so many: some for every core.
const SLABS: usize = 8;

/// Layers of points along an axis that are computed together, by one thread.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slabs {
    pub(super) axis: usize,
    pub(super) layers: usize,
}

impl Slabs {
    /// Slabs of so many fields on a grid. Sums are those of the whole grid to the bit, which holds for products by tiles; others
    /// are not cut.
    pub(super) fn new(grid: [usize; 3], is_tiled: bool, fields: usize) -> Self {
        let axis = grid.iter().position(|&n| n > 1).unwrap_or(0);
        let layer = (grid.iter().product::<usize>() / grid[axis]).max(1);
        let layers = if is_tiled {
            let shared = (fields * grid[axis]).div_ceil(SLABS);
            (SLAB / layer)
                .min(shared)
                .clamp(LAYERS, grid[axis].max(LAYERS))
        } else {
            grid[axis]
        };
        Self { axis, layers }
    }

    /// The layers of a slab that starts at `start` of a field of `field` numbers, and has `len`, on this grid.
    pub(super) fn range(
        &self,
        grid: [usize; 3],
        field: usize,
        start: usize,
        len: usize,
    ) -> Range<usize> {
        let layer = field / grid[self.axis];
        start / layer..(start + len) / layer
    }
}

/// Taps whose values are adjacent: where the first lies, in points, its number, and how many they are.
pub(super) struct Window {
    pub(super) offset: usize,
    pub(super) first: usize,
    pub(super) taps: usize,
}

impl Geometry {
    /// Points per axis that are computed.
    pub(super) fn after(&self) -> [usize; 3] {
        self.grid.map(|n| n.div_ceil(self.stride))
    }

    /// Points per axis with the margins.
    pub(super) fn padded(&self) -> [usize; 3] {
        [0, 1, 2].map(|axis| self.grid[axis] + 2 * self.margin(axis))
    }

    /// Points beyond an edge that taps reach.
    pub(super) fn margin(&self, axis: usize) -> usize {
        self.dilation * (self.kernel[axis] / 2)
    }

    /// Points of the grid.
    pub(super) fn points(&self) -> usize {
        self.grid.iter().product()
    }

    /// Taps of all axes.
    pub(super) fn taps(&self) -> usize {
        self.kernel.iter().product()
    }

    pub(super) fn windows(&self) -> Vec<Window> {
        let [_, second, third] = self.padded();
        let [k_1, k_2, k_3] = self.kernel;
        let taps = if self.dilation == 1 { k_3 } else { 1 };
        let window = |first: usize| {
            let (t_1, t_2, t_3) = (first / (k_2 * k_3), first / k_3 % k_2, first % k_3);
            let offset = self.dilation * ((t_1 * second + t_2) * third + t_3);
            Window {
                offset,
                first,
                taps,
            }
        };
        (0..k_1 * k_2 * k_3).step_by(taps).map(window).collect()
    }

    /// Rows between the first point of the grid and the last one, those across the edges included.
    pub(super) fn rows(&self) -> usize {
        let [_, second, third] = self.padded();
        let [n_1, n_2, n_3] = self.grid;
        ((n_1 - 1) * second + n_2 - 1) * third + n_3
    }

    /// The lines of the answer: the first row of each.
    pub(super) fn lines(&self) -> impl Iterator<Item = usize> {
        let ([_, second, third], [first_axis, second_axis, _]) = (self.padded(), self.grid);
        let lines = (0..first_axis).flat_map(move |i| (0..second_axis).map(move |j| (i, j)));
        lines.map(move |(i, j)| (i * second + j) * third)
    }

    /// The same with these layers of an axis alone.
    pub(super) fn part(&self, axis: usize, layers: &Range<usize>) -> Self {
        let mut part = *self;
        part.grid[axis] = layers.len();
        part
    }

    /// The padded image.
    pub(super) fn pad(&self, values: &[f32], channels: usize, out: &mut Vec<f32>) {
        self.pad_part(values, channels, (0, 0..self.grid[0]), out);
    }

    /// The part of the padded image that these layers of an axis need.
    pub(super) fn pad_part(
        &self,
        values: &[f32],
        channels: usize,
        (axis, layers): (usize, Range<usize>),
        out: &mut Vec<f32>,
    ) {
        let mut needed = [0, 1, 2].map(|axis| 0..self.padded()[axis]);
        needed[axis] = layers.start..layers.end + 2 * self.margin(axis);
        out.clear();
        out.reserve(needed.iter().map(Range::len).product::<usize>() * channels);
        let [first, second, third] = needed;
        let [first, second] =
            [(0, first), (1, second)].map(|(axis, needed)| self.sources(axis, needed));
        let runs = self.padding.runs(self.grid[2], self.margin(2), third);
        for first in &first {
            for second in &second {
                let line = first.zip(*second);
                let line = line.map(|(i, j)| (i * self.grid[1] + j) * self.grid[2]);
                for (start, points) in &runs {
                    let len = points * channels;
                    match line.zip(*start) {
                        Some((line, start)) => {
                            let start = (line + start) * channels;
                            out.extend_from_slice(&values[start..start + len]);
                        }
                        None => out.resize(out.len() + len, 0.0),
                    }
                }
            }
        }
    }

    /// Value at these positions of a padded axis.
    fn sources(&self, axis: usize, positions: Range<usize>) -> Vec<Option<usize>> {
        let (n, margin) = (self.grid[axis], self.margin(axis));
        let source = |i: usize| self.padding.source(i as isize - margin as isize, n);
        positions.map(source).collect()
    }
}
