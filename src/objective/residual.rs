//! Residual: the distance of predicted states from the equation, as its discretisation has it.
//!
//! `L = 1/n Σᵢ ‖f(uᵢ) − S(uᵢ)‖²/c² + w ‖f(u₀) − u*₁‖²/c²`, `uᵢ₊₁ = f(uᵢ)` without a gradient; `S` is a step of the solver and
//! `c` the size of a step. The first sum needs no simulated state but the first, so states that nobody simulated may be trained
//! on: with `noise`, with `steps`, from a file of initial states. The second is the error of one step beside the simulation.
//! Losses of the equation on the states of a network: N. Geneva & N. Zabaras, J. Comput. Phys. 403, 109056 (2020).

use super::steps::{self, Chain};
use super::{Objective, ObjectiveConfig, ObjectiveEntry, ObjectiveSection};
use crate::batch::Batch;
use burn::tensor::Tensor;
use ondine_models::{Surrogate, SurrogateRng};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The entry of the list of objectives.
pub(super) const ENTRY: ObjectiveEntry = ObjectiveEntry {
    kind: "residual",
    summary: "residual of the equation: squared distance of predicted steps from those of the solver, without simulated truth",
    keys: &[
        (
            "steps",
            "predicted steps whose residual counts, each from the one before, 1 to 1000; default 1",
        ),
        (
            "truth",
            "weight of the error of one step beside the simulation, 0 or more; default 0, which needs no simulated steps",
        ),
    ],
    by_surrogate: false,
    decode: |options| Ok(Arc::new(ResidualConfig::deserialize(options)?)),
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResidualConfig {
    /// Predicted steps whose residual counts.
    steps: Option<usize>,
    /// Weight of the error beside the simulation; 0 if absent.
    truth: Option<f64>,
}

impl ObjectiveConfig for ResidualConfig {
    fn check(&self) -> Result<(), (&'static str, String)> {
        steps::check(self.steps)?;
        let truth = self.truth.unwrap_or(0.0);
        if (0.0..=1e6).contains(&truth) {
            return Ok(());
        }
        let message = format!("truth = {truth} lies outside [0, 1e6]: write 0 for none");
        Err(("truth", message))
    }

    fn num_steps(&self) -> usize {
        self.steps.unwrap_or(1)
    }

    fn asks_solver(&self) -> bool {
        true
    }

    fn build(&self, section: &ObjectiveSection) -> Box<dyn Objective> {
        Box::new(Residual {
            chain: Chain::new(section, self.num_steps(), Some(1)),
            truth: self.truth.unwrap_or(0.0),
        })
    }

    fn options(&self) -> toml::Table {
        steps::options(self)
    }
}

struct Residual {
    chain: Chain,
    /// Weight of the error beside the simulation.
    truth: f64,
}

impl Objective for Residual {
    /// The second frame of a window is there for the size of a step, and for the truth.
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
        let loss =
            |predicted: Tensor<3>, next| chain.losses(surrogate, [predicted, next], &batch.grid);
        let mut u = chain.start(surrogate, batch, draws);
        let (mut errors, mut first) = (Vec::with_capacity(chain.steps), None);
        for step in 0..chain.steps {
            u = chain.cut(step, u);
            let next = solver.step(u.clone());
            u = surrogate.step(u, batch.parameters.clone(), &batch.grid, draws);
            errors.push(loss(u.clone(), next));
            first.get_or_insert(u.clone());
        }
        let residual = steps::mean(errors);
        match first.filter(|_| self.truth > 0.0) {
            Some(first) => residual + loss(first, batch.frames[1].clone()) * self.truth,
            None => residual,
        }
    }
}
