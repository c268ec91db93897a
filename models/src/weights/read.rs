//! From arrays into the weights of a module.

use super::{Arrays, ImportError, Misshapen, Named, Path, Source};
use burn::module::{ModuleMapper, Param};
use burn::tensor::{Shape, Tensor, TensorData};
use std::collections::BTreeSet;

/// Replaces every weight and notes what is wrong.
pub(super) struct Reader<'a, F> {
    arrays: &'a Arrays,
    source: F,
    path: Path,
    read: BTreeSet<String>,
    error: ImportError,
}

impl<'a, F: Fn(&[&str]) -> Source> Reader<'a, F> {
    pub(super) fn new(arrays: &'a Arrays, source: F) -> Self {
        Self {
            arrays,
            source,
            path: Path::default(),
            read: BTreeSet::new(),
            error: ImportError::default(),
        }
    }

    /// The faults, once all weights were read.
    pub(super) fn end(mut self) -> Result<(), ImportError> {
        let rest = self.arrays.iter();
        let rest = rest.filter(|(name, _)| !self.read.contains(*name));
        self.error.unused = rest
            .map(|(name, array)| Named {
                name: name.to_owned(),
                shape: array.shape.clone(),
            })
            .collect();
        if self.error.is_empty() {
            Ok(())
        } else {
            Err(self.error)
        }
    }

    /// The values of the weight at the current path, which has the shape `own`.
    fn values(&mut self, own: &[usize]) -> Option<Vec<f32>> {
        let source = self.path.with(&self.source);
        let expected = source.shape(own);
        let Some(array) = self.arrays.get(&source.name) else {
            self.error.missing.push(Named {
                name: source.name,
                shape: expected,
            });
            return None;
        };
        self.read.insert(source.name.clone());
        if !array.values.iter().all(|value| value.is_finite()) {
            self.error.not_finite.push(Named {
                name: source.name.clone(),
                shape: array.shape.clone(),
            });
        }
        let values = source.values(array, own);
        if values.is_none() {
            self.error.misshapen.push(Misshapen {
                name: source.name,
                found: array.shape.clone(),
                expected,
            });
        }
        values
    }
}

impl<F: Fn(&[&str]) -> Source> ModuleMapper for Reader<'_, F> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.0.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.0.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let shape = param.lazy_shape();
        let Some(values) = self.values(shape.as_slice()) else {
            return param;
        };
        param.map(|weight| {
            let tracked = weight.is_require_grad();
            let data = TensorData::new(values, Shape::from(shape.as_slice().to_vec()));
            Tensor::from_data(data, &weight.device()).set_require_grad(tracked)
        })
    }
}
