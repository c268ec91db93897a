//! Linear equations whose fields act on each other: `û(t + dt) = e^{ℒ̂ dt} û(t)` with one matrix
//! per mode, without error in time.

use super::{Scheme, Semilinear};
use crate::Complex64;

/// The exact solution of a coupled linear equation.
pub(super) struct Coupled {
    /// All modes of each entry of the matrix, the entries row by row.
    entries: Vec<Vec<Complex64>>,
    old: Vec<Complex64>,
}

impl Coupled {
    pub(super) fn new(entries: Vec<Vec<Complex64>>, len: usize) -> Self {
        Self {
            entries,
            old: vec![Complex64::ZERO; len],
        }
    }
}

impl Scheme for Coupled {
    fn advance(&mut self, equation: &mut Semilinear, u_hat: &mut [Complex64]) {
        self.old.copy_from_slice(u_hat);
        let modes = equation.num_modes();
        let rows = self.entries.chunks_exact(u_hat.len() / modes);
        for (u, row) in u_hat.chunks_exact_mut(modes).zip(rows) {
            u.fill(Complex64::ZERO);
            for (entry, old) in row.iter().zip(self.old.chunks_exact(modes)) {
                for ((u, entry), old) in u.iter_mut().zip(entry).zip(old) {
                    *u += entry * old;
                }
            }
        }
    }
}
