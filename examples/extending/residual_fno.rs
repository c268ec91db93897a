//! Residual Fourier network: `x ← x + V gelu(K x + W x)` repeated, between a lifting and a projection.
//!
//! The Fourier layer of Li et al. (2021), eq. 2, in the residual branch of He et al. (2016), so that many layers train as
//! easily as few. `K` is a spectral convolution, `V` and `W` are dense layers over channels.

use super::{Network, NetworkConfig, NetworkEntry};
use crate::block::{BasisCache, FourierBasis, Pointwise, SpectralConv};
use crate::{FieldSpec, Init, Options};
use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;
use burn::tensor::activation::gelu;
use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The entry of the list of networks.
pub const ENTRY: NetworkEntry = NetworkEntry {
    kind: "residual_fno",
    summary: "Fourier network with a residual branch in every layer",
    options: &[
        ("width", "channels inside, 1 or more; default 32"),
        (
            "modes",
            "retained wavenumbers per axis, 1 or more; default 24",
        ),
        ("layers", "Fourier layers, 1 or more; default 4"),
    ],
    decode,
};

/// Options of a residual Fourier network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ResidualFnoConfig {
    /// Channels inside.
    pub width: usize,
    /// Retained wavenumbers per axis.
    pub modes: usize,
    /// Number of layers.
    pub layers: usize,
}

impl Default for ResidualFnoConfig {
    fn default() -> Self {
        Self {
            width: 32,
            modes: 24,
            layers: 4,
        }
    }
}

impl NetworkConfig for ResidualFnoConfig {
    fn init(&self, spec: &FieldSpec, init: &mut Init) -> Network {
        let modes = self.modes.pow(spec.dims() as u32);
        let layer = |_| Layer {
            convolution: SpectralConv::new(self.width, modes, self.width, 1.0, init),
            local: Pointwise::new(self.width, self.width, init),
            out: Pointwise::new(self.width, self.width, init),
        };
        let layers = (0..self.layers).map(layer).collect();
        Network::ResidualFno(ResidualFno {
            layers,
            embed: init.linear(spec.parameters.max(1), self.width),
            lift: Pointwise::new(spec.inputs, self.width, init),
            expand: Pointwise::new(self.width, 2 * self.width, init),
            project: Pointwise::new(2 * self.width, spec.outputs, init),
            modes: self.modes,
            bases: BasisCache::default(),
        })
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("plain numbers are valid TOML")
    }
}

/// A residual Fourier network.
#[derive(Module, Debug)]
pub struct ResidualFno {
    embed: Linear,
    lift: Pointwise,
    layers: Vec<Layer>,
    expand: Pointwise,
    project: Pointwise,
    #[module(skip)]
    modes: usize,
    #[module(skip)]
    bases: BasisCache,
}

impl ResidualFno {
    /// # Shapes   u: `[batch, point, channel]`, parameters: `[batch, parameter]` → `[batch, point, channel]`
    pub fn forward(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
        let basis = self.bases.get(grid, self.modes, &u.device());
        let embedding = gelu(self.embed.forward(parameters)); // [batch, width]
        let mut x = self.lift.forward(u.swap_dims(0, 1)); // [point, batch, width]
        for layer in &self.layers {
            x = x.clone() + layer.forward(x, embedding.clone(), &basis);
        }
        let x = gelu(self.expand.forward(x)); // [point, batch, 2 · width]
        self.project.forward(x).swap_dims(0, 1)
    }
}

/// `V gelu(K x + W x)`.
#[derive(Module, Debug)]
struct Layer {
    convolution: SpectralConv,
    local: Pointwise,
    out: Pointwise,
}

impl Layer {
    /// # Shapes   x: `[point, batch, width]`, embedding: `[batch, width]` → `[point, batch, width]`
    fn forward(&self, x: Tensor<3>, embedding: Tensor<2>, basis: &FourierBasis) -> Tensor<3> {
        let local = self.local.forward(x.clone());
        let wide = self.convolution.forward(x, embedding, basis);
        self.out.forward(gelu(wide + local))
    }
}

fn decode(options: Options<'_>) -> Result<Arc<dyn NetworkConfig>, toml::de::Error> {
    let config = ResidualFnoConfig::deserialize(options)?;
    if config.width.min(config.modes).min(config.layers) == 0 {
        let message = "`width`, `modes` and `layers` are 1 or more";
        return Err(toml::de::Error::custom(message));
    }
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SurrogateRng;
    use burn::tensor::Device;

    #[test]
    fn an_answer_has_the_channels_of_the_state() {
        let device = Device::flex();
        let (spec, config) = (FieldSpec::new(2, 1, &[16]), ResidualFnoConfig::default());
        let network = config.init(&spec, &mut Init::new(0, &device));
        let random = |shape| SurrogateRng::new(1).normal(shape, &device);
        let answer = network.forward(random([3, 16, 2]), Tensor::zeros([3, 1], &device), &[16]);
        assert_eq!(answer.dims(), [3, 16, 2]);
        assert_eq!(ENTRY.options.len(), config.options().len());
    }
}
