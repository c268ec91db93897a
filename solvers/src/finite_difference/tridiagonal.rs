//! Solution of `(1 − c δ²) u = f` along a line between walls of value 0, where
//! `(δ²u)ⱼ = uⱼ₋₁ − 2uⱼ + uⱼ₊₁`. L. H. Thomas (1949).

/// The factors of one matrix.
pub(super) struct Tridiagonal {
    coupling: f64,
    /// Elimination factor of each row, and the reciprocal of its pivot.
    rows: Vec<[f64; 2]>,
}

impl Tridiagonal {
    pub(super) fn new(num_points: usize, c: f64) -> Self {
        let mut rows = vec![[0.0; 2]; num_points];
        let mut previous = 0.0;
        for row in &mut rows {
            let pivot = 1.0 + 2.0 * c - c * previous;
            previous = c / pivot;
            *row = [previous, 1.0 / pivot];
        }
        Self { coupling: c, rows }
    }

    /// Replaces `f` by `u` on `width` lines at once: value `j` of line `i` is `f[j · width + i]`.
    pub(super) fn solve(&self, f: &mut [f64], width: usize) {
        for (j, [_, reciprocal]) in self.rows.iter().enumerate() {
            let (before, row) = f.split_at_mut(j * width);
            let before = before.rchunks_exact(width).next().unwrap_or(&[]);
            let coupling = if j > 0 { self.coupling } else { 0.0 };
            for (i, f) in row[..width].iter_mut().enumerate() {
                let before = before.get(i).copied().unwrap_or(0.0);
                *f = (*f + coupling * before) * reciprocal;
            }
        }
        for j in (1..self.rows.len()).rev() {
            let (row, after) = f.split_at_mut(j * width);
            let row = &mut row[(j - 1) * width..];
            let [factor, _] = self.rows[j - 1];
            for (f, after) in row.iter_mut().zip(&after[..width]) {
                *f += factor * after;
            }
        }
    }
}
