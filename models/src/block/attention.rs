//! Self-attention over all points: `x + O softmax(Q Kᵀ/√c) V`, `Q`, `K`, `V` dense layers of the normalised field.
//!
//! Vaswani et al. (2017), eq. 1, with one head. Time and memory grow with the square of the number of points, so it
//! belongs where a grid is coarsest.

use super::{GroupNorm, linear, products};
use crate::Init;
use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;
use burn::tensor::activation::softmax;

/// One head of attention beside a shortcut.
#[derive(Module, Debug)]
pub struct Attention {
    norm: GroupNorm,
    projection: Linear,
    output: Linear,
}

impl Attention {
    /// Attention over `channels` channels, normalised in one group.
    pub fn new(channels: usize, init: &mut Init) -> Self {
        Self {
            norm: GroupNorm::new(1, channels, init),
            projection: init.linear(channels, 3 * channels),
            output: init.linear(channels, channels),
        }
    }

    /// # Shapes   x: `[batch, point, channel]` → the same
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let [batch, points, channels] = x.dims();
        let rows = |x: Tensor<3>, columns| x.reshape([batch * points, columns]);
        let flat = rows(self.norm.forward(x.clone()), channels);
        let projected = linear(&self.projection, flat);
        let projected = projected.reshape([batch, points, 3 * channels]);
        let part = |i| projected.clone().narrow(2, i * channels, channels);
        let scores = products(part(0), part(1).swap_dims(1, 2)) / (channels as f64).sqrt();
        let mixed = products(softmax(scores, 2), part(2)); // [batch, point, channel]
        let answer = linear(&self.output, rows(mixed, channels));
        x + answer.reshape([batch, points, channels])
    }
}
