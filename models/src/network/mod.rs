//! Networks: maps between fields on a grid, in scaled units. One file and one entry of [`NETWORKS`] each.

pub mod classic_unet;
pub mod dilated_resnet;
pub mod fno;
pub mod fno_neuraloperator;
pub mod message_passing;
pub mod mlp;
mod modes;
mod own;
pub mod pde_transformer;
mod ranges;
pub mod recurrent_fno;
pub mod resnet;
pub mod tfno;
pub mod unet;

use crate::block::Edge;
use crate::inference::Settled;
use crate::kernel;
use crate::pool::in_pool;
use crate::{FieldSpec, Init, Inputs, Options, Reach, SurrogateRng};
use burn::module::Module;
use burn::tensor::Tensor;
pub use modes::Modes;
pub use own::{Own, OwnNetwork};
use std::sync::Arc;

/// Every network, built.
#[derive(Module, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "a surrogate has one network, and a module cannot stand in a box"
)]
pub enum Network {
    /// Fourier neural operator.
    Fno(fno::Fno),
    /// Fourier neural operator with weights in Tucker form.
    Tfno(tfno::Tfno),
    /// Fourier neural operator with one layer that is used again and again.
    RecurrentFno(recurrent_fno::RecurrentFno),
    /// Fourier neural operator as the library neuraloperator builds it.
    FnoNeuraloperator(fno_neuraloperator::FnoNeuraloperator),
    /// Modern U-Net.
    Unet(unet::Unet),
    /// Classic U-Net.
    ClassicUnet(classic_unet::ClassicUnet),
    /// Residual network.
    Resnet(resnet::Resnet),
    /// Dilated residual network.
    DilatedResnet(dilated_resnet::DilatedResnet),
    /// PDE transformer.
    PdeTransformer(pde_transformer::PdeTransformer),
    /// Message passing network.
    MessagePassing(message_passing::MessagePassing),
    /// Fully connected network.
    Mlp(mlp::FullyConnected),
    /// Network of a program that uses this library.
    Own(Own),
    /// Network for inference alone.
    Settled(Settled),
    /// The example of the book.
    #[cfg(test)]
    ResidualFno(residual_fno::ResidualFno),
}

impl Network {
    /// The answer of the network.
    ///
    /// # Shapes   u: `[batch, point, channel]`, parameters: `[batch, parameter]` → `[batch, point, channel]`
    pub fn forward(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
        match self {
            Self::Settled(network) => network.forward(u, parameters, grid),
            _ if kernel::takes(&u) => in_pool(|| self.answer(u, parameters, grid)),
            _ => self.answer(u, parameters, grid),
        }
    }

    /// As [`Self::forward`], with chance where a network in training needs it: the depth of a recurrent one.
    pub fn forward_with(
        &self,
        u: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
    ) -> Tensor<3> {
        match self {
            Self::RecurrentFno(network) => {
                let drawn = Self::RecurrentFno(network.drawn(draws));
                drawn.forward(u, parameters, grid)
            }
            other => other.forward(u, parameters, grid),
        }
    }

    /// The same with so many iterations in a prediction.
    ///
    /// # Errors
    /// When it has none, or their number lies outside of its range.
    pub fn repeating(self, iterations: usize) -> Result<Self, String> {
        match self {
            Self::RecurrentFno(network) => Ok(Self::RecurrentFno(network.repeating(iterations)?)),
            _ => Err("has no iterations; recurrent_fno has".to_owned()),
        }
    }

    /// [`Self::forward`] from this thread.
    fn answer(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
        match self {
            Self::Fno(network) => network.forward(u, parameters, grid),
            Self::Tfno(network) => network.forward(u, parameters, grid),
            Self::RecurrentFno(network) => network.forward(u, parameters, grid),
            Self::FnoNeuraloperator(network) => network.forward(u, parameters, grid),
            Self::Unet(network) => network.forward(u, parameters, grid),
            Self::ClassicUnet(network) => network.forward(u, parameters, grid),
            Self::Resnet(network) => network.forward(u, parameters, grid),
            Self::DilatedResnet(network) => network.forward(u, parameters, grid),
            Self::PdeTransformer(network) => network.forward(u, parameters, grid),
            Self::MessagePassing(network) => network.forward(u, parameters, grid),
            Self::Mlp(network) => network.forward(u, parameters, grid),
            Self::Own(network) => network.forward(u, parameters, grid),
            Self::Settled(network) => network.forward(u, parameters, grid),
            #[cfg(test)]
            Self::ResidualFno(network) => network.forward(u, parameters, grid),
        }
    }

