//! Weights of other programs: arrays by name, and where each weight of a network stands among them.

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Shape, Tensor, TensorData};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// Why arrays are not the weights of a network.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ImportError {
    /// A weight has no array.
    #[error("`{name}` is missing: the network's `{path}` is read from it")]
    Missing {
        /// Name of the array.
        name: String,
        /// Path of the weight in the network.
        path: String,
    },
    /// The array has another shape than the weight.
    #[error("`{name}` has the shape {found:?}, which does not fit `{path}` of shape {expected:?}")]
    Shape {
        /// Name of the array.
        name: String,
        /// Path of the weight in the network.
        path: String,
        /// Shape of the array, as it is stored.
        found: Vec<usize>,
        /// Shape of the weight.
        expected: Vec<usize>,
    },
    /// An array that no weight is read from.
    #[error("`{name}` belongs to no weight of this network: its options are others")]
    Unused {
        /// Name of the array.
        name: String,
    },
}

/// Order of the axes of an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// As here.
    Plain,
    /// A dense layer, or a convolution with kernel 1: `[outputs, inputs, …]`.
    Dense,
    /// A convolution: `[outputs, inputs, kernel …]`.
    Convolution,
    /// A transposed convolution: `[inputs, outputs, kernel …]`.
    TransposedConvolution,
    /// A spectral convolution: `[inputs, outputs, modes …, 2]`, the last axis real and imaginary part.
    Spectral,
}

impl Layout {
    /// The axes of an array of rank `rank` in the order that they have here.
    fn order(self, rank: usize) -> Vec<usize> {
        let kernel = 2..rank;
        match self {
            Self::Plain => (0..rank).collect(),
            Self::Dense | Self::Convolution => kernel.chain([1, 0]).collect(),
            Self::TransposedConvolution => [0].into_iter().chain(kernel).chain([1]).collect(),
            Self::Spectral => (2..rank - 1).rev().chain([0, rank - 1, 1]).collect(),
        }
    }

    /// The shape here of an array that is stored with the shape `stored`, the axes of a kernel counted together.
    fn shape(self, stored: &[usize]) -> Option<Vec<usize>> {
        if self == Self::Plain {
            return Some(stored.to_vec());
        }
        let (&first, rest) = stored.split_first()?;
        let (&second, kernel) = rest.split_first()?;
        let taps = kernel.iter().product();
        match self {
            Self::Dense => (taps == 1).then(|| vec![second, first]),
            Self::Convolution => Some(vec![taps, second, first]),
            Self::Spectral => {
                let complex = kernel.len() > 1 && kernel.last() == Some(&2);
                complex.then(|| vec![taps / 2, first, 2 * second])
            }
            _ => Some(vec![first, taps, second]),
        }
    }
}

/// Where a weight is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Name of the array.
    pub name: String,
    /// Order of its axes.
    pub layout: Layout,
}

/// Arrays by name.
#[derive(Debug, Clone, Default)]
pub struct Arrays(BTreeMap<String, (Vec<usize>, Vec<f32>)>);

impl Arrays {
    /// Adds `values`, the last axis of `shape` fastest.
    ///
    /// # Panics
    /// When there are not as many values as the shape says.
    pub fn insert(&mut self, name: &str, shape: &[usize], values: Vec<f32>) {
        let count = shape.iter().product::<usize>();
        assert_eq!(count, values.len(), "`{name}` has the shape {shape:?}");
        self.0.insert(name.to_owned(), (shape.to_vec(), values));
    }

    /// `module` with every weight read from the array that `source` names for its path.
    ///
    /// # Errors
    /// When an array is missing, has another shape, or is not read.
    pub fn read_into<M: Module>(
        &self,
        module: M,
        source: impl Fn(&[&str]) -> Source,
    ) -> Result<M, ImportError> {
        let mut reader = Reader {
            arrays: self,
            source,
            path: Vec::new(),
            read: BTreeSet::new(),
            error: None,
        };
        let module = module.map(&mut reader);
        let Reader { read, error, .. } = reader;
        let unused = self.0.keys().find(|name| !read.contains(*name));
        match (error, unused) {
            (Some(error), _) => Err(error),
            (None, Some(name)) => Err(ImportError::Unused { name: name.clone() }),
            (None, None) => Ok(module),
        }
    }
}

