//! Conditioning of a block on the embedding of the parameters: `h + b(e)`, or `(1 + a(e)) h + b(e)`.
//!
//! Perez et al. (2018), eq. 2, with a scale that starts near one. The shift alone is what Ho et al. (2020) add in every
//! block; scale and shift behind a normalisation are those of Dhariwal & Nichol (2021).

use crate::Init;
use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

/// Effect of the parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conditioning {
    /// A constant is added to every channel.
    #[default]
    Shift,
    /// Every channel is multiplied by a factor, and a constant is added.
    ScaleShift,
}

/// Scales and shifts channels by a linear function of an embedding.
#[derive(Module, Debug)]
pub struct Modulation {
    linear: Linear,
    #[module(skip)]
    conditioning: Conditioning,
}

impl Modulation {
    /// For `channels` channels that are conditioned on an embedding of `size` channels.
    pub fn new(size: usize, channels: usize, conditioning: Conditioning, init: &mut Init) -> Self {
        let outputs = match conditioning {
            Conditioning::Shift => channels,
            Conditioning::ScaleShift => 2 * channels,
        };
        Self {
            linear: init.linear(size, outputs),
            conditioning,
        }
    }

    /// The constants that are added, where nothing is multiplied.
    ///
    /// # Shapes   embedding: `[batch, size]` → `[batch, channel]`
    pub(crate) fn shift(&self, embedding: Tensor<2>) -> Option<Tensor<2>> {
        match self.conditioning {
            Conditioning::Shift => Some(self.linear.forward(embedding)),
            Conditioning::ScaleShift => None,
        }
    }

    /// # Shapes   h: `[batch, point, channel]`, embedding: `[batch, size]` → as `h`
    pub fn forward(&self, h: Tensor<3>, embedding: Tensor<2>) -> Tensor<3> {
        let channels = h.dims()[2];
        let row = self.linear.forward(embedding).unsqueeze_dim::<3>(1); // [batch, 1, outputs]
        match self.conditioning {
            Conditioning::Shift => h + row,
            Conditioning::ScaleShift => {
                let scale = row.clone().narrow(2, 0, channels) + 1.0;
                h * scale + row.narrow(2, channels, channels)
            }
        }
    }
}
