//! Blocks of a dataset of HDF5 as 64-bit floats, by the library that reads most files.

use super::array::rows;
use super::element::{Element, Long, Short, is_short};
use hdf5_reader::error::Error;
use hdf5_reader::{Dataset, Datatype, H5Type, SliceInfo, SliceInfoElem};

/// The numbers of a block, `count` from `start` on along every axis; those of an array at every point have axes behind
/// those of the dataset.
pub(super) fn read(
    dataset: &Dataset,
    element: &Element,
    start: &[usize],
    count: &[usize],
) -> Result<Vec<f64>, Error> {
    let outer = dataset.shape().len();
    let block = Block::new(&start[..outer], &count[..outer]);
    let inner = (&start[outer..], &count[outer..]);
    let plain = is_plain(dataset, element);
    match dataset.dtype() {
        &Datatype::FloatingPoint { size, .. } if plain => match size {
            4 => block.convert(dataset, |v: f32| v.into()),
            _ => block.convert(dataset, |v: f64| v),
        },
        &Datatype::FixedPoint { size, signed, .. } if plain => match (size, signed) {
            (1, true) => block.convert(dataset, |v: i8| v.into()),
            (1, false) => block.convert(dataset, |v: u8| v.into()),
            (2, true) => block.convert(dataset, |v: i16| v.into()),
            (2, false) => block.convert(dataset, |v: u16| v.into()),
            (4, true) => block.convert(dataset, |v: i32| v.into()),
            (4, false) => block.convert(dataset, |v: u32| v.into()),
            (_, true) => block.convert(dataset, |v: i64| v as f64),
            (_, false) => block.convert(dataset, |v: u64| v as f64),
        },
        datatype if is_short(datatype) => block.decode::<Short>(dataset, element, inner),
        _ => block.decode::<Long>(dataset, element, inner),
    }
}

/// Whether the values of a dataset are numbers that both libraries convert themselves.
pub(super) fn is_plain(dataset: &Dataset, element: &Element) -> bool {
    let number = matches!(
        dataset.dtype(),
        Datatype::FixedPoint { .. } | Datatype::FloatingPoint { .. }
    );
    number && element.is_plain()
}

/// The numbers of a block out of the bytes of a whole dataset of this shape.
pub(super) fn cut(
    whole: &[u8],
    shape: &[usize],
    element: &Element,
    start: &[usize],
    count: &[usize],
) -> Vec<f64> {
    let outer = shape.len();
    let values: usize = shape.iter().product();
    let size = (whole.len() / values.max(1)).max(1);
    let mut out = Vec::with_capacity(count.iter().product());
    rows(shape, &start[..outer], &count[..outer], |row| {
        for value in whole[row.start * size..row.end * size].chunks(size) {
            element.put(value, &start[outer..], &count[outer..], &mut out);
        }
    });
    out
}

/// A block of a dataset; of a dataset without axes, its value.
struct Block(SliceInfo);

impl Block {
    fn new(start: &[usize], count: &[usize]) -> Self {
        let axes = start.iter().zip(count);
        let axes = axes.map(|(&start, &count)| SliceInfoElem::Slice {
            start: start as u64,
            end: (start + count) as u64,
            step: 1,
        });
        Self(SliceInfo {
            selections: axes.collect(),
        })
    }

    /// Numbers that the library converts.
    fn convert<T: H5Type + Copy>(
        &self,
        dataset: &Dataset,
        convert: impl Fn(T) -> f64,
    ) -> Result<Vec<f64>, Error> {
        self.collect(dataset, |&value: &T, out| out.push(convert(value)))
    }

    /// Numbers in values as they are stored.
    fn decode<T: H5Type + AsRef<[u8]>>(
        &self,
        dataset: &Dataset,
        element: &Element,
        (start, count): (&[usize], &[usize]),
    ) -> Result<Vec<f64>, Error> {
        self.collect(dataset, |value: &T, out| {
            element.put(value.as_ref(), start, count, out);
        })
    }

    fn collect<T: H5Type>(
        &self,
        dataset: &Dataset,
        put: impl Fn(&T, &mut Vec<f64>),
    ) -> Result<Vec<f64>, Error> {
        let values = if self.0.selections.is_empty() {
            dataset.read_array::<T>()?
        } else {
            dataset.read_slice::<T>(&self.0)?
        };
        let mut out = Vec::with_capacity(values.len());
        for value in &values {
            put(value, &mut out);
        }
        Ok(out)
    }
}
