//! The U-Net of diffusion models on periodic fields: residual blocks on ever coarser grids, and back with skips.
//!
//! Ho et al. (2020), appendix B, as Gupta & Brandstetter (2022) apply it to fields ("modern U-Net") and Lippe et al.
//! (2023) refine with it; there of width 64 with multipliers 1, 2, 2, 4. What differs: transposed
//! convolutions are periodic as all others are, and attention is normalised over the points that are looked at.

mod level;
mod network;
mod pdearena;

pub use network::Unet;

use super::ranges::{divides, halves, refuse, within};
use super::{Network, NetworkConfig, NetworkEntry};
use crate::block::{Activation, BlockConfig, Conditioning, Edge, Padding};
use crate::{FieldSpec, Init, Options};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The entry of the list of networks.
pub const ENTRY: NetworkEntry = NetworkEntry {
    kind: "unet",
    summary: "modern U-Net (Gupta & Brandstetter 2022): residual blocks on grids that are halved and doubled again",
    options: &[
        (
            "width",
            "channels on the finest grid, 1 to 4096; default 32",
        ),
        (
            "multipliers",
            "a list, one entry a level: its channels in units of those of the level above, 1 to 16; the grid is halved \
             between two levels; default [1, 2, 2, 4]",
        ),
        (
            "blocks",
            "residual blocks a level on the way down, one more on the way up, 1 to 16; default 2",
        ),
        (
            "attention",
            "whether points look at each other on the coarsest grid; default false",
        ),
        BlockConfig::GROUPS,
        (
            "activation",
            "\"gelu\", \"silu\", \"relu\" or \"tanh\"; default \"gelu\"",
        ),
        (
            "conditioning",
            "what the parameters do in each block: \"shift\" or \"scale_shift\"; default \"shift\"",
        ),
        Padding::OPTION,
    ],
    decode,
};

/// Options of a U-Net.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UnetConfig {
    /// Channels on the finest grid, before the first multiplier.
    pub width: usize,
    /// Channels of every level in units of those of the level above.
    pub multipliers: Vec<usize>,
    /// Residual blocks a level on the way down; one more on the way up.
    pub blocks: usize,
    /// Whether points look at each other on the coarsest grid.
    pub attention: bool,
    /// Groups of the normalisation; none for 0.
    pub groups: usize,
    /// Nonlinearity before each convolution.
    pub activation: Activation,
    /// Effect of the parameters.
    pub conditioning: Conditioning,
    /// The values beyond the edges.
    #[serde(default = "Padding::ends")]
    pub padding: Padding,
}

impl Default for UnetConfig {
    fn default() -> Self {
        Self {
            width: 32,
            multipliers: vec![1, 2, 2, 4],
            blocks: 2,
            attention: false,
            groups: 1,
            activation: Activation::Gelu,
            conditioning: Conditioning::Shift,
            padding: Padding::Periodic,
        }
    }
}

impl UnetConfig {
    /// Number of times that the grid is halved.
    pub fn halvings(&self) -> usize {
        self.multipliers.len() - 1
    }

    /// Sizes that all blocks have in common; the embedding is four times as wide as the network.
    fn block(&self, spec: &FieldSpec) -> BlockConfig {
        BlockConfig {
            groups: self.groups,
            conditioning: self.conditioning,
            ..BlockConfig::new(spec, self.width, self.activation, self.padding)
        }
    }
}

impl NetworkConfig for UnetConfig {
    fn between(&self, edges: &[Edge]) -> Option<Arc<dyn NetworkConfig>> {
        let padding = self.padding.between(edges);
        Some(Arc::new(Self {
            padding,
            ..self.clone()
        }))
    }

    fn init(&self, spec: &FieldSpec, init: &mut Init) -> Network {
        Network::Unet(Unet::new(self, spec, init))
    }

    fn check_grid(&self, _trained: &[usize], grid: &[usize]) -> Result<(), String> {
        self.padding.check(grid)?;
        halves(grid, self.halvings())
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("plain numbers are valid TOML")
    }
}

fn decode(options: Options<'_>) -> Result<Arc<dyn NetworkConfig>, toml::de::Error> {
    let config = UnetConfig::deserialize(options)?;
    within(&[
        ("width", config.width, [1, 4096]),
        ("blocks", config.blocks, [1, 16]),
        ("groups", config.groups, [0, 4096]),
    ])?;
    divides(config.groups, config.width)?;
    let levels = config.multipliers.len();
    let widest = config
        .multipliers
        .iter()
        .try_fold(config.width, |width, &m| {
            (1..=16).contains(&m).then(|| width.saturating_mul(m))
        });
    match (levels, widest) {
        (1..=10, Some(1..=65536)) => Ok(Arc::new(config)),
        (1..=10, Some(channels)) => refuse(format!(
            "`multipliers` = {:?} make {channels} channels of `width` = {}: 65536 is the limit",
            config.multipliers, config.width
        )),
        _ => refuse(format!(
            "`multipliers` = {:?}: write 1 to 10 entries between 1 and 16",
            config.multipliers
        )),
    }
}
