//! The surrogate that a recipe asks for: a network, scales, and the method that predicts with them.

mod frames;
mod module;

use crate::network::Network;
use crate::surrogate::{FromParameters, Method, Residual};
use crate::{FieldSpec, HeldMeans, Inputs, Norm, Positive, Scaling, Surrogate, SurrogateRng};
use burn::tensor::{Device, Tensor};
use std::any::Any;
use std::sync::Arc;

/// A network with the scales that connect it to physical units, and the method that predicts with both.
///
/// As a `burn` module it is its network, whose weights have names with the method before them:
/// `Residual.network.Fno.lift.weight`.
#[derive(Debug, Clone)]
pub struct Model {
    /// The network, in scaled units.
    pub network: Network,
    /// The scales, fixed before training starts.
    pub scaling: Scaling,
    method: Arc<dyn Method>,
    held: HeldMeans,
    positive: Positive,
    /// Frames of an answer.
    bundle: usize,
    /// Frames of a state.
    history: usize,
    /// Channels of static fields behind the frames of a state.
    statics: usize,
    /// The one of them that is 0 at points without data.
    mask: Option<usize>,
}

impl Model {
    /// A surrogate for states of one frame. `network` is built for [`Method::inner`] of the fields.
    pub fn new(network: Network, scaling: Scaling, method: impl Method) -> Self {
        Self::with(network, scaling, Arc::new(method))
    }

    /// As [`Self::new`], with a method that others may hold too.
    pub(crate) fn with(network: Network, scaling: Scaling, method: Arc<dyn Method>) -> Self {
        Self {
            network,
            scaling,
            method,
            held: HeldMeans::None,
            positive: Positive::default(),
            bundle: 1,
            history: 1,
            statics: 0,
            mask: None,
        }
    }

    /// A surrogate whose network predicts the change of the state, see [`Residual`].
    pub fn residual(network: Network, scaling: Scaling) -> Self {
        Self::new(network, scaling, Residual)
    }

    /// A surrogate whose network predicts the state from parameters alone, see [`FromParameters`].
    pub fn from_parameters(network: Network, scaling: Scaling) -> Self {
        Self::new(network, scaling, FromParameters)
    }

    /// The same surrogate for the states and answers of `spec`.
    #[must_use]
    pub fn of_fields(mut self, spec: &FieldSpec) -> Self {
        self.bundle = spec.bundle;
        self.history = spec.history;
        self.statics = spec.statics;
        self.mask = spec.mask;
        self
    }

    /// The same surrogate, with the mean of these channels conserved. One that sees no state has no mean to conserve.
    ///
    /// A network's answer has a small mean of its own. Nothing in the training data shows what to do with a state whose
    /// mean has drifted, so long rollouts of a conserving equation leave the data there first.
    #[must_use]
    pub fn conserving(mut self, held: HeldMeans) -> Self {
        if self.method.inputs() == Inputs::State {
            self.held = held;
        }
        self
    }

    /// The same surrogate, whose answers have these channels above 0.
    ///
    /// A network's answer is off by about the same in thin gas and in dense one, so that a density that is small in places
    /// falls below 0 there, and no equation of state, no square root and no solver goes on from such a state.
    #[must_use]
    pub fn keeping_positive(mut self, positive: Positive) -> Self {
        self.positive = positive;
        self
    }

    /// The same surrogate with other options of its method, such as noise levels.
    #[must_use]
    pub fn with_method(mut self, method: impl Method) -> Self {
        self.method = Arc::new(method);
        self
    }

    /// The same surrogate around other weights of its network.
    #[must_use]
    pub fn with_network(self, network: Network) -> Self {
        self.over(|_| network)
    }

    /// The same surrogate for inference alone, see [`Network::for_inference`].
    #[must_use]
    pub fn for_inference(self) -> Self {
        self.over(Network::for_inference)
    }

    /// The network is moved, not shared: one that others hold too is copied where its weights change.
    fn over(self, change: impl FnOnce(Network) -> Network) -> Self {
        Self {
            network: change(self.network),
            ..self
        }
    }

    /// The same surrogate with other scales.
    #[must_use]
    pub fn with_scaling(mut self, scaling: Scaling) -> Self {
        self.scaling = scaling;
        self
    }

