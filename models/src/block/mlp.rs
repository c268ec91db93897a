//! Multilayer perceptron over channels: `W_n a(… a(W_1 x + b_1) …) + b_n`.

use super::{Activation, linear};
use crate::Init;
use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;

/// Dense layers over the last axis with an activation between them.
#[derive(Module, Debug)]
pub struct Mlp {
    layers: Vec<Linear>,
    #[module(skip)]
    activation: Activation,
}

impl Mlp {
    /// Layers between `sizes`, the channels in first and the channels out last.
    pub fn new(sizes: &[usize], activation: Activation, init: &mut Init) -> Self {
        let layer = |pair: &[usize]| init.linear(pair[0], pair[1]);
        Self {
            layers: sizes.windows(2).map(layer).collect(),
            activation,
        }
    }

    /// # Shapes   x: `[…, inputs]` → `[…, outputs]`
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        let mut dims = x.dims();
        let inputs = dims[D - 1];
        let rows = dims[..D - 1].iter().product::<usize>();
        let mut x = x.reshape([rows, inputs]); // one matrix product a layer
        for (i, layer) in self.layers.iter().enumerate() {
            x = match i {
                0 => linear(layer, x),
                _ => linear(layer, self.activation.apply(x)),
            };
        }
        dims[D - 1] = x.dims()[1];
        x.reshape(dims)
    }
}
