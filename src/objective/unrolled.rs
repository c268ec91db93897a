//! Unrolled: `n` steps, each from the prediction before it, with gradients through all of them or through a part.
//!
//! `L = 1/n Σᵢ ‖uᵢ − u*ᵢ‖²/c²`, `uᵢ = f(uᵢ₋₁)`, or its last term alone; `c` is the size of a step. The surrogate learns to
//! treat what it makes of its own errors: List et al. (2024), Differentiability in unrolled training of neural physics
//! simulators. Time and memory grow with `n`.
//!
//! With `gradient_steps = m` the chain is cut after every `m` steps, counted from its end, as in backpropagation through
//! time that is truncated (Williams & Peng 1990): no gradient goes back through more than `m` steps, so those of a chaotic
//! equation don't grow without bound. The predictions are those of the whole chain. With `over = "last"` only the last
//! `m` steps are kept in memory, and `m = 1` is `pushforward`.
//!
//! The members of an ensemble have a rollout each, from one state and with noise of their own, and the loss of a step is the score
//! of the states where they are, `L = 1/n Σᵢ CRPS({uᵢᵐ}, u*ᵢ)/c`: the fine-tuning of Lang et al. (2024, arXiv 2412.15832) and Alet et
//! al. (2025, arXiv 2506.10772).

use super::pushforward::Pushforward;
use super::steps::{self, Chain};
use super::{Objective, ObjectiveConfig, ObjectiveEntry, ObjectiveSection};
use crate::batch::Batch;
use burn::tensor::Tensor;
use ondine_models::{Surrogate, SurrogateRng};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The entry of the list of objectives.
pub(super) const ENTRY: ObjectiveEntry = ObjectiveEntry {
    kind: "unrolled",
    summary: "mean squared error of `steps` predicted steps, each from the one before, with gradients through all or some",
    keys: &[
        steps::STEPS,
        (
            "over",
            "which of them count: \"all\", their mean, or \"last\"; default \"all\"",
        ),
        steps::GRADIENT_STEPS,
    ],
    by_surrogate: true,
    decode: |options| Ok(Arc::new(UnrolledConfig::deserialize(options)?)),
};

/// Which of several predicted steps count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Over {
    /// The mean over all.
    #[default]
    All,
    /// The last one.
    Last,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct UnrolledConfig {
    /// Steps that are predicted one from the other.
    steps: Option<usize>,
    /// Steps that count; all if absent.
    over: Option<Over>,
    /// Steps that a gradient goes back through at most; all if absent.
    gradient_steps: Option<usize>,
}

impl ObjectiveConfig for UnrolledConfig {
    fn check(&self) -> Result<(), (&'static str, String)> {
        steps::check(self.steps)?;
        steps::check_gradient(self.gradient_steps, self.num_steps())
    }

    fn num_steps(&self) -> usize {
        self.steps.unwrap_or(steps::DEFAULT)
    }

    fn build(&self, section: &ObjectiveSection) -> Box<dyn Objective> {
        let steps = self.num_steps();
        match self.over.unwrap_or_default() {
            // Where the one step that learns is the last one, the surrogate trains it as it trains any step.
            Over::Last if self.gradient_steps == Some(1) => Box::new(Pushforward {
                steps,
                noise: section.noise,
                norm: section.error_norm(),
            }),
            over => Box::new(Unrolled {
                chain: Chain::new(section, steps, self.gradient_steps),
                over,
            }),
        }
    }

    fn options(&self) -> toml::Table {
        steps::options(self)
    }
}

struct Unrolled {
    chain: Chain,
    over: Over,
}

impl Objective for Unrolled {
    fn frames(&self) -> usize {
        1 + self.chain.steps
    }

    fn losses(
        &self,
        surrogate: &dyn Surrogate,
        batch: &Batch,
        draws: &mut SurrogateRng,
    ) -> Tensor<1> {
        let chain = &self.chain;
        let (mut u, parameters) = chain.start_of_members(surrogate, batch, draws);
        let mut errors = Vec::new();
        for (step, frame) in batch.frames[1..].iter().enumerate() {
            u = chain.cut(step, u);
            u = surrogate.step(u, parameters.clone(), &batch.grid, draws);
            if self.over == Over::All || step + 1 == chain.steps {
                errors.push(chain.losses(surrogate, [u.clone(), frame.clone()], &batch.grid));
            }
        }
        steps::mean(errors)
    }
}
