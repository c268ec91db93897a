//! Ghost cells: the cells beyond the ends of an axis, filled anew before every stage.

use super::layout::Layout;
use crate::{Boundary, Ends};

/// Ends of the three axes of a layout.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ghosts {
    pub(super) layout: Layout,
    pub(super) ends: [Ends; 3],
}

impl Ghosts {
    /// Fills the ghosts of `components` stored plane after plane: the other end of a periodic axis, the image in a wall
    /// with the sign of the vector's component across it turned, and the last cell again at an open end.
    ///
    /// `mirrored` gives the sign of a component in a wall across an axis of the layout.
    pub(super) fn fill(
        &self,
        u: &mut [f64],
        components: usize,
        mirrored: impl Fn(usize, usize) -> f64,
    ) {
        for axis in [2, 1, 0] {
            let ghosts = self.layout.ghosts[axis];
            for ghost in 1..=ghosts {
                for (low, boundary) in [(true, self.ends[axis].low), (false, self.ends[axis].high)]
                {
                    let (to, from) = self.pair(axis, boundary, (low, ghost));
                    for component in 0..components {
                        let sign = if boundary == Boundary::Wall {
                            mirrored(component, axis)
                        } else {
                            1.0
                        };
                        self.copy(u, (components, component), axis, (to, from), sign);
                    }
                }
            }
        }
    }

    /// The place of a ghost along its axis, and of the cell that it repeats.
    fn pair(&self, axis: usize, boundary: Boundary, (low, ghost): (bool, usize)) -> (usize, usize) {
        let (first, n) = (self.layout.ghosts[axis], self.layout.cells[axis]);
        let inside = match boundary {
            // Of few cells some are repeated more than once.
            Boundary::Periodic if low => n - 1 - (ghost - 1) % n,
            Boundary::Periodic => (ghost - 1) % n,
            Boundary::Wall if low => (ghost - 1).min(n - 1),
            Boundary::Wall => n - ghost.min(n),
            Boundary::Open if low => 0,
            Boundary::Open => n - 1,
        };
        let to = if low {
            first - ghost
        } else {
            first + n - 1 + ghost
        };
        (to, first + inside)
    }

    /// Copies a layer of cells across an axis.
    fn copy(
        &self,
        u: &mut [f64],
        (components, component): (usize, usize),
        axis: usize,
        (to, from): (usize, usize),
        sign: f64,
    ) {
        let layout = &self.layout;
        let (plane, row) = (layout.padded_plane(), layout.padded(2));
        let whole = components * plane;
        let start = component * plane;
        if axis == 0 {
            let [to, from] = [to, from].map(|i| i * whole + start);
            u.copy_within(from..from + plane, to);
            return turn(&mut u[to..to + plane], sign);
        }
        for i in 0..layout.padded(0) {
            let start = i * whole + start;
            if axis == 1 {
                let [to, from] = [to, from].map(|j| start + j * row);
                u.copy_within(from..from + row, to);
                turn(&mut u[to..to + row], sign);
            } else {
                for row in u[start..start + plane].chunks_exact_mut(row) {
                    row[to] = sign * row[from];
                }
            }
        }
    }
}

fn turn(u: &mut [f64], sign: f64) {
    if sign < 0.0 {
        u.iter_mut().for_each(|u| *u = -*u);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AxisKind, Grid};

    fn filled(low: Boundary, high: Boundary, sign: f64) -> Vec<f64> {
        let grid = Grid::of_kinds(&[3], &[1.0], &[AxisKind::WALLS; 3]).expect("valid");
        let layout = Layout::new(&grid, 2);
        let ends = [Ends { low, high }; 3];
        let mut u = vec![0.0, 0.0, 1.0, 2.0, 3.0, 0.0, 0.0];
        Ghosts { layout, ends }.fill(&mut u, 1, |_, _| sign);
        u
    }

    #[test]
    fn ghosts_continue_the_line_as_its_ends_say() {
        use Boundary::{Open, Periodic, Wall};
        let periodic = filled(Periodic, Periodic, -1.0);
        assert_eq!(periodic, [2.0, 3.0, 1.0, 2.0, 3.0, 1.0, 2.0]);
        assert_eq!(filled(Wall, Open, 1.0), [2.0, 1.0, 1.0, 2.0, 3.0, 3.0, 3.0]);
        let turned = filled(Open, Wall, -1.0);
        assert_eq!(turned, [1.0, 1.0, 1.0, 2.0, 3.0, -3.0, -2.0]);
    }

    #[test]
    fn planes_and_rows_have_ghosts_too() {
        let axes = [AxisKind::PERIODIC_CELLS; 3];
        let grid = Grid::of_kinds(&[2, 2], &[1.0, 1.0], &axes).expect("valid");
        let layout = Layout::new(&grid, 1);
        let ends = [axes[0].ends(); 3];
        let mut u = vec![0.0; layout.padded_size(1)];
        for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            u[layout.start(1, [i, 0]) + j] = (1 + 2 * i + j) as f64;
        }
        Ghosts { layout, ends }.fill(&mut u, 1, |_, _| 1.0);
        let rows: Vec<&[f64]> = u.chunks_exact(4).collect();
        assert_eq!(rows[0], [4.0, 3.0, 4.0, 3.0]);
        assert_eq!(rows[1], [2.0, 1.0, 2.0, 1.0]);
        assert_eq!(rows[3], rows[1]);
    }
}
