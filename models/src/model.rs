//! The surrogate that a recipe asks for by name: a network by itself, or one of [`SURROGATES`] around a network.

use crate::crps::{self, CrpsEnsemble};
use crate::network::{NETWORKS, Network, NetworkConfig};
use crate::refiner::{self, PdeRefiner};
use crate::{
    Direct, Draws, FieldSpec, Init, Inputs, Norm, Options, Reach, Residual, Scaling, Surrogate,
};
use burn::module::Module;
use burn::tensor::{Device, Tensor};
use std::sync::Arc;

/// Every surrogate, built.
#[derive(Module, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is one, and a module cannot stand in a box"
)]
pub enum Model {
    /// A network that predicts the change of the state.
    Residual(Residual),
    /// A network that predicts the state of a time from parameters alone.
    Direct(Direct),
    /// A network that refines its own predictions.
    PdeRefiner(PdeRefiner),
    /// A network that answers with members of an ensemble.
    CrpsEnsemble(CrpsEnsemble),
}

/// What training makes small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Learns {
    /// Errors of predicted states, in any [`Norm`].
    Errors,
    /// Errors of predicted noise, of which every wavenumber counts alike.
    Noise,
    /// A score of several answers to one state, point by point.
    Scores,
}

/// The options of a surrogate, able to build it.
pub trait ModelConfig: Send + Sync {
    /// A surrogate for the fields of `spec`, with scales between them and its network.
    fn init(&self, spec: &FieldSpec, scaling: Scaling, init: &mut Init) -> Model;

    /// What the surrogate answers from.
    fn inputs(&self) -> Inputs {
        Inputs::State
    }

    /// The unit its network counts distances in.
    fn reach(&self) -> Reach;

    /// Whether a surrogate that was built for the grid `trained` runs on `grid`; the two are equal while it is trained.
    ///
    /// # Errors
    /// What is wrong with `grid`, and what to write instead.
    fn check_grid(&self, trained: &[usize], grid: &[usize]) -> Result<(), String>;

    /// The parts of its network that it can't use on `grid`, see [`NetworkConfig::notes`].
    fn notes(&self, grid: &[usize]) -> Vec<String>;

    /// The options with their defaults filled in, as they stand in a resolved recipe.
    fn options(&self) -> toml::Table;

    /// Whether it can be built for states of `frames` frames.
    ///
    /// # Errors
    /// What is wrong with that many, and what to write instead.
    fn check_bundle(&self, frames: usize) -> Result<(), String>;

    /// What training makes small.
    fn learns(&self) -> Learns {
        Learns::Errors
    }

    /// How many numbers a surrogate for the fields of `spec` learns; it is not built for that.
    fn num_parameters(&self, spec: &FieldSpec) -> usize {
        let model = self.init(spec, Scaling::identity(spec), &mut Init::sizes());
        model.network().num_parameters()
    }
}

/// A network as the options of another surrogate name it.
#[derive(Clone)]
pub struct Backbone {
    /// Its name.
    pub kind: &'static str,
    /// Its options.
    pub config: Arc<dyn NetworkConfig>,
}

impl Backbone {
    /// `kind` and options, as they stand in a resolved recipe.
    pub fn table(&self) -> toml::Table {
        let kind = std::iter::once(("kind".to_owned(), self.kind.into()));
        kind.chain(self.config.options()).collect()
    }

    /// As [`ModelConfig::check_grid`], of a surrogate around it.
    pub(crate) fn check_inner_grid(&self, trained: &[usize], grid: &[usize]) -> Result<(), String> {
        self.named(self.config.check_grid(trained, grid))
    }

    /// As [`ModelConfig::check_bundle`], of a surrogate around it.
    pub(crate) fn check_inner_bundle(&self, frames: usize) -> Result<(), String> {
        self.named(self.config.check_bundle(frames))
    }

    fn named(&self, checked: Result<(), String>) -> Result<(), String> {
        checked.map_err(|problem| format!("around `{}`, which {problem}", self.kind))
    }
}

/// What the list of surrogates knows of one.
pub struct SurrogateEntry {
    /// Name in a recipe.
    pub kind: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Name and meaning of every option beside `backbone`, with its default.
    pub options: &'static [(&'static str, &'static str)],
    /// Reads the options of a recipe.
    pub decode: fn(Options<'_>, Backbone) -> Result<Arc<dyn ModelConfig>, toml::de::Error>,
}

/// Every surrogate that is built around a network. One file and one entry each.
pub const SURROGATES: &[&SurrogateEntry] = &[&refiner::ENTRY, &crps::ENTRY];

/// The names that `kind` of a model may be: networks, then surrogates around one.
pub fn kinds() -> Vec<&'static str> {
    let networks = NETWORKS.iter().map(|entry| entry.kind);
    let surrogates = SURROGATES.iter().map(|entry| entry.kind);
    networks.chain(surrogates).collect()
}

/// A network by itself: it predicts the change of the state, or the state from parameters.
impl ModelConfig for Backbone {
    fn init(&self, spec: &FieldSpec, scaling: Scaling, init: &mut Init) -> Model {
        match self.config.inputs() {
            Inputs::State => {
                let network = self.config.init(spec, init);
                Model::Residual(Residual::new(network, scaling).bundling(spec.bundle))
            }
            Inputs::Parameters => {
                let network = self.config.init(&Direct::inner(spec), init);
                Model::Direct(Direct::new(network, scaling))
            }
        }
    }

    fn inputs(&self) -> Inputs {
        self.config.inputs()
    }

    fn reach(&self) -> Reach {
        self.config.reach()
    }

    fn check_grid(&self, trained: &[usize], grid: &[usize]) -> Result<(), String> {
        self.config.check_grid(trained, grid)
    }

