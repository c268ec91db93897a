//! From the weights of a module to arrays.

use super::{Arrays, Path, Source};
use burn::module::{ModuleVisitor, Param};
use burn::tensor::Tensor;

/// Collects every weight.
pub(super) struct Writer<F> {
    source: F,
    path: Path,
    pub(super) arrays: Arrays,
}

impl<F: Fn(&[&str]) -> Source> Writer<F> {
    pub(super) fn new(source: F) -> Self {
        Self {
            source,
            path: Path::default(),
            arrays: Arrays::default(),
        }
    }
}

impl<F: Fn(&[&str]) -> Source> ModuleVisitor for Writer<F> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.0.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.0.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let source = self.path.with(&self.source);
        let data = param.val().into_data().convert::<f32>();
        let values = data.try_to_vec::<f32>().expect("converted to f32");
        let array = source.array(values, param.lazy_shape().as_slice());
        let known = self.arrays.get(&source.name).is_some();
        assert!(!known, "`{}` is the name of one weight", source.name);
        self.arrays.insert(&source.name, array);
    }
}
