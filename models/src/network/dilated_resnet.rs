//! Dilated residual network: `x + a C_{d_n} N_n … a C_{d_1} N_1 x` repeated, with convolutions of growing and shrinking reach.
//!
//! Stachenfeld et al. (2022): four blocks of seven convolutions with dilations 1, 2, 4, 8, 4, 2, 1 and 48 channels;
//! the normalisations before the convolutions are those of `PDEquinox` (Koehler et al. 2024). On one grid, so local, but a
//! block sees 22 points to each side.

use super::ranges::{divides, refuse, within};
use super::{Network, NetworkConfig, NetworkEntry};
use crate::block::{
    Activation, BlockConfig, Convolution, ConvolutionConfig, Edge, GroupNorm, Modulation, Padding,
    ParameterEmbedding, Pointwise, Sublayer, shift_of, sum_of,
};
use crate::{FieldSpec, Init, Options};
use burn::module::Module;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The entry of the list of networks.
pub const ENTRY: NetworkEntry = NetworkEntry {
    kind: "dilated_resnet",
    summary: "residual blocks of dilated convolutions on one grid (Stachenfeld et al. 2022): local, with a long reach",
    options: &[
        ("width", "channels inside, 1 to 4096; default 48"),
        ("blocks", "residual blocks, 1 to 64; default 4"),
        (
            "dilations",
            "a list, one entry a convolution of a block: the spacing of its taps in points, 1 to 256; default \
             [1, 2, 4, 8, 4, 2, 1]",
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

/// Options of a dilated residual network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DilatedResnetConfig {
    /// Channels inside.
    pub width: usize,
    /// Residual blocks.
    pub blocks: usize,
    /// Spacing of the taps of every convolution of a block.
    pub dilations: Vec<usize>,
    /// Groups of the normalisation; none for 0.
    pub groups: usize,
    /// Nonlinearity after each convolution.
    pub activation: Activation,
    /// The values beyond the edges.
    #[serde(default = "Padding::ends")]
    pub padding: Padding,
}

impl Default for DilatedResnetConfig {
    fn default() -> Self {
        Self {
            width: 48,
            blocks: 4,
            dilations: vec![1, 2, 4, 8, 4, 2, 1],
            groups: 1,
            activation: Activation::Gelu,
            padding: Padding::Periodic,
        }
    }
}

impl NetworkConfig for DilatedResnetConfig {
    fn between(&self, edges: &[Edge]) -> Option<Arc<dyn NetworkConfig>> {
        let padding = self.padding.between(edges);
        Some(Arc::new(Self {
            padding,
            ..self.clone()
        }))
    }

    fn init(&self, spec: &FieldSpec, init: &mut Init) -> Network {
        Network::DilatedResnet(DilatedResnet::new(self, spec, init))
    }

    fn check_grid(&self, _trained: &[usize], grid: &[usize]) -> Result<(), String> {
        self.padding.check(grid)
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("plain numbers are valid TOML")
    }
}

/// A dilated residual network.
#[derive(Module, Debug)]
pub struct DilatedResnet {
    embedding: ParameterEmbedding,
    lift: Pointwise,
    blocks: Vec<Block>,
    project: Pointwise,
}

/// Dilated convolutions one after the other, beside a shortcut; the first listens to the parameters.
#[derive(Module, Debug)]
struct Block {
    norms: Vec<Option<GroupNorm>>,
    convolutions: Vec<Convolution>,
    modulation: Option<Modulation>,
    #[module(skip)]
    activation: Activation,
}

impl DilatedResnet {
    /// The network, with weights drawn from `init`.
    pub fn new(config: &DilatedResnetConfig, spec: &FieldSpec, init: &mut Init) -> Self {
        let width = config.width;
        let common = BlockConfig {
            groups: config.groups,
            ..BlockConfig::new(spec, width, config.activation, config.padding)
        };
        let block = |_| Block::new(width, &config.dilations, &common, init);
        let blocks = (0..config.blocks).map(block).collect();
        Self {
            blocks,
            embedding: ParameterEmbedding::of_width(width, spec, init),
            lift: Pointwise::new(spec.inputs, width, init),
            project: Pointwise::new(width, spec.outputs, init),
        }
    }

    /// # Shapes   u: `[batch, point, inputs]`, parameters: `[batch, parameter]` → `[batch, point, outputs]`
    pub fn forward(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
        let embedding = self.embedding.forward(parameters);
        let mut x = self.lift.forward(u);
        for block in &self.blocks {
            x = block.forward(x, embedding.as_ref(), grid);
        }
        self.project.forward(x)
    }
}

impl Block {
    fn new(width: usize, dilations: &[usize], config: &BlockConfig, init: &mut Init) -> Self {
        let convolution = |&dilation: &usize| ConvolutionConfig {
            dilation,
            ..config.convolution(width, width)
        };
        Self {
            norms: dilations.iter().map(|_| config.norm(width, init)).collect(),
            convolutions: dilations
                .iter()
                .map(|dilation| Convolution::new(&convolution(dilation), init))
                .collect(),
            modulation: config.modulation(width, init),
            activation: config.activation,
        }
    }

    /// # Shapes   x: `[batch, point, width]`, embedding: `[batch, size]` → as `x`
    fn forward(&self, x: Tensor<3>, embedding: Option<&Tensor<2>>, grid: &[usize]) -> Tensor<3> {
        let mut h = x.clone();
        for (i, (norm, convolution)) in self.norms.iter().zip(&self.convolutions).enumerate() {
            let rows = (i == 0).then(|| shift_of(&self.modulation, embedding));
            let layer = Sublayer::new(norm, convolution).with_rows(rows.flatten());
            h = layer.activated_behind(self.activation).forward(h, grid);
        }
        sum_of(x, h)
    }
}

fn decode(options: Options<'_>) -> Result<Arc<dyn NetworkConfig>, toml::de::Error> {
    let config = DilatedResnetConfig::deserialize(options)?;
    within(&[
        ("width", config.width, [1, 4096]),
        ("blocks", config.blocks, [1, 64]),
        ("groups", config.groups, [0, 4096]),
    ])?;
    divides(config.groups, config.width)?;
    let dilations = &config.dilations;
    if !(1..=32).contains(&dilations.len()) || !dilations.iter().all(|d| (1..=256).contains(d)) {
        return refuse(format!(
            "`dilations` = {dilations:?}: write 1 to 32 entries between 1 and 256"
        ));
    }
    Ok(Arc::new(config))
}
