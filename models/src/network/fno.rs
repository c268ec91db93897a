//! Fourier neural operator: `x ← gelu(K x + W x + b(p))` repeated, between a lifting and a projection.
//!
//! Li et al. (2021), eqs. 2 and 4. `K` is a spectral convolution, `W` a dense layer over channels and `p` an embedding
//! of the parameters. On a periodic domain no coordinates are fed in, so the operator commutes with shifts. Along an axis
//! with walls or open ends waves are those of the field and its mirror image.

use super::{Modes, Network, NetworkConfig, NetworkEntry};
use crate::block::activation::gelu;
use crate::block::{BasisCache, Edge, Padding, Pointwise, SpectralConv, retained_most};
use crate::inference::{LayerParts, Operator, OperatorParts};
use crate::kernel;
use crate::{FieldSpec, Init, Options, Reach};
use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;
use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The entry of the list of networks.
pub const ENTRY: NetworkEntry = NetworkEntry {
    kind: "fno",
    summary: "Fourier neural operator (Li et al. 2021): global convolutions over the lowest modes",
    options: &[
        ("width", "channels inside, 1 to 4096; default 32"),
        (
            "modes",
            "retained wavenumbers, 1 to 4096, from 0 to modes-1 along the last axis and from -modes/2 on along the others: \
             one number for all axes, or a list with one per axis; default 24",
        ),
        ("layers", "Fourier layers, 1 to 64; default 4"),
        (
            "spectral_scale",
            "size of the first Fourier weights, 0 to 1: at 1 a spectral convolution keeps the size of its input; default 0.1",
        ),
        (
            "padding",
            "beyond the edges: \"periodic\", or a list with \"periodic\" or \"mirror\" per axis (the field and its mirror image, in \
             whose waves there is no jump), or \"ends\": mirrored along axes with ends; recipes of runs \
             from before this option, which have all other ones, are read as \"periodic\"; default \"ends\"",
        ),
    ],
    decode,
};

/// Options of a Fourier neural operator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Typed")]
pub struct FnoConfig {
    /// Channels inside.
    pub width: usize,
    /// Retained wavenumbers along each axis: from 0 on along the last one, of both signs along the others.
    pub modes: Modes,
    /// Number of Fourier layers.
    pub layers: usize,
    /// Size of the first Fourier weights, 0 to 1. At 1 a spectral convolution keeps the size of its input, so that at
    /// the start the retained modes pass through it as strongly as through the pointwise layer beside it. A small
    /// number begins with the pointwise layers alone, and errs less after the same training; trained weights don't
    /// depend on it.
    pub spectral_scale: f64,
    /// The field beyond the edges: along an axis that is not periodic its mirror image, of twice the period. Channels inside
    /// are neither even nor odd, and the mirror image is the continuation without a jump. Periodic operators are written
    /// without it, as before there was the key.
    #[serde(skip_serializing_if = "Padding::is_periodic")]
    pub padding: Padding,
}

/// Options as typed. A section with all of them but `padding` is that of a run, whose operator is periodic.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    width: Option<usize>,
    modes: Option<Modes>,
    layers: Option<usize>,
    spectral_scale: Option<f64>,
    padding: Option<Padding>,
}

impl From<Typed> for FnoConfig {
    fn from(typed: Typed) -> Self {
        let kept = typed.width.is_some()
            && typed.modes.is_some()
            && typed.layers.is_some()
            && typed.spectral_scale.is_some();
        let default = Self::default();
        Self {
            padding: typed.padding.unwrap_or(if kept {
                Padding::Periodic
            } else {
                Padding::Ends
            }),
            width: typed.width.unwrap_or(default.width),
            modes: typed.modes.unwrap_or(default.modes),
            layers: typed.layers.unwrap_or(default.layers),
            spectral_scale: typed.spectral_scale.unwrap_or(default.spectral_scale),
        }
    }
}

impl Default for FnoConfig {
    fn default() -> Self {
        Self {
            width: 32,
            modes: Modes::default(),
            layers: 4,
            spectral_scale: 0.1,
            padding: Padding::Periodic,
        }
    }
}

impl FnoConfig {
    /// The operator, with weights drawn from `init`.
    pub fn init(&self, spec: &FieldSpec, init: &mut Init) -> Fno {
        let modes = self.modes.axes(spec.dims());
        let num_modes = modes.iter().product();
        let width = self.width;
        Fno {
            embed: init.linear(spec.parameters.max(1), width),
            lift: Pointwise::new(spec.inputs, width, init),
            layers: (0..self.layers)
                .map(|_| FourierLayer::new(width, num_modes, self.spectral_scale, init))
                .collect(),
            expand: Pointwise::new(width, 2 * width, init),
            project: Pointwise::new(2 * width, spec.outputs, init),
            modes,
            mirrored: self.padding.mirrored(),
            bases: BasisCache::default(),
        }
    }
}

impl NetworkConfig for FnoConfig {
    fn init(&self, spec: &FieldSpec, init: &mut Init) -> Network {
        Network::Fno(Self::init(self, spec, init))
    }

