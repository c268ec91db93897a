//! A layer of a Fourier neural operator without its activation.

use crate::Init;
use crate::block::{FourierBasis, Mixing, Pointwise, SpectralConv};
use crate::inference::LayerParts;
use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;

/// `K x + W x + b(p)`.
#[derive(Module, Debug)]
pub(super) struct FourierLayer<W: Mixing> {
    convolution: SpectralConv<W>,
    pointwise: Pointwise,
    shift: Linear,
}

impl<W: Mixing> FourierLayer<W> {
    pub(super) fn new(convolution: SpectralConv<W>, width: usize, init: &mut Init) -> Self {
        Self {
            convolution,
            pointwise: Pointwise::new(width, width, init),
            shift: init.zero_linear(width, width),
        }
    }

    pub(super) fn parts(&self) -> LayerParts<'_> {
        let (mixing, gate) = self.convolution.parts();
        LayerParts {
            mixing,
            gate,
            pointwise: self.pointwise.linear(),
            shift: &self.shift,
        }
    }

    /// # Shapes   x: `[point, batch, width]`, embedding: `[batch, width]` → `[point, batch, width]`
    pub(super) fn forward(
        &self,
        x: Tensor<3>,
        embedding: Tensor<2>,
        basis: &FourierBasis,
    ) -> Tensor<3> {
        let shift = self.shift.forward(embedding.clone()); // [batch, width]
        let local = self.pointwise.forward_with(x.clone(), shift);
        self.convolution.forward(x, embedding, basis) + local
    }
}
