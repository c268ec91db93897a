//! The levels of a U-Net between a convolution in and a convolution out.

use super::UnetConfig;
use super::level::{Down, Middle, Up};
use super::pdearena::{self, Names};
use crate::block::{Activation, Convolution, GroupNorm, ParameterEmbedding, activated};
use crate::kernel;
use crate::weights::{Arrays, ImportError, Source};
use crate::{FieldSpec, Init};
use burn::module::Module;
use burn::tensor::Tensor;

/// Groups of the normalisation before the last convolution, where the width has that divisor.
const FINAL_GROUPS: usize = 8;

/// A U-Net.
#[derive(Module, Debug)]
pub struct Unet {
    embedding: ParameterEmbedding,
    stem: Convolution,
    down: Vec<Down>,
    middle: Middle,
    up: Vec<Up>,
    norm: Option<GroupNorm>,
    head: Convolution,
    #[module(skip)]
    activation: Activation,
}

impl Unet {
    /// The network, with weights drawn from `init`. Its last convolution starts at zero, as do the blocks.
    pub fn new(config: &UnetConfig, spec: &FieldSpec, init: &mut Init) -> Self {
        let (width, block) = (config.width, config.block(spec));
        let embedding = ParameterEmbedding::of_width(width, spec, init);
        let stem = Convolution::new(&block.convolution(spec.inputs, width), init);
        let mut widths = vec![width];
        let (mut down, mut up) = (Vec::new(), Vec::new());
        for (level, multiplier) in config.multipliers.iter().enumerate() {
            let last = level == config.halvings();
            widths.push(widths[level] * multiplier);
            let channels = [widths[level], widths[level + 1]];
            down.push(Down::new(channels, config.blocks, last, &block, init));
        }
        let middle = Middle::new(widths[widths.len() - 1], config.attention, &block, init);
        for level in (0..config.multipliers.len()).rev() {
            let channels = [widths[level + 1], widths[level]];
            up.push(Up::new(channels, config.blocks, level == 0, &block, init));
        }
        let groups = FINAL_GROUPS
            >> FINAL_GROUPS
                .trailing_zeros()
                .saturating_sub(width.trailing_zeros());
        Self {
            embedding,
            stem,
            down,
            middle,
            up,
            norm: (config.groups > 0).then(|| GroupNorm::new(groups, width, init)),
            head: Convolution::zero(&block.convolution(width, spec.outputs), init),
            activation: config.activation,
        }
    }

    /// This network with the weights of a U-Net of pdearena; the first parameter is its time.
    ///
    /// Waves there see `time` and parameters as they are given, here 5 (1 + p) of a scaled parameter `p`. Its transposed
    /// convolutions find zeros beyond the edges whatever its padding is, and its attention is normalised over the wrong
    /// points; with `padding = "zero"` and without attention the networks are the same function.
    ///
    /// # Errors
    /// When an array is missing, has another shape, or is not read.
    pub fn with_pdearena(self, arrays: &Arrays) -> Result<Self, ImportError> {
        let source = self.source();
        arrays.read_into(self, source)
    }

    /// The weights as a U-Net of pdearena has them: what [`Self::with_pdearena`] reads.
    pub fn to_pdearena(&self) -> Arrays {
        Arrays::of(self, self.source())
    }

    /// The place of the weight at a path in a state of pdearena.
    pub(crate) fn source(&self) -> impl Fn(&[&str]) -> Source + use<> {
        let names = Names {
            dims: self.stem.dims(),
            blocks: self.down[0].num_blocks(),
        };
        move |path| names.source(path)
    }

    /// Adds to the state of a U-Net without parameters the weights that this one has for them; whether it did.
    pub(crate) fn complete(&self, arrays: &mut Arrays) -> bool {
        pdearena::complete(arrays, &self.to_pdearena())
    }

    /// The same function for weights that are not to change from now on.
    pub(crate) fn settled(mut self) -> Self {
        self.stem.settle();
        self.down.iter_mut().for_each(Down::settle);
        self.middle.settle();
        self.up.iter_mut().for_each(Up::settle);
        self.head.settle();
        self
    }

    /// Whether its weights are numbers in single precision on the CPU.
    pub(crate) fn is_on_cpu(&self) -> bool {
        kernel::takes(&self.stem.weight.val())
    }

    /// # Shapes   u: `[batch, point, inputs]`, parameters: `[batch, parameter]` → `[batch, point, outputs]`
    pub fn forward(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
        let embedding = self.embedding.forward(parameters);
        let (embedding, mut level) = (embedding.as_ref(), grid.to_vec());
        let mut skips = vec![self.stem.forward(u, grid)];
        for down in &self.down {
            down.forward(&mut skips, embedding, &mut level);
        }
        let coarsest = skips[skips.len() - 1].clone();
        let mut x = self.middle.forward(coarsest, embedding, &level);
        for up in &self.up {
            x = up.forward(x, &mut skips, embedding, &mut level);
        }
        let x = activated(&self.norm, x, self.activation);
        self.head.forward(x, grid)
    }
}
