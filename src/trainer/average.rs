//! Exponential moving average of weights: `ā ← d ā + (1 − d) w`.
//!
//! The decay starts low, `min(d, (1 + t)/(10 + t))`, so that early averages forget the random start.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::tensor::Tensor;
use ondine_models::Model;
use ondine_models::optimizer::blend;
use std::collections::HashMap;

/// A surrogate whose weights follow those of another.
#[derive(Debug, Clone)]
pub(crate) struct Average {
    /// The averaged surrogate, outside of automatic differentiation.
    pub(crate) surrogate: Model,
    decay: f64,
}

impl Average {
    /// An average that starts at `surrogate`.
    pub(crate) fn new(surrogate: &Model, decay: f64) -> Self {
        Self {
            surrogate: surrogate.valid(),
            decay,
        }
    }

    /// Takes in the weights after step `step`, counted from 0.
    pub(crate) fn update(&mut self, trained: &Model, step: usize) {
        let decay = self.decay.min((1.0 + step as f64) / (10.0 + step as f64));
        let mut weights = Weights::default();
        trained.valid().visit(&mut weights);
        let mut blend = Blend {
            weights: weights.0,
            decay,
        };
        self.surrogate = self.surrogate.clone().map(&mut blend);
    }
}

/// The weights of a module by their ids, flat.
#[derive(Default)]
struct Weights(HashMap<ParamId, Tensor<1>>);

impl ModuleVisitor for Weights {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.0.insert(param.id, param.val().reshape([-1]));
    }
}

struct Blend {
    weights: HashMap<ParamId, Tensor<1>>,
    decay: f64,
}

impl ModuleMapper for Blend {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let weight = self
            .weights
            .remove(&param.id)
            .expect("both surrogates have the same weights");
        param.map(|average| {
            let weight = weight.reshape(average.dims());
            blend(average, weight, self.decay)
        })
    }
}
