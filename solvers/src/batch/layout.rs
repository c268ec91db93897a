//! Places of the numbers of simulations in vectors.

use std::ops::Range;

use super::lane::Lane;
use crate::spectral::kept_modes;
use crate::{Dealias, Grid};

/// Lanes of many points or modes side by side have to come out even in every pass of a transform, on every processor: the
/// points of a line are a multiple of this number times the bytes of a number.
const PER_BYTE: usize = 4;

/// A layout of fields and spectra in vectors.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) lanes: usize,
    num_points: usize,
    num_modes: usize,
    /// Values of all axes before the last.
    outer: usize,
    /// Modes of the last axis.
    last: usize,
    is_alone: bool,
}

impl Layout {
    /// A lane for each of several simulations.
    pub(super) fn together(grid: &Grid, lanes: usize) -> Self {
        let (&last, others) = grid.points().split_last().expect("a grid has an axis");
        let outer = others.iter().product();
        Self {
            lanes,
            num_points: grid.num_points(),
            num_modes: outer * (last / 2 + 1),
            outer,
            last: last / 2 + 1,
            is_alone: false,
        }
    }

    /// Lanes of one simulation, which hold neighbours along the last axis: two vectors hold even and odd points, or real and
    /// imaginary parts of modes.
    pub(super) fn alone(grid: &Grid, lanes: usize) -> Self {
        Self {
            is_alone: true,
            ..Self::together(grid, lanes)
        }
    }

    /// Whether a simulation on this grid can have the lanes for itself.
    pub(super) fn is_for<T: Lane>(grid: &Grid) -> bool {
        let last = grid.points().last().copied().unwrap_or(0);
        let multiple = match size_of::<T>() {
            8 => PER_BYTE * 8,
            _ => PER_BYTE * 32,
        };
        last.is_multiple_of(multiple) && grid.dims() <= 2
    }

    /// Whether all lanes belong to one simulation.
    pub(super) fn is_alone(&self) -> bool {
        self.is_alone
    }

    /// Number of simulations.
    pub(super) fn simulations(&self) -> usize {
        if self.is_alone { 1 } else { self.lanes }
    }

    /// Number of modes of a channel.
    pub(super) fn num_modes(&self) -> usize {
        self.num_modes
    }

    /// Pairs of vectors that the modes of a channel take.
    pub(super) fn mode_pairs(&self) -> usize {
        if self.is_alone {
            self.outer * self.line_pairs()
        } else {
            self.num_modes
        }
    }

    /// Pairs of vectors that the modes of a line take.
    pub(super) fn line_pairs(&self) -> usize {
        if self.is_alone {
            self.last.div_ceil(self.lanes)
        } else {
            self.last
        }
    }

    /// Numbers that a field takes.
    pub(super) fn field_len(&self) -> usize {
        self.num_points * self.simulations()
    }

    /// Place of the first number of a channel in a row of spectra.
    pub(super) fn of_channel(&self, channel: usize) -> usize {
        2 * channel * self.mode_pairs() * self.lanes
    }

    /// Pair of vectors and lane of a mode of a simulation.
    pub(super) fn mode(&self, mode: usize, simulation: usize) -> (usize, usize) {
        if !self.is_alone {
            return (mode, simulation);
        }
        let (k, outer) = (mode / self.outer, mode % self.outer);
        (outer * self.line_pairs() + k / self.lanes, k % self.lanes)
    }

    /// Place of the real part of a mode in a row; its imaginary part is as many places behind as there are lanes.
    pub(super) fn place(&self, mode: usize, simulation: usize) -> usize {
        let (pair, lane) = self.mode(mode, simulation);
        2 * pair * self.lanes + lane
    }

    /// Modes below the dealiasing bound.
    pub(super) fn kept(grid: &Grid, dealias: Dealias) -> impl Iterator<Item = usize> {
        kept_modes(grid.points(), dealias).into_iter().flatten()
    }

    /// Pairs of vectors that hold any of these modes, in runs.
    pub(super) fn runs(&self, modes: impl Iterator<Item = usize>) -> Vec<Range<usize>> {
        let mut pairs: Vec<usize> = modes.map(|mode| self.mode(mode, 0).0).collect();
        pairs.sort_unstable();
        pairs.dedup();
        joined(pairs)
    }
}

/// Runs of numbers in order.
fn joined(numbers: Vec<usize>) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some(run) if run.end == number => run.end += 1,
            _ => runs.push(number..number + 1),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_of_a_simulation_alone_has_a_place_of_its_own() {
        let grid = Grid::new(&[6, 32], &[1.0, 1.0]).expect("valid");
        let layout = Layout::alone(&grid, 4);
        let mut places: Vec<_> = (0..layout.num_modes())
            .map(|mode| layout.mode(mode, 0))
            .collect();
        assert_eq!(places[1], (5, 0)); // the next value along the first axis
        assert_eq!(places[6 * 5], (1, 1)); // mode 5 of the last axis
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), 6 * 17);
        assert_eq!(layout.mode_pairs(), 6 * 5);
    }

    #[test]
    fn runs_join_neighbours() {
        let grid = Grid::new(&[4, 32], &[1.0, 1.0]).expect("valid");
        let layout = Layout::together(&grid, 4);
        assert_eq!(layout.runs([7, 0, 1, 3].into_iter()), [0..2, 3..4, 7..8]);
    }
}
