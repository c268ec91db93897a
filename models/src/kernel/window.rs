//! Where the taps of a convolution lie in a padded image whose points stand one after the other.
//!
//! In such an image, `[P₁, P₂, P₃, channel]`, the values under the taps of the last axis are adjacent, and those of the
//! next point start one point later: a matrix whose rows overlap, made without a copy. All points of an image are rows
//! of one such matrix; those across the edge of a line are computed for nothing and left out afterwards.

use crate::block::Padding;

/// The shape of a convolution on a grid of three axes, of which the first ones may have a single point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Geometry {
    /// Points an axis.
    pub(crate) grid: [usize; 3],
    /// Taps an axis, odd.
    pub(crate) kernel: [usize; 3],
    /// Spacing of the taps.
    pub(crate) dilation: usize,
    /// Spacing of the points that are computed.
    pub(crate) stride: usize,
    /// The values beyond the edges.
    pub(crate) padding: Padding,
}

/// Taps whose values are adjacent: where the first lies, in points, its number, and how many they are.
pub(super) struct Window {
    pub(super) offset: usize,
    pub(super) first: usize,
    pub(super) taps: usize,
}

/// Points that are computed by one product: where the first lies in the padded image, its row, and how many they are.
pub(super) struct Segment {
    pub(super) start: usize,
    pub(super) row: usize,
    pub(super) rows: usize,
}

impl Geometry {
    /// The same with one point computed at every point of the grid.
    pub(super) fn dense(self) -> Self {
        Self { stride: 1, ..self }
    }

    /// Points an axis that are computed.
    pub(super) fn after(&self) -> [usize; 3] {
        self.grid.map(|n| n.div_ceil(self.stride))
    }

    /// Points an axis with the margins.
    pub(super) fn padded(&self) -> [usize; 3] {
        [0, 1, 2].map(|axis| self.grid[axis] + 2 * self.margin(axis))
    }

    fn margin(&self, axis: usize) -> usize {
        self.dilation * (self.kernel[axis] / 2)
    }

    pub(super) fn taps(&self) -> usize {
        self.kernel.iter().product()
    }

    /// Whether rows lie as far apart as the points of the padded image, with gaps between the lines.
    pub(super) fn has_gaps(&self) -> bool {
        self.stride == 1 && self.grid[0] * self.grid[1] > 1
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

    pub(super) fn segments(&self) -> Vec<Segment> {
        let [_, second, third] = self.padded();
        let after = self.after();
        if self.stride == 1 {
            let last = ((after[0] - 1) * second + after[1] - 1) * third + after[2] - 1;
            return vec![Segment {
                start: 0,
                row: 0,
                rows: last + 1,
            }];
        }
        let line = |line: usize| Segment {
            start: self.stride * (line / after[1] * second + line % after[1]) * third,
            row: line * after[2],
            rows: after[2],
        };
        (0..after[0] * after[1]).map(line).collect()
    }

    /// The lines of the answer: the first row of each among rows with gaps.
    pub(super) fn lines(&self) -> impl Iterator<Item = usize> {
        let ([_, second, third], [first_axis, second_axis, _]) = (self.padded(), self.after());
        let lines = (0..first_axis).flat_map(move |i| (0..second_axis).map(move |j| (i, j)));
        lines.map(move |(i, j)| (i * second + j) * third)
    }

    /// The padded image; of `values` only every `spacing`-th point of the grid is there, the others are zero.
    pub(super) fn pad(&self, values: &[f32], spacing: usize, channels: usize, out: &mut Vec<f32>) {
        let there = self.grid.map(|n| n.div_ceil(spacing));
        let sources = [0, 1, 2].map(|axis| self.sources(axis, spacing));
        out.clear();
        for first in &sources[0] {
            for second in &sources[1] {
                let line = first
                    .zip(*second)
                    .map(|(i, j)| (i * there[1] + j) * there[2]);
                for third in &sources[2] {
                    match line.zip(*third) {
                        Some((line, k)) => {
                            let start = (line + k) * channels;
                            out.extend_from_slice(&values[start..start + channels]);
                        }
                        None => out.resize(out.len() + channels, 0.0),
                    }
                }
            }
        }
    }

    /// What stands at every position of a padded axis.
    fn sources(&self, axis: usize, spacing: usize) -> Vec<Option<usize>> {
        let (n, margin) = (self.grid[axis], self.margin(axis));
        let source = |position: usize| {
            let source = self
                .padding
                .source(position as isize - margin as isize, n)?;
            source.is_multiple_of(spacing).then_some(source / spacing)
        };
        (0..n + 2 * margin).map(source).collect()
    }
}
