//! Linear equations whose fields act on each other: `û(t + dt) = e^{ℒ̂ dt} û(t)` with one matrix
//! per mode, without error in time.

use super::{Scheme, Semilinear};
use crate::real::zero;
use crate::{Complex, Real};

/// The exact solution of a coupled linear equation.
pub(super) struct Coupled<T> {
    /// All modes of each entry of the matrix, the entries row by row.
    entries: Vec<Vec<Complex<T>>>,
    old: Vec<Complex<T>>,
}

impl<T: Real> Coupled<T> {
    pub(super) fn new(entries: Vec<Vec<Complex<T>>>, len: usize) -> Self {
        Self {
            entries,
            old: vec![zero(); len],
        }
    }
}

impl<T: Real> Scheme<T> for Coupled<T> {
    fn advance(&mut self, equation: &mut Semilinear<T>, u_hat: &mut [Complex<T>]) {
        self.old.copy_from_slice(u_hat);
        let modes = equation.num_modes();
        let rows = self.entries.chunks_exact(u_hat.len() / modes);
        for (u, row) in u_hat.chunks_exact_mut(modes).zip(rows) {
            u.fill(zero());
            for (entry, old) in row.iter().zip(self.old.chunks_exact(modes)) {
                for ((u, entry), old) in u.iter_mut().zip(entry).zip(old) {
                    *u += entry * old;
                }
            }
        }
    }
}
