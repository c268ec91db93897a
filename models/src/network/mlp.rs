//! Fully connected network over the flattened state: `u, p ↦ W_n a(… a(W_1 [u, p] + b_1) …) + b_n`.
//!
//! The simplest surrogate there is. Every point has weights of its own, so it is bound to the grid it was trained on, and
//! it knows nothing of neighbours or shifts. With `inputs = "parameters"` there is no `u`: `p`, the time among it, is all
//! that it sees, as in the network that Meyer et al. (2023) train online, six numbers to a million.

use super::ranges::within;
use super::{Network, NetworkConfig, NetworkEntry};
use crate::block::{Activation, Mlp, with_constants};
use crate::{FieldSpec, Init, Inputs, Options};
use burn::module::Module;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The entry of the list of networks.
pub const ENTRY: NetworkEntry = NetworkEntry {
    kind: "mlp",
    summary: "fully connected over all points (Meyer et al. 2023); only for the grid it was trained on",
    options: &[
        (
            "inputs",
            "\"state\": the state now and parameters, for its change; \"parameters\": parameters and time alone, for the \
             state at that time; default \"state\"",
        ),
        ("width", "units of a hidden layer, 1 to 65536; default 256"),
        ("layers", "hidden layers, 1 to 64; default 2"),
        (
            "activation",
            "\"gelu\", \"silu\", \"relu\" or \"tanh\"; default \"relu\"",
        ),
    ],
    decode,
};

/// Options of a fully connected network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MlpConfig {
    /// Inputs: the state, or parameters alone.
    pub inputs: Inputs,
    /// Units of a hidden layer.
    pub width: usize,
    /// Hidden layers.
    pub layers: usize,
    /// Nonlinearity between two layers.
    pub activation: Activation,
}

impl Default for MlpConfig {
    fn default() -> Self {
        Self {
            inputs: Inputs::State,
            width: 256,
            layers: 2,
            activation: Activation::Relu,
        }
    }
}

impl NetworkConfig for MlpConfig {
    fn init(&self, spec: &FieldSpec, init: &mut Init) -> Network {
        Network::Mlp(FullyConnected::new(self, spec, init))
    }

    fn inputs(&self) -> Inputs {
        self.inputs
    }

    fn check_grid(&self, trained: &[usize], grid: &[usize]) -> Result<(), String> {
        if trained == grid {
            return Ok(());
        }
        Err(format!(
            "has weights for the {trained:?} points it was trained on and can't answer on {grid:?}: use that grid, or \
             train another network"
        ))
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("plain numbers are valid TOML")
    }
}

/// A fully connected network.
#[derive(Module, Debug)]
pub struct FullyConnected {
    layers: Mlp,
    #[module(skip)]
    grid: Vec<usize>,
    #[module(skip)]
    inputs: usize,
    #[module(skip)]
    outputs: usize,
}

impl FullyConnected {
    /// The network, with weights drawn from `init`.
    pub fn new(config: &MlpConfig, spec: &FieldSpec, init: &mut Init) -> Self {
        let points = spec.grid.iter().product::<usize>();
        let mut sizes = vec![points * spec.inputs + spec.parameters];
        sizes.extend(vec![config.width; config.layers]);
        sizes.push(points * spec.outputs);
        Self {
            layers: Mlp::new(&sizes, config.activation, init),
            grid: spec.grid.clone(),
            inputs: spec.inputs,
            outputs: spec.outputs,
        }
    }

    /// The fields at all points; `u` is ignored where the network was built for no inputs.
    ///
    /// # Shapes   u: `[batch, point, inputs]`, parameters: `[batch, parameter]` → `[batch, point, outputs]`
    ///
    /// # Panics
    /// When the grid is not the one it was built for.
    pub fn forward(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
        assert_eq!(grid, self.grid, "a fully connected network keeps its grid");
        let [batch, points, _] = u.dims();
        let known = match self.inputs {
            0 => parameters.unsqueeze_dim(1), // [batch, 1, parameter]
            _ => with_constants(u.reshape([batch as i32, 1, -1]), &parameters),
        };
        self.layers
            .forward(known)
            .reshape([batch, points, self.outputs])
    }
}

fn decode(options: Options<'_>) -> Result<Arc<dyn NetworkConfig>, toml::de::Error> {
    let config = MlpConfig::deserialize(options)?;
    within(&[
        ("width", config.width, [1, 65536]),
        ("layers", config.layers, [1, 64]),
    ])?;
    Ok(Arc::new(config))
}
