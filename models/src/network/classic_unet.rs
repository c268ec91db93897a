//! The U-Net of Ronneberger, Fischer & Brox (2015), fig. 1, small and on periodic fields: two convolutions a level.
//!
//! Normalisations and sizes are those of the `UNet` of `PDEquinox` (Koehler et al. 2024): every convolution is followed by
//! a normalisation over all channels and an activation, every level has twice the channels of the one above it, and
//! convolutions with stride 2 and their transposes lead from one to the next.

use super::ranges::{halves, within};
use super::{Network, NetworkConfig, NetworkEntry};
use crate::block::{
    Activation, BlockConfig, Convolution, ConvolutionConfig, Edge, GroupNorm, Modulation, Padding,
    ParameterEmbedding, Pointwise, TransposedConfig, TransposedConvolution, beside, modulated,
};
use crate::{FieldSpec, Init, Options};
use burn::module::Module;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The entry of the list of networks.
pub const ENTRY: NetworkEntry = NetworkEntry {
    kind: "classic_unet",
    summary: "U-Net (Ronneberger et al. 2015), small: two convolutions on each grid, widths that double",
    options: &[
        (
            "width",
            "channels on the finest grid, 1 to 4096; default 16",
        ),
        ("levels", "how often the grid is halved, 1 to 8; default 3"),
        (
            "activation",
            "\"gelu\", \"silu\", \"relu\" or \"tanh\"; default \"relu\"",
        ),
        Padding::OPTION,
    ],
    decode,
};

/// Options of a classic U-Net.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClassicUnetConfig {
    /// Channels on the finest grid.
    pub width: usize,
    /// Number of times that the grid is halved.
    pub levels: usize,
    /// Nonlinearity after each convolution.
    pub activation: Activation,
    /// The values beyond the edges.
    #[serde(default = "Padding::ends")]
    pub padding: Padding,
}

impl Default for ClassicUnetConfig {
    fn default() -> Self {
        Self {
            width: 16,
            levels: 3,
            activation: Activation::Relu,
            padding: Padding::Periodic,
        }
    }
}

impl ClassicUnetConfig {
    fn block(&self, spec: &FieldSpec) -> BlockConfig {
        BlockConfig::new(spec, self.width, self.activation, self.padding)
    }
}

impl NetworkConfig for ClassicUnetConfig {
    fn between(&self, edges: &[Edge]) -> Option<Arc<dyn NetworkConfig>> {
        let padding = self.padding.between(edges);
        Some(Arc::new(Self {
            padding,
            ..self.clone()
        }))
    }

    fn init(&self, spec: &FieldSpec, init: &mut Init) -> Network {
        Network::ClassicUnet(ClassicUnet::new(self, spec, init))
    }

    fn check_grid(&self, _trained: &[usize], grid: &[usize]) -> Result<(), String> {
        self.padding.check(grid)?;
        halves(grid, self.levels)
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("plain numbers are valid TOML")
    }
}

/// A classic U-Net.
#[derive(Module, Debug)]
pub struct ClassicUnet {
    embedding: ParameterEmbedding,
    stem: Pair,
    down: Vec<Down>,
    up: Vec<Up>,
    head: Pointwise,
}

/// A convolution with stride 2, then the pair of the coarser grid.
#[derive(Module, Debug)]
struct Down {
    halve: Convolution,
    pair: Pair,
}

/// A transposed convolution, then the pair of the finer grid, which sees the field of the way down too.
#[derive(Module, Debug)]
struct Up {
    double: TransposedConvolution,
    pair: Pair,
}

impl ClassicUnet {
    /// The network, with weights drawn from `init`.
    pub fn new(config: &ClassicUnetConfig, spec: &FieldSpec, init: &mut Init) -> Self {
        let (width, block) = (config.width, config.block(spec));
        let wide = |level: usize| width << level;
        let down = |level: usize, init: &mut Init| Down {
            halve: Convolution::new(
                &ConvolutionConfig {
                    stride: 2,
                    ..block.convolution(wide(level), wide(level))
                },
                init,
            ),
            pair: Pair::new(wide(level), wide(level + 1), &block, init),
        };
        let up = |level: usize, init: &mut Init| Up {
            double: TransposedConvolution::new(
                &TransposedConfig {
                    dims: block.dims,
                    inputs: wide(level + 1),
                    outputs: wide(level),
                    kernel: 3,
                    padding: block.padding,
                },
                init,
            ),
            pair: Pair::new(wide(level + 1), wide(level), &block, init),
        };
        Self {
            embedding: ParameterEmbedding::of_width(width, spec, init),
            stem: Pair::new(spec.inputs, width, &block, init),
            down: (0..config.levels).map(|level| down(level, init)).collect(),
            up: (0..config.levels)
                .rev()
                .map(|level| up(level, init))
                .collect(),
            head: Pointwise::new(width, spec.outputs, init),
        }
    }

    /// # Shapes   u: `[batch, point, inputs]`, parameters: `[batch, parameter]` → `[batch, point, outputs]`
    pub fn forward(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
        let embedding = self.embedding.forward(parameters);
        let embedding = embedding.as_ref();
        let mut x = self.stem.forward(u, embedding, grid);
        let mut grids = vec![grid.to_vec()];
        let mut skips = Vec::new();
        for down in &self.down {
            let grid = &grids[grids.len() - 1];
            let coarse = down.halve.grid_after(grid);
            skips.push(x.clone());
            x = down
                .pair
                .forward(down.halve.forward(x, grid), embedding, &coarse);
            grids.push(coarse);
        }
        for (up, level) in self.up.iter().zip((0..self.down.len()).rev()) {
            let fine = up.double.forward(x, &grids[level + 1]);
            let both = beside(skips[level].clone(), fine);
            x = up.pair.forward(both, embedding, &grids[level]);
        }
        self.head.forward(x)
    }
}

/// Two convolutions, each followed by a normalisation and an activation; the first listens to the parameters.
#[derive(Module, Debug)]
struct Pair {
    conv1: Convolution,
    norm1: GroupNorm,
    modulation: Option<Modulation>,
    conv2: Convolution,
    norm2: GroupNorm,
    #[module(skip)]
    activation: Activation,
}

impl Pair {
    fn new(inputs: usize, outputs: usize, config: &BlockConfig, init: &mut Init) -> Self {
        Self {
            conv1: Convolution::new(&config.convolution(inputs, outputs), init),
            norm1: GroupNorm::new(1, outputs, init),
            modulation: config.modulation(outputs, init),
            conv2: Convolution::new(&config.convolution(outputs, outputs), init),
            norm2: GroupNorm::new(1, outputs, init),
            activation: config.activation,
        }
    }

    /// # Shapes   x: `[batch, point, inputs]`, embedding: `[batch, size]` → `[batch, point, outputs]`
    fn forward(&self, x: Tensor<3>, embedding: Option<&Tensor<2>>, grid: &[usize]) -> Tensor<3> {
        let h = self.norm1.forward(self.conv1.forward(x, grid));
        let h = self
            .activation
            .apply(modulated(&self.modulation, h, embedding));
        self.norm2
            .forward_activated(self.conv2.forward(h, grid), self.activation)
    }
}

fn decode(options: Options<'_>) -> Result<Arc<dyn NetworkConfig>, toml::de::Error> {
    let config = ClassicUnetConfig::deserialize(options)?;
    within(&[
        ("width", config.width, [1, 4096]),
        ("levels", config.levels, [1, 8]),
    ])?;
    Ok(Arc::new(config))
}
