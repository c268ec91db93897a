//! The network in a checkpoint of a run.

use super::ForecastError;
use crate::batch::Layout;
use crate::checkpoint::Checkpoint;
use crate::plan::Network;
use crate::run::{Run, RunError};
use burn::tensor::Device;
use ondine_models::{Inputs, Model};
use std::collections::BTreeSet;

/// A trained network on disk, for readers that make no solver and open no dataset.
pub struct Stored {
    /// The network.
    pub network: Network,
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// Layouts of the stages up to that of the checkpoint.
    layouts: Vec<Layout>,
}

impl Stored {
    /// Reads recipe and newest checkpoint of a run.
    ///
    /// # Errors
    /// When one of them can't be read.
    pub fn open(run: &Run) -> Result<Self, RunError> {
        Self::open_at(run, None)
    }

    /// As [`Self::open`], with the checkpoint that [`Checkpoint::chosen`] finds by this name.
    ///
    /// # Errors
    /// When recipe or checkpoint can't be read.
    pub fn open_at(run: &Run, checkpoint: Option<&str>) -> Result<Self, RunError> {
        let (network, stages) = run.recipe_of_network()?.network()?;
        let checkpoint = Checkpoint::chosen(run, checkpoint)?;
        let last = checkpoint.state.step.saturating_sub(1);
        let begun = stages.into_iter().filter(|stage| stage.first <= last);
        Ok(Self {
            layouts: begun.map(|stage| stage.layout).collect(),
            network,
            checkpoint,
        })
    }

    /// Training steps done.
    pub fn step(&self) -> usize {
        self.checkpoint.state.step
    }

    /// The surrogate to use: the average of the weights where there is one.
    ///
    /// # Errors
    /// When the weights can't be read or do not fit the recipe.
    pub fn surrogate(&self, device: &Device) -> Result<Model, RunError> {
        let mut init = self.network.init(device);
        self.checkpoint.best_of(&self.network, &mut init)
    }

    /// Shape of the states and meaning of a step, as the last stage has them.
    pub fn layout(&self) -> &Layout {
        &self.layouts[self.layouts.len() - 1]
    }

    /// Layouts of all stages that the surrogate was trained in.
    pub(super) fn layouts(&self) -> impl Iterator<Item = &Layout> {
        self.layouts.iter()
    }
}

/// The last layout with this stride, `own` being that of the last stage. A surrogate without a state is told a time, and
/// takes any stride.
pub(super) fn with_stride(
    layouts: &[Layout],
    own: &Layout,
    stride: usize,
) -> Result<Layout, ForecastError> {
    if own.inputs == Inputs::Parameters && stride > 0 {
        let own = own.clone();
        return Ok(Layout { stride, ..own });
    }
    let found = layouts.iter().rfind(|layout| layout.stride == stride);
    found.cloned().ok_or_else(|| {
        let known: BTreeSet<usize> = layouts.iter().map(|layout| layout.stride).collect();
        ForecastError::Stride {
            stride,
            known: known.into_iter().collect(),
        }
    })
}
