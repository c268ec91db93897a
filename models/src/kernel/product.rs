//! Matrix products of slices with strides.

use super::tile::{LANES, Rows, Sizes, Start, has_avx512, has_vectors, in_bands, multiply};
use super::window::Slabs;
use gemm::{Parallelism, gemm};

/// A matrix that is read. Rows may overlap.
#[derive(Clone, Copy)]
pub(super) struct Matrix<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
    in_bands: bool,
    /// Places of a row where blocks of its columns begin.
    blocks: &'a [usize],
}

impl<'a> Matrix<'a> {
    /// Rows one after the other, `[rows, columns]`.
    pub(super) fn new(values: &'a [f32], rows: usize, columns: usize) -> Self {
        Self::with_stride(values, rows, columns, columns)
    }

    /// Rows of adjacent numbers that start `stride` numbers apart.
    pub(super) fn with_stride(
        values: &'a [f32],
        rows: usize,
        columns: usize,
        stride: usize,
    ) -> Self {
        assert!(rows > 0 && columns > 0, "a product of something");
        assert!(
            (rows - 1) * stride + columns <= values.len(),
            "the matrix lies in the slice"
        );
        Self {
            values,
            rows,
            columns,
            row_stride: stride,
            column_stride: 1,
            in_bands: false,
            blocks: &[0],
        }
    }

    /// The matrix of so many times its columns that lies in these blocks, which begin at places of a row: for products with a
    /// matrix that [is tiled](Self::is_tiled).
    pub(super) fn in_blocks(self, blocks: &'a [usize]) -> Self {
        Self {
            columns: self.columns * blocks.len(),
            blocks,
            ..self
        }
    }

    /// The numbers of a matrix with its rows one after the other, in the order in which products with it read them.
    pub(super) fn lay_out(&self) -> Vec<f32> {
        if self.is_tiled() {
            in_bands(self.values, self.columns)
        } else {
            self.values.to_vec()
        }
    }

    /// The matrix whose numbers [`Self::lay_out`] has put into that order.
    pub(super) fn laid_out(self) -> Self {
        Self {
            in_bands: self.is_tiled(),
            ..self
        }
    }

    /// Rows and columns.
    pub(super) fn sizes(&self) -> [usize; 2] {
        [self.rows, self.columns]
    }

    /// Slabs of so many fields on a grid whose points are the rows that are multiplied with this matrix.
    pub(super) fn slabs(&self, grid: [usize; 3], fields: usize) -> Slabs {
        Slabs::new(grid, self.is_tiled(), fields)
    }

    /// Whether rows that are multiplied with this matrix may be cut into pieces of any length: see [`by_tiles_alone`].
    pub(super) fn is_tiled(&self) -> bool {
        self.column_stride == 1 && by_tiles_alone(self.columns)
    }

    /// Rows for columns.
    pub(super) fn transposed(self) -> Self {
        assert!(!self.in_bands, "bands are read as they lie");
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }
}

/// Use of a product: the numbers at its place are replaced or added to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// Replaces them.
    Replace,
    /// Adds to them.
    Add,
}

/// `y = a b` or `y += a b` on the calling thread; rows of `y` one after the other.
pub(super) fn product(y: &mut [f32], target: Target, a: Matrix<'_>, b: Matrix<'_>) {
    assert_eq!(a.columns, b.rows, "the product exists");
    assert_eq!(y.len(), a.rows * b.columns, "the product fits its place");
    if b.is_tiled() && (a.column_stride == 1 || has_avx512()) {
        return by_tiles(y, target, a, b);
    }
    assert_eq!(a.blocks, [0], "blocks are for tiles");
    by_crate(y, b.columns, target, a, b, Parallelism::None);
}

/// `y = a b` on the calling thread, where rows of `y` start `stride` numbers apart; between them nothing is written.
pub(super) fn spaced_product(y: &mut [f32], stride: usize, a: Matrix<'_>, b: Matrix<'_>) {
    by_crate(y, stride, Target::Replace, a, b, Parallelism::None);
}

/// Whether products of rows with a matrix of so many columns, its rows one after the other, go by tiles: each of their numbers is
/// then one sum in the order of the inner index, whatever rows are computed beside it.
pub(super) fn by_tiles_alone(columns: usize) -> bool {
    has_vectors() && columns.is_multiple_of(LANES)
}

