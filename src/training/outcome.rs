//! Results of a training.

use crate::forecast::{ForecastError, Forecaster};
use crate::results::Evaluation;
use crate::run::{Run, Summary};
use burn::tensor::Device;

/// The end of a training.
#[derive(Debug)]
pub struct Outcome {
    /// The run on disk.
    pub run: Run,
    /// The training in numbers.
    pub summary: Summary,
    /// Oddities that were seen before the first step, in words: values of a dataset, grids that resolve too little.
    pub warnings: Vec<String>,
    /// Values of the recipe that are others from the resumed step on, in words.
    pub changes: Vec<String>,
}

impl Outcome {
    /// Whether all steps are done; otherwise the training was told to stop, and goes on with
    /// [`Training::resume`](super::Training::resume).
    pub fn is_finished(&self) -> bool {
        self.summary.status == "finished"
    }

    /// The last evaluation, where there was one.
    pub fn evaluation(&self) -> Option<Evaluation> {
        self.run.evaluation()
    }

    /// The trained surrogate.
    ///
    /// # Errors
    /// As [`Forecaster::open`].
    pub fn forecaster(&self, device: &Device) -> Result<Forecaster, ForecastError> {
        Forecaster::open_with(self.run.directory(), device, self.run.extensions())
    }
}
