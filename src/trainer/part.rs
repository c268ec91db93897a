//! Training of one part of a network alone.

use burn::module::{Module, ModuleVisitor, Param, ParamId};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;
use ondine_models::{Model, part};
use std::collections::BTreeSet;

/// Takes away the gradients of all weights outside of a part, which the optimiser then leaves as they are.
pub(super) fn keep(surrogate: &Model, gradients: &mut GradientsParams, part: &str) {
    let kept = part::of(surrogate, part);
    surrogate.visit(&mut Drop { gradients, kept });
}

struct Drop<'a> {
    gradients: &'a mut GradientsParams,
    kept: BTreeSet<ParamId>,
}

impl ModuleVisitor for Drop<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if !self.kept.contains(&param.id) {
            self.gradients.remove::<D>(param.id);
        }
    }
}
