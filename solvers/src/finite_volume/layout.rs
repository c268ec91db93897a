//! Places of cells in memory: planes of the slowest axis one behind the other, in each of them component after component.

use crate::Grid;

/// Cells of a grid as three axes, of which those that the grid lacks have one cell: `[1, 1, x]`, `[x, 1, y]` or
/// `[x, y, z]`. Planes of the first axis are shared out to threads; the last one is contiguous.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// Cells per axis.
    pub(super) cells: [usize; 3],
    /// Ghost cells before and behind them.
    pub(super) ghosts: [usize; 3],
}

/// The place of each axis of a grid among the three.
pub(super) fn places(dims: usize) -> &'static [usize] {
    match dims {
        1 => &[2],
        2 => &[0, 2],
        _ => &[0, 1, 2],
    }
}

impl Layout {
    /// The cells of a grid with so many ghosts along each of its axes.
    pub(super) fn new(grid: &Grid, ghosts: usize) -> Self {
        let mut layout = Self {
            cells: [1; 3],
            ghosts: [0; 3],
        };
        for (&place, &points) in places(grid.dims()).iter().zip(grid.points()) {
            layout.cells[place] = points;
            layout.ghosts[place] = ghosts;
        }
        layout
    }

    /// Cells and ghosts along an axis.
    pub(super) fn padded(&self, axis: usize) -> usize {
        self.cells[axis] + 2 * self.ghosts[axis]
    }

    /// Cells of a plane.
    pub(super) fn plane(&self) -> usize {
        self.cells[1] * self.cells[2]
    }

    /// Cells and ghosts of a plane.
    pub(super) fn padded_plane(&self) -> usize {
        self.padded(1) * self.padded(2)
    }

    /// Distance of neighbours along each axis, where `components` are stored with ghosts.
    pub(super) fn strides(&self, components: usize) -> [usize; 3] {
        [components * self.padded_plane(), self.padded(2), 1]
    }

    /// Numbers of all planes with ghosts.
    pub(super) fn padded_size(&self, components: usize) -> usize {
        self.padded(0) * components * self.padded_plane()
    }

    /// The place of a row's first cell that is no ghost in component 0 of its plane.
    pub(super) fn row(&self, j: usize) -> usize {
        (j + self.ghosts[1]) * self.padded(2) + self.ghosts[2]
    }

    /// The place of the same cell among all planes.
    pub(super) fn start(&self, components: usize, [i, j]: [usize; 2]) -> usize {
        (i + self.ghosts[0]) * components * self.padded_plane() + self.row(j)
    }

    /// From component after component over the whole grid to plane after plane.
    pub(super) fn pack(&self, fields: &[f64], planes: &mut [f64]) {
        self.each_row(fields.len(), |there, here, n| {
            planes[there..][..n].copy_from_slice(&fields[here..][..n]);
        });
    }

    /// The inverse of [`pack`](Self::pack).
    pub(super) fn unpack(&self, planes: &[f64], fields: &mut [f64]) {
        self.each_row(fields.len(), |there, here, n| {
            fields[here..][..n].copy_from_slice(&planes[there..][..n]);
        });
    }

    /// Calls `f` with the begin in planes, the begin in fields and the size of every plane of every component.
    fn each_row(&self, size: usize, mut f: impl FnMut(usize, usize, usize)) {
        let plane = self.plane();
        let points = self.cells[0] * plane;
        let components = size / points;
        for i in 0..self.cells[0] {
            for c in 0..components {
                f((i * components + c) * plane, c * points + i * plane, plane);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AxisKind;

    #[test]
    fn planes_hold_component_after_component_and_give_them_back() {
        let kinds = [AxisKind::PERIODIC_CELLS; 3];
        let grid = Grid::of_kinds(&[2, 3], &[1.0, 1.0], &kinds).expect("valid");
        let layout = Layout::new(&grid, 2);
        assert_eq!((layout.cells, layout.ghosts), ([2, 1, 3], [2, 0, 2]));
        let fields: Vec<f64> = (0..12).map(f64::from).collect();
        let (mut planes, mut back) = (vec![0.0; 12], vec![0.0; 12]);
        layout.pack(&fields, &mut planes);
        assert_eq!(planes[..6], [0.0, 1.0, 2.0, 6.0, 7.0, 8.0]);
        layout.unpack(&planes, &mut back);
        assert_eq!(back, fields);
    }
}
