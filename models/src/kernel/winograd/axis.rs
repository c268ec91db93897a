//! One axis of a convolution on tiles: the points and taps that enter and leave each plane, with their factors.

use crate::block::Padding;
use crate::kernel::window::Geometry;

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

/// An axis: one that the taps lie along, or one without.
#[derive(Clone, Copy)]
pub(super) struct Axis {
    pub(super) points: usize,
    pub(super) tiled: bool,
    padding: Padding,
}

impl Axis {
    pub(super) fn new(geometry: &Geometry, axis: usize) -> Option<Self> {
        let (points, kernel) = (geometry.grid[axis], geometry.kernel[axis]);
        let axis = Self {
            points,
            tiled: kernel == 3,
            padding: geometry.padding,
        };
        (kernel == 1 || kernel == 3 && points.is_multiple_of(2)).then_some(axis)
    }

    pub(super) fn tiles(self) -> usize {
        if self.tiled {
            self.points / 2
        } else {
            self.points
        }
    }

    pub(super) fn planes(self) -> usize {
        if self.tiled { 4 } else { 1 }
    }

    /// The points that enter `plane` at `tile`, with their factors.
    pub(super) fn read(self, plane: usize, tile: usize) -> Vec<(usize, f32)> {
        if !self.tiled {
            return vec![(tile, 1.0)];
        }
        let source = |(i, factor): (usize, &f32)| {
            let position = (2 * tile + i) as isize - 1;
            let point = self.padding.source(position, self.points)?;
            (*factor != 0.0).then_some((point, *factor))
        };
        READ[plane].iter().enumerate().filter_map(source).collect()
    }

    /// The points of `tile` that `plane` gives to, with their factors.
    pub(super) fn given(self, plane: usize, tile: usize) -> Vec<(usize, f32)> {
        if !self.tiled {
            return vec![(tile, 1.0)];
        }
        let points = GIVE[plane].iter().enumerate();
        let points = points.filter(|(_, factor)| **factor != 0.0);
        points.map(|(i, factor)| (2 * tile + i, *factor)).collect()
    }

    /// The planes that give to the point `i` of a tile, with their factors.
    pub(super) fn giving(self, i: usize) -> Vec<(usize, f32)> {
        if !self.tiled {
            return vec![(0, 1.0)];
        }
        let planes = GIVE.iter().map(|row| row[i]).enumerate();
        planes.filter(|(_, factor)| *factor != 0.0).collect()
    }

    /// The taps that enter `plane`, with their factors.
    pub(super) fn taps(self, plane: usize) -> Vec<(usize, f32)> {
        if !self.tiled {
            return vec![(0, 1.0)];
        }
        let taps = TAPS[plane].iter().copied().enumerate();
        taps.filter(|(_, factor)| *factor != 0.0).collect()
    }

    /// The planes that `tap` enters, with their factors.
    pub(super) fn of_tap(self, tap: usize) -> Vec<(usize, f32)> {
        if !self.tiled {
            return vec![(0, 1.0)];
        }
        let planes = TAPS.iter().map(|row| row[tap]).enumerate();
        planes.filter(|(_, factor)| *factor != 0.0).collect()
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
