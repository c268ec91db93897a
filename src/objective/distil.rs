//! Distillation: a surrogate learns the steps of another one, its teacher, from the states that it makes itself.
//!
//! `L = 1/n Σᵢ (w ‖f(uᵢ) − T(uᵢ)‖²/c² + (1 − w) ‖f(uᵢ) − u*ᵢ₊₁‖²/c²)`, `uᵢ₊₁ = f(uᵢ)`; `T` is the teacher, `u*` the simulation and `c`
//! the size of a step. No gradient goes through the teacher, which may be slow and large: a refiner, an ensemble, of which
//! the mean of `samples` answers is learned. The targets of a network in the place of the data, as in Hinton, Vinyals & Dean
//! (2015), arXiv 1503.02531; that the student may know more than the teacher's answers is what `w < 1` is for.
//!
//! A finer solver needs no such objective: a solver is a teacher in every training.

use super::steps::{self, Chain};
use super::{Objective, ObjectiveConfig, ObjectiveEntry, ObjectiveSection, TeacherSource};
use crate::batch::Batch;
use burn::tensor::Tensor;
use ondine_models::{Surrogate, SurrogateRng};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;

/// The entry of the list of objectives.
pub(super) const ENTRY: ObjectiveEntry = ObjectiveEntry {
    kind: "distil",
    summary: "mean squared error of `steps` predicted steps, each beside the step that a trained `teacher` takes from the same state",
    keys: &[
        (
            "teacher",
            "directory of the run, or file of an exported surrogate, whose steps are learned; required",
        ),
        (
            "checkpoint",
            "checkpoint of that run: \"last\", \"best\" or a name as step-00000500; default \"last\"",
        ),
        (
            "samples",
            "answers of a teacher that draws them whose mean is learned, 1 to 64; default 1",
        ),
        (
            "weight",
            "weight of the teacher's step against the simulated one, above 0 and up to 1; default 1, which needs no simulated steps",
        ),
        (
            "steps",
            "steps that are predicted one from the other, 1 to 1000; default 1",
        ),
        steps::GRADIENT_STEPS,
    ],
    by_surrogate: false,
    decode: |options| Ok(Arc::new(DistilConfig::deserialize(options)?)),
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DistilConfig {
    /// Directory of a run, or file of an exported surrogate.
    teacher: PathBuf,
    /// Checkpoint of the run; the last one if absent.
    checkpoint: Option<String>,
    /// Answers of the teacher whose mean is learned; 1 if absent.
    samples: Option<usize>,
    /// Weight of the teacher against the simulation; 1 if absent.
    weight: Option<f64>,
    /// Steps that are predicted one from the other; 1 if absent.
    steps: Option<usize>,
    /// Steps that a gradient goes back through at most; all if absent.
    gradient_steps: Option<usize>,
}

impl ObjectiveConfig for DistilConfig {
    fn check(&self) -> Result<(), (&'static str, String)> {
        steps::check(self.steps)?;
        steps::check_gradient(self.gradient_steps, self.num_steps())?;
        let samples = self.samples.unwrap_or(1);
        if !(1..=64).contains(&samples) {
            let message = format!("samples = {samples} lies outside [1, 64]");
            return Err(("samples", message));
        }
        let weight = self.weight.unwrap_or(1.0);
        if weight > 0.0 && weight <= 1.0 {
            return Ok(());
        }
        let message = format!(
            "weight = {weight} lies outside (0, 1]: write kind = \"unrolled\" or \"one_step\" to learn from simulations alone"
        );
        Err(("weight", message))
    }

    fn num_steps(&self) -> usize {
        self.steps.unwrap_or(1)
    }

    fn teacher(&self) -> Option<TeacherSource<'_>> {
        Some(TeacherSource {
            run: &self.teacher,
            checkpoint: self.checkpoint.as_deref(),
            samples: self.samples.unwrap_or(1),
        })
    }

    fn build(&self, section: &ObjectiveSection) -> Box<dyn Objective> {
        Box::new(Distil {
            chain: Chain::new(section, self.num_steps(), self.gradient_steps),
            weight: self.weight.unwrap_or(1.0),
        })
    }

    fn options(&self) -> toml::Table {
        steps::options(self)
    }
}

struct Distil {
    chain: Chain,
    /// Weight of the teacher.
    weight: f64,
}

impl Objective for Distil {
    /// Without simulated steps the second state of a window is there for the size of a step.
    fn frames(&self) -> usize {
        if self.weight < 1.0 {
            1 + self.chain.steps
        } else {
            2
        }
    }

    fn losses(
        &self,
        surrogate: &dyn Surrogate,
        batch: &Batch,
        draws: &mut SurrogateRng,
    ) -> Tensor<1> {
        let (chain, teacher) = (&self.chain, batch.teacher());
        let loss =
            |predicted: Tensor<3>, next| chain.losses(surrogate, [predicted, next], &batch.grid);
        let mut u = chain.start(surrogate, batch, draws);
        let mut errors = Vec::with_capacity(chain.steps);
        for step in 0..chain.steps {
            u = chain.cut(step, u);
            let taught = teacher.step(u.clone(), draws);
            u = surrogate.step(u, batch.parameters.clone(), &batch.grid, draws);
            let mut error = loss(u.clone(), taught) * self.weight;
            if self.weight < 1.0 {
                let simulated = batch.frames[step + 1].clone();
                error = error + loss(u.clone(), simulated) * (1.0 - self.weight);
            }
            errors.push(error);
        }
        steps::mean(errors)
    }
}
