//! A dataset of numbers, read by whichever of two libraries can.
//!
//! `hdf5-reader` reads most files, several threads at a time. What it does not know, `rust-hdf5` may: 16-bit floats,
//! the compressions of other packages, and values that lie in other files ([`elsewhere`](super::elsewhere)). Both give the
//! values as they are stored.

use super::elsewhere::Elsewhere;
use super::source::Attributes;
use super::{DatasetError, Dtype, words};
use hdf5_reader::error::Error;
use hdf5_reader::{Attribute, Dataset, Datatype, H5Type, SliceInfo, SliceInfoElem};
use std::path::Path;
use std::sync::Arc;

/// Attributes of netCDF that say which value stands for points without data.
const FILLS: [&str; 2] = ["_FillValue", "missing_value"];

/// A dataset of numbers.
pub(super) struct Numbers {
    name: String,
    shape: Vec<usize>,
    /// None where the first library does not open it.
    first: Option<Dataset>,
    second: Arc<Elsewhere>,
}

impl Numbers {
    /// A dataset that the first library opens.
    pub(super) fn new(name: String, dataset: Dataset, second: Arc<Elsewhere>) -> Self {
        Self {
            shape: dataset.shape().iter().map(|&n| n as usize).collect(),
            name,
            first: Some(dataset),
            second,
        }
    }

    /// A dataset that only the second library opens.
    pub(super) fn by_second(name: String, second: Arc<Elsewhere>) -> Result<Self, DatasetError> {
        Ok(Self {
            shape: second.shape(&name)?,
            name,
            first: None,
            second,
        })
    }

    /// Its path in the file.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Its extent along every axis; nothing for a single value.
    pub(super) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Every value.
    pub(super) fn all(&self) -> Result<Vec<f64>, DatasetError> {
        self.read(&vec![0; self.shape.len()], &self.shape)
    }

    /// The values of a block, `count` from `start` on along every axis, the last axis fastest.
    pub(super) fn read(&self, start: &[usize], count: &[usize]) -> Result<Vec<f64>, DatasetError> {
        if let Some(first) = &self.first {
            match read(first, start, count) {
                Ok(values) => return Ok(values),
                Err(error) if for_second(&error) => {}
                Err(Error::TypeMismatch { .. }) => return Err(self.no_numbers(first)),
                Err(error) => {
                    let place = self.place(start);
                    return Err(DatasetError::unreadable(self.path(), &place)(error));
                }
            }
        }
        self.second.read(&self.name, start, count)
    }

    /// A list of words of an attribute; none when it has no such attribute.
    pub(super) fn words(&self, attribute: &str) -> Option<Vec<String>> {
        self.first.as_ref()?.words(attribute)
    }

    /// Truth values, however they are stored.
    pub(super) fn truths(&self) -> Result<Vec<bool>, DatasetError> {
        let bytes = match &self.first {
            Some(first) if matches!(first.dtype(), Datatype::Enum { .. }) => {
                first.read_raw_bytes().ok()
            }
            _ => None,
        };
        match bytes {
            Some(bytes) => Ok(bytes.into_iter().map(|byte| byte != 0).collect()),
            None => Ok(self.all()?.into_iter().map(|value| value > 0.5).collect()),
        }
    }

    /// Precision that holds its values.
    pub(super) fn dtype(&self) -> Result<Dtype, DatasetError> {
        let Some(first) = &self.first else {
            return self.second.dtype(&self.name);
        };
        match first.dtype() {
            Datatype::FloatingPoint { size: 2 | 4, .. }
            | Datatype::FixedPoint { size: 1 | 2, .. } => Ok(Dtype::F32),
            Datatype::FloatingPoint { size: 8, .. } | Datatype::FixedPoint { .. } => Ok(Dtype::F64),
            _ => Err(self.no_numbers(first)),
        }
    }

