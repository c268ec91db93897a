//! Networks: maps between fields on a grid, in scaled units. One file and one entry of [`NETWORKS`] each.

pub mod fno;

use crate::{FieldSpec, Init, Options};
use burn::module::Module;
use burn::tensor::Tensor;
use std::sync::Arc;

/// Every network, built.
#[derive(Module, Debug)]
pub enum Network {
    /// Fourier neural operator.
    Fno(fno::Fno),
}

impl Network {
    /// The answer of the network.
    ///
    /// # Shapes   u: `[batch, point, channel]`, parameters: `[batch, parameter]` → `[batch, point, channel]`
    pub fn forward(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
        match self {
            Self::Fno(fno) => fno.forward(u, parameters, grid),
        }
    }
}

/// The options of a network, able to build it.
pub trait NetworkConfig: Send + Sync {
    /// A network for the fields of `spec`.
    fn init(&self, spec: &FieldSpec, init: &mut Init) -> Network;

    /// The options with their defaults filled in, as they stand in a resolved recipe.
    fn options(&self) -> toml::Table;
}

/// What the list of networks knows of one.
pub struct NetworkEntry {
    /// Name in a recipe.
    pub kind: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Name and meaning of every option, with its default.
    pub options: &'static [(&'static str, &'static str)],
    /// Reads the options of a recipe.
    pub decode: fn(Options<'_>) -> Result<Arc<dyn NetworkConfig>, toml::de::Error>,
}

/// Every network.
pub const NETWORKS: &[&NetworkEntry] = &[&fno::ENTRY];

/// The network called `kind`.
pub fn find(kind: &str) -> Option<&'static NetworkEntry> {
    NETWORKS.iter().copied().find(|entry| entry.kind == kind)
}
