//! The truncated discrete Fourier transform of a periodic grid as real matrices.
//!
//! `û_k = (1/N) Σ_x u_x exp(−2πi k·x/N)` for the retained wavenumbers: on the last axis `0 … m−1` (real input makes the
//! others redundant), on the other axes `−m/2 … m/2−1`. Real and imaginary parts are rows of one matrix, so the
//! transform is a matrix product in real arithmetic: exact for every number of points, differentiable by any backend,
//! and faster than an FFT while few modes are retained. The inverse `u_x = Σ_k w_k Re(û_k exp(2πi k·x/N))` counts the
//! pairs `±k` of the last axis once with `w = 2`.
//!
//! Along an axis that is mirrored the field is continued by its mirror image, so that it has no jump at its edges: waves are
//! those of twice as many points, and the inverse gives the first half of them. The matrices have the image in them.

use super::products;
use burn::tensor::{Device, Int, Shape, Tensor, TensorData};
use std::f64::consts::TAU;
use std::sync::{Arc, Mutex};

/// Matrices between a grid and its retained modes.
#[derive(Debug)]
pub struct FourierBasis {
    grid: Vec<usize>,
    retained: Vec<usize>,
    device: Device,
    to_modes: Vec<Tensor<2>>,
    to_points: Vec<Tensor<2>>,
    /// Which of the network's modes this grid resolves, where it does not resolve all.
    subset: Option<Tensor<1, Int>>,
}

impl FourierBasis {
    /// The matrices for `grid`, retaining `modes` wavenumbers per axis, fewer where the grid resolves fewer.
    pub fn new(grid: &[usize], modes: usize, device: &Device) -> Self {
        Self::with_modes(grid, &vec![modes; grid.len()], device)
    }

    /// The matrices for `grid`, retaining `modes` wavenumbers along each axis, fewer where the grid resolves fewer.
    pub fn with_modes(grid: &[usize], modes: &[usize], device: &Device) -> Self {
        Self::mirrored(grid, modes, [false; 3], device)
    }

    /// As [`Self::with_modes`], for fields that are continued by their mirror image along some axes.
    pub fn mirrored(grid: &[usize], modes: &[usize], mirrored: [bool; 3], device: &Device) -> Self {
        let device = device.clone().without_autodiff();
        let last = grid.len() - 1;
        let period = |axis: usize| {
            if mirrored[axis] {
                2 * grid[axis]
            } else {
                grid[axis]
            }
        };
        let retained: Vec<usize> = (0..grid.len())
            .map(|axis| retained_modes(period(axis), modes[axis], axis == last))
            .collect();
        let axes = || (0..grid.len()).map(|axis| (axis, period(axis), retained[axis]));
        let forward = |(axis, n, m)| {
            let (whole, parts) = if axis == last {
                (real_forward(n, m), 1)
            } else {
                (complex(n, m, -1.0, 1.0 / n as f64), 2)
            };
            if mirrored[axis] {
                folded(&whole, parts)
            } else {
                whole
            }
        };
        let backward = |(axis, n, m)| {
            let (whole, parts) = if axis == last {
                (real_inverse(n, m), 1)
            } else {
                (transpose(complex(n, m, -1.0, 1.0)), 2)
            };
            if mirrored[axis] {
                first_rows(whole, parts * grid[axis])
            } else {
                whole
            }
        };
        Self {
            to_modes: axes().map(forward).map(|m| m.tensor(&device)).collect(),
            to_points: axes().map(backward).map(|m| m.tensor(&device)).collect(),
            subset: subset(&retained, modes).map(|rows| Tensor::from_data(&rows[..], &device)),
            grid: grid.to_vec(),
            retained,
            device,
        }
    }

    /// Number of retained modes.
    pub fn num_modes(&self) -> usize {
        self.retained.iter().product()
    }

    /// The rows of `weights` that belong to retained modes; a coarse grid uses the lowest.
    ///
    /// # Shapes   weights: `[network mode, …]` → `[mode, …]`
    pub fn select<const D: usize>(&self, weights: Tensor<D>) -> Tensor<D> {
        match &self.subset {
            None => weights,
            Some(rows) => weights.select(0, rows.clone()),
        }
    }

