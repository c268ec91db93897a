//! Weights outside of a network: arrays by name, under our names or those of other programs.
//!
//! A [`Dialect`] says how arrays are called and how their axes are ordered. For each weight, known by the path of its
//! modules, a [`Source`] says where it stands; read and written the same way, so that one is the inverse of the other.

mod carry;
mod dialect;
mod error;
mod layout;
mod places;
mod read;
mod untraced;
mod write;

pub use carry::{Carried, Mix, Placed};
pub use dialect::{Dialect, Reading};
pub use error::{ImportError, Misshapen, Named};
pub use layout::{Layout, Source};
pub use places::{ChannelNames, Places};
pub use untraced::Untraced;

use burn::module::Module;
use read::Reader;
use std::collections::BTreeMap;
use std::fmt;
use write::Writer;

/// Numbers on the host, the last axis of the shape fastest.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    shape: Vec<usize>,
    values: Vec<f32>,
}

impl Array {
    /// An array of this shape.
    ///
    /// # Panics
    /// When there are not as many values as the shape says.
    pub fn new(shape: &[usize], values: Vec<f32>) -> Self {
        let count = shape.iter().product::<usize>();
        assert_eq!(
            count,
            values.len(),
            "an array of shape {shape:?} has as many values"
        );
        Self {
            shape: shape.to_vec(),
            values,
        }
    }

    /// Its shape.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Its values.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The array with its axes in another order.
    fn permuted(&self, order: &[usize]) -> Vec<f32> {
        let stride = |axis: usize| self.shape[axis + 1..].iter().product::<usize>();
        let axes = order.iter().map(|&axis| (self.shape[axis], stride(axis)));
        let (lengths, strides): (Vec<_>, Vec<_>) = axes.unzip();
        let source = |mut index: usize| {
            let mut position = 0;
            for axis in (0..order.len()).rev() {
                position += index % lengths[axis] * strides[axis];
                index /= lengths[axis];
            }
            self.values[position]
        };
        (0..self.values.len()).map(source).collect()
    }
}

/// Arrays by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Arrays(BTreeMap<String, Array>);

impl Arrays {
    /// Every weight of `module` under the name, and in the layout, that `source` has for its path.
    pub fn of<M: Module>(module: &M, source: impl Fn(&[&str]) -> Source) -> Self {
        let mut writer = Writer::new(source);
        module.visit(&mut writer);
        writer.arrays
    }

    /// `module` with every weight read from the array that `source` names for its path.
    ///
    /// # Errors
    /// When arrays are missing, have other shapes, or are not read.
    pub fn read_into<M: Module>(
        &self,
        module: M,
        source: impl Fn(&[&str]) -> Source,
    ) -> Result<M, ImportError> {
        let mut reader = Reader::new(self, source);
        let module = module.map(&mut reader);
        reader.end().map(|()| module)
    }

    /// Adds an array, or replaces the one of this name.
    pub fn insert(&mut self, name: &str, array: Array) {
        self.0.insert(name.to_owned(), array);
    }

    /// The array of this name.
    pub fn get(&self, name: &str) -> Option<&Array> {
        self.0.get(name)
    }

    /// Names and arrays, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Array)> {
        self.0.iter().map(|(name, array)| (name.as_str(), array))
    }

    /// Number of arrays.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Number of values of all arrays.
    pub fn num_values(&self) -> usize {
        self.0.values().map(|array| array.values.len()).sum()
    }
}

impl FromIterator<(String, Array)> for Arrays {
    fn from_iter<I: IntoIterator<Item = (String, Array)>>(arrays: I) -> Self {
        Self(arrays.into_iter().collect())
    }
}

/// The path of a weight while modules are entered and left.
#[derive(Debug, Default)]
struct Path(Vec<String>);

impl Path {
    fn with<T>(&self, read: impl FnOnce(&[&str]) -> T) -> T {
        let parts: Vec<&str> = self.0.iter().map(String::as_str).collect();
        read(&parts)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join("."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_moved_with_their_values() {
        let values: Vec<f32> = (0..6).map(|i| i as f32).collect();
        let array = Array::new(&[2, 3], values); // [[0, 1, 2], [3, 4, 5]]
        assert_eq!(array.permuted(&[1, 0]), [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
    }
}
