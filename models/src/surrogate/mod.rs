//! Surrogates: maps from the state now to the state one frame later, most of them around a network.
//!
//! A [`Model`] has a network, scales and a [`Method`]. One file for each method, and one entry of [`SURROGATES`] for each that
//! a recipe names; the two others follow from what the network sees.

mod config;
pub mod correction;
pub mod crps;
mod from_parameters;
pub mod refiner;
mod residual;
mod together;

pub use config::{Backbone, ModelConfig};
pub use correction::{CoarseSolver, Correction, CorrectionConfig};
pub use from_parameters::FromParameters;
pub use residual::Residual;
pub use together::Together;

use crate::weights::ChannelNames;
use crate::{FieldSpec, Inputs, Model, Norm, Options, SurrogateRng};
use burn::tensor::{Device, Tensor};
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// Advances states by one frame, or by as many as it answers with.
///
/// States are `[batch, point, channel]`; one of several frames has the channels of one after the other, and a step leaves out
/// its first frames and puts the answer behind the others. Channels of fields that do not change in time stand last, and
/// stay. `grid` holds the number of points per axis, the last axis varying fastest, and its product is the number of points.
/// Parameters are `[batch, parameter]` in physical units.
///
/// Objectives and rollouts take any surrogate, one of a program that uses this library too.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use ondine_models::{SurrogateRng, Surrogate};
///
/// /// Every state times a factor.
/// struct Decay(f64);
///
/// impl Surrogate for Decay {
///     fn step(&self, u: Tensor<3>, _: Tensor<2>, _: &[usize], _: &mut SurrogateRng) -> Tensor<3> {
///         u * self.0
///     }
/// }
///
/// let device = Device::flex();
/// let u = Tensor::<3>::ones([2, 8, 1], &device); // [batch, point, channel]
/// let parameters = Tensor::<2>::zeros([2, 1], &device); // [batch, parameter]
/// let loss = Decay(0.5).loss(u.clone(), u, parameters, &[8], &mut SurrogateRng::new(0));
/// assert_eq!(loss.into_scalar::<f32>(), 0.25);
/// ```
pub trait Surrogate {
    /// The states one frame later. What a surrogate that samples its answers needs of chance comes from `draws`.
    ///
    /// # Shapes   u: `[batch, point, channel]`, parameters: `[batch, parameter]` → `[batch, point, channel]`
    fn step(
        &self,
        u: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
    ) -> Tensor<3>;

    /// Standard deviations of the channels of a state, the unit of noise on states: by default 1; 0 of fields that do not
    /// change in time.
    ///
    /// # Shapes   → `[1, 1, channel]`, or `[1, 1, 1]` where all channels have the same
    fn deviations(&self, device: &Device) -> Tensor<3> {
        Tensor::ones([1, 1, 1], &device.clone().without_autodiff())
    }

    /// Errors of predictions of `next` at every point, in the units of training: by default those of the state. Of several
    /// frames those that a step answered with count.
    ///
    /// # Shapes   predicted, next: `[batch, point, channel]` → `[batch, point, channel]`
    fn errors(&self, predicted: Tensor<3>, next: Tensor<3>) -> Tensor<3> {
        predicted - next
    }

    /// Residuals that training minimises for every pair (`u`, `next`), in a [`Norm`]: by default the errors of the
    /// step.
    ///
    /// # Shapes   u, next: `[batch, point, channel]`, parameters: `[batch, parameter]` → `[batch, point, channel]`
    fn residuals(
        &self,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
    ) -> Tensor<3> {
        self.errors(self.step(u, parameters, grid, draws), next)
    }

    /// The loss of every pair, `[batch]`: by default that of its [residuals](Self::residuals) in the norm.
    fn losses(
        &self,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        norm: Norm,
        draws: &mut SurrogateRng,
    ) -> Tensor<1> {
        let residuals = self.residuals(u, next.clone(), parameters, grid, draws);
        norm.losses(residuals, || self.errors(next.zeros_like(), next), grid)
    }