    /// Its method, where that is an `M`.
    pub fn method<M: Method>(&self) -> Option<&M> {
        let method: &dyn Any = &*self.method;
        method.downcast_ref()
    }

    /// What it sees.
    pub fn inputs(&self) -> Inputs {
        self.method.inputs()
    }

    /// The frames that a step answers with, its means held and positive where they are to be.
    ///
    /// # Shapes   u: `[batch, point, channel]` of a state → `[batch, point, channel]` of an answer
    pub(crate) fn answer(
        &self,
        u: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
    ) -> Tensor<3> {
        let answer = self.method.step(self, u.clone(), parameters, grid, draws);
        self.kept(&u, self.positive(answer))
    }

    /// Whether two rollouts from one state differ.
    pub fn is_stochastic(&self) -> bool {
        self.method.is_stochastic()
    }

    /// Constraints that keep long rollouts near the data, in words; empty where there are none.
    pub fn guards(&self) -> Vec<String> {
        let means = self.held.in_words();
        let positive = self.positive.in_words();
        let own = means.into_iter().chain(positive);
        own.chain(self.method.guards()).collect()
    }

    /// Increments without their mean over the grid in every channel whose mean is held.
    ///
    /// # Shapes   `[batch, point, channel]` → the same
    pub fn conserved(&self, increment: Tensor<3>) -> Tensor<3> {
        self.held.held(increment)
    }

    /// Whether any channel is kept above 0.
    pub fn keeps_positive(&self) -> bool {
        self.positive.any()
    }

    /// Answers of its method as the surrogate gives them: those of [`Self::keeping_positive`] above 0, once.
    ///
    /// # Shapes   `[batch, point, channel]` of an answer → the same
    pub fn positive(&self, answer: Tensor<3>) -> Tensor<3> {
        self.positive.kept(answer, &self.scaling, &self.held)
    }

    /// Scaled increments of the state `u` that lead to its [answers](Self::positive); to the bit as they are where those are.
    ///
    /// # Shapes   u: `[batch, point, channel]` of a state, increment: that of an answer → as the increment
    pub(crate) fn positive_increment(&self, u: &Tensor<3>, increment: Tensor<3>) -> Tensor<3> {
        if !self.keeps_positive() {
            return increment;
        }
        let scale = self.scaling.increments(&u.device());
        let answer = self.last_frames(u.clone()) + increment.clone() * scale.clone();
        increment + (self.positive(answer.clone()) - answer) / scale
    }
}

impl Surrogate for Model {
    fn step(
        &self,
        u: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
    ) -> Tensor<3> {
        let answer = self.answer(u.clone(), parameters, grid, draws);
        self.followed(u, answer)
    }

    fn deviations(&self, device: &Device) -> Tensor<3> {
        let all = self.scaling.deviations(device);
        if self.statics == 0 {
            return all;
        }
        let frames = all.dims()[2] - self.statics;
        let still = Tensor::zeros([1, 1, self.statics], &device.clone().without_autodiff());
        Tensor::cat(vec![all.narrow(2, 0, frames), still], 2)
    }

    fn errors(&self, predicted: Tensor<3>, next: Tensor<3>) -> Tensor<3> {
        let state = next.clone();
        let [predicted, next] = [predicted, next].map(|u| self.answered(u));
        self.weighed(self.method.errors(self, predicted, next), &state)
    }

    fn residuals(
        &self,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
    ) -> Tensor<3> {
        let (next, state) = (self.answered(next), u.clone());
        let method = &self.method;
        let residuals = method.residuals(self, u, next, parameters, grid, draws);
        self.weighed(residuals, &state)
    }

    fn losses(
        &self,
        u: Tensor<3>,
        next: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        norm: Norm,
        draws: &mut SurrogateRng,
    ) -> Tensor<1> {
        let next = self.answered(next);
        self.method
            .losses(self, u, next, parameters, grid, norm, draws)
    }

    fn members(&self) -> usize {
        self.method.members()
    }

    fn prediction_losses(
        &self,
        predicted: Tensor<3>,
        next: Tensor<3>,
        grid: &[usize],
        norm: Norm,
    ) -> Tensor<1> {
        self.method
            .prediction_losses(self, predicted, next, grid, norm)
    }
}
