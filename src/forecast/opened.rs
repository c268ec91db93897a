//! The surrogate of a run or of an exported file, in memory.

use super::file::Filed;
use super::{ForecastError, Stored, advance, horizon, stored};
use crate::batch::Layout;
use crate::plan::Network;
use crate::recipe::Extensions;
use crate::results::Horizon;
use crate::run::Run;
use burn::module::Module;
use burn::tensor::Device;
use ondine_datasets::FileKind;
use ondine_models::Model;
use std::path::Path;

/// A surrogate with what is known of its training.
pub struct Opened {
    /// Its network: problem, grid, trained ranges.
    pub network: Network,
    /// The surrogate, outside of automatic differentiation and laid out for inference ([`Model::for_inference`]).
    pub surrogate: Model,
    /// Training steps behind it.
    pub steps: usize,
    /// Time that forecasts held when they were judged.
    pub horizon: Option<Horizon>,
    /// Layouts of the stages that it was trained in, that of the last one last.
    pub(super) layouts: Vec<Layout>,
}

impl Opened {
    /// Opens the newest checkpoint of a run, or the file of an export. No solver is made, and no dataset opened.
    ///
    /// # Errors
    /// When the directory is no run, it has no checkpoint that can be read, or the file holds no surrogate, has changed since
    /// it was written or comes from a newer version.
    pub fn open(
        path: &Path,
        device: &Device,
        extensions: Extensions,
    ) -> Result<Self, ForecastError> {
        if is_exported(path) {
            Filed::open(path, extensions)?.on(device)
        } else {
            Self::of_run(&Run::open(path)?.with_extensions(extensions), device)
        }
    }

    fn of_run(run: &Run, device: &Device) -> Result<Self, ForecastError> {
        let stored = Stored::open(run)?;
        Ok(Self {
            surrogate: stored.surrogate(device)?.valid().for_inference(),
            layouts: stored.layouts().cloned().collect(),
            steps: stored.step(),
            horizon: horizon(run),
            network: stored.network,
        })
    }

    /// Shape of the states and meaning of a step: of the last stage, or of the last one with this stride.
    ///
    /// # Errors
    /// When the surrogate was not trained with the stride.
    ///
    /// # Panics
    /// Never: a surrogate was trained in a stage.
    pub fn layout(&self, stride: Option<usize>) -> Result<Layout, ForecastError> {
        let own = self.layouts.last().expect("a stage was trained in");
        stored::with_stride(&self.layouts, own, stride.unwrap_or(own.stride))
    }

    /// Checks that so many rollouts from one state differ.
    ///
    /// # Errors
    /// When they are all the same.
    pub fn check_samples(&self, samples: usize) -> Result<(), ForecastError> {
        advance::check_samples(&self.surrogate, self.network.model.kind(), samples)
    }
}

/// Whether a file may be that of an export, damaged or not, and not a file of another kind or the directory of a run.
pub fn is_exported(path: &Path) -> bool {
    let kind = FileKind::of(path);
    matches!(kind, Ok(FileKind::Safetensors | FileKind::Other))
}
