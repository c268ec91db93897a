//! Matrices that products of tiles read.

/// A matrix that is read, by the distance of its rows and, for the first factor, of its columns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub(super) values: &'a [f32],
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) in_bands: bool,
    /// Places where blocks of adjacent columns begin; all blocks have as many.
    pub(super) blocks: &'a [usize],
}

impl<'a> Rows<'a> {
    /// Rows of adjacent numbers that start `row` numbers apart.
    pub(crate) fn new(values: &'a [f32], row: usize) -> Self {
        Self {
            values,
            row,
            column: 1,
            in_bands: false,
            blocks: &[0],
        }
    }

    /// The same rows with columns in blocks of equal size, which begin at these places of a row.
    pub(in crate::kernel) fn with_blocks(self, blocks: &'a [usize]) -> Self {
        Self { blocks, ..self }
    }

    /// The same numbers as [`in_bands`](super::in_bands) lays them.
    pub(in crate::kernel) fn in_bands(self) -> Self {
        Self {
            in_bands: true,
            ..self
        }
    }

    /// The same with columns `column` numbers apart.
    pub(crate) fn with_columns(self, column: usize) -> Self {
        Self { column, ..self }
    }

    /// Whether `rows` rows of `columns` numbers lie in the slice.
    pub(super) fn holds(&self, rows: usize, columns: usize) -> bool {
        let (Some(last), columns) = (self.blocks.iter().max(), columns / self.blocks.len().max(1))
        else {
            return false;
        };
        let end = |rows: usize| last + (rows - 1) * self.row + (columns - 1) * self.column;
        rows == 0 || columns == 0 || end(rows) < self.values.len()
    }

    /// Whether so many columns are blocks of equal size.
    pub(super) fn divides(&self, columns: usize) -> bool {
        columns.is_multiple_of(self.blocks.len())
    }
}