    fn check_bundle(&self, frames: usize) -> Result<(), String> {
        self.config.check_bundle(frames)
    }

    fn notes(&self, grid: &[usize]) -> Vec<String> {
        self.config.notes(grid)
    }

    fn options(&self) -> toml::Table {
        self.config.options()
    }
}

impl Model {
    /// The same surrogate, holding the mean of every channel or not. One without a state before has no mean to hold.
    #[must_use]
    pub fn conserving_mean(self, conserve: bool) -> Self {
        match self {
            Self::Residual(residual) => Self::Residual(residual.conserving_mean(conserve)),
            Self::Direct(direct) => Self::Direct(direct),
            Self::PdeRefiner(refiner) => Self::PdeRefiner(refiner.conserving_mean(conserve)),
            Self::CrpsEnsemble(ensemble) => Self::CrpsEnsemble(ensemble.conserving_mean(conserve)),
        }
    }

    /// Whether two rollouts from one state differ.
    pub fn is_stochastic(&self) -> bool {
        matches!(self, Self::PdeRefiner(_) | Self::CrpsEnsemble(_))
    }

    /// What keeps long rollouts where the network would not, in words; empty where nothing does.
    pub fn guards(&self) -> Vec<String> {
        let (mean, cutoff) = match self {
            Self::Residual(residual) => (residual.conserve_mean, None),
            Self::Direct(_) => (false, None),
            Self::PdeRefiner(refiner) => (refiner.conserve_mean, refiner.schedule.cutoff),
            Self::CrpsEnsemble(ensemble) => (ensemble.conserve_mean, None),
        };
        let held = mean.then(|| "the mean of every field is held".to_owned());
        let cut = cutoff
            .filter(|share| *share < 1.0)
            .map(|share| format!("wavenumbers from {share} of the highest on are set to zero"));
        held.into_iter().chain(cut).collect()
    }

    /// What learns.
    pub fn network(&self) -> &Network {
        match self {
            Self::Residual(residual) => &residual.network,
            Self::Direct(direct) => &direct.network,
            Self::PdeRefiner(refiner) => &refiner.network,
            Self::CrpsEnsemble(ensemble) => &ensemble.network,
        }
    }

    /// The same surrogate around other weights of its network.
    #[must_use]
    pub fn with_network(self, network: Network) -> Self {
        match self {
            Self::Residual(residual) => Self::Residual(Residual {
                network,
                ..residual
            }),
            Self::Direct(direct) => Self::Direct(Direct { network, ..direct }),
            Self::PdeRefiner(refiner) => Self::PdeRefiner(PdeRefiner { network, ..refiner }),
            Self::CrpsEnsemble(ensemble) => Self::CrpsEnsemble(CrpsEnsemble {
                network,
                ..ensemble
            }),
        }
    }

    /// The same surrogate with other scales.
    #[must_use]
    pub fn with_scaling(self, scaling: Scaling) -> Self {
        match self {
            Self::Residual(residual) => Self::Residual(Residual {
                scaling,
                ..residual
            }),
            Self::Direct(direct) => Self::Direct(Direct { scaling, ..direct }),
            Self::PdeRefiner(refiner) => Self::PdeRefiner(PdeRefiner { scaling, ..refiner }),
            Self::CrpsEnsemble(ensemble) => Self::CrpsEnsemble(CrpsEnsemble {
                scaling,
                ..ensemble
            }),
        }
    }

    /// The scales between fields and network.
    pub fn scaling(&self) -> &Scaling {
        match self {
            Self::Residual(residual) => &residual.scaling,
            Self::Direct(direct) => &direct.scaling,
            Self::PdeRefiner(refiner) => &refiner.scaling,
            Self::CrpsEnsemble(ensemble) => &ensemble.scaling,
        }
    }
}

impl Surrogate for Model {
    fn step(
        &self,
        u: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut Draws,
    ) -> Tensor<3> {
        match self {
            Self::Residual(residual) => residual.step(u, parameters, grid, draws),
            Self::Direct(direct) => direct.step(u, parameters, grid, draws),
            Self::PdeRefiner(refiner) => refiner.step(u, parameters, grid, draws),
            Self::CrpsEnsemble(ensemble) => ensemble.step(u, parameters, grid, draws),
        }
    }

    fn deviations(&self, device: &Device) -> Tensor<3> {
        self.scaling().deviations(device)
    }

    fn errors(&self, predicted: Tensor<3>, next: Tensor<3>) -> Tensor<3> {
        match self {
            Self::Residual(residual) => residual.errors(predicted, next),
            Self::Direct(direct) => direct.errors(predicted, next),
            Self::PdeRefiner(refiner) => refiner.errors(predicted, next),
            Self::CrpsEnsemble(ensemble) => ensemble.errors(predicted, next),
        }
    }

    fn residuals(
        &self,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut Draws,
    ) -> Tensor<3> {
        match self {
            Self::Residual(residual) => residual.residuals(u, next, parameters, grid, draws),
            Self::Direct(direct) => direct.residuals(u, next, parameters, grid, draws),
            Self::PdeRefiner(refiner) => refiner.residuals(u, next, parameters, grid, draws),
            Self::CrpsEnsemble(ensemble) => ensemble.residuals(u, next, parameters, grid, draws),
        }
    }

    fn losses(
        &self,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        norm: Norm,
        draws: &mut Draws,
    ) -> Tensor<1> {
        match self {
            Self::Residual(residual) => residual.losses(u, next, parameters, grid, norm, draws),
            Self::Direct(direct) => direct.losses(u, next, parameters, grid, norm, draws),
            Self::PdeRefiner(refiner) => refiner.losses(u, next, parameters, grid, norm, draws),
            Self::CrpsEnsemble(ensemble) => ensemble.losses(u, next, parameters, grid, norm, draws),
        }
    }
}
