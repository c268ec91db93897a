//! The Fourier neural operator as the library neuraloperator builds it: between a lifting and a projection, in each block
//! `y = a(K x + b + W x)`, then `x ← a(M y + w ∘ x)`, without `a` in the last block.
//!
//! Kossaifi et al. (2024), neuraloperator 1.0 and 2.0 with their defaults: `K` is a spectral convolution, `W` a dense layer
//! without bias, `M` a perceptron that is half as wide inside, `w` a factor a channel. The places of the points go in as
//! channels, so that the network does not commute with shifts; the parameters go in as constant channels. Trained weights
//! of that library can be read.

use super::ranges::within;
use super::{Modes, Network, NetworkConfig, NetworkEntry};
use crate::block::activation::gelu;
use crate::block::{Activation, BasisCache, FourierBasis, Mlp, retained_most, with_constants};
use crate::block::{linear, products};
use crate::weights::{Array, Arrays, ImportError, Layout, Source};
use crate::{FieldSpec, Init, Options, Reach};
use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::tensor::{Device, Shape, Tensor, TensorData};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The entry of the list of networks.
pub const ENTRY: NetworkEntry = NetworkEntry {
    kind: "fno_neuraloperator",
    summary: "Fourier neural operator as the library neuraloperator 2.0 builds it; reads its weights",
    options: &[
        ("width", "channels inside, 1 to 4096; default 32"),
        (
            "modes",
            "retained wavenumbers, from -modes/2 to modes/2, 1 to 4096: one number for all axes, or a list with one per \
             axis; default 24",
        ),
        ("layers", "Fourier layers, 1 to 64; default 4"),
        (
            "lifting",
            "channels inside the lifting in units of width, 1 to 64; default 2",
        ),
        (
            "projection",
            "channels inside the projection in units of width, 1 to 64; default 2",
        ),
        (
            "coordinates",
            "whether the network is told where points are; default true",
        ),
    ],
    decode,
};

/// Options of this Fourier neural operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FnoNeuraloperatorConfig {
    /// Channels inside.
    pub width: usize,
    /// Retained wavenumbers along each axis, of both signs; on the last axis half of them and one.
    pub modes: Modes,
    /// Number of Fourier layers.
    pub layers: usize,
    /// Channels inside the lifting, in units of the width.
    pub lifting: usize,
    /// Channels inside the projection, in units of the width.
    pub projection: usize,
    /// Whether the places of the points go in.
    pub coordinates: bool,
}

impl Default for FnoNeuraloperatorConfig {
    fn default() -> Self {
        Self {
            width: 32,
            modes: Modes::default(),
            layers: 4,
            lifting: 2,
            projection: 2,
            coordinates: true,
        }
    }
}

impl NetworkConfig for FnoNeuraloperatorConfig {
    fn init(&self, spec: &FieldSpec, init: &mut Init) -> Network {
        Network::FnoNeuraloperator(FnoNeuraloperator::new(self, spec, init))
    }

    fn reach(&self) -> Reach {
        Reach::Domain
    }

    fn check_grid(&self, trained: &[usize], _grid: &[usize]) -> Result<(), String> {
        self.modes.check_grid(trained)
    }

    fn notes(&self, grid: &[usize]) -> Vec<String> {
        // Along the last axis half of them are stored, and one.
        let most = |axis, points| {
            let last = axis + 1 == grid.len();
            if last {
                2 * retained_most(points, last) - 1
            } else {
                retained_most(points, last)
            }
        };
        self.modes.notes(grid, most)
    }

    /// Coordinates stand behind state and parameters.
    fn rows_beside(&self, _array: &str, rest: usize, _dims: usize) -> [usize; 3] {
        [0, 0, rest]
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("plain numbers are valid TOML")
    }
}

/// A Fourier neural operator of the library neuraloperator.
#[derive(Module, Debug)]
pub struct FnoNeuraloperator {
    lifting: Mlp,
    layers: Vec<Layer>,
    projection: Mlp,
    /// Retained wavenumbers along each axis.
    #[module(skip)]
    modes: Vec<usize>,
    #[module(skip)]
    coordinates: bool,
    /// Channels of the state.
    #[module(skip)]
    inputs: usize,
    /// Number of parameters.
    #[module(skip)]
    parameters: usize,
    #[module(skip)]
    bases: BasisCache,
}