    /// A list of truth values of an attribute; none when it has no such attribute.
    pub(super) fn flags(&self, attribute: &str) -> Option<Vec<bool>> {
        match &self.first {
            Some(first) => first.flags(attribute),
            None => self.second.flags(&self.name, attribute),
        }
    }

    /// One truth value; false when there is none.
    pub(super) fn flag(&self, attribute: &str) -> bool {
        matches!(self.flags(attribute).as_deref(), Some([true, ..]))
    }

    /// Whether it has an attribute of this name.
    pub(super) fn has(&self, attribute: &str) -> bool {
        match &self.first {
            Some(first) => first.stored(attribute).is_some(),
            None => self.second.has(&self.name, attribute),
        }
    }

    /// One number of an attribute; none when it has no such attribute.
    pub(super) fn number(&self, attribute: &str) -> Option<f64> {
        match &self.first {
            Some(first) => first.number(attribute),
            None => self.second.number(&self.name, attribute),
        }
    }

    /// The values that stand for points without data, as attributes of netCDF declare them.
    pub(super) fn fill_values(&self) -> Vec<f64> {
        let declared = FILLS.iter().filter_map(|name| self.number(name));
        // A file of 32-bit numbers may declare one of 64 bits.
        declared
            .flat_map(|fill| [fill, f64::from(fill as f32)])
            .collect()
    }

    /// The part that is read, in words; fields have trajectories along their first axis.
    fn place(&self, start: &[usize]) -> String {
        match start {
            [trajectory, _, _, ..] => format!("trajectory {trajectory} of `{}`", self.name),
            _ => format!("`{}`", self.name),
        }
    }

    fn path(&self) -> &Path {
        self.second.path()
    }

    fn no_numbers(&self, dataset: &Dataset) -> DatasetError {
        let found = words::datatype(dataset.dtype());
        DatasetError::Invalid {
            path: self.path().to_path_buf(),
            what: format!(
                "`{}` holds {found}, which are not read: store it as 32-bit or 64-bit floats",
                self.name
            ),
        }
    }
}

impl Attributes for Dataset {
    fn stored(&self, name: &str) -> Option<Attribute> {
        self.attribute(name).ok()
    }
}

/// Whether the second library may read what the first one does not.
fn for_second(error: &Error) -> bool {
    match error {
        Error::UnsupportedFilter(_) => true,
        // Values in another file, for which the first library was given no way to find it.
        Error::Other(what) => what.starts_with("external raw data file"),
        Error::TypeMismatch { actual, .. } => actual.contains("FloatingPoint(size=2)"),
        Error::Context { source, .. } => for_second(source),
        _ => false,
    }
}

/// A block of values as 64-bit floats.
fn read(dataset: &Dataset, start: &[usize], count: &[usize]) -> Result<Vec<f64>, Error> {
    let block = Block::new(start, count);
    match dataset.dtype() {
        Datatype::FloatingPoint { size: 4, .. } => block.read(dataset, |v: f32| v.into()),
        Datatype::FixedPoint { size, signed, .. } => match (size, signed) {
            (1, true) => block.read(dataset, |v: i8| v.into()),
            (1, false) => block.read(dataset, |v: u8| v.into()),
            (2, true) => block.read(dataset, |v: i16| v.into()),
            (2, false) => block.read(dataset, |v: u16| v.into()),
            (4, true) => block.read(dataset, |v: i32| v.into()),
            (4, false) => block.read(dataset, |v: u32| v.into()),
            (_, true) => block.read(dataset, |v: i64| v as f64),
            (_, false) => block.read(dataset, |v: u64| v as f64),
        },
        _ => block.read(dataset, |v: f64| v),
    }
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

    fn read<T: H5Type + Copy>(
        &self,
        dataset: &Dataset,
        convert: impl Fn(T) -> f64,
    ) -> Result<Vec<f64>, Error> {
        let values = if self.0.selections.is_empty() {
            dataset.read_array::<T>()?
        } else {
            dataset.read_slice::<T>(&self.0)?
        };
        Ok(values.iter().copied().map(convert).collect())
    }
}