struct Reader<'a, F> {
    arrays: &'a Arrays,
    source: F,
    path: Vec<String>,
    read: BTreeSet<String>,
    error: Option<ImportError>,
}

impl<F: Fn(&[&str]) -> Source> Reader<'_, F> {
    /// The values of the weight at the current path.
    fn values(&mut self, expected: &[usize]) -> Result<Vec<f32>, ImportError> {
        let parts: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let (Source { name, layout }, path) = ((self.source)(&parts), parts.join("."));
        let Some((shape, values)) = self.arrays.0.get(&name) else {
            return Err(ImportError::Missing { name, path });
        };
        let fits = |axes: Vec<usize>| long(&axes) == long(expected);
        if !layout.shape(shape).is_some_and(fits) {
            return Err(ImportError::Shape {
                name,
                path,
                found: shape.clone(),
                expected: expected.to_vec(),
            });
        }
        self.read.insert(name);
        Ok(permuted(values, shape, &layout.order(shape.len())))
    }
}

impl<F: Fn(&[&str]) -> Source> ModuleMapper for Reader<'_, F> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if self.error.is_some() {
            return param;
        }
        let shape = param.lazy_shape();
        match self.values(shape.as_slice()) {
            Err(error) => {
                self.error = Some(error);
                param
            }
            Ok(values) => param.map(|weight| {
                let tracked = weight.is_require_grad();
                let data = TensorData::new(values, Shape::from(shape.as_slice().to_vec()));
                Tensor::from_data(data, &weight.device()).set_require_grad(tracked)
            }),
        }
    }
}

/// The lengths of all axes that hold more than one value; the others change nothing.
fn long(axes: &[usize]) -> Vec<usize> {
    let long = axes.iter().copied().filter(|&length| length > 1);
    long.collect()
}

/// The values with their axes in another order.
fn permuted(values: &[f32], shape: &[usize], order: &[usize]) -> Vec<f32> {
    let rank = shape.len();
    let stride = |axis: usize| shape[axis + 1..].iter().product::<usize>();
    let (lengths, strides): (Vec<_>, Vec<_>) = order
        .iter()
        .map(|&axis| (shape[axis], stride(axis)))
        .unzip();
    let source = |mut index: usize| {
        let mut position = 0;
        for axis in (0..rank).rev() {
            position += index % lengths[axis] * strides[axis];
            index /= lengths[axis];
        }
        values[position]
    };
    (0..values.len()).map(source).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_moved_with_their_values() {
        let values: Vec<f32> = (0..6).map(|i| i as f32).collect(); // [[0, 1, 2], [3, 4, 5]]
        assert_eq!(
            permuted(&values, &[2, 3], &[1, 0]),
            [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]
        );
        for (layout, stored, order, shape) in [
            (Layout::Plain, &[5][..], &[0][..], Some(vec![5])),
            (Layout::Dense, &[7, 5], &[1, 0], Some(vec![5, 7])),
            (Layout::Dense, &[7, 5, 1], &[2, 1, 0], Some(vec![5, 7])),
            (Layout::Dense, &[7, 5, 3], &[2, 1, 0], None),
            (Layout::Dense, &[7], &[1, 0], None),
            (
                Layout::Convolution,
                &[7, 5, 3, 3],
                &[2, 3, 1, 0],
                Some(vec![9, 5, 7]),
            ),
            (
                Layout::TransposedConvolution,
                &[7, 5, 4, 4],
                &[0, 2, 3, 1],
                Some(vec![7, 16, 5]),
            ),
            (
                Layout::Spectral,
                &[7, 5, 4, 3, 2],
                &[3, 2, 0, 4, 1],
                Some(vec![12, 7, 10]),
            ),
            (Layout::Spectral, &[7, 5, 4, 3], &[2, 0, 3, 1], None),
        ] {
            assert_eq!(layout.shape(stored), shape, "{layout:?}");
            if shape.is_some() {
                assert_eq!(layout.order(stored.len()), order, "{layout:?}");
            }
        }
    }
}
