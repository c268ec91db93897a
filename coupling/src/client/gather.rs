//! Blocks of arrays, with strides, as rows of values.

use crate::code::{Code, Result};
use crate::field::{Element, Region, advance, all_finite, cells};
use crate::wire::Body;

/// A block of values in an array of the caller.
///
/// Strides count elements. Row-major order, the last axis fastest, is the usual one; [`column_major`](Self::column_major)
/// is that of Fortran, where the first axis is fastest.
///
/// ```
/// use ondine_coupling::Block;
/// let u = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
/// let rows = Block::new(&u, &[2, 3]); // u[x][y] of C
/// let columns = Block::new(&u, &[2, 3]).column_major(); // u(x, y) of Fortran
/// let right = Block::new(&u, &[2, 3]).at(&[0, 3]); // the right half of a field of [2, 6]
/// let interior = Block::new(&u, &[2]).from(1).strides(&[3]); // 2.0 and 5.0
/// ```
#[derive(Debug, Clone)]
pub struct Block<'a, T> {
    data: &'a [T],
    region: Region,
    start: usize,
    strides: Vec<isize>,
}

impl<'a, T: Element> Block<'a, T> {
    /// A block of this shape in row-major order, at the origin of its field.
    pub fn new(data: &'a [T], shape: &[usize]) -> Self {
        Self {
            data,
            region: Region::whole(shape),
            start: 0,
            strides: row_major(shape),
        }
    }

    /// The same block at another place of the field.
    #[must_use]
    pub fn at(mut self, offset: &[usize]) -> Self {
        self.region.offset = offset.to_vec();
        self
    }

    /// Elements from one point to the next along each axis; negative ones run backwards.
    #[must_use]
    pub fn strides(mut self, strides: &[isize]) -> Self {
        self.strides = strides.to_vec();
        self
    }

    /// Strides of Fortran: the first axis is the fastest.
    #[must_use]
    pub fn column_major(mut self) -> Self {
        let reversed: Vec<usize> = self.region.shape.iter().rev().copied().collect();
        self.strides = row_major(&reversed);
        self.strides.reverse();
        self
    }

    /// Index in the array of the block's first element: behind ghost cells, or at the end where strides are negative.
    #[must_use]
    pub fn from(mut self, start: usize) -> Self {
        self.start = start;
        self
    }

    pub(super) fn region(&self) -> &Region {
        &self.region
    }

    /// Checks that all its elements lie in the array.
    fn check(&self) -> Result<()> {
        let shape = &self.region.shape;
        if self.strides.len() != shape.len() {
            let (axes, strides) = (shape.len(), self.strides.len());
            let text =
                format!("a block of {axes} axes has {strides} strides; one per axis is needed");
            return Err(Code::Shape.error(text));
        }
        let reach = reach(shape, &self.strides);
        let inside = reach.is_some_and(|(low, high)| {
            let start = self.start as i128;
            low + start >= 0 && high + start < self.data.len() as i128
        });
        if !inside {
            let text = format!(
                "a block of shape {shape:?} and strides {:?} from element {} does not lie in an array of {} values",
                self.strides,
                self.start,
                self.data.len()
            );
            return Err(Code::Shape.error(text));
        }
        Ok(())
    }

    /// Appends the values, row-major.
    pub(super) fn append(&self, body: &mut Body) -> Result<()> {
        self.check()?;
        let before = body.len();
        body.reserve(self.region.cells() * T::DTYPE.size());
        let finite = if self.is_contiguous() {
            self.append_all(body)
        } else {
            self.append_rows(body)
        };
        if !finite {
            body.truncate(before);
            return Err(Code::NotFinite.error("the block has values that are NaN or infinite"));
        }
        Ok(())
    }

    fn is_contiguous(&self) -> bool {
        self.strides == row_major(&self.region.shape)
    }

    fn append_all(&self, body: &mut Body) -> bool {
        let values = &self.data[self.start..self.start + self.region.cells()];
        body.row(values);
        all_finite(values)
    }

    fn append_rows(&self, body: &mut Body) -> bool {
        let shape = &self.region.shape;
        let last = shape.len() - 1;
        let (length, stride) = (shape[last], self.strides[last]);
        let mut index = vec![0; shape.len()];
        let mut finite = true;
        for _ in 0..self.region.cells() / length {
            let axes = index.iter().zip(&self.strides);
            let offset: isize = axes.map(|(index, stride)| *index as isize * stride).sum();
            let start = self.start as isize + offset;
            if stride == 1 {
                let row = &self.data[start as usize..start as usize + length];
                body.row(row);
                finite &= all_finite(row);
            } else {
                let picked = (0..length as isize).map(|i| self.data[(start + i * stride) as usize]);
                body.picked(picked.inspect(|value| finite &= value.is_finite()));
            }
            advance(&mut index, shape);
        }
        finite
    }
}

/// Strides of C: the last axis is the fastest.
fn row_major(shape: &[usize]) -> Vec<isize> {
    let mut strides = vec![1isize; shape.len()];
    for axis in (0..shape.len().saturating_sub(1)).rev() {
        strides[axis] = strides[axis + 1].saturating_mul(shape[axis + 1] as isize);
    }
    strides
}

/// The lowest and highest element that a block reaches, counted from its first; none for an empty or impossible one.
///
/// ```
/// use ondine_coupling::reach;
/// assert_eq!(reach(&[2, 3], &[3, 1]), Some((0, 5)));
/// assert_eq!(reach(&[4], &[-2]), Some((-6, 0)));
/// ```
pub fn reach(shape: &[usize], strides: &[isize]) -> Option<(i128, i128)> {
    if shape.contains(&0) || cells(shape).is_none() || shape.len() != strides.len() {
        return None;
    }
    let ends = shape.iter().zip(strides);
    let ends = ends.map(|(points, stride)| (*points as i128 - 1) * *stride as i128);
    Some(ends.fold((0, 0), |(low, high), end| {
        (low + end.min(0), high + end.max(0))
    }))
}
