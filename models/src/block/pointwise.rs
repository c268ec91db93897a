//! A dense layer over the channels of every point (a convolution with kernel 1).

use crate::Init;
use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;

/// The same dense layer at every point.
#[derive(Module, Debug)]
pub struct Pointwise {
    linear: Linear,
}

impl Pointwise {
    /// A layer from `inputs` to `outputs` channels.
    pub fn new(inputs: usize, outputs: usize, init: &mut Init) -> Self {
        Self {
            linear: init.linear(inputs, outputs),
        }
    }

    /// # Shapes   x: `[point, batch, inputs]` → `[point, batch, outputs]`
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let [points, batch, channels] = x.dims();
        let flat = self.linear.forward(x.reshape([points * batch, channels])); // one matrix product
        flat.reshape([points as i32, batch as i32, -1])
    }
}