impl FnoNeuraloperator {
    /// The network, with weights drawn from `init`.
    pub fn new(config: &FnoNeuraloperatorConfig, spec: &FieldSpec, init: &mut Init) -> Self {
        let (width, dims) = (config.width, spec.dims());
        let mut modes = config.modes.axes(dims);
        modes[dims - 1] = modes[dims - 1] / 2 + 1; // the others follow, because fields are real
        let places = if config.coordinates { dims } else { 0 };
        let known = spec.inputs + spec.parameters + places;
        let lifting = [known, config.lifting * width, width];
        let projection = [width, config.projection * width, spec.outputs];
        let num_modes = modes.iter().product();
        let layers = (0..config.layers).map(|_| Layer::new(width, num_modes, init));
        Self {
            layers: layers.collect(),
            lifting: Mlp::new(&lifting, Activation::Gelu, init),
            projection: Mlp::new(&projection, Activation::Gelu, init),
            modes,
            coordinates: config.coordinates,
            inputs: spec.inputs,
            parameters: spec.parameters,
            bases: BasisCache::default(),
        }
    }

    /// This network with the weights of an `FNO` of neuraloperator 1.0 or 2.0, complex ones with real and imaginary part
    /// along a last axis. Its channels are those of the state, then the parameters.
    ///
    /// # Errors
    /// When an array is missing, has another shape, or is not read.
    pub fn with_neuraloperator(self, arrays: &Arrays) -> Result<Self, ImportError> {
        let source = self.source();
        arrays.read_into(self, source)
    }

    /// The weights as an `FNO` of neuraloperator has them: what [`Self::with_neuraloperator`] reads.
    pub fn to_neuraloperator(&self) -> Arrays {
        Arrays::of(self, self.source())
    }

    /// The place of the weight at a path in a state of neuraloperator.
    pub(crate) fn source(&self) -> impl Fn(&[&str]) -> Source + use<> {
        let modes = self.modes.clone();
        move |path| source(path, &modes)
    }

    /// Widens the lifting of an `FNO` without parameters, with zeros for them between state and coordinates; whether it
    /// did.
    pub(crate) fn complete(&self, arrays: &mut Arrays) -> bool {
        let places = if self.coordinates {
            self.modes.len()
        } else {
            0
        };
        let known = self.inputs + places;
        let narrow = arrays.get(LIFTING);
        let narrow = narrow.filter(|array| array.shape().get(1) == Some(&known));
        let Some(array) = narrow.filter(|_| self.parameters > 0) else {
            return false;
        };
        let silent = vec![0.0; self.parameters];
        let widened =
            |row: &[f32]| [&row[..self.inputs], &silent[..], &row[self.inputs..]].concat();
        let values = array.values().chunks(known).flat_map(widened).collect();
        let mut shape = array.shape().to_vec();
        shape[1] += self.parameters;
        arrays.insert(LIFTING, Array::new(&shape, values));
        true
    }

    /// # Shapes   u: `[batch, point, inputs]`, parameters: `[batch, parameter]` → `[batch, point, outputs]`
    pub fn forward(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
        let basis = self.bases.get_modes(grid, &self.modes, &u.device());
        let [batch, _, _] = u.dims();
        let mut known = with_constants(u, &parameters).swap_dims(0, 1);
        if self.coordinates {
            let places = places(grid, &known.device()).repeat_dim(1, batch);
            known = Tensor::cat(vec![known, places], 2);
        }
        let mut x = self.lifting.forward(known); // [point, batch, width]
        for (i, layer) in self.layers.iter().enumerate() {
            x = layer.forward(x, &basis, i + 1 == self.layers.len());
        }
        self.projection.forward(x).swap_dims(0, 1)
    }
}

/// One block.
#[derive(Module, Debug)]
struct Layer {
    /// Real and imaginary parts side by side: `[mode, inputs, 2 · outputs]`.
    weight: Param<Tensor<3>>,
    bias: Param<Tensor<1>>,
    skip: Linear,
    mlp: Mlp,
    gate: Param<Tensor<1>>,
}

impl Layer {
    fn new(width: usize, modes: usize, init: &mut Init) -> Self {
        // Uniform with the variances of theirs: 1/width for complex weights and for the bias.
        let variance = 1.0 / width as f64;
        let inside = (width as f64 / 2.0).round_ties_even() as usize;
        Self {
            weight: init.uniform([modes, width, 2 * width], (1.5 * variance).sqrt()),
            bias: init.uniform([width], (3.0 * variance).sqrt()),
            skip: Linear {
                weight: init.uniform([width, width], variance.sqrt()),
                bias: None,
            },
            mlp: Mlp::new(&[width, inside.max(1), width], Activation::Gelu, init),
            gate: init.ones([width]),
        }
    }

