//! The activation of a network, as a recipe names it.

use super::activation::{gelu, silu};
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use serde::{Deserialize, Serialize};

/// Nonlinearity between two linear maps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// `x Φ(x)`, Hendrycks & Gimpel (2016).
    #[default]
    Gelu,
    /// `x / (1 + exp(−x))`, Elfwing, Uchibe & Doya (2018).
    Silu,
    /// `max(x, 0)`.
    Relu,
    /// `tanh x`.
    Tanh,
}

impl Activation {
    /// The activation of every entry.
    pub fn apply<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Gelu => gelu(x),
            Self::Silu => silu(x),
            Self::Relu => relu(x),
            Self::Tanh => x.tanh(),
        }
    }
}
