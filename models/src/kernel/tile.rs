//! `y = s + a b` for small matrices, without a copy of either factor: a tile of `y` stays in registers while the inner index runs.
//!
//! Goto & van de Geijn (2008), §5, without the packing: a factor `b` of neural networks at batch 1 fits into a core's cache
//! as it lies, in rows of whole vectors. Every number of `y` is one sum in the order of the inner index.

#[cfg(target_arch = "x86_64")]
use super::vectors::{Avx2, Avx512};
use super::vectors::{Plain, Vector};
use std::ops::Range;

/// Numbers that rows of `b` and `y` are multiples of.
pub(crate) const LANES: usize = 16;

/// Numbers that a product is added to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Start<'a> {
    /// Nothing.
    Zero,
    /// The same row in every row.
    Row(&'a [f32]),
    /// The numbers at its place.
    Present,
}

/// A matrix that is read, by the distance of its rows and, for the first factor, of its columns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows<'a> {
    values: &'a [f32],
    row: usize,
    column: usize,
}

impl<'a> Rows<'a> {
    /// Rows of adjacent numbers that start `row` numbers apart.
    pub(crate) fn new(values: &'a [f32], row: usize) -> Self {
        Self {
            values,
            row,
            column: 1,
        }
    }

    /// The same with columns `column` numbers apart.
    pub(crate) fn with_columns(self, column: usize) -> Self {
        Self { column, ..self }
    }

    /// Whether `rows` rows of `columns` numbers lie in the slice.
    fn holds(&self, rows: usize, columns: usize) -> bool {
        rows == 0
            || columns == 0
            || (rows - 1) * self.row + (columns - 1) * self.column < self.values.len()
    }
}

/// Sizes of a product: `y` is `[rows, columns]`, the inner index has `depth` values, and rows of `y` are `stride` numbers apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) rows: usize,
    pub(crate) depth: usize,
    pub(crate) columns: usize,
    pub(crate) stride: usize,
}

/// `y = start + a b`.
///
/// # Panics
/// When a matrix does not lie in its slice, or `columns` is no multiple of [`LANES`].
pub(crate) fn multiply(y: &mut [f32], start: Start<'_>, a: Rows<'_>, b: Rows<'_>, sizes: Sizes) {
    let Sizes {
        rows,
        depth,
        columns,
        stride,
    } = sizes;
    assert!(columns.is_multiple_of(LANES), "rows of whole vectors");
    assert!(
        a.holds(rows, depth) && b.holds(depth, columns) && b.column == 1,
        "the factors lie in their slices"
    );
    let place = Rows::new(y, stride);
    assert!(place.holds(rows, columns), "the product fits its place");
    if let Start::Row(row) = start {
        assert!(row.len() >= columns, "a number for every column");
    }
    if rows > 0 && columns > 0 {
        run(&Product {
            y: y.as_mut_ptr(),
            start,
            a,
            b,
            sizes,
        });
    }
}

/// A product whose matrices were checked.
struct Product<'a> {
    y: *mut f32,
    start: Start<'a>,
    a: Rows<'a>,
    b: Rows<'a>,
    sizes: Sizes,
}

/// Whether the processor has vectors of 16 numbers.
pub(super) fn has_avx512() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        std::arch::is_x86_feature_detected!("avx512f")
    }
    #[cfg(not(target_arch = "x86_64"))]
    false
}

#[allow(unsafe_code, reason = "instructions that not every processor has")]
fn run(product: &Product<'_>) {
    #[cfg(target_arch = "x86_64")]
    {
        if has_avx512() {
            // SAFETY: the processor has the instructions, and the matrices were checked.
            return unsafe { with_avx512(product) };
        }
        if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma")
        {
            // SAFETY: as above.
            return unsafe { with_avx2(product) };
        }
    }
    // SAFETY: the matrices were checked.
    unsafe { bands::<Plain>(product) }
}

/// All tiles, in bands of columns.
#[inline(always)]
#[allow(unsafe_code, reason = "pointers of matrices that were checked")]
unsafe fn bands<V: Vector>(product: &Product<'_>) {
    let mut column = 0;
    while column < product.sizes.columns {
        let left = (product.sizes.columns - column) / V::LEN;
        // SAFETY: the columns of the band are there, as `left` says.
        unsafe {
            if V::WIDTH == 4 && left >= 4 {
                band::<V, 4>(product, column);
                column += 4 * V::LEN;
            } else if left >= 2 {
                band::<V, 2>(product, column);
                column += 2 * V::LEN;
            } else {
                band::<V, 1>(product, column);
                column += V::LEN;
            }
        }
    }
}

/// The tiles of `N` vectors of columns.
#[inline(always)]
#[allow(unsafe_code, reason = "pointers of matrices that were checked")]
unsafe fn band<V: Vector, const N: usize>(product: &Product<'_>, column: usize) {
    let rows = product.sizes.rows;
    let mut row = 0;
    // SAFETY: the rows of each tile are there, as the conditions say.
    unsafe {
        while N == 1 && rows - row >= 12 {
            tile::<V, 12, N>(product, row..row + 12, column);
            row += 12;
        }
        while rows - row >= 6 {
            tile::<V, 6, N>(product, row..row + 6, column);
            row += 6;
        }
        if rows - row >= 4 {
            tile::<V, 4, N>(product, row..row + 4, column);
            row += 4;
        }
        if rows - row >= 2 {
            tile::<V, 2, N>(product, row..row + 2, column);
            row += 2;
        }
        if rows > row {
            tile::<V, 1, N>(product, row..row + 1, column);
        }
    }
}

