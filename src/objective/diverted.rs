//! Diverted: `n` predicted steps, each from the one before, and each beside the step that the solver takes from there.
//!
//! `L = 1/n Σᵢ ‖f(uᵢ) − S(uᵢ)‖²/c²`, `uᵢ₊₁ = f(uᵢ)`; `S` is the solver and `c` the size of a step. The truth of every step
//! begins where the surrogate is, so it learns what to do there, and errors are those of one step however far it has gone from
//! the simulation: the diverted chain of F. Koehler, S. Niedermayr, R. Westermann & N. Thuerey (2024, arXiv
//! 2411.00180).
//!
//! Gradients go back through the chain, and with `solver_gradient` through the steps of the solver too. Without, and with
//! `gradient_steps = 1`, it is the supervised loss on states that the surrogate makes itself.

use super::steps::{self, Chain};
use super::{Objective, ObjectiveConfig, ObjectiveEntry, ObjectiveSection};
use crate::batch::Batch;
use burn::tensor::Tensor;
use ondine_models::{Surrogate, SurrogateRng};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The entry of the list of objectives.
pub(super) const ENTRY: ObjectiveEntry = ObjectiveEntry {
    kind: "diverted",
    summary: "mean squared error of `steps` predicted steps, each beside the step that the solver takes from the same state",
    keys: &[
        steps::STEPS,
        steps::GRADIENT_STEPS,
        (
            "solver_gradient",
            "whether gradients go back through the steps of the solver too, `true` or `false`; default true",
        ),
    ],
    by_surrogate: false,
    decode: |options| Ok(Arc::new(DivertedConfig::deserialize(options)?)),
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DivertedConfig {
    /// Steps that are predicted one from the other.
    steps: Option<usize>,
    /// Steps that a gradient goes back through at most; all if absent.
    gradient_steps: Option<usize>,
    /// Whether gradients go through the solver.
    solver_gradient: Option<bool>,
}

impl ObjectiveConfig for DivertedConfig {
    fn check(&self) -> Result<(), (&'static str, String)> {
        steps::check(self.steps)?;
        steps::check_gradient(self.gradient_steps, self.num_steps())
    }

    fn num_steps(&self) -> usize {
        self.steps.unwrap_or(steps::DEFAULT)
    }

    fn asks_solver(&self) -> bool {
        true
    }

    fn build(&self, section: &ObjectiveSection) -> Box<dyn Objective> {
        Box::new(Diverted {
            chain: Chain::new(section, self.num_steps(), self.gradient_steps),
            solver_gradient: self.solver_gradient.unwrap_or(true),
        })
    }

    fn options(&self) -> toml::Table {
        steps::options(self)
    }
}

struct Diverted {
    chain: Chain,
    solver_gradient: bool,
}

impl Objective for Diverted {
    /// The second frame of a window is there for the size of a step.
    fn frames(&self) -> usize {
        2
    }

    fn losses(
        &self,
        surrogate: &dyn Surrogate,
        batch: &Batch,
        draws: &mut SurrogateRng,
    ) -> Tensor<1> {
        let (chain, solver) = (&self.chain, batch.solver());
        let mut u = chain.start(surrogate, batch, draws);
        let mut errors = Vec::with_capacity(chain.steps);
        for step in 0..chain.steps {
            u = chain.cut(step, u);
            let mut truth = solver.step(u.clone());
            if !self.solver_gradient {
                truth = truth.detach();
            }
            u = surrogate.step(u, batch.parameters.clone(), &batch.grid, draws);
            errors.push(chain.losses(surrogate, [u.clone(), truth], &batch.grid));
        }
        steps::mean(errors)
    }
}
