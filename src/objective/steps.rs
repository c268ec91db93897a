//! Chains of predicted steps: their options, where gradients end, the loss of a step.

use super::{ObjectiveSection, noise};
use crate::batch::Batch;
use burn::tensor::Tensor;
use ondine_models::{Norm, Surrogate, SurrogateRng};
use serde::Serialize;

/// Name and meaning of their number.
pub(super) const STEPS: (&str, &str) = (
    "steps",
    "steps that are predicted one from the other, 1 to 1000; default 2",
);

/// Name and meaning of the length of gradients.
pub(super) const GRADIENT_STEPS: (&str, &str) = (
    "gradient_steps",
    "steps that a gradient goes back through at most, 1 to `steps`: the chain is cut after as many, counted from \
     its end; default all",
);

/// The number of steps, where none is typed.
pub(super) const DEFAULT: usize = 2;

/// Checks the number of steps, 1 to 1000.
pub(super) fn check(steps: Option<usize>) -> Result<(), (&'static str, String)> {
    match steps {
        Some(steps) if !(1..=1000).contains(&steps) => {
            Err(("steps", format!("steps = {steps} lies outside [1, 1000]")))
        }
        _ => Ok(()),
    }
}

/// Checks that gradients go back through one of `steps` steps or more, and no more than all.
pub(super) fn check_gradient(
    back: Option<usize>,
    steps: usize,
) -> Result<(), (&'static str, String)> {
    let back = back.unwrap_or(1);
    if (1..=steps).contains(&back) {
        return Ok(());
    }
    let message =
        format!("gradient_steps = {back} lies outside [1, {steps}], the steps of the objective");
    Err(("gradient_steps", message))
}

/// The options of an objective, where they were typed.
pub(super) fn options(config: &impl Serialize) -> toml::Table {
    toml::Table::try_from(config).expect("plain data is valid TOML")
}

/// Steps that are predicted one from the other.
pub(super) struct Chain {
    /// Their number.
    pub(super) steps: usize,
    /// Steps that a gradient goes back through at most.
    gradient_steps: usize,
    /// Standard deviation of the noise on the first state, in units of the state's.
    noise: f64,
    norm: Norm,
}

impl Chain {
    /// A chain with gradients through `gradient_steps` steps, or through all.
    pub(super) fn new(
        section: &ObjectiveSection,
        steps: usize,
        gradient_steps: Option<usize>,
    ) -> Self {
        Self {
            steps,
            gradient_steps: gradient_steps.unwrap_or(steps),
            noise: section.noise,
            norm: section.error_norm(),
        }
    }

    /// The state that the first step is predicted from.
    pub(super) fn start(
        &self,
        surrogate: &dyn Surrogate,
        batch: &Batch,
        draws: &mut SurrogateRng,
    ) -> Tensor<3> {
        noise::start(surrogate, batch, self.noise, draws)
    }

    /// The state that every member begins with, and its conditioning parameters.
    ///
    /// # Shapes   → `[member · batch, point, channel]`, the members of all states one after the other, and
    /// `[member · batch, parameter]`
    pub(super) fn start_of_members(
        &self,
        surrogate: &dyn Surrogate,
        batch: &Batch,
        draws: &mut SurrogateRng,
    ) -> (Tensor<3>, Tensor<2>) {
        let u = self.start(surrogate, batch, draws);
        of_members(surrogate, u, batch.parameters.clone())
    }

    /// The state `u` that step `step` is predicted from, without its gradient where the chain is cut.
    pub(super) fn cut(&self, step: usize, u: Tensor<3>) -> Tensor<3> {
        if step > 0 && (self.steps - step).is_multiple_of(self.gradient_steps) {
            u.detach()
        } else {
            u
        }
    }

    /// The loss of every predicted state, or of all members of it, beside the true one, `[batch]`.
    pub(super) fn losses(
        &self,
        surrogate: &dyn Surrogate,
        [predicted, truth]: [Tensor<3>; 2],
        grid: &[usize],
    ) -> Tensor<1> {
        surrogate.prediction_losses(predicted, truth, grid, self.norm)
    }
}

/// States and parameters once per member, the members of all states one after the other.
pub(super) fn of_members(
    surrogate: &dyn Surrogate,
    u: Tensor<3>,
    parameters: Tensor<2>,
) -> (Tensor<3>, Tensor<2>) {
    match surrogate.members() {
        1 => (u, parameters),
        members => (u.repeat_dim(0, members), parameters.repeat_dim(0, members)),
    }
}

/// The mean of the losses of steps.
///
/// # Panics
/// When there are none.
pub(super) fn mean(losses: Vec<Tensor<1>>) -> Tensor<1> {
    let count = losses.len() as f64;
    let sum = losses.into_iter().reduce(Tensor::add);
    sum.expect("an objective has a step") / count
}
