//! A dataset of numbers, read by whichever of two libraries can.
//!
//! `hdf5-reader` reads most files, several threads at a time. What it does not know, `rust-hdf5` may: the compressions of
//! other packages, and values that lie in other files ([`elsewhere`](super::elsewhere)). Both give the values as they are
//! stored; those that are no plain numbers are made numbers here ([`element`](super::element)).

mod records;

use super::block;
use super::decoded::OtherSign;
use super::element::Element;
use super::elsewhere::Elsewhere;
use super::room::room;
use super::source::Attributes;
use super::{DatasetError, Dtype, words};
use hdf5_reader::error::Error;
use hdf5_reader::{Dataset, Datatype};
use std::path::Path;
use std::sync::Arc;

/// Attributes of netCDF that say which value stands for points without data.
const FILLS: [&str; 2] = ["_FillValue", "missing_value"];

/// Most bytes of a small chunk.
const SMALL: usize = 64 << 10;

/// Most chunks of a block that are looked up one by one.
const FEW: usize = 16;

/// Fewest chunks whose index is long.
const MANY: usize = 64;

/// A dataset of numbers.
pub(super) struct Numbers {
    name: String,
    /// Extents of the dataset, and behind them those of an array at every point.
    shape: Vec<usize>,
    /// None where the first library does not open it.
    first: Option<Stored>,
    second: Arc<Elsewhere>,
}

/// A dataset of the first library, and where its values have numbers.
struct Stored {
    path: String,
    dataset: Dataset,
    form: Form,
}

enum Form {
    Number(Element),
    /// Values without a number, `offset` bytes within the stored ones.
    Other {
        datatype: Datatype,
        offset: usize,
    },
}

impl Form {
    fn of(datatype: &Datatype, raw: Option<&[u8]>, offset: usize) -> Self {
        match Element::of(datatype, raw) {
            Some(element) => Self::Number(element.behind(offset)),
            None => Self::Other {
                datatype: datatype.clone(),
                offset,
            },
        }
    }
}

impl Numbers {
    /// A dataset that the first library opens.
    pub(super) fn new(name: String, dataset: Dataset, second: Arc<Elsewhere>) -> Self {
        let raw = match dataset.dtype() {
            Datatype::FixedPoint { .. } | Datatype::FloatingPoint { .. } => {
                dataset.raw_datatype().ok()
            }
            _ => None,
        };
        let stored = Stored {
            path: name.clone(),
            form: Form::of(dataset.dtype(), raw.as_deref(), 0),
            dataset,
        };
        Self::stored(name, stored, second)
    }

