//! Fourier neural operator: `x ← gelu(K x + W x + b(p))` repeated, between a lifting and a projection.
//!
//! Li et al. (2021), eqs. 2 and 4. `K` is a spectral convolution, `W` a dense layer over channels and `p` an embedding
//! of the parameters. On a periodic domain no coordinates are fed in, so the operator commutes with shifts. Along an axis
//! with walls or open ends waves are those of the field and its mirror image.

mod layer;

use super::ranges::{refuse, within};
use super::{Modes, Network, NetworkConfig, NetworkEntry};
use crate::block::activation::gelu;
use crate::block::{
    BasisCache, Edge, FourierBasis, Mixing, Padding, Pointwise, SpectralConv, retained_most,
};
use crate::inference::{Operator, OperatorParts};
use crate::kernel;
use crate::{FieldSpec, Init, Options, Reach};
use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::tensor::Tensor;
use layer::FourierLayer;
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
        let (width, scale) = (self.width, self.spectral_scale);
        self.with_convolutions(spec, init, |modes, init| {
            SpectralConv::new(width, modes.iter().product(), width, scale, init)
        })
    }

    /// The operator with spectral convolutions of some kind, for as many modes per axis.
    pub(super) fn with_convolutions<W: Mixing>(
        &self,
        spec: &FieldSpec,
        init: &mut Init,
        convolution: impl Fn(&[usize], &mut Init) -> SpectralConv<W>,
    ) -> Fno<W> {
        let modes = self.modes.axes(spec.dims());
        let width = self.width;
        Fno {
            embed: init.linear(spec.parameters.max(1), width),
            lift: Pointwise::new(spec.inputs, width, init),
            layers: (0..self.layers)
                .map(|_| FourierLayer::new(convolution(&modes, init), width, init))
                .collect(),
            expand: Pointwise::new(width, 2 * width, init),
            project: Pointwise::new(2 * width, spec.outputs, init),
            modes,
            mirrored: self.padding.mirrored(),
            bases: BasisCache::default(),
        }
    }
}

impl FnoConfig {
    /// The same between these edges.
    pub(super) fn at_edges(&self, edges: &[Edge]) -> Self {
        let edges: Vec<Edge> = edges.iter().map(|edge| edge.mirrored()).collect();
        let padding = self.padding.between(&edges);
        Self {
            padding,
            ..self.clone()
        }
    }

    /// Checks the options as typed.
    pub(super) fn check(&self) -> Result<(), toml::de::Error> {
        within(&[
            ("width", self.width, [1, 4096]),
            ("layers", self.layers, [1, 64]),
        ])?;
        if !self.padding.has_waves() {
            return refuse(
                "`padding` of Fourier layers: write \"ends\", \"periodic\", or a list with \"periodic\" or \"mirror\" per axis"
                    .to_owned(),
            );
        }
        self.modes.check()?;
        let scale = self.spectral_scale;
        if (0.0..=1.0).contains(&scale) {
            Ok(())
        } else {
            refuse(format!("`spectral_scale` = {scale} lies outside [0, 1]"))
        }
    }
}

impl NetworkConfig for FnoConfig {
    fn init(&self, spec: &FieldSpec, init: &mut Init) -> Network {
        Network::Fno(Self::init(self, spec, init))
    }

    fn between(&self, edges: &[Edge]) -> Option<Arc<dyn NetworkConfig>> {
        Some(Arc::new(self.at_edges(edges)))
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
pub struct Fno<W: Mixing = Param<Tensor<3>>> {
    embed: Linear,
    lift: Pointwise,
    layers: Vec<FourierLayer<W>>,
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

impl<W: Mixing> Fno<W> {
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
        let (embedding, basis) = self.context(&u, parameters, grid);
        let mut x = self.lift.forward(u.swap_dims(0, 1)); // [point, batch, width]
        for (i, layer) in self.layers.iter().enumerate() {
            x = layer.forward(x, embedding.clone(), &basis);
            if i + 1 < self.layers.len() {
                x = gelu(x);
            }
        }
        self.projected(x)
    }

    /// The layers applied `times` times to the sum of their answer and the lifted state: `x ← e + gelu(K x + W x + b(p))`, `x = e`
    /// at first.
    ///
    /// # Shapes   as [`Self::forward`]
    pub(super) fn repeated(
        &self,
        u: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        times: usize,
    ) -> Tensor<3> {
        let (embedding, basis) = self.context(&u, parameters, grid);
        let lifted = self.lift.forward(u.swap_dims(0, 1)); // [point, batch, width]
        let mut x = lifted.clone();
        for layer in (0..times).flat_map(|_| &self.layers) {
            x = lifted.clone() + gelu(layer.forward(x, embedding.clone(), &basis));
        }
        self.projected(x)
    }

    /// Whether its weights are tracked for a gradient.
    pub(super) fn is_tracked(&self) -> bool {
        self.embed.weight.val().is_require_grad()
    }

    /// The embedding of the parameters, `[batch, width]`, and the waves of the grid.
    fn context(
        &self,
        u: &Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
    ) -> (Tensor<2>, Arc<FourierBasis>) {
        let device = u.device();
        let basis = self
            .bases
            .get_mirrored(grid, &self.modes, self.mirrored, &device);
        (gelu(self.embed.forward(parameters)), basis)
    }

    /// # Shapes   x: `[point, batch, width]` → `[batch, point, channel]`
    fn projected(&self, x: Tensor<3>) -> Tensor<3> {
        let x = gelu(self.expand.forward(x)); // [point, batch, 2 · width]
        self.project.forward(x).swap_dims(0, 1)
    }
}

fn decode(options: Options<'_>) -> Result<Arc<dyn NetworkConfig>, toml::de::Error> {
    let config = FnoConfig::deserialize(options)?;
    config.check()?;
    Ok(Arc::new(config))
}
