//! `y = s + a b` for small matrices: a tile of `y` stays in registers while the inner index runs.
//!
//! Goto & van de Geijn (2008), §5, with as little packing as pays: a factor `b` of neural networks at batch 1 fits into a core's
//! cache as it lies, in rows of whole vectors; bands of a wide one are copied where many rows of `a` read them, or once for all
//! products ([`in_bands`]). Every number of `y` is one sum in the order of the inner index.

mod rows;

pub(crate) use rows::Rows;

use super::scratch::with_numbers;
#[cfg(target_arch = "x86_64")]
use super::vectors::{Avx2, Avx512};
use super::vectors::{Plain, Vector};
use std::ops::Range;

/// Numbers that rows of `b` and `y` are multiples of.
pub(crate) const LANES: usize = 16;

/// Columns of the widest band.
const BAND: usize = 64;

/// Rows of `a` from which on a copy of a band of `b` pays.
const PACKED: usize = 48;

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
    assert!(
        a.divides(depth) && b.blocks.len() == 1,
        "blocks of equal size"
    );
    let place = Rows::new(y, stride);
    assert!(place.holds(rows, columns), "the product fits its place");
    if let Start::Row(row) = start {
        assert!(row.len() >= columns, "a number for every column");
    }
    if rows > 0 && columns > 0 {
        let product = Product {
            y: y.as_mut_ptr(),
            start,
            a,
            b,
            sizes,
        };
        with_numbers(product.packed(), |packed| run(&product, packed));
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

impl Product<'_> {
    /// Numbers that the copy of a band takes; none where bands are read as they lie.
    fn packed(&self) -> usize {
        let wide = self.b.row > LANES && self.sizes.rows >= PACKED && !self.b.in_bands;
        if wide { self.sizes.depth * BAND } else { 0 }
    }
}

/// Whether the processor has vectors of 8 or 16 numbers, for which tiles are as fast as any product.
pub(crate) fn has_vectors() -> bool {
    has_avx512() || has_avx2()
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

fn has_avx2() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma")
    }
    #[cfg(not(target_arch = "x86_64"))]
    false
}

#[allow(unsafe_code, reason = "instructions that not every processor has")]
fn run(product: &Product<'_>, packed: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    {
        if has_avx512() {
            // SAFETY: the processor has the instructions, and the matrices were checked.
            return unsafe { with_avx512(product, packed) };
        }
        if has_avx2() {
            // SAFETY: as above.
            return unsafe { with_avx2(product, packed) };
        }
    }
    // SAFETY: the matrices were checked.
    unsafe { bands::<Plain>(product, packed) }
}

/// All tiles, in bands of columns.
#[inline(always)]
#[allow(unsafe_code, reason = "pointers of matrices that were checked")]
unsafe fn bands<V: Vector>(product: &Product<'_>, packed: &mut [f32]) {
    let mut column = 0;
    while column < product.sizes.columns {
        let vectors = vectors((product.sizes.columns - column) / V::LEN, V::WIDTH);
        // SAFETY: the columns of the band are there, as `vectors` are no more than are left.
        unsafe {
            match vectors {
                4 => band::<V, 4>(product, packed, column),
                2 => band::<V, 2>(product, packed, column),
                _ => band::<V, 1>(product, packed, column),
            }
        }
        column += vectors * V::LEN;
    }
}

/// Vectors of the next band where so many are left.
#[inline(always)]
fn vectors(left: usize, widest: usize) -> usize {
    if widest == 4 && left >= 4 {
        4
    } else if left >= 2 {
        2
    } else {
        1
    }
}

/// The numbers of a matrix in bands of columns, one after the other, as this processor multiplies with them.
///
/// # Panics
/// When `columns` is no multiple of [`LANES`].
pub(super) fn in_bands(values: &[f32], columns: usize) -> Vec<f32> {
    assert!(columns.is_multiple_of(LANES), "rows of whole vectors");
    let (len, widest) = lengths();
    let (mut bands, mut column) = (Vec::with_capacity(values.len()), 0);
    while column < columns {
        let width = len * vectors((columns - column) / len, widest);
        let rows = values.chunks_exact(columns);
        rows.for_each(|row| bands.extend_from_slice(&row[column..column + width]));
        column += width;
    }
    bands
}

/// Numbers of a vector of this processor, and vectors of the widest band.
fn lengths() -> (usize, usize) {
    #[cfg(target_arch = "x86_64")]
    {
        if has_avx512() {
            return (Avx512::LEN, Avx512::WIDTH);
        }
        if has_avx2() {
            return (Avx2::LEN, Avx2::WIDTH);
        }
    }
    (Plain::LEN, Plain::WIDTH)
}

/// The tiles of `N` vectors of columns.
#[inline(always)]
#[allow(unsafe_code, reason = "pointers of matrices that were checked")]
unsafe fn band<V: Vector, const N: usize>(
    product: &Product<'_>,
    packed: &mut [f32],
    column: usize,
) {
    let (rows, width) = (product.sizes.rows, N * V::LEN);
    let (start, stride) = if product.b.in_bands {
        (column * product.sizes.depth, width)
    } else {
        (column, product.b.row)
    };
    let values = product.b.values.get(start..).unwrap_or_default(); // none where the inner index has no values
    let mut b = Rows::new(values, stride);
    if !packed.is_empty() && b.row > width {
        let lines = b.values.chunks(b.row).zip(packed.chunks_exact_mut(width));
        let lines = lines.take(product.sizes.depth);
        lines.for_each(|(b, packed)| packed.copy_from_slice(&b[..width]));
        b = Rows::new(packed, width);
    }
    let mut row = 0;
    // SAFETY: the rows of each tile are there, as the conditions say.
    unsafe {
        while N == 1 && rows - row >= 12 {
            tile::<V, 12, N>(product, b, row..row + 12, column);
            row += 12;
        }
        while rows - row >= 6 {
            tile::<V, 6, N>(product, b, row..row + 6, column);
            row += 6;
        }
        if rows - row >= 4 {
            tile::<V, 4, N>(product, b, row..row + 4, column);
            row += 4;
        }
        if rows - row >= 2 {
            tile::<V, 2, N>(product, b, row..row + 2, column);
            row += 2;
        }
        if rows > row {
            tile::<V, 1, N>(product, b, row..row + 1, column);
        }
    }
}

/// A tile of `R` rows and `N` vectors.
#[inline(always)]
#[allow(unsafe_code, reason = "pointers of matrices that were checked")]
unsafe fn tile<V: Vector, const R: usize, const N: usize>(
    product: &Product<'_>,
    b: Rows<'_>,
    rows: Range<usize>,
    column: usize,
) {
    let Product { y, a, sizes, .. } = product;
    // SAFETY: rows and columns of the tile lie in the matrices, which lie in their slices.
    unsafe {
        let mut sums = [[V::all(0.0); N]; R];
        let first = a.values.as_ptr().add(rows.start * a.row);
        let mut right = b.values.as_ptr();
        for block in a.blocks {
            let mut left = first.wrapping_add(*block);
            for _ in 0..sizes.depth / a.blocks.len() {
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
unsafe fn with_avx512(product: &Product<'_>, packed: &mut [f32]) {
    // SAFETY: as the caller promises.
    unsafe { bands::<Avx512>(product, packed) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
#[allow(unsafe_code, reason = "pointers of matrices that were checked")]
unsafe fn with_avx2(product: &Product<'_>, packed: &mut [f32]) {
    // SAFETY: as the caller promises.
    unsafe { bands::<Avx2>(product, packed) }
}

#[cfg(test)]
mod tests;
