//! Parts of a network by the names of its modules.

use crate::Model;
use burn::module::{Module, ModuleVisitor, Param, ParamId};
use burn::tensor::Tensor;
use std::collections::BTreeSet;

/// The names of the parts at the top of the network, in order.
pub fn names(surrogate: &Model) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (path, _) in weights(surrogate) {
        let name = path.split('.').next().unwrap_or_default().to_owned();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The weights of a part: those whose names begin with `part`, word by word; none where there is no such part.
pub fn of(surrogate: &Model, part: &str) -> BTreeSet<ParamId> {
    let inside = |path: &str| {
        let rest = path.strip_prefix(part);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let all = weights(surrogate).into_iter();
    all.filter(|(path, _)| inside(path))
        .map(|(_, id)| id)
        .collect()
}

/// Names of all weights within the network, `blocks.0.weight`, with their ids.
fn weights(surrogate: &Model) -> Vec<(String, ParamId)> {
    let mut weights = Weights::default();
    surrogate.network.visit(&mut weights);
    weights.found
}

#[derive(Default)]
struct Weights {
    path: Vec<String>,
    found: Vec<(String, ParamId)>,
}

impl ModuleVisitor for Weights {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        // The first word is the variant of the network.
        let path = self.path.get(1..).unwrap_or_default().join(".");
        self.found.push((path, param.id));
    }
}
