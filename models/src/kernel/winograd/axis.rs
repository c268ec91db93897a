//! One axis of a convolution on tiles: the points and taps that enter and leave each plane, with their factors.

use crate::block::Padding;
use crate::kernel::window::Geometry;
use std::ops::Deref;

/// `Bᵀ`: from the 4 points that a tile reads.
const READ: [[f32; 4]; 4] = [
    [1.0, 0.0, -1.0, 0.0],
    [0.0, 1.0, 1.0, 0.0],
    [0.0, -1.0, 1.0, 0.0],
    [0.0, 1.0, 0.0, -1.0],
];

/// `G`: from the 3 taps.
const TAPS: [[f32; 3]; 4] = [
    [1.0, 0.0, 0.0],
    [0.5, 0.5, 0.5],
    [0.5, -0.5, 0.5],
    [0.0, 0.0, 1.0],
];

/// `A`: to the 2 points that a tile gives.
const GIVE: [[f32; 2]; 4] = [[1.0, 0.0], [1.0, 1.0], [1.0, -1.0], [0.0, -1.0]];

/// A place and its factor.
pub(super) type Term = (usize, f32);

/// Up to four terms.
#[derive(Clone, Copy, Default)]
pub(super) struct Few {
    terms: [Term; 4],
    len: usize,
}

impl Deref for Few {
    type Target = [Term];

    fn deref(&self) -> &[Term] {
        &self.terms[..self.len]
    }
}

impl FromIterator<Term> for Few {
    /// Terms with the factor 0 are left out.
    fn from_iter<I: IntoIterator<Item = Term>>(all: I) -> Self {
        let mut few = Self::default();
        for term in all.into_iter().filter(|(_, factor)| *factor != 0.0) {
            few.terms[few.len] = term;
            few.len += 1;
        }
        few
    }
}

/// An axis: one that the taps lie along, or one without.
///
/// With taps that are `d` points apart a tile has the points `i` and `i + d`, and runs of `2 d` points have `d` tiles.
#[derive(Clone, Copy)]
pub(super) struct Axis {
    points: usize,
    pub(super) tiled: bool,
    spacing: usize,
    padding: Padding,
}

impl Axis {
    pub(super) fn new(geometry: &Geometry, axis: usize) -> Option<Self> {
        let (points, kernel) = (geometry.grid[axis], geometry.kernel[axis]);
        let spacing = geometry.dilation;
        let axis = Self {
            points,
            tiled: kernel == 3,
            spacing,
            padding: geometry.padding,
        };
        (kernel == 1 || kernel == 3 && points.is_multiple_of(2 * spacing)).then_some(axis)
    }

    /// Points of a tile.
    pub(super) fn parts(self) -> usize {
        if self.tiled { 2 } else { 1 }
    }

    pub(super) fn tiles(self) -> usize {
        self.points / self.parts()
    }

    pub(super) fn planes(self) -> usize {
        if self.tiled { 4 } else { 1 }
    }

    /// The first point of a tile.
    fn first(self, tile: usize) -> usize {
        tile / self.spacing * 2 * self.spacing + tile % self.spacing
    }

    /// The tile of a point, and its place there.
    fn place(self, point: usize) -> (usize, usize) {
        if !self.tiled {
            return (point, 0);
        }
        let run = 2 * self.spacing;
        let tile = point / run * self.spacing + point % self.spacing;
        (tile, point / self.spacing % 2)
    }

    /// [`Self::place`] of all points.
    pub(super) fn places(self) -> Vec<(usize, usize)> {
        (0..self.points).map(|point| self.place(point)).collect()
    }

    /// The points that enter `plane` at `tile`, with their factors.
    pub(super) fn read(self, plane: usize, tile: usize) -> Few {
        if !self.tiled {
            return Few::from_iter([(tile, 1.0)]);
        }
        let source = |(i, factor): (usize, &f32)| {
            let position = (self.first(tile) + i * self.spacing) as isize - self.spacing as isize;
            Some((self.padding.source(position, self.points)?, *factor))
        };
        READ[plane].iter().enumerate().filter_map(source).collect()
    }

    /// The points of `tile` that `plane` gives to, with their factors.
    pub(super) fn given(self, plane: usize, tile: usize) -> Few {
        if !self.tiled {
            return Few::from_iter([(tile, 1.0)]);
        }
        let points = GIVE[plane].iter().enumerate();
        points
            .map(|(i, factor)| (self.first(tile) + i * self.spacing, *factor))
            .collect()
    }

    /// The planes that give to the point `i` of a tile, with their factors.
    pub(super) fn giving(self, i: usize) -> Few {
        if !self.tiled {
            return Few::from_iter([(0, 1.0)]);
        }
        GIVE.iter().map(|row| row[i]).enumerate().collect()
    }

    /// The taps that enter `plane`, with their factors.
    pub(super) fn taps(self, plane: usize) -> Few {
        if !self.tiled {
            return Few::from_iter([(0, 1.0)]);
        }
        TAPS[plane].iter().copied().enumerate().collect()
    }

    /// The planes that `tap` enters, with their factors.
    pub(super) fn of_tap(self, tap: usize) -> Few {
        if !self.tiled {
            return Few::from_iter([(0, 1.0)]);
        }
        TAPS.iter().map(|row| row[tap]).enumerate().collect()
    }

    /// The plane that `plane` becomes when the order of the taps is reversed.
    pub(super) fn reversed(self, plane: usize) -> usize {
        match (self.tiled, plane) {
            (true, 0) => 3,
            (true, 3) => 0,
            _ => plane,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_belongs_to_one_tile_whatever_the_spacing() {
        for (points, spacing) in [(12, 1), (12, 2), (16, 8), (18, 3)] {
            let geometry = Geometry {
                grid: [1, 1, points],
                kernel: [1, 1, 3],
                dilation: spacing,
                stride: 1,
                padding: Padding::Periodic,
            };
            let axis = Axis::new(&geometry, 2).expect("runs of whole tiles");
            for (point, (tile, part)) in axis.places().into_iter().enumerate() {
                let given = axis.given(1, tile);
                assert_eq!(given[part].0, point, "{points} points, {spacing} apart");
            }
        }
    }
}