    /// # Shapes   x: `[point, batch, width]` → the same
    fn forward(&self, x: Tensor<3>, basis: &FourierBasis, last: bool) -> Tensor<3> {
        let [points, batch, width] = x.dims();
        let skip = linear(&self.skip, x.clone().reshape([points * batch, width]));
        let bias = self.bias.val().unsqueeze::<3>();
        let y = self.convolve(x.clone(), basis) + bias + skip.reshape([points, batch, width]);
        let y = if last { y } else { gelu(y) };
        let y = self.mlp.forward(y) + x * self.gate.val().unsqueeze::<3>();
        if last { y } else { gelu(y) }
    }

    /// `K x`.
    fn convolve(&self, x: Tensor<3>, basis: &FourierBasis) -> Tensor<3> {
        let [points, batch, width] = x.dims();
        let modes = basis.num_modes();
        let x_hat = basis.to_modes(x.reshape([points, batch * width]));
        let lines = x_hat.reshape([modes, 2 * batch, width]);
        let products = products(lines, basis.select(self.weight.val())); // [mode, 2 · batch, 2 · width]
        let products = products.reshape([modes, 2, batch, 2 * width]);
        let part = |i, j| products.clone().narrow(1, i, 1).narrow(3, j * width, width);
        let y_hat = Tensor::cat(vec![part(0, 0) - part(1, 1), part(0, 1) + part(1, 0)], 1);
        let y = basis.to_points(y_hat.reshape([modes, 2, batch * width]));
        y.reshape([points, batch, width])
    }
}

/// The places of the points in units of the length of each axis, from 0 on: `[point, 1, axis]`.
fn places(grid: &[usize], device: &Device) -> Tensor<3> {
    let points: usize = grid.iter().product();
    let place = |index: usize, axis: usize| {
        let after: usize = grid[axis + 1..].iter().product();
        (index / after % grid[axis]) as f32 / grid[axis] as f32
    };
    let axes = || 0..grid.len();
    let values: Vec<f32> = (0..points)
        .flat_map(|index| axes().map(move |axis| place(index, axis)))
        .collect();
    let data = TensorData::new(values, Shape::new([points, 1, grid.len()]));
    Tensor::from_data(data, &device.clone().without_autodiff())
}

/// The name of the weights that see state, parameters and coordinates.
const LIFTING: &str = "lifting.fcs.0.weight";

/// The place of the weight at `path` in a state of neuraloperator, in a network with so many modes along each axis.
fn source(path: &[&str], modes: &[usize]) -> Source {
    let ones = vec![1; modes.len()];
    let dense = |name: String, weight: &str| {
        let name = format!("{name}.{weight}");
        match weight {
            "weight" => Source::new(name, Layout::Dense).with_kernel(&[1]),
            _ => Source::new(name, Layout::Plain),
        }
    };
    match path {
        [part @ ("lifting" | "projection"), "layers", i, weight] => {
            dense(format!("{part}.fcs.{i}"), weight)
        }
        ["layers", i, "mlp", "layers", j, weight] => {
            dense(format!("fno_blocks.channel_mlp.{i}.fcs.{j}"), weight)
        }
        ["layers", i, "skip", weight] => dense(format!("fno_blocks.fno_skips.{i}.conv"), weight),
        ["layers", i, "weight"] => {
            let name = format!("fno_blocks.convs.{i}.weight.tensor");
            Source::new(name, Layout::Spectral).with_kernel(modes)
        }
        ["layers", i, "bias"] => {
            let name = format!("fno_blocks.convs.{i}.bias");
            Source::new(name, Layout::Plain).with_kernel(&ones)
        }
        ["layers", i, "gate"] => {
            let name = format!("fno_blocks.channel_mlp_skips.{i}.weight");
            Source::new(name, Layout::Factor).with_kernel(&ones)
        }
        _ => unreachable!("the network has no weight {path:?}"),
    }
}

fn decode(options: Options<'_>) -> Result<Arc<dyn NetworkConfig>, toml::de::Error> {
    let config = FnoNeuraloperatorConfig::deserialize(options)?;
    within(&[
        ("width", config.width, [1, 4096]),
        ("layers", config.layers, [1, 64]),
        ("lifting", config.lifting, [1, 64]),
        ("projection", config.projection, [1, 64]),
    ])?;
    config.modes.check()?;
    Ok(Arc::new(config))
}
