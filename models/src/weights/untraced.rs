//! Options that leave no array: networks that differ in them have the same weights, and other answers.

use super::Dialect;
use crate::network::Network;

/// The facts that arrays do not say of their network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Untraced {
    /// Options of the other program, each with the value that the network here stands for.
    pub fixed: &'static [&'static str],
    /// Options of the network here, by their keys in `[model]`.
    pub keys: &'static [&'static str],
}

impl Untraced {
    /// Whether the arrays say everything.
    pub fn is_empty(&self) -> bool {
        self.fixed.is_empty() && self.keys.is_empty()
    }
}

/// Of an `FNO` of neuraloperator 2.0, as its constructor calls them.
const NEURALOPERATOR: &[&str] = &[
    "norm = None",
    "domain_padding = None",
    "non_linearity = gelu",
    "stabilizer = None",
    "preactivation = False",
    "resolution_scaling_factor = None",
    "positional_embedding on [0, 1]",
];

impl Network {
    /// The facts that arrays with the names of a dialect do not say of this network.
    pub fn untraced(&self, dialect: Dialect) -> Untraced {
        let fixed = match (dialect, self) {
            (Dialect::Neuraloperator, Self::FnoNeuraloperator(_)) => NEURALOPERATOR,
            _ => &[],
        };
        let keys: &[&str] = match self {
            Self::Fno(_) | Self::Tfno(_) => &["padding"],
            Self::RecurrentFno(_) => &["iterations", "padding"],
            Self::FnoNeuraloperator(_) => &[],
            Self::Unet(_) => &["activation", "groups", "padding"],
            Self::ClassicUnet(_) => &["activation", "padding"],
            Self::Resnet(_) => &["activation", "groups", "order", "padding"],
            Self::DilatedResnet(_) => &["activation", "dilations", "groups", "padding"],
            Self::PdeTransformer(_) => &["padding", "window"],
            Self::MessagePassing(_) => &["activation", "radius"],
            Self::Mlp(_) => &["activation"],
            Self::Own(_) | Self::Settled(_) => &[], // the options of the first are known to its program, the second has no weights
            #[cfg(test)]
            Self::ResidualFno(_) => &[],
        };
        Untraced { fixed, keys }
    }
}
