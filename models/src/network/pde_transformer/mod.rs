//! A small PDE transformer: tokens of a few points, which attend to each other within shifted windows on grids that are halved and
//! doubled again.
//!
//! Holzschuh, Liu, Kohl & Thuerey (2025), PDE-Transformer (ICML), §3, with all channels in a token (their "mixed channels"). Their PDE-S
//! has `width = 96`, `heads = 4`, `patch = 4`, `window = 8`, `levels = 2` and 2, 5, 8, 5 and 2 blocks. Convolutions with stride 2 and their
//! transposes stand here for convolutions with pixel shuffle, they know the ends of the axes as windows do, and the last stage has
//! the width of the first one.

mod network;
mod stage;

pub use network::PdeTransformer;

use super::ranges::{multiples, refuse, within};
use super::{Network, NetworkConfig, NetworkEntry};
use crate::block::{Edge, Padding};
use crate::{FieldSpec, Init, Options};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The entry of the list of networks.
pub const ENTRY: NetworkEntry = NetworkEntry {
    kind: "pde_transformer",
    summary: "PDE transformer (Holzschuh et al. 2025), small: attention within shifted windows of tokens, conditions as adaptive norms",
    options: &[
        (
            "width",
            "channels of a token on the finest grid, a multiple of heads, 1 to 4096; every level doubles them; default 32",
        ),
        ("heads", "heads of every attention, 1 to 256; default 4"),
        (
            "patch",
            "points of a token per axis, 1 to 64: the points of an axis are a multiple of patch · 2^levels; default 2",
        ),
        (
            "window",
            "tokens of a window per axis, 1 to 64: its work grows with the square of their number on all axes; default 8",
        ),
        (
            "levels",
            "how often the grid of tokens is halved, 0 to 8; default 2",
        ),
        (
            "blocks",
            "attentions on each grid on the way down and up again, every second one in shifted windows, 1 to 64; default 2",
        ),
        (
            "padding",
            "beyond the edges: \"ends\" (what the ends of each axis ask for: mirrored at walls without flux, constant at open \
             ends, zeros at walls with values), \"periodic\", \"zero\" or \"reflect\", or a list with \"periodic\", \"mirror\", \
             \"constant\" or \"zero\" per axis; windows end where an axis does; default \"ends\"",
        ),
    ],
    decode,
};

/// Options of a PDE transformer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PdeTransformerConfig {
    /// Channels of a token on the finest grid.
    pub width: usize,
    /// Heads of every attention, a divisor of the width.
    pub heads: usize,
    /// Points of a token per axis.
    pub patch: usize,
    /// Tokens of a window per axis.
    pub window: usize,
    /// Number of times that the grid of tokens is halved.
    pub levels: usize,
    /// Attentions per grid, on the way down and on the way up.
    pub blocks: usize,
    /// The values beyond the edges; windows end where an axis does.
    #[serde(default = "Padding::ends")]
    pub padding: Padding,
}

impl Default for PdeTransformerConfig {
    fn default() -> Self {
        Self {
            width: 32,
            heads: 4,
            patch: 2,
            window: 8,
            levels: 2,
            blocks: 2,
            padding: Padding::Periodic,
        }
    }
}

impl NetworkConfig for PdeTransformerConfig {
    fn between(&self, edges: &[Edge]) -> Option<Arc<dyn NetworkConfig>> {
        let padding = self.padding.between(edges);
        Some(Arc::new(Self {
            padding,
            ..self.clone()
        }))
    }

    fn init(&self, spec: &FieldSpec, init: &mut Init) -> Network {
        Network::PdeTransformer(PdeTransformer::new(self, spec, init))
    }

    fn check_grid(&self, _trained: &[usize], grid: &[usize]) -> Result<(), String> {
        self.padding.check(grid)?;
        let (patch, levels) = (self.patch, self.levels);
        let does = format!("has tokens of {patch} points and halves their grid {levels} times");
        let or = "a smaller patch, or fewer levels";
        multiples(grid, patch << levels, &does, or)
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("plain numbers are valid TOML")
    }
}

fn decode(options: Options<'_>) -> Result<Arc<dyn NetworkConfig>, toml::de::Error> {
    let config = PdeTransformerConfig::deserialize(options)?;
    within(&[
        ("width", config.width, [1, 4096]),
        ("heads", config.heads, [1, 256]),
        ("patch", config.patch, [1, 64]),
        ("window", config.window, [1, 64]),
        ("levels", config.levels, [0, 8]),
        ("blocks", config.blocks, [1, 64]),
    ])?;
    let (width, heads) = (config.width, config.heads);
    if !width.is_multiple_of(heads) {
        let above = width.next_multiple_of(heads);
        return refuse(format!(
            "`heads` = {heads} does not divide `width` = {width}: write `width` = {above}, or a divisor of {width} as `heads`"
        ));
    }
    Ok(Arc::new(config))
}
