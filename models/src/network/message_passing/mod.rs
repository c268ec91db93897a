//! Message passing between neighbouring points: `m_i = mean_j φ(h_i, h_j, u_i − u_j, x_i − x_j, p)`, then
//! `h_i ← N(h_i + ψ(h_i, m_i, p))`, repeated between an encoder and a decoder of every point.
//!
//! Brandstetter, Worrall & Welling (2022); `N` is an instance normalisation, and `φ`, `ψ` are two dense
//! layers with an activation behind each. Here the graph is that of a periodic grid: every point hears all points within a
//! radius, around the edges too, and no absolute position goes in, so that the network commutes with shifts. The paper takes
//! 25 frames at a time: of a state of several the decoder is the convolution of the paper (`unbundle.rs`), of one frame two
//! dense layers.
//!
//! The first layer of `φ` is linear in all it sees, so its products are made once a point and moved to the neighbours.

mod layer;
mod unbundle;

use self::layer::{Layer, neighbours};
use self::unbundle::Unbundle;
use super::ranges::within;
use super::{Network, NetworkConfig, NetworkEntry};
use crate::block::{Activation, Mlp, with_constants};
use crate::{FieldSpec, Init, Options};
use burn::module::Module;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The entry of the list of networks.
pub const ENTRY: NetworkEntry = NetworkEntry {
    kind: "message_passing",
    summary: "messages between neighbouring points (Brandstetter et al. 2022), periodic",
    options: &[
        (
            "width",
            "channels of a point and of a message, 1 to 4096; default 128",
        ),
        ("layers", "rounds of messages, 1 to 64; default 6"),
        (
            "radius",
            "how far a message goes in points, 1 to 8; time and memory grow with the neighbours, 6 in 1-D and 28 in 2-D \
             for 3; default 3",
        ),
        (
            "activation",
            "\"gelu\", \"silu\", \"relu\" or \"tanh\"; default \"silu\"",
        ),
    ],
    decode,
};

/// Options of a message passing network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MessagePassingConfig {
    /// Channels of a point and of a message.
    pub width: usize,
    /// Rounds of messages.
    pub layers: usize,
    /// Distance that a message goes, in points.
    pub radius: usize,
    /// Nonlinearity behind every dense layer.
    pub activation: Activation,
}

impl Default for MessagePassingConfig {
    fn default() -> Self {
        Self {
            width: 128,
            layers: 6,
            radius: 3,
            activation: Activation::Silu,
        }
    }
}

impl NetworkConfig for MessagePassingConfig {
    fn init(&self, spec: &FieldSpec, init: &mut Init) -> Network {
        Network::MessagePassing(MessagePassing::new(self, spec, init))
    }

    fn check_bundle(&self, frames: usize) -> Result<(), String> {
        if frames > 1 && frames > self.width {
            Err(format!(
                "makes a frame of every few features, and {frames} frames are more than its width = {}: write a larger \
                 width",
                self.width
            ))
        } else {
            Ok(())
        }
    }

    /// Places stand between the state and the parameters in the first layer of messages.
    fn rows_beside(&self, array: &str, rest: usize, dims: usize) -> [usize; 3] {
        if array.ends_with("meet.weight") {
            [rest - dims, dims, 0]
        } else {
            [rest, 0, 0]
        }
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("plain numbers are valid TOML")
    }
}

/// A message passing network.
#[derive(Module, Debug)]
pub struct MessagePassing {
    encoder: Mlp,
    layers: Vec<Layer>,
    /// Of one frame.
    decoder: Option<Mlp>,
    /// Of several.
    unbundle: Option<Unbundle>,
    #[module(skip)]
    activation: Activation,
    #[module(skip)]
    radius: usize,
}

impl MessagePassing {
    /// The network, with weights drawn from `init`.
    pub fn new(config: &MessagePassingConfig, spec: &FieldSpec, init: &mut Init) -> Self {
        let (width, activation) = (config.width, config.activation);
        let encoder = [spec.inputs + spec.parameters, width, width];
        let layers = (0..config.layers).map(|_| Layer::new(width, activation, spec, init));
        let layers = layers.collect();
        let encoder = Mlp::new(&encoder, activation, init);
        let (frames, outputs) = (spec.bundle, spec.outputs);
        let decoder = (frames == 1).then(|| Mlp::new(&[width, width, outputs], activation, init));
        let unbundle =
            (frames > 1).then(|| Unbundle::new(width, frames, outputs / frames, activation, init));
        Self {
            layers,
            encoder,
            decoder,
            unbundle,
            activation,
            radius: config.radius,
        }
    }

    /// # Shapes   u: `[batch, point, inputs]`, parameters: `[batch, parameter]` → `[batch, point, outputs]`
    pub fn forward(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
        let neighbours = neighbours(grid.len(), self.radius);
        let known = with_constants(u.clone(), &parameters);
        let mut h = self.activation.apply(self.encoder.forward(known));
        for layer in &self.layers {
            h = layer.forward(h, &u, &parameters, grid, &neighbours);
        }
        match (&self.decoder, &self.unbundle) {
            (Some(decoder), _) => decoder.forward(h),
            (None, Some(unbundle)) => unbundle.forward(h),
            (None, None) => unreachable!("it was made with one of both"),
        }
    }
}

fn decode(options: Options<'_>) -> Result<Arc<dyn NetworkConfig>, toml::de::Error> {
    let config = MessagePassingConfig::deserialize(options)?;
    within(&[
        ("width", config.width, [1, 4096]),
        ("layers", config.layers, [1, 64]),
        ("radius", config.radius, [1, 8]),
    ])?;
    Ok(Arc::new(config))
}
