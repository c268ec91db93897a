//! The surrogate of a run with the whole plan of its training, to judge it with the simulations of that.

use super::{First, ForecastError, stored};
use crate::batch::Layout;
use crate::checkpoint::Checkpoint;
use crate::plan::Plan;
use crate::run::Run;
use burn::module::Module;
use burn::tensor::Device;
use ondine_models::Model;
use std::path::{Path, PathBuf};

/// A run with a surrogate of it.
pub struct Trained {
    /// The run.
    pub run: Run,
    /// The plan of its training.
    pub plan: Plan,
    /// The surrogate, outside of automatic differentiation.
    pub surrogate: Model,
    /// Steps it was trained for.
    pub step: usize,
}

impl Trained {
    /// Opens the run of a directory with its newest surrogate; only keys of `[evaluate]` may be overridden.
    ///
    /// # Errors
    /// When it is no run, its recipe can't be carried out any more, or it has no checkpoint that can be read.
    pub fn open(
        directory: &Path,
        overrides: &[String],
        device: &Device,
    ) -> Result<Self, ForecastError> {
        Self::open_at(directory, None, overrides, device)
    }

    /// As [`Self::open`], with the surrogate of the checkpoint that [`Checkpoint::chosen`] finds by this name.
    ///
    /// # Errors
    /// As [`Self::open`], and when there is no such checkpoint.
    pub fn open_at(
        directory: &Path,
        checkpoint: Option<&str>,
        overrides: &[String],
        device: &Device,
    ) -> Result<Self, ForecastError> {
        let run = Run::open(directory)?;
        let mut all = overrides.iter();
        if let Some(typed) = all.find(|typed| !typed.starts_with("evaluate.")) {
            return Err(ForecastError::Fixed(typed.clone()));
        }
        let mut plan = run.recipe(overrides)?.check_trained()?;
        let checkpoint = Checkpoint::chosen(&run, checkpoint)?;
        plan.solver_errors = checkpoint.state.solver_errors.clone();
        let mut init = plan.network().init(device);
        Ok(Self {
            surrogate: checkpoint.best(&plan, &mut init)?.valid(),
            step: checkpoint.state.step,
            plan,
            run,
        })
    }

    /// Its surrogate with those of other trainings as members beside it, see
    /// [`Forecaster::with_members`](super::Forecaster::with_members).
    ///
    /// # Errors
    /// When one of them can't be read, or has other states, conditions or steps.
    pub fn with_members(
        &self,
        others: &[PathBuf],
        device: &Device,
    ) -> Result<Model, ForecastError> {
        let first = First {
            surrogate: &self.surrogate,
            network: &self.plan.network(),
            layout: &self.layout(None)?,
        };
        first.with(others, device, self.plan.recipe.extensions)
    }

    /// Checks that so many rollouts from one state differ.
    ///
    /// # Errors
    /// When they are all the same.
    pub fn check_samples(&self, samples: usize) -> Result<(), ForecastError> {
        super::advance::check_samples(&self.surrogate, self.plan.recipe.model.kind(), samples)
    }

    /// The layout of the stage that the surrogate comes from, or of the last one with a stride.
    ///
    /// # Errors
    /// When the surrogate was not trained with the stride.
    pub fn layout(&self, stride: Option<usize>) -> Result<Layout, ForecastError> {
        let last = self.plan.stage_index(self.step.saturating_sub(1));
        let stages = self.plan.stages[..=last].iter();
        let layouts: Vec<Layout> = stages.map(|stage| stage.layout.clone()).collect();
        let own = &layouts[last];
        stored::with_stride(&layouts, own, stride.unwrap_or(own.stride))
    }
}
