//! Residual network on one grid: blocks of two convolutions beside a shortcut, between two dense layers over channels.
//!
//! Activations stand before the convolutions (He et al. 2016b, fig. 1b) or after them (He et al. 2016a, fig. 2); both are
//! in `PDEquinox` (Koehler et al. 2024), the second without normalisation. A block sees two points further, so what moves
//! by more than two points a block and step stays out of sight.

use super::ranges::{divides, within};
use super::{Network, NetworkConfig, NetworkEntry};
use crate::block::{
    Activation, BlockConfig, Convolution, Edge, GroupNorm, Modulation, Padding, ParameterEmbedding,
    Pointwise, ResidualBlock, modulated, normalized, sum_of,
};
use crate::{FieldSpec, Init, Options};
use burn::module::Module;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The entry of the list of networks.
pub const ENTRY: NetworkEntry = NetworkEntry {
    kind: "resnet",
    summary: "residual convolutions on one grid (He et al. 2016): local, two points a block",
    options: &[
        ("width", "channels inside, 1 to 4096; default 32"),
        (
            "blocks",
            "residual blocks of two convolutions, 1 to 256; default 8",
        ),
        (
            "order",
            "activations before or after the convolutions: \"pre_activation\" or \"post_activation\"; default \
             \"pre_activation\"",
        ),
        BlockConfig::GROUPS,
        (
            "activation",
            "\"gelu\", \"silu\", \"relu\" or \"tanh\"; default \"gelu\"",
        ),
        Padding::OPTION,
    ],
    decode,
};

/// Place of the activations in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Before each convolution; the shortcut is an identity from the first block to the last.
    #[default]
    PreActivation,
    /// After each convolution, the second one after the sum.
    PostActivation,
}

/// Options of a residual network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ResnetConfig {
    /// Channels inside.
    pub width: usize,
    /// Blocks of two convolutions.
    pub blocks: usize,
    /// Place of the activations.
    pub order: Order,
    /// Groups of the normalisation; none for 0.
    pub groups: usize,
    /// Nonlinearity between two convolutions.
    pub activation: Activation,
    /// The values beyond the edges.
    #[serde(default = "Padding::ends")]
    pub padding: Padding,
}

impl Default for ResnetConfig {
    fn default() -> Self {
        Self {
            width: 32,
            blocks: 8,
            order: Order::PreActivation,
            groups: 1,
            activation: Activation::Gelu,
            padding: Padding::Periodic,
        }
    }
}

impl NetworkConfig for ResnetConfig {
    fn between(&self, edges: &[Edge]) -> Option<Arc<dyn NetworkConfig>> {
        let padding = self.padding.between(edges);
        Some(Arc::new(Self {
            padding,
            ..self.clone()
        }))
    }

    fn init(&self, spec: &FieldSpec, init: &mut Init) -> Network {
        Network::Resnet(Resnet::new(self, spec, init))
    }

    fn check_grid(&self, _trained: &[usize], grid: &[usize]) -> Result<(), String> {
        self.padding.check(grid)
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("plain numbers are valid TOML")
    }
}

/// A residual network.
#[derive(Module, Debug)]
pub struct Resnet {
    embedding: ParameterEmbedding,
    lift: Pointwise,
    blocks: Vec<Block>,
    project: Pointwise,
}

/// A block of either order.
#[derive(Module, Debug)]
enum Block {
    PreActivation(ResidualBlock),
    PostActivation(PostActivationBlock),
}

impl Resnet {
    /// The network, with weights drawn from `init`.
    pub fn new(config: &ResnetConfig, spec: &FieldSpec, init: &mut Init) -> Self {
        let width = config.width;
        let common = BlockConfig {
            groups: config.groups,
            ..BlockConfig::new(spec, width, config.activation, config.padding)
        };
        let block = |init: &mut Init| match config.order {
            Order::PreActivation => {
                Block::PreActivation(ResidualBlock::new(width, width, &common, init))
            }
            Order::PostActivation => {
                Block::PostActivation(PostActivationBlock::new(width, &common, init))
            }
        };
        Self {
            embedding: ParameterEmbedding::of_width(width, spec, init),
            lift: Pointwise::new(spec.inputs, width, init),
            blocks: (0..config.blocks).map(|_| block(init)).collect(),
            project: Pointwise::new(width, spec.outputs, init),
        }
    }

    /// # Shapes   u: `[batch, point, inputs]`, parameters: `[batch, parameter]` → `[batch, point, outputs]`
    pub fn forward(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
        let embedding = self.embedding.forward(parameters);
        let mut x = self.lift.forward(u);
        for block in &self.blocks {
            x = match block {
                Block::PreActivation(block) => block.forward(x, embedding.as_ref(), grid),
                Block::PostActivation(block) => block.forward(x, embedding.as_ref(), grid),
            };
        }
        self.project.forward(x)
    }
}

/// `a(x + N₂ C₂ a(N₁ C₁ x + b(e)))`.
#[derive(Module, Debug)]
struct PostActivationBlock {
    conv1: Convolution,
    norm1: Option<GroupNorm>,
    modulation: Option<Modulation>,
    conv2: Convolution,
    norm2: Option<GroupNorm>,
    #[module(skip)]
    activation: Activation,
}

impl PostActivationBlock {
    fn new(width: usize, config: &BlockConfig, init: &mut Init) -> Self {
        Self {
            conv1: Convolution::new(&config.convolution(width, width), init),
            norm1: config.norm(width, init),
            modulation: config.modulation(width, init),
            conv2: Convolution::new(&config.convolution(width, width), init),
            norm2: config.norm(width, init),
            activation: config.activation,
        }
    }

    /// # Shapes   x: `[batch, point, width]`, embedding: `[batch, size]` → as `x`
    fn forward(&self, x: Tensor<3>, embedding: Option<&Tensor<2>>, grid: &[usize]) -> Tensor<3> {
        let h = normalized(&self.norm1, self.conv1.forward(x.clone(), grid));
        let h = self
            .activation
            .apply(modulated(&self.modulation, h, embedding));
        let h = normalized(&self.norm2, self.conv2.forward(h, grid));
        self.activation.apply(sum_of(x, h))
    }
}

fn decode(options: Options<'_>) -> Result<Arc<dyn NetworkConfig>, toml::de::Error> {
    let config = ResnetConfig::deserialize(options)?;
    within(&[
        ("width", config.width, [1, 4096]),
        ("blocks", config.blocks, [1, 256]),
        ("groups", config.groups, [0, 4096]),
    ])?;
    divides(config.groups, config.width)?;
    Ok(Arc::new(config))
}