    /// # Shapes   x: `[point, column]` → `[mode, 2, column]`, real then imaginary parts
    pub fn to_modes(&self, x: Tensor<2>) -> Tensor<3> {
        let columns = x.dims()[1];
        let last = self.grid.len() - 1;
        let rows = self.grid[..last].iter().product::<usize>();
        let lines = x.reshape([rows, self.grid[last], columns]);
        let mut x_hat = products(self.to_modes[last].clone().unsqueeze(), lines); // [rows, 2 m, column]
        let mut modes = self.retained[last];
        let mut before = rows;
        for axis in (0..last).rev() {
            before /= self.grid[axis];
            let split = x_hat.reshape([before, self.grid[axis], modes, 2 * columns]);
            let lines =
                split
                    .swap_dims(1, 2)
                    .reshape([before * modes, 2 * self.grid[axis], columns]);
            x_hat = products(self.to_modes[axis].clone().unsqueeze(), lines); // [before · modes, 2 m, column]
            modes *= self.retained[axis];
        }
        x_hat.reshape([modes, 2, columns])
    }

    /// # Shapes   `x_hat`: `[mode, 2, column]` → `[point, column]`
    pub fn to_points(&self, x_hat: Tensor<3>) -> Tensor<2> {
        let [mut modes, _, columns] = x_hat.dims();
        let last = self.grid.len() - 1;
        let mut before = 1;
        let mut x_hat = x_hat;
        for axis in 0..last {
            modes /= self.retained[axis];
            let lines = x_hat.reshape([before * modes, 2 * self.retained[axis], columns]);
            let points = products(self.to_points[axis].clone().unsqueeze(), lines); // [before · modes, 2 n, column]
            let split = points.reshape([before, modes, self.grid[axis], 2 * columns]);
            before *= self.grid[axis];
            x_hat = split.swap_dims(1, 2).reshape([before * modes, 2, columns]);
        }
        let lines = x_hat.reshape([before, 2 * modes, columns]);
        let x = products(self.to_points[last].clone().unsqueeze(), lines);
        x.reshape([before * self.grid[last], columns])
    }
}

/// The bases a network has met; shared by its layers.
#[derive(Debug, Clone, Default)]
pub struct BasisCache(Arc<Mutex<Vec<Arc<FourierBasis>>>>);

impl BasisCache {
    /// The basis of `grid` on `device`, made at its first use.
    ///
    /// # Panics
    /// When another thread panicked while it made a basis.
    pub fn get(&self, grid: &[usize], modes: usize, device: &Device) -> Arc<FourierBasis> {
        self.get_modes(grid, &vec![modes; grid.len()], device)
    }

    /// The basis of `grid` on `device` that retains `modes` wavenumbers along each axis, made at its first use.
    ///
    /// # Panics
    /// When another thread panicked while it made a basis.
    pub fn get_modes(&self, grid: &[usize], modes: &[usize], device: &Device) -> Arc<FourierBasis> {
        self.get_mirrored(grid, modes, [false; 3], device)
    }

    /// As [`Self::get_modes`], for fields that are continued by their mirror image along some axes, always the same.
    pub(crate) fn get_mirrored(
        &self,
        grid: &[usize],
        modes: &[usize],
        mirrored: [bool; 3],
        device: &Device,
    ) -> Arc<FourierBasis> {
        let plain = device.clone().without_autodiff();
        let mut known = self
            .0
            .lock()
            .expect("no thread panics while it makes a basis");
        let found = known
            .iter()
            .find(|basis| basis.grid == grid && basis.device == plain);
        if let Some(basis) = found {
            return basis.clone();
        }
        let basis = Arc::new(FourierBasis::mirrored(grid, modes, mirrored, &plain));
        known.push(basis.clone());
        basis
    }
}

/// Number of the `modes` wavenumbers that `points` grid points resolve, the Nyquist mode left out.
pub(crate) fn retained_modes(points: usize, modes: usize, last: bool) -> usize {
    modes.min(retained_most(points, last))
}

/// Number of wavenumbers that `points` grid points resolve, the Nyquist mode left out: along the last axis those from 0 on.
pub fn retained_most(points: usize, last: bool) -> usize {
    if last {
        points / 2
    } else {
        points - (points + 1) % 2
    }
}