/// A tile of `R` rows and `N` vectors.
#[inline(always)]
#[allow(unsafe_code, reason = "pointers of matrices that were checked")]
unsafe fn tile<V: Vector, const R: usize, const N: usize>(
    product: &Product<'_>,
    rows: Range<usize>,
    column: usize,
) {
    let Product { y, a, b, sizes, .. } = product;
    // SAFETY: rows and columns of the tile lie in the matrices, which lie in their slices.
    unsafe {
        let mut sums = [[V::all(0.0); N]; R];
        let mut left = a.values.as_ptr().add(rows.start * a.row);
        let mut right = b.values.as_ptr().add(column);
        for _ in 0..sizes.depth {
            let mut line = [V::all(0.0); N];
            for (j, line) in line.iter_mut().enumerate() {
                *line = V::load(right.add(j * V::LEN));
            }
            for (i, sums) in sums.iter_mut().enumerate() {
                let factor = V::all(*left.add(i * a.row));
                for (sum, line) in sums.iter_mut().zip(line) {
                    *sum = sum.plus_product(factor, line);
                }
            }
            left = left.wrapping_add(a.column);
            right = right.wrapping_add(b.row);
        }
        for (i, sums) in sums.iter().enumerate() {
            for (j, sum) in sums.iter().enumerate() {
                let column = column + j * V::LEN;
                let place = y.add((rows.start + i) * sizes.stride + column);
                let sum = match product.start {
                    Start::Zero => *sum,
                    Start::Row(row) => sum.plus(V::load(row.as_ptr().add(column))),
                    Start::Present => sum.plus(V::load(place)),
                };
                sum.store(place);
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
#[allow(unsafe_code, reason = "pointers of matrices that were checked")]
unsafe fn with_avx512(product: &Product<'_>) {
    // SAFETY: as the caller promises.
    unsafe { bands::<Avx512>(product) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
#[allow(unsafe_code, reason = "pointers of matrices that were checked")]
unsafe fn with_avx2(product: &Product<'_>) {
    // SAFETY: as the caller promises.
    unsafe { bands::<Avx2>(product) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(len: usize, seed: f32) -> Vec<f32> {
        (0..len).map(|i| (seed * (i + 1) as f32).sin()).collect()
    }

    /// `start + a b` in double precision.
    fn expected(start: &[f32], a: &[f32], b: &[f32], [depth, columns]: [usize; 2]) -> Vec<f64> {
        let entry = |i: usize| {
            let (row, column) = (i / columns, i % columns);
            let terms = (0..depth)
                .map(|p| f64::from(a[row * depth + p]) * f64::from(b[p * columns + column]));
            f64::from(start[i]) + terms.sum::<f64>()
        };
        (0..start.len()).map(entry).collect()
    }

    #[test]
    fn products_of_all_tiles_follow_the_definition_on_every_processor() {
        for (rows, depth, columns) in [
            (13, 7, 112),
            (1, 5, 16),
            (6, 64, 64),
            (5, 0, 48),
            (3, 33, 32),
        ] {
            let (a, b) = (numbers(rows * depth, 0.7), numbers(depth * columns, 1.3));
            let sizes = Sizes {
                rows,
                depth,
                columns,
                stride: columns,
            };
            let (a_rows, b_rows) = (Rows::new(&a, depth), Rows::new(&b, columns));
            let present = numbers(rows * columns, 0.3);
            let row = numbers(columns, 0.1);
            let starts = [
                (Start::Zero, vec![0.0; rows * columns]),
                (Start::Row(&row), row.repeat(rows)),
                (Start::Present, present.clone()),
            ];
            for (start, added) in starts {
                let expected = expected(&added, &a, &b, [depth, columns]);
                let mut all = [present.clone(), present.clone()];
                multiply(&mut all[0], start, a_rows, b_rows, sizes);
                let product = Product {
                    y: all[1].as_mut_ptr(),
                    start,
                    a: a_rows,
                    b: b_rows,
                    sizes,
                };
                #[allow(unsafe_code, reason = "the test of an unsafe function")]
                // SAFETY: the matrices are those that were checked above.
                unsafe {
                    bands::<Plain>(&product);
                }
                for (y, expected) in all.iter().flat_map(|y| y.iter().zip(&expected)) {
                    let error = (f64::from(*y) - expected).abs();
                    assert!(error < 1e-5, "{rows} {depth} {columns}: {error}"); // sums of 64 terms in f32
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "the factors lie in their slices")]
    fn a_factor_beyond_its_slice_is_refused() {
        let sizes = Sizes {
            rows: 2,
            depth: 3,
            columns: 16,
            stride: 16,
        };
        let b = Rows::new(&[0.0; 47], 16);
        multiply(
            &mut [0.0; 32],
            Start::Zero,
            Rows::new(&[0.0; 6], 3),
            b,
            sizes,
        );
    }
}