    /// Answers to one state that are scored together in training; 1, the default, where each is judged by itself.
    fn members(&self) -> usize {
        1
    }

    /// The loss of predictions of `next`, `[batch]`, from which a gradient goes back to the steps that made them: by default
    /// their [errors](Self::errors) in the norm. Of several [members](Self::members) it is their score.
    ///
    /// # Shapes   predicted: `[member · batch, point, channel]`, the members of all states one after the other, next:
    /// `[batch, point, channel]`
    fn prediction_losses(
        &self,
        predicted: Tensor<3>,
        next: Tensor<3>,
        grid: &[usize],
        norm: Norm,
    ) -> Tensor<1> {
        let errors = self.errors(predicted, next.clone());
        norm.losses(errors, || self.errors(next.zeros_like(), next), grid)
    }

    /// The mean of [`Self::losses`] in mean squares, `[1]`.
    fn loss(
        &self,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
    ) -> Tensor<1> {
        self.losses(u, next, parameters, grid, Norm::L2, draws)
            .mean()
    }
}

/// Quantity that the training of a surrogate minimises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Learns {
    /// Errors of predicted states, in any [`Norm`].
    Errors,
    /// Errors of predicted noise, of which every wavenumber counts alike.
    Noise,
    /// A score of several answers to one state, point by point.
    Scores,
}

/// The way a [`Model`] predicts with its network: the inputs of the network, and the states that follow from its answers.
///
/// A method holds options and no weights. Network and scales are those of the model that it is given.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use ondine_models::network::{NetworkConfig, fno::FnoConfig};
/// use ondine_models::{SurrogateRng, FieldSpec, Init, Method, Model, Scaling, Surrogate};
///
/// /// The network predicts the next state itself, in scaled units.
/// #[derive(Debug)]
/// struct NextState;
///
/// impl Method for NextState {
///     fn record_name(&self) -> &'static str {
///         "NextState"
///     }
///
///     fn step(&self, model: &Model, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize], _: &mut SurrogateRng) -> Tensor<3> {
///         let scaling = &model.scaling;
///         let (u, parameters) = (scaling.normalize_state(u), scaling.normalize_parameters(parameters));
///         scaling.restore_state(model.network.forward(u, parameters, grid))
///     }
/// }
///
/// let device = Device::flex();
/// let spec = FieldSpec::new(1, 1, &[32]);
/// let network = FnoConfig { width: 8, ..Default::default() };
/// let network = NetworkConfig::init(&network, &spec, &mut Init::new(0, &device));
/// let model = Model::new(network, Scaling::identity(&spec), NextState);
/// let u = Tensor::<3>::ones([2, 32, 1], &device); // [batch, point, channel]
/// let v = model.step(u, Tensor::<2>::zeros([2, 1], &device), &[32], &mut SurrogateRng::new(0));
/// assert_eq!(v.dims(), [2, 32, 1]);
/// ```
pub trait Method: Any + fmt::Debug + Send + Sync {
    /// First word of the names of weights in checkpoints.
    fn record_name(&self) -> &'static str;

    /// The fields that the network is built for, where those of the surrogate are `spec`: by default the same.
    fn inner(&self, spec: &FieldSpec) -> FieldSpec {
        spec.clone()
    }

    /// Names of the channels of [`Self::inner`], where those of the surrogate are `names`: by default the same.
    fn inner_names(&self, names: ChannelNames) -> ChannelNames {
        names
    }

    /// Inputs of the surrogate: by default the state.
    fn inputs(&self) -> Inputs {
        Inputs::State
    }

    /// Quantity that training minimises.
    fn learns(&self) -> Learns {
        Learns::Errors
    }

    /// Whether two rollouts from one state differ.
    fn is_stochastic(&self) -> bool {
        false
    }

    /// Constraints of long rollouts in words, beside the conserved mean.
    fn guards(&self) -> Vec<String> {
        Vec::new()
    }

    /// The options of a coarse solver that it corrects; none, the default, where it has no solver.
    fn corrects(&self) -> Option<&CorrectionConfig> {
        None
    }