/// `y = a b`, shared out to the threads of the pool where it is large; rows of `y` one after the other.
pub(super) fn shared_product(y: &mut [f32], a: Matrix<'_>, b: Matrix<'_>) {
    assert_eq!(y.len(), a.rows * b.columns, "the product fits its place");
    by_crate(y, b.columns, Target::Replace, a, b, Parallelism::Rayon(0));
}

/// The product by the crate of matrix products.
fn by_crate(
    y: &mut [f32],
    stride: usize,
    target: Target,
    a: Matrix<'_>,
    b: Matrix<'_>,
    threads: Parallelism,
) {
    assert_eq!(a.columns, b.rows, "the product exists");
    let place = Matrix::with_stride(y, a.rows, b.columns, stride);
    assert!(stride >= place.columns, "rows of the product lie apart");
    #[allow(unsafe_code, reason = "the crate of matrix products takes pointers")]
    // SAFETY: the matrices lie in their slices, as they were checked when they were made, and `y` was checked above;
    // `y` is borrowed alone, so it overlaps neither factor.
    unsafe {
        gemm(
            a.rows,
            b.columns,
            a.columns,
            y.as_mut_ptr(),
            1,
            stride as isize,
            target == Target::Add,
            a.values.as_ptr(),
            a.column_stride as isize,
            a.row_stride as isize,
            b.values.as_ptr(),
            b.column_stride as isize,
            b.row_stride as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            threads,
        );
    }
}

/// The product by tiles, which are faster than those of the crate of matrix products at the sizes of convolutions.
fn by_tiles(y: &mut [f32], target: Target, a: Matrix<'_>, b: Matrix<'_>) {
    let start = match target {
        Target::Replace => Start::Zero,
        Target::Add => Start::Present,
    };
    let sizes = Sizes {
        rows: a.rows,
        depth: a.columns,
        columns: b.columns,
        stride: b.columns,
    };
    let left = Rows::new(a.values, a.row_stride).with_columns(a.column_stride);
    let left = left.with_blocks(a.blocks);
    let mut right = Rows::new(b.values, b.row_stride);
    if b.in_bands {
        right = right.in_bands();
    }
    multiply(y, start, left, right, sizes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_overlapping_and_transposed_matrices_follow_the_definition() {
        let line: Vec<f32> = (0..9).map(|i| i as f32).collect();
        // Rows 012, 234, 456, 678.
        let a = Matrix::with_stride(&line, 4, 3, 2);
        let b = [1.0, 0.0, 0.0, 1.0, 2.0, -1.0];
        let mut y = [1.0; 8];
        product(&mut y, Target::Add, a, Matrix::new(&b, 3, 2));
        assert_eq!(y.map(|y| y as i32), [5, 0, 11, 0, 17, 0, 23, 0]);
        let mut y = [f32::NAN; 9];
        product(&mut y, Target::Replace, a.transposed(), a);
        let expected = [56, 68, 80, 68, 84, 100, 80, 100, 120];
        assert_eq!(y.map(|y| y as i32), expected);
    }

    #[test]
    fn a_matrix_that_is_laid_out_gives_the_same_products_to_the_bit() {
        let number = |i: usize| (0.7 * i as f32).sin();
        for (rows, depth, columns) in [(16, 33, 256), (50, 7, 112), (3, 5, 16), (9, 4, 5)] {
            let a: Vec<f32> = (0..rows * depth).map(number).collect();
            let b: Vec<f32> = (7..7 + depth * columns).map(number).collect();
            let (a, b) = (
                Matrix::new(&a, rows, depth),
                Matrix::new(&b, depth, columns),
            );
            let laid_out = b.lay_out();
            let other = Matrix::new(&laid_out, depth, columns).laid_out();
            let [one, two] = [b, other].map(|b| {
                let mut y = vec![f32::NAN; rows * columns];
                product(&mut y, Target::Replace, a, b);
                y.iter().map(|y| y.to_bits()).collect::<Vec<_>>()
            });
            assert_eq!(one, two, "{rows}, {depth}, {columns}");
        }
    }

    #[test]
    #[should_panic(expected = "the matrix lies in the slice")]
    fn a_matrix_beyond_its_slice_is_refused() {
        Matrix::with_stride(&[0.0; 8], 4, 3, 2);
    }
}
