//! Unrolled: `n` steps, each from the prediction before it, with gradients through all of them.
//!
//! `L = 1/n Σᵢ ‖uᵢ − u*ᵢ‖²/c²`, `uᵢ = f(uᵢ₋₁)`, or its last term alone; `c` is the size of a step. The surrogate learns to
//! treat what it makes of its own errors: List et al. (2024), Differentiability in unrolled training of neural physics
//! simulators. Time and memory grow with `n`.

use super::{Objective, ObjectiveEntry, Over, noise};
use crate::batch::Batch;
use burn::tensor::Tensor;
use ondine_models::{Draws, Model, Surrogate};

/// The entry of the list of objectives.
pub(super) const ENTRY: ObjectiveEntry = ObjectiveEntry {
    kind: "unrolled",
    summary: "mean squared error of `steps` predicted steps, each from the one before, with gradients through all",
    keys: &["steps", "over"],
    build: |options| {
        Box::new(Unrolled {
            steps: options.num_steps(),
            over: options.over.unwrap_or_default(),
            noise: options.noise,
        })
    },
};

struct Unrolled {
    steps: usize,
    over: Over,
    /// Standard deviation of the noise, in units of the state's.
    noise: f64,
}

impl Objective for Unrolled {
    fn frames(&self) -> usize {
        1 + self.steps
    }

    fn losses(&self, surrogate: &Model, batch: &Batch, draws: &mut Draws) -> Tensor<1> {
        let mut u = noise::start(surrogate, batch, self.noise, draws);
        let mut errors = Vec::new();
        for frame in &batch.frames[1..] {
            u = surrogate.step(u, batch.parameters.clone(), &batch.grid, draws);
            errors.push(surrogate.errors(u.clone(), frame.clone()));
        }
        let last = errors.pop().expect("a window has a step");
        match self.over {
            Over::Last => last,
            Over::All => errors.into_iter().fold(last, Tensor::add) / self.steps as f64,
        }
    }
}
