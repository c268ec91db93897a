//! Gradients of several shards as one: their average over all windows of the global batch.
//!
//! Shard `r` has the gradient `g_r` of the mean loss of its `n_r` windows; that of all windows is `Σ n_r g_r / Σ n_r`, as in
//! synchronous data-parallel training: Goyal et al. (2017), Accurate, large minibatch SGD, §2.

use crate::batch::{to_tensor, to_values};
use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};

/// The mean loss of a number of windows, `[1]`, and its gradient, all times that number, which comes last.
pub(super) fn weighted<M: Module>(
    module: &M,
    gradients: &GradientsParams,
    (loss, windows): (Tensor<1>, usize),
) -> Vec<f32> {
    let mut values = to_values(loss);
    module.visit(&mut Flatten {
        gradients,
        values: &mut values,
    });
    let weight = windows as f32;
    values.iter_mut().for_each(|value| *value *= weight);
    values.push(weight);
    values
}

/// Replaces gradients by those of a sum of [`weighted`] ones over all windows, whose mean loss is returned, `[1]`.
pub(super) fn averaged<M: Module>(
    module: &M,
    gradients: &mut GradientsParams,
    mut sum: Vec<f32>,
    device: &Device,
) -> Tensor<1> {
    let all = sum.pop().unwrap_or(1.0);
    sum.iter_mut().for_each(|value| *value /= all);
    let rest = &sum[1..];
    module.visit(&mut Replace { gradients, rest });
    to_tensor(vec![sum[0]], [1], device)
}

/// Puts all gradients into one list.
struct Flatten<'a> {
    gradients: &'a GradientsParams,
    values: &'a mut Vec<f32>,
}

impl ModuleVisitor for Flatten<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.get::<D>(param.id) {
            self.values.extend(to_values(gradient.reshape([-1])));
        }
    }
}

/// Takes all gradients from one list.
struct Replace<'a> {
    gradients: &'a mut GradientsParams,
    rest: &'a [f32],
}

impl ModuleVisitor for Replace<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.remove::<D>(param.id) {
            let shape = gradient.dims();
            let (own, rest) = self.rest.split_at(shape.iter().product());
            self.rest = rest;
            let averaged = to_tensor(own.to_vec(), shape, &gradient.device());
            self.gradients.register(param.id, averaged);
        }
    }
}