    fn between(&self, edges: &[Edge]) -> Option<Arc<dyn NetworkConfig>> {
        let edges: Vec<Edge> = edges.iter().map(|edge| edge.mirrored()).collect();
        let padding = self.padding.between(&edges);
        Some(Arc::new(Self {
            padding,
            ..self.clone()
        }))
    }

    fn reach(&self) -> Reach {
        Reach::Domain
    }

    fn check_grid(&self, trained: &[usize], _grid: &[usize]) -> Result<(), String> {
        self.padding.check(trained)?;
        self.modes.check_grid(trained)
    }

    fn notes(&self, grid: &[usize]) -> Vec<String> {
        let mirrored = self.padding.mirrored();
        self.modes.notes(grid, |axis, points| {
            let period = if mirrored[axis] { 2 * points } else { points };
            retained_most(period, axis + 1 == grid.len())
        })
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("plain numbers are valid TOML")
    }
}

/// A Fourier neural operator.
#[derive(Module, Debug)]
pub struct Fno {
    embed: Linear,
    lift: Pointwise,
    layers: Vec<FourierLayer>,
    expand: Pointwise,
    project: Pointwise,
    /// Retained wavenumbers along each axis.
    #[module(skip)]
    modes: Vec<usize>,
    /// Axes along which fields are continued by their mirror image.
    #[module(skip)]
    mirrored: [bool; 3],
    #[module(skip)]
    bases: BasisCache,
}

impl Fno {
    /// The same operator over slices, with the weights as they are now: of numbers in single precision on the CPU, and where
    /// no axis is mirrored, as slices have the waves of periodic axes alone.
    pub(crate) fn operator(&self) -> Option<Operator> {
        let slices = kernel::takes(&self.embed.weight.val()) && !self.mirrored.contains(&true);
        slices.then(|| self.over_slices())
    }

    fn over_slices(&self) -> Operator {
        Operator::new(&OperatorParts {
            embed: &self.embed,
            lift: self.lift.linear(),
            layers: self.layers.iter().map(FourierLayer::parts).collect(),
            expand: self.expand.linear(),
            project: self.project.linear(),
            modes: &self.modes,
        })
    }

    /// # Shapes   u: `[batch, point, channel]`, parameters: `[batch, parameter]` → `[batch, point, channel]`
    pub fn forward(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
        let device = u.device();
        let basis = self
            .bases
            .get_mirrored(grid, &self.modes, self.mirrored, &device);
        let embedding = gelu(self.embed.forward(parameters)); // [batch, width]
        let mut x = self.lift.forward(u.swap_dims(0, 1)); // [point, batch, width]
        for (i, layer) in self.layers.iter().enumerate() {
            x = layer.forward(x, embedding.clone(), &basis);
            if i + 1 < self.layers.len() {
                x = gelu(x);
            }
        }
        let x = gelu(self.expand.forward(x)); // [point, batch, 2 · width]
        self.project.forward(x).swap_dims(0, 1)
    }
}

/// `K x + W x + b(p)`.
#[derive(Module, Debug)]
struct FourierLayer {
    convolution: SpectralConv,
    pointwise: Pointwise,
    shift: Linear,
}

impl FourierLayer {
    fn new(width: usize, modes: usize, scale: f64, init: &mut Init) -> Self {
        Self {
            convolution: SpectralConv::new(width, modes, width, scale, init),
            pointwise: Pointwise::new(width, width, init),
            shift: init.zero_linear(width, width),
        }
    }

    fn parts(&self) -> LayerParts<'_> {
        let (mixing, gate) = self.convolution.parts();
        LayerParts {
            mixing,
            gate,
            pointwise: self.pointwise.linear(),
            shift: &self.shift,
        }
    }

    /// # Shapes   x: `[point, batch, width]`, embedding: `[batch, width]` → `[point, batch, width]`
    fn forward(
        &self,
        x: Tensor<3>,
        embedding: Tensor<2>,
        basis: &crate::block::FourierBasis,
    ) -> Tensor<3> {
        let shift = self.shift.forward(embedding.clone()); // [batch, width]
        let local = self.pointwise.forward_with(x.clone(), shift);
        self.convolution.forward(x, embedding, basis) + local
    }
}

fn decode(options: Options<'_>) -> Result<Arc<dyn NetworkConfig>, toml::de::Error> {
    let config = FnoConfig::deserialize(options)?;
    for (name, value, max) in [("width", config.width, 4096), ("layers", config.layers, 64)] {
        if !(1..=max).contains(&value) {
            let message = format!("`{name}` = {value} lies outside [1, {max}]");
            return Err(toml::de::Error::custom(message));
        }
    }
    if !config.padding.has_waves() {
        let message = "`padding` of Fourier layers: write \"ends\", \"periodic\", or a list with \"periodic\" or \"mirror\" per axis";
        return Err(toml::de::Error::custom(message));
    }
    config.modes.check()?;
    let scale = config.spectral_scale;
    if !(0.0..=1.0).contains(&scale) {
        let message = format!("`spectral_scale` = {scale} lies outside [0, 1]");
        return Err(toml::de::Error::custom(message));
    }
    Ok(Arc::new(config))
}
