//! Marks of cells: those that are solid, and those whose slopes are cut because a state would leave its law.

use super::layout::places;
use super::solver::Solver;
use super::{Law, Reconstruction};

/// Cells on either side of a wrong one whose faces get averages too.
const AROUND: usize = 2;

impl<L, S, const N: usize, const M: usize, const A: usize> Solver<L, S, N, M, A>
where
    L: Law<N, M, A>,
    S: Reconstruction,
{
    /// Notes the solid cells, and cuts the slopes of those beside them.
    pub(super) fn mark(&mut self, solid: &[bool]) {
        for (cell, _) in solid.iter().enumerate().filter(|(_, solid)| **solid) {
            let at = self.place_of(cell);
            self.solid[at] = 1.0;
        }
        self.ghosts.fill(&mut self.solid, 1, |_, _| 1.0);
        self.cut_beside_solids();
    }

    fn cut_beside_solids(&mut self) {
        self.slopes.fill(1.0);
        if !self.has_solid {
            return;
        }
        let strides = self.planes.layout.strides(1);
        for cell in 0..self.grid.num_points() {
            let at = self.place_of(cell);
            let axes = places(self.planes.dims).iter();
            let mut near = axes.flat_map(|&axis| {
                (1..=S::CELLS).flat_map(move |i| [at - i * strides[axis], at + i * strides[axis]])
            });
            if near.any(|near| self.solid[near] > 0.5) {
                self.slopes[at] = 0.0;
            }
        }
        self.ghosts.fill(&mut self.slopes, 1, |_, _| 1.0);
    }

    /// Cuts the slopes of wrong cells and of those around them, or of all.
    pub(super) fn cut(&mut self, all: bool) {
        self.is_cut = true;
        if all {
            return self.slopes.fill(0.0);
        }
        let strides = self.planes.layout.strides(1);
        for cell in 0..self.grid.num_points() {
            let at = self.place_of(cell);
            if self.margin(at) > 0.0 {
                continue;
            }
            self.slopes[at] = 0.0;
            for &axis in places(self.planes.dims) {
                for i in 1..=AROUND.min(S::CELLS) {
                    self.slopes[at - i * strides[axis]] = 0.0;
                    self.slopes[at + i * strides[axis]] = 0.0;
                }
            }
        }
        self.ghosts.fill(&mut self.slopes, 1, |_, _| 1.0);
    }

    pub(super) fn restore_slopes(&mut self) {
        if self.is_cut {
            self.is_cut = false;
            self.cut_beside_solids();
        }
    }

    /// The margin of the law in the cell at a place among marks; 0 where it is no number.
    pub(super) fn margin(&self, at: usize) -> f64 {
        let plane = self.planes.layout.padded_plane();
        let start = at / plane * M * plane + at % plane;
        let w: [f64; M] = std::array::from_fn(|c| self.w[start + c * plane]);
        let margin = self.law.margin(w);
        if margin.is_nan() { 0.0 } else { margin }
    }
}