    /// Number of weights.
    pub fn num_parameters(&self) -> usize {
        self.num_params()
    }

    /// The same function with its weights laid out for inference, after which they can't change: on the CPU, for Fourier
    /// neural operators of periodic axes that are not recurrent and a modern U-Net. All other networks stay as they are.
    #[must_use]
    pub fn for_inference(self) -> Self {
        match self {
            Self::Fno(network) => match network.operator() {
                Some(operator) => Self::Settled(Settled::operator(operator)),
                None => Self::Fno(network),
            },
            Self::Tfno(network) => match in_pool(|| network.operator()) {
                Some(operator) => Self::Settled(Settled::operator(operator)),
                None => Self::Tfno(network),
            },
            Self::Unet(network) if network.is_on_cpu() => {
                Self::Settled(Settled::unet(network.settled()))
            }
            other => other,
        }
    }
}

/// The options of a network, able to build it.
pub trait NetworkConfig: Send + Sync {
    /// A network for the fields of `spec`, whose grid has passed [`Self::check_grid`].
    fn init(&self, spec: &FieldSpec, init: &mut Init) -> Network;

    /// Inputs of the network: by default the state.
    fn inputs(&self) -> Inputs {
        Inputs::State
    }

    /// The same network for fields with these edges, one per axis, where its options leave to them what lies beyond; none
    /// where it has no such option.
    fn between(&self, edges: &[Edge]) -> Option<Arc<dyn NetworkConfig>> {
        let _ = edges;
        None
    }

    /// The unit it counts distances in: by default points.
    fn reach(&self) -> Reach {
        Reach::Points
    }

    /// Checks that a network built for the grid `trained` runs on `grid`; the two are equal while it is trained.
    ///
    /// # Errors
    /// The fault of `grid`, with the text to write instead.
    fn check_grid(&self, _trained: &[usize], _grid: &[usize]) -> Result<(), String> {
        Ok(())
    }

    /// Checks that the network can be built for states of `frames` frames.
    ///
    /// # Errors
    /// The fault of that many, with the text to write instead.
    fn check_bundle(&self, _frames: usize) -> Result<(), String> {
        Ok(())
    }

    /// The parts it can't use on `grid`, in words that name the option; it runs on the grid nevertheless.
    fn notes(&self, _grid: &[usize]) -> Vec<String> {
        Vec::new()
    }

    /// Rows of an axis of the weights `array` that belong to no channel or parameter, `rest` of them for a grid of `dims` axes:
    /// those before the rows of channels, between these and the rows of parameters, and behind. By default all stand before.
    fn rows_beside(&self, _array: &str, rest: usize, _dims: usize) -> [usize; 3] {
        [rest, 0, 0]
    }

    /// Number of weights of a network for the fields of `spec`; it is not built for that.
    fn num_parameters(&self, spec: &FieldSpec) -> usize {
        self.init(spec, &mut Init::sizes()).num_parameters()
    }

    /// The options with their defaults filled in, as they stand in a resolved recipe.
    fn options(&self) -> toml::Table;
}

/// Description of one network.
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
pub const NETWORKS: &[&NetworkEntry] = &[
    &fno::ENTRY,
    &tfno::ENTRY,
    &recurrent_fno::ENTRY,
    &fno_neuraloperator::ENTRY,
    &unet::ENTRY,
    &classic_unet::ENTRY,
    &resnet::ENTRY,
    &dilated_resnet::ENTRY,
    &pde_transformer::ENTRY,
    &message_passing::ENTRY,
    &mlp::ENTRY,
];

/// The network called `kind`.
pub fn find(kind: &str) -> Option<&'static NetworkEntry> {
    NETWORKS.iter().copied().find(|entry| entry.kind == kind)
}

/// Worked example of `docs/book/extending.md`, compiled for its own test alone.
#[cfg(test)]
#[path = "../../../examples/extending/residual_fno.rs"]
pub mod residual_fno;
