//! Fields, their values, and regions of their grids.

use crate::code::{Code, Result};

/// Axes of a field, at most; components of a vector count as one.
pub const MAX_RANK: usize = 4;

/// Bytes of the name of a field, at most.
pub const MAX_NAME: usize = 256;

/// Number type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Dtype {
    /// 32-bit floating point.
    F32 = 1,
    /// 64-bit floating point.
    F64 = 2,
}

impl Dtype {
    /// Bytes of a value.
    pub fn size(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// The type with this number, if there is one: 1 for 32-bit, 2 for 64-bit.
    pub fn from_number(number: u8) -> Option<Self> {
        [Self::F32, Self::F64]
            .into_iter()
            .find(|dtype| *dtype as u8 == number)
    }
}

/// A field of a simulation as it is declared: its name, number type and global shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Name, as the recipe of the training has it.
    pub name: String,
    /// Number type.
    pub dtype: Dtype,
    /// Points along each axis, `x` first: `[x]`, `[x, y]`, `[x, y, z]`; components of a vector come as a last axis.
    pub shape: Vec<usize>,
}

impl Field {
    /// A field that is checked.
    ///
    /// # Errors
    /// [`Code::Argument`] for a name that is empty or too long, [`Code::Shape`] for no axes or more than [`MAX_RANK`],
    /// an axis without points, or more values than memory could hold.
    pub fn new(name: &str, dtype: Dtype, shape: &[usize]) -> Result<Self> {
        if name.is_empty() || name.len() > MAX_NAME {
            let text = format!(
                "a field's name has 1 to {MAX_NAME} bytes, not {}",
                name.len()
            );
            return Err(Code::Argument.error(text));
        }
        if shape.is_empty() || shape.len() > MAX_RANK {
            let rank = shape.len();
            let text = format!("field `{name}` has {rank} axes; 1 to {MAX_RANK} are possible");
            return Err(Code::Shape.error(text));
        }
        let bytes = cells(shape).and_then(|cells| cells.checked_mul(dtype.size()));
        if bytes.is_none_or(|bytes| bytes == 0 || bytes > isize::MAX as usize) {
            let text = format!("field `{name}` with shape {shape:?} has no values, or too many");
            return Err(Code::Shape.error(text));
        }
        Ok(Self {
            name: name.to_owned(),
            dtype,
            shape: shape.to_vec(),
        })
    }

    /// Values of one frame.
    pub fn cells(&self) -> usize {
        self.shape.iter().product()
    }

    /// Bytes of one frame.
    pub fn bytes(&self) -> usize {
        self.cells() * self.dtype.size()
    }

    /// Checks that a block lies inside and holds values of this type.
    pub(crate) fn check(&self, region: &Region, dtype: Dtype) -> Result<()> {
        let name = &self.name;
        if dtype != self.dtype {
            let text = format!("field `{name}` is {:?}, the block is {dtype:?}", self.dtype);
            return Err(Code::Field.error(text));
        }
        let rank = self.shape.len();
        if region.offset.len() != rank || region.shape.len() != rank {
            let found = region.shape.len();
            let text = format!("field `{name}` has {rank} axes, the block {found}");
            return Err(Code::Shape.error(text));
        }
        let axes = self.shape.iter().zip(&region.offset).zip(&region.shape);
        for ((points, offset), length) in axes {
            let end = offset.checked_add(*length);
            if *length == 0 || end.is_none_or(|end| end > *points) {
                let text = format!(
                    "a block at {:?} of shape {:?} does not lie inside of field `{name}` of shape {:?}",
                    region.offset, region.shape, self.shape
                );
                return Err(Code::Shape.error(text));
            }
        }
        Ok(())
    }
}

/// Product of the points of all axes, unless it overflows.
pub(crate) fn cells(shape: &[usize]) -> Option<usize> {
    shape
        .iter()
        .try_fold(1usize, |cells, points| cells.checked_mul(*points))
}

/// A box of grid points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// Its first point along each axis.
    pub offset: Vec<usize>,
    /// Its points along each axis.
    pub shape: Vec<usize>,
}