/// Positions of the retained modes among `modes` along each axis, the last axis slowest; nothing when all are retained.
pub(crate) fn subset(retained: &[usize], modes: &[usize]) -> Option<Vec<i32>> {
    if retained == modes {
        return None;
    }
    let last = retained.len() - 1;
    let mut rows: Vec<usize> = (0..retained[last]).collect();
    for (&m, &modes) in retained[..last].iter().zip(modes).rev() {
        let first = modes / 2 - m / 2;
        let extended = |row| (first..first + m).map(move |k| row * modes + k);
        rows = rows.into_iter().flat_map(extended).collect();
    }
    Some(rows.into_iter().map(|row| row as i32).collect())
}

/// A dense matrix on the host.
struct Matrix {
    rows: usize,
    columns: usize,
    values: Vec<f32>,
}

impl Matrix {
    fn new(rows: usize, columns: usize, entry: impl Fn(usize, usize) -> f64) -> Self {
        let values = (0..rows * columns)
            .map(|i| entry(i / columns, i % columns) as f32)
            .collect();
        Self {
            rows,
            columns,
            values,
        }
    }

    fn tensor(self, device: &Device) -> Tensor<2> {
        let shape = Shape::new([self.rows, self.columns]);
        Tensor::from_data(TensorData::new(self.values, shape), device)
    }
}

/// Rows `2k` and `2k + 1`: real and imaginary part of mode `k`, `[2 m, n]`.
fn real_forward(n: usize, m: usize) -> Matrix {
    Matrix::new(2 * m, n, |row, x| {
        let (sin, cos) = angle((row / 2) as i64, x, n).sin_cos();
        let part = if row.is_multiple_of(2) { cos } else { -sin };
        part / n as f64
    })
}

/// Columns `2k` and `2k + 1`: weights of the real and imaginary part of mode `k`, `[n, 2 m]`.
fn real_inverse(n: usize, m: usize) -> Matrix {
    Matrix::new(n, 2 * m, |x, column| {
        let k = column / 2;
        let weight = if k == 0 { 1.0 } else { 2.0 };
        let (sin, cos) = angle(k as i64, x, n).sin_cos();
        weight * if column.is_multiple_of(2) { cos } else { -sin }
    })
}

/// `scale · exp(±2πi k x/n)` as a real matrix on interleaved parts, `[2 m, 2 n]`, `k` from `−m/2`.
fn complex(n: usize, m: usize, sign: f64, scale: f64) -> Matrix {
    Matrix::new(2 * m, 2 * n, |row, column| {
        let k = (row / 2) as i64 - (m / 2) as i64;
        let (sin, cos) = (sign * angle(k, column / 2, n)).sin_cos();
        scale
            * match (row % 2, column % 2) {
                (0, 1) => -sin,
                (1, 0) => sin,
                _ => cos,
            }
    })
}

/// The adjoint: the inverse of a truncated unitary transform on its range.
fn transpose(matrix: Matrix) -> Matrix {
    Matrix::new(matrix.columns, matrix.rows, |row, column| {
        f64::from(matrix.values[column * matrix.columns + row])
    })
}

/// A matrix of a field and its mirror image for the field alone: columns of both points are added. A point has `parts`
/// columns.
fn folded(matrix: &Matrix, parts: usize) -> Matrix {
    let points = matrix.columns / parts;
    Matrix::new(matrix.rows, matrix.columns / 2, |row, column| {
        let (point, part) = (column / parts, column % parts);
        let image = (points - 1 - point) * parts + part;
        let row = &matrix.values[row * matrix.columns..];
        f64::from(row[column]) + f64::from(row[image])
    })
}

/// The first rows of a matrix.
fn first_rows(mut matrix: Matrix, rows: usize) -> Matrix {
    matrix.values.truncate(rows * matrix.columns);
    Matrix { rows, ..matrix }
}

/// `2π k x/n` with the integer part of the turns removed first, which keeps every digit.
fn angle(k: i64, x: usize, n: usize) -> f64 {
    let turns = (k * x as i64).rem_euclid(n as i64);
    TAU * turns as f64 / n as f64
}
