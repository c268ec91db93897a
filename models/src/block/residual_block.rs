//! Residual block: `S x + C₂ a(N₂(C₁ a(N₁ x) + b(e)))`, normalisation and activation before each convolution.
//!
//! He et al. (2016b), fig. 1b, with the embedding of Ho et al. (2020) between the two convolutions; `C₂` starts at zero,
//! so that a block starts as its shortcut `S`: the identity, or a dense layer where the number of channels changes.

use super::{
    Activation, Conditioning, Convolution, ConvolutionConfig, GroupNorm, Modulation, Padding,
    Pointwise, Sublayer, sum_of,
};
use crate::{FieldSpec, Init};
use burn::module::Module;
use burn::tensor::Tensor;

/// Options that the blocks of one network have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockConfig {
    /// Number of axes, 1 to 3.
    pub dims: usize,
    /// Groups of the normalisation; none for 0.
    pub groups: usize,
    /// Nonlinearity before each convolution.
    pub activation: Activation,
    /// The values beyond the edges.
    pub padding: Padding,
    /// Size of the embedding that blocks listen to, if there are parameters.
    pub embedding: Option<usize>,
    /// Effect of the parameters.
    pub conditioning: Conditioning,
}

impl BlockConfig {
    /// The option `groups` of a network that has it: the key and its values.
    pub const GROUPS: (&'static str, &'static str) = (
        "groups",
        "groups of the normalisation, a divisor of width; 0 for none; default 1",
    );

    /// Blocks of a network of `width` channels: one group, and an embedding four times as wide that shifts.
    pub fn new(spec: &FieldSpec, width: usize, activation: Activation, padding: Padding) -> Self {
        Self {
            dims: spec.dims(),
            groups: 1,
            activation,
            padding,
            embedding: (spec.parameters > 0).then_some(4 * width),
            conditioning: Conditioning::Shift,
        }
    }

    /// A convolution of three taps per axis.
    pub fn convolution(&self, inputs: usize, outputs: usize) -> ConvolutionConfig {
        ConvolutionConfig {
            dims: self.dims,
            inputs,
            outputs,
            padding: self.padding,
            ..ConvolutionConfig::default()
        }
    }

    /// A normalisation, where there is one.
    pub fn norm(&self, channels: usize, init: &mut Init) -> Option<GroupNorm> {
        (self.groups > 0).then(|| GroupNorm::new(self.groups, channels, init))
    }

    /// Conditioning on the parameters, where there are some.
    pub fn modulation(&self, channels: usize, init: &mut Init) -> Option<Modulation> {
        let size = self.embedding?;
        Some(Modulation::new(size, channels, self.conditioning, init))
    }
}

/// Two convolutions beside a shortcut.
#[derive(Module, Debug)]
pub struct ResidualBlock {
    norm1: Option<GroupNorm>,
    conv1: Convolution,
    modulation: Option<Modulation>,
    norm2: Option<GroupNorm>,
    conv2: Convolution,
    shortcut: Option<Pointwise>,
    #[module(skip)]
    activation: Activation,
    #[module(skip)]
    conditioning: Conditioning,
}

impl ResidualBlock {
    /// A block from `inputs` to `outputs` channels.
    pub fn new(inputs: usize, outputs: usize, config: &BlockConfig, init: &mut Init) -> Self {
        Self {
            norm1: config.norm(inputs, init),
            conv1: Convolution::new(&config.convolution(inputs, outputs), init),
            modulation: config.modulation(outputs, init),
            norm2: config.norm(outputs, init),
            conv2: Convolution::zero(&config.convolution(outputs, outputs), init),
            shortcut: (inputs != outputs).then(|| Pointwise::new(inputs, outputs, init)),
            activation: config.activation,
            conditioning: config.conditioning,
        }
    }

    /// As [`Convolution::settle`].
    pub(crate) fn settle(&mut self) {
        self.conv1.settle();
        self.conv2.settle();
    }

    /// # Shapes   x: `[batch, point, inputs]`, embedding: `[batch, size]` → `[batch, point, outputs]`
    pub fn forward(
        &self,
        x: Tensor<3>,
        embedding: Option<&Tensor<2>>,
        grid: &[usize],
    ) -> Tensor<3> {
        // A factor before the normalisation would be divided out by it.
        let h = match self.conditioning {
            Conditioning::Shift => {
                let rows = shift_of(&self.modulation, embedding);
                let first = Sublayer::new(&self.norm1, &self.conv1).activated(self.activation);
                let h = first.with_rows(rows).forward(x.clone(), grid);
                let second = Sublayer::new(&self.norm2, &self.conv2).activated(self.activation);
                second.forward(h, grid)
            }
            Conditioning::ScaleShift => {
                let first = Sublayer::new(&self.norm1, &self.conv1).activated(self.activation);
                let h = normalized(&self.norm2, first.forward(x.clone(), grid));
                let h = modulated(&self.modulation, h, embedding);
                self.conv2.forward(self.activation.apply(h), grid)
            }
        };
        match &self.shortcut {
            Some(dense) => sum_of(dense.forward(x), h),
            None => sum_of(x, h),
        }
    }
}

/// The normalisation of `x`, or `x` where there is none.
pub(crate) fn normalized(norm: &Option<GroupNorm>, x: Tensor<3>) -> Tensor<3> {
    match norm {
        Some(norm) => norm.forward(x),
        None => x,
    }
}

/// The activation of the normalisation of `x`, or of `x` where there is none.
pub(crate) fn activated(
    norm: &Option<GroupNorm>,
    x: Tensor<3>,
    activation: Activation,
) -> Tensor<3> {
    match norm {
        Some(norm) => norm.forward_activated(x, activation),
        None => activation.apply(x),
    }
}

/// What the parameters add to every channel of a field, where they multiply nothing.
pub(crate) fn shift_of(
    modulation: &Option<Modulation>,
    embedding: Option<&Tensor<2>>,
) -> Option<Tensor<2>> {
    modulation.as_ref()?.shift(embedding?.clone())
}

/// `h` as the parameters change it, or `h` where there are none.
pub(crate) fn modulated(
    modulation: &Option<Modulation>,
    h: Tensor<3>,
    embedding: Option<&Tensor<2>>,
) -> Tensor<3> {
    match (modulation, embedding) {
        (Some(modulation), Some(embedding)) => modulation.forward(h, embedding.clone()),
        _ => h,
    }
}