    fn stored(name: String, stored: Stored, second: Arc<Elsewhere>) -> Self {
        let Stored { dataset, form, .. } = &stored;
        let mut shape: Vec<usize> = dataset.shape().iter().map(|&n| n as usize).collect();
        if shape.is_empty() && dataset.num_elements().is_ok_and(|count| count == 0) {
            shape.push(0); // a dataset that was given no values at all
        }
        if let Form::Number(element) = form {
            shape.extend_from_slice(element.inner());
        }
        Self {
            name,
            shape,
            first: Some(stored),
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

    /// The extents of the chunks in which it is stored; none where it lies in one piece.
    pub(super) fn chunk(&self) -> Option<Vec<usize>> {
        self.described_chunk().filter(|chunk| !chunk.contains(&0))
    }

    /// The extents of the chunks as the file says, damaged or not.
    fn described_chunk(&self) -> Option<Vec<usize>> {
        let Some(first) = &self.first else {
            return self.second.chunk(&self.name);
        };
        let mut chunk: Vec<usize> = first
            .dataset
            .chunks()?
            .iter()
            .map(|&n| n as usize)
            .collect();
        let inner = self.shape.get(chunk.len()..)?;
        chunk.extend_from_slice(inner);
        Some(chunk)
    }

    /// Bytes of unpacked chunks that its file keeps until it is closed.
    pub(super) fn cached_bytes(&self) -> usize {
        let first = self.first.as_ref();
        first.map_or(0, |first| first.dataset.chunk_cache_stats().current_bytes)
    }

    /// Every value.
    pub(super) fn all(&self) -> Result<Vec<f64>, DatasetError> {
        self.read(&vec![0; self.shape.len()], &self.shape)
    }

    /// The values of a block, `count` from `start` on along every axis, the last axis fastest.
    pub(super) fn read(&self, start: &[usize], count: &[usize]) -> Result<Vec<f64>, DatasetError> {
        if count.contains(&0) {
            return Ok(Vec::new());
        }
        room(&self.name, count)?;
        let values = match &self.first {
            Some(first) => self.read_first(first, start, count),
            None => self.second.read(&self.name, start, count),
        };
        values.map_err(|error| {
            if self.second.has_changed() {
                DatasetError::changed(self.path())
            } else {
                error
            }
        })
    }

    fn read_first(
        &self,
        first: &Stored,
        start: &[usize],
        count: &[usize],
    ) -> Result<Vec<f64>, DatasetError> {
        let element = self.element(first)?;
        let plain = block::is_plain(&first.dataset, element);
        if plain && self.in_few_chunks(element, start, count) {
            // What it refuses, the first library says why.
            if let Ok(values) = self.second.read(&first.path, start, count) {
                return Ok(values);
            }
        }
        match block::read(&first.dataset, element, start, count) {
            Ok(values) => Ok(values),
            Err(error) if !self.for_second(first, &error) => {
                let place = self.place(start);
                Err(DatasetError::unreadable(self.path(), &place)(error))
            }
            Err(_) if plain => self.second.read(&first.path, start, count),
            Err(_) => {
                let whole = self.second.bytes(&first.path)?;
                let outer = first.dataset.shape().len();
                let shape = &self.shape[..outer];
                Ok(block::cut(&whole, shape, element, start, count))
            }
        }
    }

    /// Whether the second library may read what the first one does not.
    fn for_second(&self, first: &Stored, error: &Error) -> bool {
        let much = matches!(error, Error::ResourceLimit(_));
        for_second(error) || much && self.second.is_apart(&first.path)
    }

    /// Whether a block lies in few of many small chunks: the second library keeps their index, which the first one reads
    /// anew each time and for longer than it unpacks them.
    fn in_few_chunks(&self, element: &Element, start: &[usize], count: &[usize]) -> bool {
        let Some(chunk) = self.chunk() else {
            return false;
        };
        let product = |of: &mut dyn Iterator<Item = usize>| of.fold(1, usize::saturating_mul);
        let values = product(&mut chunk.iter().copied());
        let axes = chunk.iter().zip(start.iter().zip(count));
        let mut touched = axes.map(|(&c, (&start, &n))| (start + n).div_ceil(c) - start / c);
        let mut all = self.shape.iter().zip(&chunk).map(|(n, c)| n.div_ceil(*c));
        values.saturating_mul(element.dtype().size()) <= SMALL
            && product(&mut touched) <= FEW
            && product(&mut all) >= MANY
    }

    /// Place of the number in every value of the dataset.
    fn element<'a>(&self, first: &'a Stored) -> Result<&'a Element, DatasetError> {
        match &first.form {
            Form::Number(element) => Ok(element),
            Form::Other { datatype, .. } => Err(DatasetError::Invalid {
                path: self.path().to_path_buf(),
                what: format!(
                    "`{}` holds {}",
                    self.name,
                    words::no_numbers(&self.name, datatype)
                ),
            }),
        }
    }

    /// A list of words of an attribute; none when it has no such attribute.
    pub(super) fn words(&self, attribute: &str) -> Option<Vec<String>> {
        self.first.as_ref()?.dataset.words(attribute)
    }

    /// Truth values, however they are stored.
    pub(super) fn truths(&self) -> Result<Vec<bool>, DatasetError> {
        let values = self.all()?.into_iter();
        Ok(values.map(|value| value.abs() > 0.5).collect())
    }

    /// Precision that holds its values.
    pub(super) fn dtype(&self) -> Result<Dtype, DatasetError> {
        match &self.first {
            Some(first) => Ok(self.element(first)?.dtype()),
            None => self.second.dtype(&self.name),
        }
    }

    /// A list of truth values of an attribute; none when it has no such attribute.
    pub(super) fn flags(&self, attribute: &str) -> Option<Vec<bool>> {
        match &self.first {
            Some(first) => first.dataset.flags(attribute),
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
            Some(first) => first.dataset.stored(attribute).is_some(),
            None => self.second.has(&self.name, attribute),
        }
    }

    /// One number of an attribute; none when it has no such attribute.
    pub(super) fn number(&self, attribute: &str) -> Option<f64> {
        match &self.first {
            Some(first) => first.dataset.number(attribute),
            None => self.second.number(&self.name, attribute),
        }
    }

    /// The type as `_Unsigned` says it is meant; none where it is meant as it is stored.
    pub(super) fn other_sign(&self) -> Option<OtherSign> {
        let first = self.first.as_ref()?;
        let attribute = first.dataset.word("_Unsigned")?;
        self.element(first).ok()?.other_sign(Some(&attribute))
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
}

/// Whether the second library may read what the first one does not.
fn for_second(error: &Error) -> bool {
    match error {
        Error::UnsupportedFilter(_) => true,
        // Values in another file, for which the first library was given no way to find it.
        Error::Other(what) => what.starts_with("external raw data file"),
        Error::Context { source, .. } => for_second(source),
        _ => false,
    }
}
