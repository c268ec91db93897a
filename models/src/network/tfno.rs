//! Fourier neural operator with weights in Tucker form.
//!
//! Kossaifi et al. (2023), Multi-Grid Tensorized Fourier Neural Operator, §3.2: the [operator](super::fno), whose complex matrices are
//! those of a small core. With the share `r` of every size as its rank, about `r³` of the Fourier weights on one axis and `r⁴` on
//! two are left.

use super::fno::{Fno, FnoConfig};
use super::ranges::refuse;
use super::{Modes, Network, NetworkConfig, NetworkEntry};
use crate::block::{Edge, Padding, SpectralConv, Tucker};
use crate::{FieldSpec, Init, Options, Reach};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The entry of the list of networks.
pub const ENTRY: NetworkEntry = NetworkEntry {
    kind: "tfno",
    summary: "Fourier neural operator with weights in Tucker form (Kossaifi et al. 2023): a fraction of the weights of `fno`",
    options: &[
        ("width", "channels inside, 1 to 4096; default 32"),
        (
            "modes",
            "retained wavenumbers, 1 to 4096, as in `fno`: one number for all axes, or a list with one per axis; default 24",
        ),
        ("layers", "Fourier layers, 1 to 64; default 4"),
        (
            "rank",
            "share of the modes per axis, of inputs and of outputs that is the rank of the Fourier weights along them, above 0 to 1; \
             default 0.5",
        ),
        (
            "spectral_scale",
            "size of the first Fourier weights, 0 to 1, as in `fno`; default 0.1",
        ),
        (
            "padding",
            "beyond the edges: \"periodic\", or a list with \"periodic\" or \"mirror\" per axis, or \"ends\": mirrored along axes \
             with ends, as in `fno`; default \"ends\"",
        ),
    ],
    decode,
};

/// A Fourier neural operator with weights in Tucker form.
pub type Tfno = Fno<Tucker>;

/// Options of a Fourier neural operator with weights in Tucker form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TfnoConfig {
    /// Channels inside.
    pub width: usize,
    /// Retained wavenumbers, see [`FnoConfig::modes`].
    pub modes: Modes,
    /// Number of Fourier layers.
    pub layers: usize,
    /// Share of every size of the Fourier weights that is its rank, above 0 to 1.
    pub rank: f64,
    /// Size of the first Fourier weights, see [`FnoConfig::spectral_scale`].
    pub spectral_scale: f64,
    /// The field beyond the edges, see [`FnoConfig::padding`].
    pub padding: Padding,
}

impl Default for TfnoConfig {
    fn default() -> Self {
        let FnoConfig {
            width,
            modes,
            layers,
            spectral_scale,
            ..
        } = FnoConfig::default();
        Self {
            width,
            modes,
            layers,
            rank: 0.5,
            spectral_scale,
            padding: Padding::Ends,
        }
    }
}

impl TfnoConfig {
    /// The operator with whole weights.
    fn operator(&self) -> FnoConfig {
        FnoConfig {
            width: self.width,
            modes: self.modes.clone(),
            layers: self.layers,
            spectral_scale: self.spectral_scale,
            padding: self.padding,
        }
    }
}

impl NetworkConfig for TfnoConfig {
    fn init(&self, spec: &FieldSpec, init: &mut Init) -> Network {
        let (width, scale) = (self.width, self.spectral_scale);
        let operator = self.operator();
        Network::Tfno(operator.with_convolutions(spec, init, |modes, init| {
            let weight = Tucker::new(width, modes, self.rank, scale, init);
            SpectralConv::with(weight, modes.iter().product(), width, init)
        }))
    }

    fn between(&self, edges: &[Edge]) -> Option<Arc<dyn NetworkConfig>> {
        let padding = self.operator().at_edges(edges).padding;
        Some(Arc::new(Self {
            padding,
            ..self.clone()
        }))
    }

    fn reach(&self) -> Reach {
        Reach::Domain
    }

    fn check_grid(&self, trained: &[usize], grid: &[usize]) -> Result<(), String> {
        self.operator().check_grid(trained, grid)
    }

    fn notes(&self, grid: &[usize]) -> Vec<String> {
        self.operator().notes(grid)
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("plain numbers are valid TOML")
    }
}

fn decode(options: Options<'_>) -> Result<Arc<dyn NetworkConfig>, toml::de::Error> {
    let config = TfnoConfig::deserialize(options)?;
    config.operator().check()?;
    let rank = config.rank;
    if rank > 0.0 && rank <= 1.0 {
        Ok(Arc::new(config))
    } else {
        refuse(format!(
            "`rank` = {rank} lies outside (0, 1]: write the share of every size that is kept, such as 0.5"
        ))
    }
}