impl Region {
    /// The whole of a field.
    pub fn whole(shape: &[usize]) -> Self {
        Self {
            offset: vec![0; shape.len()],
            shape: shape.to_vec(),
        }
    }

    pub(crate) fn cells(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether both have a point in common; of equal ranks.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        (0..self.offset.len()).all(|axis| {
            self.offset[axis] < other.offset[axis] + other.shape[axis]
                && other.offset[axis] < self.offset[axis] + self.shape[axis]
        })
    }
}

/// Values of a field or block, row-major: the last axis is the fastest.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// In 32-bit.
    F32(Vec<f32>),
    /// In 64-bit.
    F64(Vec<f64>),
}

impl Values {
    pub(crate) fn zeros(dtype: Dtype, cells: usize) -> Self {
        match dtype {
            Dtype::F32 => Self::F32(vec![0.0; cells]),
            Dtype::F64 => Self::F64(vec![0.0; cells]),
        }
    }

    /// Their type.
    pub fn dtype(&self) -> Dtype {
        match self {
            Self::F32(_) => Dtype::F32,
            Self::F64(_) => Dtype::F64,
        }
    }

    /// Their number.
    pub fn len(&self) -> usize {
        match self {
            Self::F32(values) => values.len(),
            Self::F64(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values in 32-bit, converted where they are in 64-bit.
    pub fn into_f32(self) -> Vec<f32> {
        match self {
            Self::F32(values) => values,
            Self::F64(values) => values.into_iter().map(|value| value as f32).collect(),
        }
    }

    pub(crate) fn are_finite(&self) -> bool {
        match self {
            Self::F32(values) => all_finite(values),
            Self::F64(values) => all_finite(values),
        }
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        match self {
            Self::F32(values) => bytemuck::cast_slice_mut(values),
            Self::F64(values) => bytemuck::cast_slice_mut(values),
        }
    }

    /// Copies a block into its place in a field of this shape; both of one type.
    pub(crate) fn scatter(&mut self, shape: &[usize], region: &Region, block: &Self) {
        match (self, block) {
            (Self::F32(field), Self::F32(block)) => scatter(field, shape, region, block),
            (Self::F64(field), Self::F64(block)) => scatter(field, shape, region, block),
            _ => unreachable!("blocks are checked against their field"),
        }
    }
}

fn scatter<T: Copy>(field: &mut [T], shape: &[usize], region: &Region, block: &[T]) {
    let row = region.shape.last().copied().unwrap_or(1);
    let mut index = vec![0; shape.len()];
    for values in block.chunks_exact(row) {
        let start = (0..shape.len()).fold(0, |start, axis| {
            start * shape[axis] + region.offset[axis] + index[axis]
        });
        field[start..start + row].copy_from_slice(values);
        advance(&mut index, &region.shape);
    }
}

/// The next row of a block: the last axis stays, the others count like an odometer.
pub(crate) fn advance(index: &mut [usize], shape: &[usize]) {
    for axis in (0..shape.len().saturating_sub(1)).rev() {
        index[axis] += 1;
        if index[axis] < shape[axis] {
            return;
        }
        index[axis] = 0;
    }
}

/// A number type of fields: `f32` or `f64`.
pub trait Element: bytemuck::Pod + sealed::Sealed {
    /// Its name on the wire.
    const DTYPE: Dtype;
    /// Whether it is neither NaN nor an infinity.
    fn is_finite(self) -> bool;
    /// Its bytes in little-endian order.
    fn append(self, bytes: &mut Vec<u8>);
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

impl Element for f32 {
    const DTYPE: Dtype = Dtype::F32;
    fn is_finite(self) -> bool {
        self.is_finite()
    }
    fn append(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }
}

impl Element for f64 {
    const DTYPE: Dtype = Dtype::F64;
    fn is_finite(self) -> bool {
        self.is_finite()
    }
    fn append(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }
}

/// Whether all are finite, a stretch at a time so that the loop runs in vectors.
pub(crate) fn all_finite<T: Element>(values: &[T]) -> bool {
    let finite = |stretch: &[T]| {
        stretch
            .iter()
            .fold(true, |all, value| all & value.is_finite())
    };
    values.chunks(1024).all(finite)
}