    /// The same method with the solver that it corrects; none, the default, where it has no solver.
    fn with_solver(&self, solver: Arc<dyn CoarseSolver>) -> Option<Arc<dyn Method>> {
        let _ = solver;
        None
    }

    /// The options with their defaults filled in, as they stand in a resolved recipe.
    fn options(&self) -> toml::Table {
        toml::Table::new()
    }

    /// The frames that follow the states, see [`Surrogate::step`]; the model keeps them positive where it is to, and puts
    /// them behind those before.
    ///
    /// # Shapes   u: `[batch, point, channel]`, the frames of a state, parameters: `[batch, parameter]` →
    /// `[batch, point, channel]`, the frames of an answer
    fn step(
        &self,
        model: &Model,
        u: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
    ) -> Tensor<3>;

    /// Errors of predictions, see [`Surrogate::errors`]: by default in units of the size of a step, so that every channel
    /// counts alike.
    ///
    /// # Shapes   predicted, next: `[batch, point, channel]` → `[batch, point, channel]`
    fn errors(&self, model: &Model, predicted: Tensor<3>, next: Tensor<3>) -> Tensor<3> {
        let scale = model.scaling.increments(&predicted.device());
        (predicted - next) / scale
    }

    /// Residuals of training, see [`Surrogate::residuals`]: by default the errors of the step.
    ///
    /// # Shapes   u: `[batch, point, channel]`, the frames of a state, next: those of an answer, parameters:
    /// `[batch, parameter]` → as `next`
    fn residuals(
        &self,
        model: &Model,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
    ) -> Tensor<3> {
        let answer = model.positive(self.step(model, u, parameters, grid, draws));
        self.errors(model, answer, next)
    }

    /// Answers that are scored together, see [`Surrogate::members`].
    fn members(&self) -> usize {
        1
    }

    /// Losses of predictions, see [`Surrogate::prediction_losses`]: by default the norm of their errors.
    ///
    /// # Shapes   predicted: `[member · batch, point, channel]`, next: `[batch, point, channel]`, both the frames of a state
    /// → `[batch]`
    fn prediction_losses(
        &self,
        model: &Model,
        predicted: Tensor<3>,
        next: Tensor<3>,
        grid: &[usize],
        norm: Norm,
    ) -> Tensor<1> {
        let errors = model.errors(predicted, next.clone());
        norm.losses(errors, || model.errors(next.zeros_like(), next), grid)
    }

    /// Losses of training, `[batch]`, see [`Surrogate::losses`]: by default the norm of the residuals, over points
    /// with data ([`Model::weights`]).
    #[allow(
        clippy::too_many_arguments,
        reason = "those of the surrogate, and the model"
    )]
    fn losses(
        &self,
        model: &Model,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        norm: Norm,
        draws: &mut SurrogateRng,
    ) -> Tensor<1> {
        let state = u.clone();
        let residuals = self.residuals(model, u, next.clone(), parameters, grid, draws);
        let truth = || model.weighed(self.errors(model, next.zeros_like(), next), &state);
        norm.losses(model.weighed(residuals, &state), truth, grid)
    }
}

/// Reads the options of a surrogate around a backbone.
pub type DecodeMethod = fn(Options<'_>, &Backbone) -> Result<Arc<dyn Method>, toml::de::Error>;

/// Description of one surrogate around a network.
pub struct SurrogateEntry {
    /// Name in a recipe.
    pub kind: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Name and meaning of every option beside `backbone`, with its default.
    pub options: &'static [(&'static str, &'static str)],
    /// Reads the options of a recipe, and checks that they go with a backbone.
    pub decode: DecodeMethod,
}

/// Every surrogate that is built around a network. One file and one entry each.
pub const SURROGATES: &[&SurrogateEntry] = &[&refiner::ENTRY, &crps::ENTRY, &correction::ENTRY];

/// The surrogate called `kind`.
pub fn find(kind: &str) -> Option<&'static SurrogateEntry> {
    SURROGATES.iter().copied().find(|entry| entry.kind == kind)
}
